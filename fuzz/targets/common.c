#include "common.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <xxhash.h>

#include "../base/memory.h"
#include "../program/bytes.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "../search/adapt.h"
#include "../subjects/load.h"

/* Without these options, a sanitized run spends much of its time on allocation stacks that nobody
 * reads, and on fresh pages for a quarantine of 256 MB, although an input's blocks are a few
 * kilobytes. */
const char *__asan_default_options(void); /* NOLINT: the sanitizer's own name */
const char *__asan_default_options(void)  /* NOLINT */
{
    return "malloc_context_size=8:max_malloc_fill_size=64:quarantine_size_mb=16";
}

/* DIGESTS of the current input, and of the answers to it so far. */

static XXH3_state_t *answers;
static uint64_t input_digest;
static bool any_input;

static void print_digest(void)
{
    if (any_input) {
        (void)printf("input %016llx answers %016llx\n", (unsigned long long)input_digest,
                     (unsigned long long)XXH3_64bits_digest(answers));
    }
}

static void print_last(void)
{
    print_digest();
    (void)XXH3_freeState(answers);
}

bool target_digests(void)
{
    static bool asked;
    if (!asked) {
        asked = true;
        answers = getenv("RINGPROOF_DIGEST") != NULL ? XXH3_createState() : NULL;
        if (answers != NULL) {
            (void)atexit(print_last);
        }
    }
    return answers != NULL;
}

void target_answer(const void *answer, size_t size)
{
    if (target_digests()) {
        (void)XXH3_64bits_update(answers, answer, size);
    }
}

static void begin_digest(const uint8_t *data, size_t size)
{
    print_digest();
    any_input = true;
    input_digest = XXH3_64bits(data, size);
    (void)XXH3_64bits_reset(answers);
}

/* SLOW INPUTS, by a timer of the process's CPU time, so that other processes do not make an input
 * slow. */

static void too_slow(int signal_number)
{
    static const char sentence[] = "# slow: the input took more than RINGPROOF_SLOW_MS\n";
    (void)signal_number;
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0) {
        _exit(2);
    }
    abort();
}

static long slow_milliseconds(void)
{
    static long milliseconds = -1;
    if (milliseconds < 0) {
        const char *text = getenv("RINGPROOF_SLOW_MS");
        milliseconds = text != NULL ? strtol(text, NULL, 10) : target_built_in().slow_ms;
        if (milliseconds > 0) {
            (void)signal(SIGPROF, too_slow);
        }
    }
    return milliseconds;
}

static void set_timer(long milliseconds)
{
    if (slow_milliseconds() > 0) {
        struct itimerval timer = {.it_value = {milliseconds / 1000, milliseconds % 1000 * 1000}};
        (void)setitimer(ITIMER_PROF, &timer, NULL);
    }
}

/* INPUTS */

uint8_t *target_input(const uint8_t *data, size_t size)
{
    uint8_t *copy = memory_resize(NULL, size, 1);
    if (size > 0) {
        memcpy(copy, data, size);
    }
    if (target_digests()) {
        begin_digest(copy, size);
    }
    set_timer(slow_milliseconds());
    return copy;
}

void target_done(uint8_t *input)
{
    set_timer(0);
    free(input);
}

void target_program(const uint8_t *data, size_t size, size_t head, struct program *program)
{
    uint8_t *input = target_input(data, size);
    size_t skipped = size < head ? size : head;
    program_init(program);
    bytes_decode(input + skipped, size - skipped, program);
    if (!target_is_library()) {
        (void)adapt_program(program, target_subject());
    }
    free(input);
}

void target_program_done(struct program *program)
{
    program_free(program);
    target_done(NULL);
}

/* THE ENVIRONMENT */

__attribute__((weak)) struct target_built_in target_built_in(void)
{
    return (struct target_built_in){.subject = "core"};
}

