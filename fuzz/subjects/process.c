#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/terminal.h"

struct process {
    int to, from;   /* its standard input and output */
    int supervisor; /* a socket */
    pid_t id;       /* 0: the supervisor has not told it yet */
    char *out;      /* to be written, from out_sent on */
    size_t out_sent, out_size, out_room;
    char *in; /* was read; the lines before in_at were returned */
    size_t in_at, in_size, in_room;
    bool ended; /* its output has */
    bool late;
    double cpu;         /* seconds that it had used at the last look */
    double charged;     /* seconds taken from the caller's deadline during this wait */
    double rearmed;     /* when the alarm was last set again */
    unsigned int alarm; /* seconds of the caller's alarm() when it was set; 0: not known */
};

/* SUPERVISOR */

struct report {
    int status; /* as of waitpid() */
    size_t size;
    char said[2048];
};

/* Whether the shell can be replaced by the command: then its end is seen as it is, signals and
 * all. Not with several commands, or an assignment before one. */
static bool is_simple(const char *command)
{
    return strpbrk(command, ";&|()<>\n") == NULL &&
           strcspn(command, "=") >= strcspn(command, " \t");
}

static _Noreturn void stop(const char *what)
{
    message("%s: %s; free some memory or processes, and run again", what, strerror(errno));
    exit(2);
}

static _Noreturn void be_process(const char *command, int in, int out, int err)
{
    char line[8192];
    sigset_t none;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setpgid(0, 0);
    for (int number = 1; number < 32; number++) {
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)dup2(in, STDIN_FILENO);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(err, STDERR_FILENO);
    (void)close_range(3, ~0U, 0);
    (void)snprintf(line, sizeof line, "%s%s", is_simple(command) ? "exec " : "", command);
    (void)execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(127);
}

/* Reads what there is, and keeps the end. False at the end of the file. */
static bool keep_tail(int from, struct report *report)
{
    char bytes[1024];
    ssize_t size = read(from, bytes, sizeof bytes);
    if (size <= 0) {
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    }
    size_t more = (size_t)size;
    size_t room = sizeof report->said;
    size_t kept = report->size + more > room ? room - more : report->size;
    memmove(report->said, report->said + report->size - kept, kept);
    memcpy(report->said + kept, bytes, more);
    report->size = kept + more;
    return true;
}

static bool has_input(int from)
{
    struct pollfd ready = {.fd = from, .events = POLLIN};
    return poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0;
}

/* Waits for the end of the process, or of those who hold it, or of the one who took it. */
static _Noreturn void supervise(pid_t process, int err, int user, int child_signals)
{
    struct report report = {.size = 0};
    bool ended = false;
    bool err_open = true;
    int taker = -1;
    while (!ended) {
        struct pollfd ready[] = {{.fd = child_signals, .events = POLLIN},
                                 {.fd = user, .events = POLLIN},
                                 {.fd = err_open ? err : -1, .events = POLLIN},
                                 {.fd = taker, .events = POLLIN}};
        pid_t id = 0;
        if (poll(ready, 4, -1) < 0) {
            continue;
        }
        if (ready[2].revents != 0) {
            err_open = keep_tail(err, &report);
        }
        if (ready[3].revents != 0) {
            break;
        }
        if (ready[1].revents != 0) {
            if (recv(user, &id, sizeof id, MSG_DONTWAIT) != sizeof id) {
                break; /* all have closed their end */
            }
            taker = pidfd_open(id, 0); /* where there is no such call, the end is seen later */
        }
        ended = ready[0].revents != 0 && waitpid(process, &report.status, WNOHANG) == process;
    }
    while (ended && err_open && has_input(err)) {
        err_open = keep_tail(err, &report);
    }
    if (ended) {
        (void)send(user, &report, sizeof report, MSG_NOSIGNAL);
    }
    (void)kill(-process, SIGKILL);
    _exit(0);
}

static int compare_numbers(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void close_all_but(int a, int b, int c)
{
    int kept[] = {STDERR_FILENO, a, b, c};
    qsort(kept, 4, sizeof *kept, compare_numbers);
    for (size_t i = 0; i < 4; i++) {
        unsigned int next = i < 3 ? (unsigned int)kept[i + 1] - 1 : ~0U;
        if ((unsigned int)kept[i] + 1 <= next) {
            (void)close_range((unsigned int)kept[i] + 1, next, 0);
        }
    }
}

static _Noreturn void be_supervisor(const char *command, int in, int out, int user)
{
    int err[2];
    sigset_t child;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    /* The terminal's signals are for the tool, which then ends, or goes on. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, NULL);
    int child_signals = signalfd(-1, &child, SFD_CLOEXEC);
    if (child_signals < 0 || pipe2(err, O_CLOEXEC) != 0) {
        _exit(1);
    }
    pid_t process = fork();
    if (process < 0) {
        _exit(1);
    }
    if (process == 0) {
        be_process(command, in, out, err[1]);
    }
    (void)setpgid(process, process);
    (void)send(user, &process, sizeof process, MSG_NOSIGNAL);
    /* It must hold nothing that others wait for the end of, such as the tool's own output. */
    for (int standard = 0; standard <= STDERR_FILENO && null >= 0; standard++) {
        (void)dup2(null, standard);
    }
    close_all_but(err[0], user, child_signals);
    supervise(process, err[0], user, child_signals);
}

/* USERS */

/* Each read() is offered room for at least this many bytes. */
#define READ_MIN ((size_t)65536)

/* Supervisors end by themselves. Their parent must still wait for them. */
static void reap(pid_t started)
{
    static pid_t *running;
    static size_t count;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (waitpid(running[i], NULL, WNOHANG) == 0) {
            running[left++] = running[i];
        }
    }
    running = memory_grow(running, left, sizeof *running);
    running[left] = started;
    count = left + 1;
}

