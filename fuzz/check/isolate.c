#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
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
#include "../subjects/exec.h"

double isolate_now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

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
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak)); /* NOLINT */

/* What a child tells its parent, in shared memory. */
struct told {
    bool completed;
    _Atomic unsigned int deadlines; /* how many it has set: the last is */
    _Atomic double computing;
    _Atomic double waiting;
};

/* Of this process, if it is a child. */
static struct told *told_by_me;

static void be_child(const struct isolation *isolation, struct told *told)
{
    told_by_me = told;
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
    told->completed = true;
    _exit(0);
}

void isolate_check_leaks(void)
{
    if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0) {
        _exit(1); /* as LeakSanitizer does */
    }
}

static struct ending ending_of(int status, bool completed)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == HARNESS_EXHAUSTED) {
        message("the harness ran out of memory in a child process: free some memory, or use "
                "smaller rings");
        exit(2);
    }
    if (WIFSIGNALED(status)) {
        bool late = WTERMSIG(status) == SIGPROF;
        return (struct ending){.kind = late ? ENDING_TIMEOUT : ENDING_SIGNAL,
                               .number = WTERMSIG(status)};
    }
    if (!completed) { /* also with status 0: the subject called exit() */
        return (struct ending){.kind = ENDING_EXIT, .number = WEXITSTATUS(status)};
    }
    return (struct ending){.kind = ENDING_RETURNED};
}

/* Nanoseconds between two looks at a child; short at first, since some children end at once. */
#define PAUSE_MIN 200000
#define PAUSE_MAX 100000000

/* Less computing than this part of the time counts as waiting. */
#define COMPUTING_SHARE 0.01

struct child {
    pid_t process; /* 0: it has ended */
    struct told *told;
    unsigned int deadlines; /* the deadline that the following belong to */
    double cpu_at_deadline;
    double cpu_moved; /* the CPU time that counts when it was last seen to compute, ... */
    uint64_t progress;
    double moved; /* ... and when that was */
};

static void start(const struct isolation *isolation, struct child *child)
{
    subject_exec_prepare();
    child->process = fork();
    if (child->process < 0) {
        stop("cannot start a child process");
    }
    if (child->process == 0) {
        be_child(isolation, child->told);
    }
    child->moved = isolate_now();
}

/* TIME */

/* CPU seconds of a process, or 0 if that cannot be read. */
static double cpu_of(pid_t process)
{
    clockid_t its_clock;
    struct timespec time;
    if (clock_getcpuclockid(process, &its_clock) != 0 || clock_gettime(its_clock, &time) != 0) {
        return 0;
    }
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Processes that start processes that start processes. */
#define GENERATIONS 4

static bool is_one_of(const struct child *children, size_t count, pid_t process)
{
    for (size_t i = 0; i < count; i++) {
        if (children[i].process == process) {
            return true;
        }
    }
    return false;
}

/* CPU seconds of a process and of those that it started, without the `count` children in `but`. */
static double cpu_of_family(pid_t process, int generations, const struct child *but, size_t count)
{
    char path[64];
    char *word = NULL;
    size_t room = 0;
    double cpu = cpu_of(process);
    (void)snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)process, (long)process);
    FILE *children = generations > 0 ? fopen(path, "re") : NULL;
    if (children == NULL) {
        return cpu;
    }
    while (getdelim(&word, &room, ' ', children) > 0) {
        pid_t started = (pid_t)strtol(word, NULL, 10);
        if (started > 0 && !is_one_of(but, count, started)) {
            cpu += cpu_of_family(started, generations - 1, but, count);
        }
    }
    free(word);
    (void)fclose(children);
    return cpu;
}

enum lateness { IN_TIME, COMPUTED_TOO_LONG, WAITED_TOO_LONG };

/* Judges a child by its deadline: short waits by a process alone, so that looking costs little.
 * While it waits, a ring in another process may compute, which the tool started: so all processes
 * count that the tool started, except its other children. */
static enum lateness lateness_of(const struct isolation *isolation, struct child *children,
                                 size_t count, size_t index, double now)
{
    struct child *child = &children[index];
    uint64_t progress = isolation->progress != NULL ? isolation->progress(isolation->context) : 0;
    unsigned int deadlines = atomic_load(&child->told->deadlines);
    double waiting = atomic_load(&child->told->waiting);
    if (deadlines == 0) {
        return IN_TIME;
    }
    if (deadlines != child->deadlines || progress != child->progress) {
        bool same = deadlines == child->deadlines;
        child->deadlines = deadlines;
        child->progress = progress;
        child->moved = now;
        child->cpu_moved = -1;
        child->cpu_at_deadline = same ? child->cpu_at_deadline : -1;
        return IN_TIME;
    }
    if (now - child->moved < waiting / 8) {
        return IN_TIME;
    }
    double own = cpu_of_family(child->process, GENERATIONS, NULL, 0);
    double cpu = own + cpu_of_family(getpid(), GENERATIONS, children, count) - cpu_of(getpid());
    if (child->cpu_moved < 0) {
        child->cpu_at_deadline = child->cpu_at_deadline < 0 ? own : child->cpu_at_deadline;
        child->cpu_moved = cpu;
    } else if (cpu - child->cpu_moved > COMPUTING_SHARE * (now - child->moved)) {
        child->cpu_moved = cpu;
        child->moved = now;
    } else if (now - child->moved > waiting) {
        return WAITED_TOO_LONG;
    }
    return own - child->cpu_at_deadline > atomic_load(&child->told->computing) + 1
               ? COMPUTED_TOO_LONG
               : IN_TIME;
}

