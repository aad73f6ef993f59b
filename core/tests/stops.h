/* For tests of assertions, which builds without NDEBUG have. */
#ifndef RING_TESTS_STOPS_H
#define RING_TESTS_STOPS_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

struct wrong_calls {
    void (*const *calls)(void);
    size_t count;
};

static inline void every_wrong_call_stops(void **state)
{
    const struct wrong_calls *wrong = *state;
#ifdef NDEBUG
    skip();
#endif
    for (size_t i = 0; i < wrong->count; i++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            (void)close(STDERR_FILENO);
            (void)signal(SIGABRT, SIG_DFL); /* cmocka catches it */
            wrong->calls[i]();
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
            fail_msg("wrong call %zu did not stop", i);
        }
    }
}

/* The test that each call ends its process by SIGABRT. Skips it without assertions. Returns what main()
 * returns. */
static inline int test_wrong_calls(void (*const *calls)(void), size_t count)
{
    struct wrong_calls wrong = {calls, count};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_wrong_call_stops, &wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
