/* Programs for a search: they obey every declaration of a subject, and bring about the situations
 * that tell wrong rings from right ones. */
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../check/compare.h"
#include "../check/present.h"
#include "../check/tally.h"
#include "../search/adapt_text.h"
#include "../search/coincidences.h"
#include "../search/directed.h"
#include "../search/first_failure.h"

/* A placement of its own, of 32 bits: XXH3 of "name-index", and of the key. */
static uint64_t own_position(struct ring_bytes key)
{
    return XXH3_64bits(key.data, key.size) & UINT32_MAX;
}

static uint64_t own_point(struct ring_bytes name, uint32_t index)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    (void)fwrite(name.data, 1, name.size, out);
    (void)fprintf(out, "-%u", index);
    (void)fclose(out);
    uint64_t position = own_position((struct ring_bytes){text, size});
    free(text);
    return position;
}

static uint64_t custom_point(void *context, const void *name, size_t size, uint32_t index)
{
    (void)context;
    return own_point((struct ring_bytes){name, size}, index);
}

static uint64_t custom_key(void *context, const void *key, size_t size)
{
    (void)context;
    return own_position((struct ring_bytes){key, size});
}

static void *create(const struct ring_options *options)
{
    struct ring_options own = *options;
    own.rule = RING_CUSTOM;
    own.custom = (struct ring_custom_rule){custom_point, custom_key, NULL};
    return subject_resort.create(&own);
}

static struct subject own_ring(void)
{
    struct subject subject = subject_resort;
    subject.name = "own";
    subject.placement = SUBJECT_OWN;
    subject.position_bits = 32;
    subject.create = create;
    subject.point = own_point;
    subject.position = own_position;
    return subject;
}

/* One that has little and declares much. */
static struct subject narrow_ring(void)
{
    struct subject subject = own_ring();
    subject.name = "narrow";
    subject.placement = SUBJECT_OPAQUE;
    subject.point = NULL;
    subject.position = NULL;
    subject.next_point = NULL;
    subject.point_count = NULL;
    subject.find_positions = NULL;
    subject.add_many = NULL;
    subject.find_n = NULL;
    subject.adding_twice = subject.removing_absent = SUBJECT_NOT_SAID;
    subject.finding_in_empty = subject.empty_name = SUBJECT_NOT_SAID;
    subject.empty_key = subject.bad_replicas = SUBJECT_NOT_SAID;
    subject.names = SUBJECT_HOST_PORT;
    subject.keys = SUBJECT_PRINTABLE;
    subject.not_in_keys = BYTES("abc");
    subject.key_max = 20;
    subject.replicas = SUBJECT_ONE_NUMBER;
    subject.replicas_max = 10;
    subject.nodes_max = 30;
    subject.points_max = 100;
    return subject;
}

static void assert_obeys(const struct subject *subject, const struct program *program)
{
    struct adapt_text names = adapt_names(subject);
    struct adapt_text keys = adapt_keys(subject);
    struct present rings[PROGRAM_RINGS] = {{NULL, 0}};
    struct present *present = &rings[0];
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *operation = &program->operations[i];
        enum ring_error error = RING_OK;
        uint32_t points = 0;
        switch (operation->kind) {
        case OP_FIND_N:
            assert_non_null(subject->find_n);
            /* FALLTHROUGH */
        case OP_FIND:
            assert_true(adapt_text_fits(&keys, operation->key));
            assert_true(present->count > 0 || subject->finding_in_empty != SUBJECT_NOT_SAID);
            break;
        case OP_USE:
            present = &rings[operation->n];
            break;
        case OP_RENEW:
            present_free(present);
            break;
        case OP_ADD_MANY:
            assert_non_null(subject->add_many);
            /* FALLTHROUGH */
        case OP_ADD:
        case OP_REMOVE:
        case OP_SET_REPLICAS:
            for (size_t j = 0; j < operation->count; j++) {
                assert_true(adapt_text_fits(&names, operation->nodes[j].name));
            }
            enum present_effect effect = present_effect(present, subject, operation, &error);
            assert_int_not_equal(effect, PRESENT_NOT_SAID);
            if (effect == PRESENT_CHANGES) {
                present_apply(present, operation);
            }
            for (size_t j = 0; j < present->count; j++) {
                points += present->nodes[j].replicas;
            }
            assert_true(subject->nodes_max == 0 || present->count <= subject->nodes_max);
            assert_true(subject->points_max == 0 || points <= subject->points_max);
            break;
        }
    }
    for (size_t i = 0; i < PROGRAM_RINGS; i++) {
        present_free(&rings[i]);
    }
}

static void programs_obey_declarations(void **state)
{
    struct subject subjects[] = {own_ring(), narrow_ring(), subject_core};
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct progress progress = {.programs = 0};
        struct search search = {.subject = &subjects[i], .seed = 5, .progress = &progress};
        rule_own_set(&subjects[i]);
        for (uint64_t index = 0; index < 300; index++) {
            struct program program;
            program_init(&program);
            search_program(&search, index, &program);
            assert_obeys(&subjects[i], &program);
            program_free(&program);
        }
    }
}

