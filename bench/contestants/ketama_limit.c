/* Prints how many servers libmemcached's ketama accepts, and how it fails with one more. Tries each
 * number in a child process, because it fails by abort().
 * Exit: 0 if it accepts the KETAMA_SERVERS_MAX servers that the benchmarks need, 1 if not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fuzz/check/isolate.h"
#include "ketama.h"

#define TRIED_MAX 200
#define NAME_ROOM 16

static struct ring_node nodes[TRIED_MAX];
static char names[TRIED_MAX][NAME_ROOM];

static void take(void *context)
{
    struct ketama *ketama = ketama_new(nodes, *(const size_t *)context);
    if (ketama == NULL) {
        exit(1);
    }
    ketama_free(ketama);
}

int main(void)
{
    for (size_t i = 0; i < TRIED_MAX; i++) {
        (void)snprintf(names[i], NAME_ROOM, "node-%06zu", i);
        nodes[i] = (struct ring_node){{names[i], strlen(names[i])}, KETAMA_POINTS};
    }
    size_t taken = 0;
    size_t tried = 0;
    struct ending ending = {.kind = ENDING_RETURNED};
    while (tried < TRIED_MAX && ending.kind == ENDING_RETURNED) {
        taken = tried++;
        ending = isolate(&(struct isolation){.work = take, .context = &tried, .quiet = true});
    }
    if (ending.kind == ENDING_RETURNED) {
        (void)printf("servers accepted: %zu, and no more tried\n", taken = tried);
    } else {
        char how[100];
        isolate_describe(ending, how, sizeof how);
        (void)printf("servers accepted: %zu; one more: %s\n", taken, how);
    }
    if (taken < KETAMA_SERVERS_MAX) {
        (void)fprintf(stderr, "ketama_limit: the benchmarks need %d: lower KETAMA_SERVERS_MAX\n",
                      KETAMA_SERVERS_MAX);
        return 1;
    }
    return 0;
}