struct process *process_start(const char *command)
{
    int to[2];
    int from[2];
    int ends[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        stop("cannot make a pipe to the process of a ring");
    }
    pid_t supervisor = fork();
    if (supervisor < 0) {
        stop("cannot start a child process");
    }
    if (supervisor == 0) {
        (void)close(to[1]);
        (void)close(from[0]);
        (void)close(ends[0]);
        be_supervisor(command, to[0], from[1], ends[1]);
    }
    (void)close(to[0]);
    (void)close(from[1]);
    (void)close(ends[1]);
    (void)fcntl(to[1], F_SETFL, O_NONBLOCK);
    (void)fcntl(from[0], F_SETFL, O_NONBLOCK);
    reap(supervisor);
    struct process *process = memory_resize(NULL, 1, sizeof *process);
    *process = (struct process){.to = to[1],
                                .from = from[0],
                                .supervisor = ends[0],
                                .in = memory_resize(NULL, 2 * READ_MIN, 1),
                                .in_room = 2 * READ_MIN};
    return process;
}

void process_take(struct process *process)
{
    pid_t self = getpid();
    (void)send(process->supervisor, &self, sizeof self, MSG_NOSIGNAL);
}

void process_free(struct process *process)
{
    if (process == NULL) {
        return;
    }
    (void)close(process->to);
    (void)close(process->from);
    (void)close(process->supervisor);
    free(process->out);
    free(process->in);
    free(process);
}

char *process_room(struct process *process, size_t size)
{
    if (process->out_size + size > process->out_room) {
        process->out_room = process->out_size + size + process->out_room / 2;
        process->out = memory_resize(process->out, process->out_room, 1);
    }
    return process->out + process->out_size;
}

void process_wrote(struct process *process, size_t size)
{
    process->out_size += size;
}

/* write() without SIGPIPE: that the process has ended is seen when it is read from. */
static ssize_t write_quietly(int to, const char *bytes, size_t size)
{
    sigset_t pipe;
    sigset_t before;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)sigprocmask(SIG_BLOCK, &pipe, &before);
    ssize_t written = write(to, bytes, size);
    int error = errno;
    if (written < 0 && error == EPIPE) {
        (void)sigtimedwait(&pipe, NULL, &(struct timespec){0, 0});
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

static void send_some(struct process *process)
{
    if (process->out_sent == process->out_size) {
        return;
    }
    ssize_t sent = write_quietly(process->to, process->out + process->out_sent,
                                 process->out_size - process->out_sent);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        sent = (ssize_t)(process->out_size - process->out_sent); /* nobody reads it */
    }
    process->out_sent += sent > 0 ? (size_t)sent : 0;
    if (process->out_sent == process->out_size) {
        process->out_sent = process->out_size = 0;
    }
}

static void receive_some(struct process *process)
{
    if (process->in_at > 0 && process->in_at == process->in_size) {
        process->in_at = process->in_size = 0;
    }
    if (process->in_room - process->in_size < READ_MIN) {
        memmove(process->in, process->in + process->in_at, process->in_size - process->in_at);
        process->in_size -= process->in_at;
        process->in_at = 0;
        if (process->in_room - process->in_size < READ_MIN) {
            process->in_room *= 2;
            process->in = memory_resize(process->in, process->in_room, 1);
        }
    }
    ssize_t size =
        read(process->from, process->in + process->in_size, process->in_room - process->in_size);
    if (size > 0) {
        process->in_size += (size_t)size;
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        process->ended = true;
    }
}

static double now(clockid_t clock)
{
    struct timespec time;
    return clock_gettime(clock, &time) == 0 ? (double)time.tv_sec + (double)time.tv_nsec / 1e9 : 0;
}

static double cpu_of(struct process *process)
{
    clockid_t clock;
    if (process->id == 0 &&
        recv(process->supervisor, &process->id, sizeof process->id, 0) != sizeof process->id) {
        process->id = -1;
    }
    return process->id > 0 && clock_getcpuclockid(process->id, &clock) == 0 ? now(clock) : 0;
}