/* HOW THEY END */

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
    *ending = ending_of(status, child->told->completed);
    return true;
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

/* Kills a child that is late. It may have ended by itself at the last moment: then that counts. */
static struct ending kill_late(struct child *child, enum lateness lateness)
{
    struct ending ending = kill_child(child);
    return !killed(ending) ? ending
                           : (struct ending){.kind = ENDING_TIMEOUT,
                                             .number = SIGKILL,
                                             .waited = lateness == WAITED_TOO_LONG};
}

/* Looks at each running child. True if one has ended without returning from its work, and the
 * others must not go on. */
static bool look_at(const struct isolation *isolations, struct child *children, size_t count,
                    struct ending *ending, size_t *which)
{
    double now = isolate_now();
    for (size_t i = 0; i < count; i++) {
        struct ending own;
        if (children[i].process == 0) {
            continue;
        }
        if (!has_ended(&children[i], false, &own)) {
            enum lateness lateness = lateness_of(&isolations[i], children, count, i, now);
            if (lateness == IN_TIME) {
                continue;
            }
            own = kill_late(&children[i], lateness);
        }
        if (own.kind == ENDING_RETURNED) {
            continue;
        }
        if (isolations[i].failed == NULL) {
            *ending = own;
            *which = i;
            return true;
        }
        isolations[i].failed(isolations[i].context, own);
    }
    return false;
}

/* Kills all. A child that ended otherwise before has failed, and is not lost. */
static struct ending stop_all(const struct isolation *isolations, struct child *children,
                              size_t count, struct ending ending, size_t *which)
{
    for (size_t i = 0; i < count; i++) {
        if (children[i].process == 0) {
            continue;
        }
        struct ending own = kill_child(&children[i]);
        if (own.kind == ENDING_RETURNED || killed(own)) {
            continue;
        }
        if (isolations[i].failed != NULL) {
            isolations[i].failed(isolations[i].context, own);
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
    struct ending ending = {.kind = ENDING_RETURNED};
    long pause = PAUSE_MIN;
    while (!look_at(isolations, children, count, &ending, which) &&
           still_running(children, count) > 0) {
        if (isolations->interruptible && interrupt_signal() != 0) {
            ending = (struct ending){.kind = ENDING_STOPPED, .number = interrupt_signal()};
            return stop_all(isolations, children, count, ending, which);
        }
        if (isolations->end > 0 && isolate_now() > isolations->end) {
            ending = (struct ending){.kind = ENDING_OVER};
            return stop_all(isolations, children, count, ending, which);
        }
        (void)nanosleep(&(struct timespec){.tv_nsec = pause}, NULL);
        pause = pause + pause / 4 < PAUSE_MAX ? pause + pause / 4 : PAUSE_MAX;
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
    struct told *told = isolate_share(count * sizeof *told);
    struct child *children = memory_resize(NULL, count, sizeof *children);
    for (size_t i = 0; i < count; i++) {
        children[i] = (struct child){.told = &told[i]};
        start(&isolations[i], &children[i]);
    }
    struct ending ending = wait_for(isolations, children, count, which);
    end_all(children, count);
    free(children);
    (void)munmap(told, count * sizeof *told);
    return ending;
}

struct ending isolate(const struct isolation *isolation)
{
    size_t which = 0;
    return isolate_all(isolation, 1, &which);
}

void isolate_deadlines(double computing, double waiting)
{
    struct itimerval time = {.it_value = {.tv_sec = (time_t)computing}};
    time.it_value.tv_usec = (suseconds_t)((computing - (double)time.it_value.tv_sec) * 1e6);
    if (time.it_value.tv_sec == 0 && time.it_value.tv_usec == 0) {
        time.it_value.tv_usec = 1; /* 0 would be no deadline */
    }
    (void)setitimer(ITIMER_PROF, &time, NULL);
    if (told_by_me != NULL) {
        atomic_store(&told_by_me->computing, computing);
        atomic_store(&told_by_me->waiting, waiting);
        (void)atomic_fetch_add(&told_by_me->deadlines, 1);
    }
}

void isolate_deadline(double computing)
{
    isolate_deadlines(computing, ISOLATE_WAITING_SECONDS);
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
        (void)snprintf(text, size,
                       ending.waited ? "no answer in time (it waits)" : "no answer in time");
        break;
    case ENDING_OVER:
        (void)snprintf(text, size, "stopped at the end of the time asked for");
        break;
    case ENDING_STOPPED:
        (void)snprintf(text, size, "stopped by %s", interrupt_name());
        break;
    case ENDING_EXIT:
    case ENDING_RETURNED:
        if (ending.number == EXEC_MISANSWERED) {
            (void)snprintf(text, size, "an answer that the protocol does not allow");
            break;
        }
        (void)snprintf(text, size,
                       "ended by exit status %d (a sanitizer's, or exit() in the subject)",
                       ending.number);
        break;
    }
}
