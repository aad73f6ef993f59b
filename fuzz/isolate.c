#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static void be_child(const struct isolation *isolation)
{
    if (isolation->quiet) {
        silence();
    }
    isolation->work(isolation->context);
    (void)fflush(NULL);
    _exit(0);
}

static struct ending ending_of(int status)
{
    if (WIFSIGNALED(status)) {
        enum ending_kind kind = WTERMSIG(status) == SIGALRM ? ENDING_TIMEOUT : ENDING_SIGNAL;
        return (struct ending){kind, WTERMSIG(status)};
    }
    if (WEXITSTATUS(status) != 0) {
        return (struct ending){ENDING_EXIT, WEXITSTATUS(status)};
    }
    return (struct ending){ENDING_RETURNED, 0};
}

struct ending isolate(const struct isolation *isolation)
{
    (void)fflush(NULL); /* or the child would print it again */
    pid_t child = fork();
    if (child < 0) {
        stop("cannot start a child process");
    }
    if (child == 0) {
        be_child(isolation);
    }
    int status = 0;
    int flags = isolation->waiting != NULL ? WNOHANG : 0;
    for (;;) {
        pid_t ended = waitpid(child, &status, flags);
        if (ended == child) {
            return ending_of(status);
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
        (void)snprintf(text, size, "ended with exit status %d, as sanitizers end a process",
                       ending.number);
        break;
    }
}
