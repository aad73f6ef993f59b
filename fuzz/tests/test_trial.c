/* Whatever a subject does to its process becomes a finding, with the operation that ran. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../check/trial.h"
#include "../model/ring.h"
#include "../program/trace.h"

static const char sample[] = "ring identity\nadd \"a\" 2\nfind \"a\"\nfind \"b\"\n";

static struct trial try(const struct subject *subject)
{
    struct program program;
    char error[200];
    struct trial_options options = {
        .check = {.subject = subject, .reference = &subject_model}, .seconds = 1, .quiet = true};
    program_init(&program);
    assert_true(trace_read(sample, strlen(sample), &program, error, sizeof error));
    struct trial trial = trial_run(&options, &program);
    program_free(&program);
    return trial;
}

static enum ring_error find_exits(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring, (void)key, (void)node;
    exit(0);
}

static enum ring_error find_aborts(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring, (void)key, (void)node;
    (void)signal(SIGABRT, SIG_DFL);
    abort();
}

static enum ring_error find_hangs(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring, (void)key, (void)node;
    while (pause() != 0) {
    }
    return RING_OK;
}

static enum ring_error find_nobody(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring, (void)key;
    *node = (struct ring_bytes){NULL, 0};
    return RING_OK;
}

static void assert_verdict(enum ring_error (*find)(const void *, struct ring_bytes,
                                                   struct ring_bytes *),
                           enum trial_verdict verdict, enum ending_kind ending)
{
    struct subject faulty = subject_core;
    faulty.find = find;
    struct trial trial = try(&faulty);
    assert_int_equal(trial.verdict, verdict);
    assert_int_equal(trial.ending.kind, ending);
    assert_int_equal(trial.finding.operation, 1);
}

static void every_ending_is_reported(void **state)
{
    (void)state;
    assert_int_equal(try(&subject_core).verdict, TRIAL_AGREED);
    assert_verdict(find_nobody, TRIAL_DIFFERENCE, ENDING_RETURNED);
    assert_verdict(find_exits, TRIAL_CRASH, ENDING_EXIT);
    assert_verdict(find_aborts, TRIAL_CRASH, ENDING_SIGNAL);
    assert_verdict(find_hangs, TRIAL_TIMEOUT, ENDING_TIMEOUT);
}

#if defined(__SANITIZE_ADDRESS__)
static void leak(void *ring)
{
    (void)ring;
}

static void a_leak_is_reported(void **state)
{
    struct subject faulty = subject_core;
    (void)state;
    faulty.destroy = leak;
    assert_int_equal(try(&faulty).verdict, TRIAL_CRASH);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ending_is_reported),
#if defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(a_leak_is_reported),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