/* Some hundred programs bring about all but the sizes that are rare on purpose. */
static void situations_occur(void **state)
{
    struct subject subjects[] = {subject_core, own_ring(), narrow_ring()};
    (void)state;
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct progress progress = {.programs = 0};
        struct tally tally = {.nodes = 0};
        struct search search = {.subject = &subjects[i],
                                .seed = 9,
                                .progress = &progress,
                                .tallies = &tally,
                                .jobs = 1};
        struct check check = search_check(&search);
        check.tally = &tally;
        rule_own_set(&subjects[i]);
        for (uint64_t index = 0; index < 1000; index++) {
            struct program program;
            struct finding finding;
            program_init(&program);
            search_program(&search, index, &program);
            if (program_cost(&program) < 3e6 && !check_program(&check, &program, &finding)) {
                fail_msg("%s differs at program %llu, operation %zu: %s", subjects[i].name,
                         (unsigned long long)index, finding.operation, finding.what);
            }
            program_free(&program);
        }
        struct tally sum;
        search_tally(&search, &sum);
        for (unsigned int j = 0; j < TALLY_SITUATIONS; j++) {
            bool rare = j >= TALLY_NODE_COUNT + 14 && j < TALLY_REGREW;
            if (!rare && sum.times[j] == 0 && tally_why_never(&sum, &subjects[i], j) == NULL) {
                fail_msg("%s: never %s", subjects[i].name, tally_words(j));
            }
        }
    }
}

/* The keys of the table lie where it says. */
static void coincidences_are_true(void **state)
{
    static struct subject own; /* at an address of its own, by which formats are remembered */
    struct program program;
    struct ring_bytes key;
    (void)state;
    own = own_ring();
    rule_own_set(&own);
    program_init(&program);
    const struct coincidences *table = coincidences_of(&own, &rule_own);
    const uint64_t away[] = {
        [COINCIDENCE_ON] = 0, [COINCIDENCE_BELOW] = 1, [COINCIDENCE_ABOVE] = UINT64_MAX};
    for (unsigned int kind = 0; kind < COINCIDENCE_EQUAL; kind++) {
        assert_true(table->counts[kind] > 10);
        for (uint32_t i = 0; i < table->counts[kind]; i++) {
            const struct coincidence *item = &table->items[kind][i];
            struct ring_bytes name = coincidence_name(&own, &program, item->name);
            uint64_t position = own_position(coincidence_key(&own, &program, item->key));
            assert_int_equal(position + away[kind], own_point(name, item->index));
        }
    }
    assert_true(table->counts[COINCIDENCE_EQUAL] > 5);
    for (uint32_t i = 0; i < table->counts[COINCIDENCE_EQUAL]; i++) {
        const struct coincidence *item = &table->items[COINCIDENCE_EQUAL][i];
        uint64_t point = own_point(coincidence_name(&own, &program, item->name), item->index);
        assert_int_equal(
            point, own_point(coincidence_name(&own, &program, item->other), item->other_index));
        assert_true(own_position(coincidence_key(&own, &program, item->key)) < point);
    }
    /* The format is found. */
    assert_true(coincidence_on(&own, &rule_own, &program, BYTES("some node"), 7, &key));
    assert_int_equal(own_position(key), own_point(BYTES("some node"), 7));
    program_free(&program);
}

static uint64_t crashing_position(struct ring_bytes key)
{
    (void)key;
    abort();
}

/* A subject that crashes has no coincidences, and does not end the tool. */
static void a_crash_is_harmless(void **state)
{
    struct subject own = own_ring();
    bool on = true;
    bool beside = true;
    (void)state;
    own.position = crashing_position;
    rule_own_set(&own);
    assert_int_equal(coincidences_of(&own, &rule_own)->counts[COINCIDENCE_ON], 0);
    own.position_bits = 64;
    coincidences_possible(&own, &on, &beside);
    assert_false(on);
    assert_false(beside);
}

static void texts_are_adapted(void **state)
{
    struct program program;
    (void)state;
    program_init(&program);
    const struct ring_bytes samples[] = {
        BYTES("a"),
        BYTES("\xff"),
        BYTES("a\0b"),
        BYTES("\xc3\xa9t\xc3\xa9"),
        BYTES("\xed\xa0\x80"),
        BYTES("127.0.0.1:11211"),
        BYTES("127.0.0.256:1"),
        BYTES("0123456789012345678901234567890"),
        BYTES(""),
    };
    for (int text = SUBJECT_BYTES; text <= SUBJECT_HOST_PORT; text++) {
        struct adapt_text kinds[] = {
            {(enum subject_text)text, {NULL, 0}, 0, false},
            {(enum subject_text)text, {NULL, 0}, 24, true},
            {(enum subject_text)text, BYTES("a\xff"), 24, false},
        };
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            for (size_t j = 0; j < sizeof samples / sizeof *samples; j++) {
                struct ring_bytes adapted = adapt_bytes(&kinds[i], &program, samples[j]);
                assert_true(adapt_text_fits(&kinds[i], adapted) ||
                            (adapted.size == 0 && kinds[i].empty));
            }
        }
    }
    const struct adapt_text utf8 = {SUBJECT_UTF8, {NULL, 0}, 0, false};
    assert_true(adapt_text_fits(&utf8, BYTES("\xf0\x9f\x98\x80")));
    assert_false(adapt_text_fits(&utf8, BYTES("\xc0\x80")));
    assert_false(adapt_text_fits(&utf8, BYTES("\xed\xa0\x80")));
    assert_false(adapt_text_fits(&utf8, BYTES("\xf4\x90\x80\x80")));
    assert_false(adapt_text_fits(&utf8, BYTES("\xc3")));
    program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_adapted),     cmocka_unit_test(programs_obey_declarations),
        cmocka_unit_test(coincidences_are_true), cmocka_unit_test(a_crash_is_harmless),
        cmocka_unit_test(situations_occur),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
