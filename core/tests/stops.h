/* For tests of assertions, which builds without NDEBUG have. */
#ifndef RING_TESTS_STOPS_H
#define RING_TESTS_STOPS_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

/* Fails the test unless each call ends its process by SIGABRT. Skips it without assertions. */
static inline void assert_each_stops(void (*const *calls)(void), size_t count)
{
#ifdef NDEBUG
    skip();
#endif
    for (size_t i = 0; i < count; i++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            (void)close(STDERR_FILENO);
            (void)signal(SIGABRT, SIG_DFL); /* cmocka catches it */
            calls[i]();
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
            fail_msg("wrong call %zu did not stop", i);
        }
    }
}

#endif