/* Takes seconds from the caller's deadline of CPU time, or gives some back. */
static void charge(double seconds)
{
    struct itimerval timer;
    if (getitimer(ITIMER_PROF, &timer) != 0 ||
        (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0)) {
        return; /* there is no deadline */
    }
    double left = (double)timer.it_value.tv_sec + (double)timer.it_value.tv_usec / 1e6 - seconds;
    if (left <= 0) {
        (void)raise(SIGPROF);
    }
    timer.it_value.tv_sec = (time_t)left;
    timer.it_value.tv_usec = (suseconds_t)((left - (double)timer.it_value.tv_sec) * 1e6);
    timer.it_value.tv_usec += timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0;
    (void)setitimer(ITIMER_PROF, &timer, NULL);
}

#define LOOK_MILLISECONDS 100

/* Called when the process has not answered for LOOK_MILLISECONDS. */
static void charge_for_waiting(struct process *process)
{
    double cpu = cpu_of(process);
    double used = cpu - process->cpu;
    /* Not what it used before this wait. */
    used = used < LOOK_MILLISECONDS / 1e3 ? used : LOOK_MILLISECONDS / 1e3;
    process->cpu = cpu;
    if (used > 0) {
        process->charged += used;
        charge(used);
    }
}

/* There was an answer: the deadline begins again for the next. */
static void answered(struct process *process)
{
    double time = now(CLOCK_MONOTONIC);
    if (process->charged > 0) {
        charge(-process->charged);
        process->charged = 0;
    }
    if (time - process->rearmed > 1) {
        unsigned int left = alarm(0);
        process->alarm = left > process->alarm ? left : process->alarm;
        (void)alarm(left > 0 ? process->alarm : 0);
        process->rearmed = time;
    }
}

/* Waits until the process can be read from, and writes meanwhile, so that neither waits for the
 * other for ever. */
static void wait_for_input(struct process *process, double until)
{
    double time = until > 0 ? now(CLOCK_MONOTONIC) : 0;
    if (until > 0 && time >= until) {
        process->late = true;
        return;
    }
    struct pollfd ready[] = {
        {.fd = process->from, .events = POLLIN},
        {.fd = process->out_size > process->out_sent ? process->to : -1, .events = POLLOUT}};
    int count = poll(ready, 2, LOOK_MILLISECONDS);
    if (count == 0 && until <= 0) {
        charge_for_waiting(process);
    }
    if (count > 0 && ready[1].revents != 0) {
        send_some(process);
    }
    if (count > 0 && ready[0].revents != 0) {
        receive_some(process);
    }
}

bool process_line(struct process *process, double seconds, const char **line, size_t *size)
{
    double until = seconds > 0 ? now(CLOCK_MONOTONIC) + seconds : 0;
    size_t looked = 0; /* bytes after in_at without an end of line */
    bool waited = false;
    send_some(process);
    for (;;) {
        size_t unread = process->in_size - process->in_at;
        const char *start = process->in + process->in_at;
        const char *end = unread > looked ? memchr(start + looked, '\n', unread - looked) : NULL;
        if (end != NULL) {
            *line = start;
            *size = (size_t)(end - start);
            process->in_at += *size + 1;
            if (waited && seconds <= 0) {
                answered(process);
            }
            return true;
        }
        if (process->ended || process->late || unread > PROCESS_LINE_MAX) {
            return false;
        }
        looked = unread;
        waited = true;
        wait_for_input(process, until);
    }
}

bool process_has_more(const struct process *process)
{
    return process->in_at < process->in_size;
}

/* How long a process that closed its output may take to end. */
#define END_MILLISECONDS 5000

struct process_end process_end(struct process *process)
{
    struct process_end end = {.ending = process->late    ? PROCESS_LATE
                                        : process->ended ? PROCESS_CLOSED
                                                         : PROCESS_TOO_LONG};
    struct report report = {.size = 0};
    struct pollfd ready = {.fd = process->supervisor, .events = POLLIN};
    (void)cpu_of(process); /* the first message is the id */
    bool ended = process->ended && poll(&ready, 1, END_MILLISECONDS) > 0;
    if (!ended && process->id > 0) {
        (void)kill(-process->id, SIGKILL);
        (void)poll(&ready, 1, END_MILLISECONDS);
    }
    if (recv(process->supervisor, &report, sizeof report, MSG_DONTWAIT) != sizeof report) {
        return end;
    }
    size_t size = report.size < sizeof end.said ? report.size : sizeof end.said - 1;
    memcpy(end.said, report.said + report.size - size, size);
    end.said[size] = '\0';
    if (ended) {
        bool killed = WIFSIGNALED(report.status);
        end.ending = killed ? PROCESS_KILLED : PROCESS_EXITED;
        end.number = killed ? WTERMSIG(report.status) : WEXITSTATUS(report.status);
    }
    return end;
}
