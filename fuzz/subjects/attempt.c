#include "attempt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/terminal.h"

/* More output than this ends the child by SIGXFSZ. */
#define PRINTED_MAX (1 << 20)

enum { STATUS_GOOD = 0, STATUS_FAILED = 1 };

struct shared {
    struct attempt attempt;
    bool returned;
};

static _Noreturn void stop(const char *what)
{
    message("%s: %s; free some memory or processes, and run again", what, strerror(errno));
    exit(2);
}

static _Noreturn void be_child(bool (*work)(void *context, struct attempt *attempt), void *context,
                               unsigned int seconds, int output, struct shared *shared)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGALRM, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)alarm(seconds);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){PRINTED_MAX, PRINTED_MAX});
    (void)dup2(output, STDOUT_FILENO);
    (void)dup2(output, STDERR_FILENO);
    bool good = work(context, &shared->attempt);
    (void)fflush(NULL);
    shared->returned = true;
    _exit(good ? STATUS_GOOD : STATUS_FAILED);
}

static void read_end(int from, char *text, size_t room)
{
    off_t size = lseek(from, 0, SEEK_END);
    off_t kept = size > (off_t)room - 1 ? (off_t)room - 1 : size > 0 ? size : 0;
    ssize_t got = pread(from, text, (size_t)kept, size - kept);
    text[got > 0 ? got : 0] = '\0';
}

bool attempt(bool (*work)(void *context, struct attempt *attempt), void *context,
             unsigned int seconds, struct attempt *result)
{
    int status = 0;
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int output = memfd_create("output", MFD_CLOEXEC);
    if (shared == MAP_FAILED || output < 0) {
        stop("no shared memory");
    }
    (void)fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        stop("cannot start a child process");
    }
    if (child == 0) {
        be_child(work, context, seconds, output, shared);
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            stop("cannot wait for a child process");
        }
    }
    *result = shared->attempt;
    result->ended = !shared->returned;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        (void)snprintf(result->how, sizeof result->how, "no end within %u s", seconds);
    } else if (WIFSIGNALED(status)) {
        (void)snprintf(result->how, sizeof result->how, "killed by SIG%s",
                       sigabbrev_np(WTERMSIG(status)));
    } else if (result->ended) {
        (void)snprintf(result->how, sizeof result->how, "ended by exit status %d",
                       WEXITSTATUS(status));
    }
    read_end(output, result->printed, sizeof result->printed);
    (void)close(output);
    (void)munmap(shared, sizeof *shared);
    return !result->ended && WIFEXITED(status) && WEXITSTATUS(status) == STATUS_GOOD;
}
