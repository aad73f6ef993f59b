#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"

static void stop(const char *what)
{
    (void)fprintf(stderr, "ringproof: %s: %s; free some memory or processes, and run again\n", what,
                  strerror(errno));
    exit(2);
}

static void silence(void)
{
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(nowhere, STDERR_FILENO);
    }
    /* Dozens of crashes in a row are wanted, dozens of core files are not. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* What a child exits with where the harness, not the subject, has no memory. */
#define HARNESS_EXHAUSTED 99

/* There in builds with LeakSanitizer, whose look _exit() would skip. */
extern void __lsan_do_leak_check(void) __attribute__((weak)); /* NOLINT: the sanitizer's own name */

static void be_child(const struct isolation *isolation, bool *completed)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody waits for it any more */
    memory_exit_status = HARNESS_EXHAUSTED;
    if (isolation->quiet) {
        silence();
    }
    isolation->work(isolation->context);
    (void)fflush(NULL);
    if (__lsan_do_leak_check != NULL) {
        __lsan_do_leak_check();
    }
    *completed = true;
    _exit(0);
}

static struct ending ending_of(int status, bool completed)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == HARNESS_EXHAUSTED) {
        (void)fputs("ringproof: a child process ran out of memory, not through its subject: free "
                    "some memory, or use smaller rings\n",
                    stderr);
        exit(2);
    }
    if (WIFSIGNALED(status)) {
        enum ending_kind kind = WTERMSIG(status) == SIGALRM ? ENDING_TIMEOUT : ENDING_SIGNAL;
        return (struct ending){kind, WTERMSIG(status)};
    }
    if (!completed) { /* also with status 0: the subject called exit() */
        return (struct ending){ENDING_EXIT, WEXITSTATUS(status)};
    }
    return (struct ending){ENDING_RETURNED, 0};
}

struct ending isolate(const struct isolation *isolation)
{
    (void)fflush(NULL); /* or the child would print it again */
    static bool *completed;
    if (completed == NULL) {
        completed = isolate_share(sizeof *completed);
    }
    *completed = false;
    pid_t child = fork();
    if (child < 0) {
        stop("cannot start a child process");
    }
    if (child == 0) {
        be_child(isolation, completed);
    }
    int status = 0;
    int flags = isolation->waiting != NULL ? WNOHANG : 0;
    for (;;) {
        pid_t ended = waitpid(child, &status, flags);
        if (ended == child) {
            return ending_of(status, *completed);
        }
        if (ended < 0 && errno != EINTR) {
            stop("cannot wait for a child process");
        }
        if (isolation->waiting != NULL) {
            (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
            isolation->waiting(isolation->context);
        }
    }
}

void isolate_deadline(unsigned int seconds)
{
    (void)alarm(seconds);
}

void *isolate_share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        stop("no shared memory");
    }
    return memory;
}

void isolate_describe(struct ending ending, char *text, size_t size)
{
    const char *signal_name = sigabbrev_np(ending.number);
    switch (ending.kind) {
    case ENDING_SIGNAL:
        (void)snprintf(text, size, "killed by SIG%s", signal_name != NULL ? signal_name : "?");
        break;
    case ENDING_TIMEOUT:
        (void)snprintf(text, size, "no answer in time");
        break;
    case ENDING_EXIT:
    case ENDING_RETURNED:
        (void)snprintf(text, size,
                       "ended by exit status %d (a sanitizer's, or exit() in the subject)",
                       ending.number);
        break;
    }
}
