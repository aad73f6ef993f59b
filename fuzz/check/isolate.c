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
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/terminal.h"

static void stop(const char *what)
{
    message("%s: %s; free some memory or processes, and run again", what, strerror(errno));
    exit(2);
}

static void silence(const char *output)
{
    int away = output != NULL ? open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (away < 0) {
        away = open("/dev/null", O_WRONLY);
    }
    if (away >= 0) {
        (void)dup2(away, STDOUT_FILENO);
        (void)dup2(away, STDERR_FILENO);
    }
    /* A search may crash dozens of children. It should not leave dozens of core dumps. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* The exit status of a child in which the harness, not the subject, ran out of memory. */
#define HARNESS_EXHAUSTED 99

/* Exists in builds with LeakSanitizer. _exit() would skip its check for leaks. */
extern void __lsan_do_leak_check(void) __attribute__((weak)); /* NOLINT: the sanitizer's own name */

static void be_child(const struct isolation *isolation, bool *completed)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* die with the parent */
    interrupt_leave_to_parent();
    memory_exit_status = HARNESS_EXHAUSTED;
    if (isolation->quiet || isolation->output != NULL) {
        silence(isolation->output);
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
        message("the harness ran out of memory in a child process: free some memory, or use "
                "smaller rings");
        exit(2);
    }
    if (WIFSIGNALED(status)) {
        bool late = WTERMSIG(status) == SIGALRM || WTERMSIG(status) == SIGPROF;
        enum ending_kind kind = late ? ENDING_TIMEOUT : ENDING_SIGNAL;
        return (struct ending){kind, WTERMSIG(status)};
    }
    if (!completed) { /* also with status 0: the subject called exit() */
        return (struct ending){ENDING_EXIT, WEXITSTATUS(status)};
    }
    return (struct ending){ENDING_RETURNED, 0};
}

/* Nanoseconds between two looks at a child; short at first, since some children end at once. */
#define PAUSE_MIN 200000
#define PAUSE_MAX 100000000

struct child {
    pid_t process; /* 0: it has ended */
    bool *completed;
};

static void start(const struct isolation *isolation, struct child *child)
{
    *child->completed = false;
    child->process = fork();
    if (child->process < 0) {
        stop("cannot start a child process");
    }
    if (child->process == 0) {
        be_child(isolation, child->completed);
    }
}

/* Whether the child has ended. With `wait`, waits until it has. */
static bool has_ended(struct child *child, bool wait, struct ending *ending)
{
    int status = 0;
    pid_t ended = waitpid(child->process, &status, wait ? 0 : WNOHANG);
    if (ended < 0 && errno != EINTR) {
        stop("cannot wait for a child process");
    }
    if (ended != child->process) {
        return false;
    }
    child->process = 0;
    *ending = ending_of(status, *child->completed);
    return true;
}

/* Looks at each running child. True if one has ended without returning from its work, and the
 * others must not go on. */
static bool look_at(const struct isolation *isolations, struct child *children, size_t count,
                    bool wait, struct ending *ending, size_t *which)
{
    for (size_t i = 0; i < count; i++) {
        struct ending own;
        if (children[i].process == 0 || !has_ended(&children[i], wait, &own) ||
            own.kind == ENDING_RETURNED) {
            continue;
        }
        if (isolations[i].failed == NULL) {
            *ending = own;
            *which = i;
            return true;
        }
        isolations[i].failed(isolations[i].context);
    }
    return false;
}

static size_t still_running(const struct child *children, size_t count)
{
    size_t running = 0;
    for (size_t i = 0; i < count; i++) {
        running += children[i].process > 0;
    }
    return running;
}

static bool killed(struct ending ending)
{
    return ending.kind == ENDING_SIGNAL && ending.number == SIGKILL;
}

static struct ending kill_child(struct child *child)
{
    struct ending ending;
    (void)kill(child->process, SIGKILL);
    while (!has_ended(child, true, &ending)) {
    }
    return ending;
}

/* Kills all. A child that ended otherwise before has failed, and is not lost. */
static struct ending stop_all(const struct isolation *isolations, struct child *children,
                              size_t count, size_t *which)
{
    struct ending ending = {ENDING_STOPPED, interrupt_signal()};
    for (size_t i = 0; i < count; i++) {
        if (children[i].process == 0) {
            continue;
        }
        struct ending own = kill_child(&children[i]);
        if (own.kind == ENDING_RETURNED || killed(own)) {
            continue;
        }
        if (isolations[i].failed != NULL) {
            isolations[i].failed(isolations[i].context);
        } else {
            ending = own;
            *which = i;
        }
    }
    return ending;
}

/* Waits until all have returned, or one has ended otherwise. */
static struct ending wait_for(const struct isolation *isolations, struct child *children,
                              size_t count, size_t *which)
{
    struct ending ending = {ENDING_RETURNED, 0};
    bool wait = count == 1 && isolations->waiting == NULL && !isolations->interruptible;
    long pause = PAUSE_MIN;
    while (!look_at(isolations, children, count, wait, &ending, which) &&
           still_running(children, count) > 0) {
        if (isolations->interruptible && interrupt_signal() != 0) {
            return stop_all(isolations, children, count, which);
        }
        if (!wait) {
            (void)nanosleep(&(struct timespec){.tv_nsec = pause}, NULL);
            pause = pause + pause / 4 < PAUSE_MAX ? pause + pause / 4 : PAUSE_MAX;
        }
        if (isolations->waiting != NULL) {
            isolations->waiting(isolations->context);
        }
    }
    return ending;
}

static void end_all(struct child *children, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (children[i].process > 0) {
            (void)kill_child(&children[i]);
        }
    }
}

struct ending isolate_all(const struct isolation *isolations, size_t count, size_t *which)
{
    (void)fflush(NULL); /* or each child would print the buffered output again */
    bool *completed = isolate_share(count * sizeof *completed);
    struct child *children = memory_resize(NULL, count, sizeof *children);
    for (size_t i = 0; i < count; i++) {
        children[i].completed = &completed[i];
        start(&isolations[i], &children[i]);
    }
    struct ending ending = wait_for(isolations, children, count, which);
    end_all(children, count);
    free(children);
    (void)munmap(completed, count * sizeof *completed);
    return ending;
}

struct ending isolate(const struct isolation *isolation)
{
    size_t which = 0;
    return isolate_all(isolation, 1, &which);
}

#define WAITING_SECONDS 10

void isolate_deadline(double seconds)
{
    struct itimerval time = {.it_value = {.tv_sec = (time_t)seconds}};
    time.it_value.tv_usec = (suseconds_t)((seconds - (double)time.it_value.tv_sec) * 1e6);
    if (time.it_value.tv_sec == 0 && time.it_value.tv_usec == 0) {
        time.it_value.tv_usec = 1; /* 0 would be no deadline */
    }
    (void)setitimer(ITIMER_PROF, &time, NULL);
    (void)alarm((unsigned int)seconds + WAITING_SECONDS);
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
    case ENDING_STOPPED:
        (void)snprintf(text, size, "stopped by %s", interrupt_name());
        break;
    case ENDING_EXIT:
    case ENDING_RETURNED:
        (void)snprintf(text, size,
                       "ended by exit status %d (a sanitizer's, or exit() in the subject)",
                       ending.number);
        break;
    }
}
