/* How many servers libmemcached's ketama takes: tries more and more, each number in a child of its own, and prints
 * how the first child ended that did not end well. Exit: 0 if the benchmarks' KETAMA_SERVERS_MAX are taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ketama.h"

#define TRIED_MAX 200
#define NAME_ROOM 16

static struct ring_node nodes[TRIED_MAX];
static char names[TRIED_MAX][NAME_ROOM];

/* The child's: 0 taken, 1 refused; or it does not come back. */
static int take(size_t count)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (freopen("/dev/null", "w", stderr) == NULL) {
        return 2;
    }
    return ketama_new(nodes, count) != NULL ? 0 : 1;
}

/* A status as waitpid() has it; -1: there was no child. */
static int try(size_t count)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        _exit(take(count));
    }
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

int main(void)
{
    for (size_t i = 0; i < TRIED_MAX; i++) {
        (void)snprintf(names[i], NAME_ROOM, "node-%06zu", i);
        nodes[i] = (struct ring_node){{names[i], strlen(names[i])}, KETAMA_POINTS};
    }
    size_t count = 1;
    int status = 0;
    while (count <= TRIED_MAX && (status = try(count)) == 0) {
        count++;
    }
    if (status == -1) {
        (void)fputs("ketama_limit: no child could be started: free some memory\n", stderr);
        return 2;
    }
    (void)printf("servers taken: %zu%s\n", count - 1,
                 count > TRIED_MAX ? ", and no more tried" : "");
    if (WIFSIGNALED(status)) {
        (void)printf("one more: ended by signal %d (%s)\n", WTERMSIG(status),
                     strsignal(WTERMSIG(status)));
    } else if (status != 0) {
        (void)printf("one more: refused, with status %d\n", WEXITSTATUS(status));
    }
    if (count - 1 < KETAMA_SERVERS_MAX) {
        (void)fprintf(stderr, "ketama_limit: the benchmarks need %d: lower KETAMA_SERVERS_MAX\n",
                      KETAMA_SERVERS_MAX);
        return 1;
    }
    return 0;
}
