#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM};

static volatile sig_atomic_t caught;

static void note(int number)
{
    if (caught == 0) {
        caught = number;
    }
}

static void die_of_own(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code <= 0 && info->si_pid == getpid()) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
}

/* Replaces the action of each signal that has this handler. */
static void replace(void (*handler)(int number), const struct sigaction *action)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == handler) {
            (void)sigaction(signals[i], action, NULL);
        }
    }
}

void interrupt_catch(void)
{
    replace(SIG_DFL, &(struct sigaction){.sa_handler = note});
}

void interrupt_leave_to_parent(void)
{
    replace(note,
            &(struct sigaction){.sa_sigaction = die_of_own, .sa_flags = SA_SIGINFO | SA_RESTART});
}

int interrupt_signal(void)
{
    return caught;
}

const char *interrupt_name(void)
{
    return caught == SIGTERM ? "SIGTERM" : "SIGINT";
}
