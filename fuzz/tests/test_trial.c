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

static struct trial try_until(const struct subject *subject, double waiting, double end)
{
    struct program program;
    char error[200];
    struct trial_options options = {.check = {.subject = subject, .reference = &subject_model},
                                    .seconds = 1,
                                    .waiting = waiting,
                                    .end = end,
                                    .quiet = true};
    program_init(&program);
    assert_true(trace_read(sample, strlen(sample), &program, error, sizeof error));
    struct trial trial = trial_run(&options, &program);
    program_free(&program);
    return trial;
}

/* Much time: on a busy machine, a child that computes may not get a turn for seconds. */
static struct trial try(const struct subject *subject)
{
    return try_until(subject, 60, 0);
}

static struct trial try_shortly(const struct subject *subject)
{
    return try_until(subject, 0.3, 0);
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

static enum ring_error find_computes(const void *ring, struct ring_bytes key,
                                     struct ring_bytes *node)
{
    (void)ring, (void)key, (void)node;
    for (volatile unsigned int i = 0;; i++) {
    }
    return RING_OK;
}

static enum ring_error find_blocks_signals(const void *ring, struct ring_bytes key,
                                           struct ring_bytes *node)
{
    sigset_t all;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, NULL);
    return find_computes(ring, key, node);
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
    assert_verdict(find_computes, TRIAL_TIMEOUT, ENDING_TIMEOUT);
    assert_verdict(find_blocks_signals, TRIAL_TIMEOUT, ENDING_TIMEOUT);
}

static void waiting_is_told_from_computing(void **state)
{
    struct subject faulty = subject_core;
    (void)state;
    faulty.find = find_hangs;
    struct trial hung = try_shortly(&faulty);
    assert_int_equal(hung.verdict, TRIAL_TIMEOUT);
    assert_int_equal(hung.ending.kind, ENDING_TIMEOUT);
    assert_true(hung.ending.waited);
    faulty.find = find_computes;
    assert_false(try(&faulty).ending.waited);
}

static void the_end_of_the_run_is_no_finding(void **state)
{
    struct subject faulty = subject_core;
    (void)state;
    faulty.find = find_hangs;
    struct trial trial = try_until(&faulty, 60, isolate_now() + 0.2);
    assert_int_equal(trial.verdict, TRIAL_STOPPED);
    assert_int_equal(trial.ending.kind, ENDING_OVER);
}

/* PLACES */

static void *create_aborts(const struct ring_options *options)
{
    (void)options;
    abort();
}

static void destroy_computes(void *ring)
{
    (void)find_computes(ring, (struct ring_bytes){NULL, 0}, NULL);
}

static bool next_point_aborts(const void *ring, struct ring_cursor *cursor,
                              struct ring_point *point)
{
    (void)ring, (void)cursor, (void)point;
    abort();
}

static void assert_place(const struct subject *subject, enum check_phase phase, const char *said)
{
    char *text = NULL;
    size_t size = 0;
    struct program program;
    char error[200];
    struct trial trial = try(subject);
    assert_int_equal(trial.finding.phase, phase);
    program_init(&program);
    assert_true(trace_read(sample, strlen(sample), &program, error, sizeof error));
    FILE *out = open_memstream(&text, &size);
    trial_write(out, &trial, &program, "");
    (void)fclose(out);
    if (strstr(text, said) == NULL) {
        fail_msg("'%s' does not say '%s'", text, said);
    }
    free(text);
    program_free(&program);
}

static void a_failure_has_its_place(void **state)
{
    struct subject faulty = subject_core;
    (void)state;
    faulty.create = create_aborts;
    assert_place(&faulty, CHECK_CREATES, "while the ring is created\n");
    faulty = subject_core;
    faulty.find = find_aborts;
    assert_place(&faulty, CHECK_RUNS, "at operation 2: find \"a\"\n");
    faulty = subject_core;
    faulty.next_point = next_point_aborts;
    assert_place(&faulty, CHECK_LISTS, "while the ring is listed after operation 1: add \"a\" 2\n");
    faulty = subject_core;
    faulty.destroy = destroy_computes;
    faulty.moves = NULL; /* it is asked with another ring, which is destroyed earlier */
    assert_place(&faulty, CHECK_DESTROYS,
                 "while the rings are destroyed after operation 3: find \"b\"\n");
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
        cmocka_unit_test(waiting_is_told_from_computing),
        cmocka_unit_test(the_end_of_the_run_is_no_finding),
        cmocka_unit_test(a_failure_has_its_place),
#if defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(a_leak_is_reported),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