_Noreturn static void refuse_subject(const char *reason)
{
    const char *name = getenv("RINGPROOF_SUBJECT");
    if (name != NULL) {
        (void)fprintf(stderr, "RINGPROOF_SUBJECT=%s: %s\n", name, reason);
    } else {
        (void)fprintf(stderr, "built for subject %s: %s\n", target_built_in().subject, reason);
    }
    exit(2);
}

/* A process can open one subject, so this is called once. */
static const struct subject *wanted_subject(void)
{
    const char *name = getenv("RINGPROOF_SUBJECT");
    char error[FILE_ERROR_MAX];
    const struct subject *subject =
        subject_open(name != NULL ? name : target_built_in().subject, error, sizeof error);
    if (subject == NULL) {
        refuse_subject(error);
    }
    rule_own_set(subject);
    return subject;
}

const struct subject *target_subject(void)
{
    static const struct subject *subject;
    if (subject == NULL) {
        subject = wanted_subject();
    }
    return subject;
}

__attribute__((weak)) const char *target_needs(const struct subject *subject)
{
    (void)subject;
    return NULL;
}

static void judge_subject(void)
{
    const char *needs = target_needs(target_subject());
    if (needs != NULL) {
        refuse_subject(needs);
    }
}

const char *target_needs_a_whole_ring(const struct subject *subject)
{
    bool whole = subject->placement == SUBJECT_BY_RULE &&
                 (subject->rules == 0 || subject->rules == SUBJECT_ALL_RULES) &&
                 subject->replicas == SUBJECT_EACH_NODE && subject->remove != NULL &&
                 subject->add_many != NULL && subject->find_n != NULL &&
                 subject->node_count != NULL && subject->point_count != NULL &&
                 subject->next_point != NULL;
    return whole ? NULL
                 : "this target needs a ring that places by every rule, has all functions, and "
                   "takes any replicas: ring_ops takes every ring";
}

static void judge_milliseconds(void)
{
    const char *text = getenv("RINGPROOF_SLOW_MS");
    char *end = NULL;
    if (text != NULL && (strtol(text, &end, 10) <= 0 || *end != '\0')) {
        (void)fprintf(
            stderr, "RINGPROOF_SLOW_MS=%s: not a number of milliseconds: write 100, or unset it\n",
            text);
        exit(2);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    judge_subject();
    judge_milliseconds();
    return 0;
}

bool target_is_library(void)
{
    return target_subject()->check == subject_core.check;
}

double target_points(const struct operation *operation)
{
    double points = 0;
    for (size_t i = 0; i < operation->count && operation->kind != OP_REMOVE; i++) {
        const struct ring_node *node = &operation->nodes[i];
        double weight = 1 + (double)node->name.size / 64;
        points += node->replicas <= RING_REPLICAS_MAX ? node->replicas * weight : 0;
    }
    return points;
}

/* COMPARISON */

static void digest_answer(void *context, const struct operation *operation, const char *answer)
{
    (void)context;
    (void)operation;
    target_answer(answer, strlen(answer) + 1);
}

struct check target_check(const struct subject *reference)
{
    return (struct check){.subject = target_subject(),
                          .reference = reference,
                          .excuse_ties = true,
                          .sparse = true,
                          .samples = true,
                          .answered = target_digests() ? digest_answer : NULL};
}

void target_answer_points(const void *ring)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    while (target_digests() && target_subject()->next_point(ring, &cursor, &point)) {
        target_answer(&point.position, sizeof point.position);
        target_answer(point.node.data, point.node.size);
    }
}

/* FAILURES */

_Noreturn void target_fail(const struct program *program, const struct finding *finding)
{
    (void)fprintf(stderr,
                  "# difference at operation %zu, %s: expected %s\n"
                  "# difference at operation %zu, %s: got %s\n",
                  finding->operation + 1, finding->what, finding->expected, finding->operation + 1,
                  finding->what, finding->got);
    trace_write(program, stderr);
    abort();
}

_Noreturn void target_fail_saying(const struct program *program, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("# difference: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    trace_write(program, stderr);
    abort();
}
