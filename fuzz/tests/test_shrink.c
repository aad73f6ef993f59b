/* Shrinking ends at the smallest failing program, for failures whose smallest program is known. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "../program/trace.h"
#include "../search/shrink.h"

static size_t replicas_of(const struct program *program, size_t *removes)
{
    size_t most = 0;
    *removes = 0;
    for (size_t i = 0; i < program->count; i++) {
        *removes += program->operations[i].kind == OP_REMOVE;
        for (size_t j = 0; j < program->operations[i].count; j++) {
            size_t replicas = program->operations[i].nodes[j].replicas;
            most = replicas > most ? replicas : most;
        }
    }
    return most;
}

/* A remove and, anywhere, a node of 37 replicas or more. */
static bool needs_a_remove_and_37(void *context, const struct program *program)
{
    size_t removes = 0;
    (void)context;
    return replicas_of(program, &removes) >= 37 && removes > 0;
}

/* An add of a name of 3 bytes or more, and later a find_n of 9 or more nodes from a key that equals
 * it. */
static bool needs_equal_names(void *context, const struct program *program)
{
    (void)context;
    for (size_t i = 0; i < program->count; i++) {
        const struct operation *find = &program->operations[i];
        for (size_t j = 0; j < i; j++) {
            const struct operation *add = &program->operations[j];
            if (find->kind == OP_FIND_N && find->n >= 9 && add->kind == OP_ADD &&
                find->key.size >= 3 && add->nodes[0].name.size == find->key.size &&
                memcmp(add->nodes[0].name.data, find->key.data, find->key.size) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void assert_shrinks(bool (*fails)(void *context, const struct program *program),
                           const char *from, const char *to)
{
    struct program program;
    struct program smallest;
    char error[200];
    char *text = NULL;
    size_t size = 0;
    program_init(&program);
    program_init(&smallest);
    assert_true(trace_read(from, strlen(from), &program, error, sizeof error));
    assert_true(fails(NULL, &program));
    assert_true(shrink_program(&(struct shrink){.fails = fails}, &program, &smallest) > 0);
    FILE *out = open_memstream(&text, &size);
    trace_write(&smallest, out);
    (void)fclose(out);
    assert_string_equal(text, to);
    free(text);
    program_free(&smallest);
    program_free(&program);
}

static void to_the_known_smallest(void **state)
{
    (void)state;
    assert_shrinks(needs_a_remove_and_37,
                   "ring md5\n"
                   "add \"one\" 3\n"
                   "find \"key\"\n"
                   "add-many \"two\" 5 \"three\" 2000 \"four\" 1\n"
                   "remove \"one\"\n"
                   "find-n \"key\" 3\n"
                   "remove \"three\"\n",
                   "ring md5\n"
                   "add \"a\" 37\n"
                   "remove \"a\"\n");
    assert_shrinks(needs_equal_names,
                   "ring xxh3\n"
                   "add \"other\" 3\n"
                   "add \"long name\" 300\n"
                   "find \"long name\"\n"
                   "find-n \"long name\" 1000\n"
                   "remove \"long name\"\n",
                   "ring xxh3\n"
                   "add \"lon\" 1\n"
                   "find-n \"lon\" 15\n");
}

/* Time is up at the third candidate. */
struct short_time {
    size_t asked;
    bool ended;
};

static bool fails_until_time_is_up(void *context, const struct program *program)
{
    struct short_time *time = context;
    (void)program;
    time->asked++;
    time->ended = time->asked == 3;
    return time->asked < 3;
}

/* To make candidates of a long program, and not to run them, took minutes. */
static void no_candidate_is_made_when_time_is_up(void **state)
{
    struct program program;
    struct program smallest;
    struct short_time time = {0, false};
    (void)state;
    program_init(&program);
    program_init(&smallest);
    for (size_t i = 0; i < 1000; i++) {
        struct operation *operation = program_append(&program, i % 2 == 0 ? OP_ADD : OP_FIND_N);
        operation->key = BYTES("a long key");
        operation->n = 100;
        if (i % 2 == 0) {
            program_append_node(&program, BYTES("a long name"), 100);
        }
    }
    assert_int_equal(shrink_program(&(struct shrink){.fails = fails_until_time_is_up,
                                                     .context = &time,
                                                     .ended = &time.ended},
                                    &program, &smallest),
                     3);
    assert_int_equal(time.asked, 3);
    program_free(&smallest);
    program_free(&program);
}

/* Like a ring with one number of replicas for all nodes. */
static bool needs_one_number_of_5(void *context, const struct program *program)
{
    size_t adds = 0;
    (void)context;
    for (size_t i = 0; i < program->count; i++) {
        for (size_t j = 0; j < program->operations[i].count; j++) {
            const struct ring_node *nodes = program->operations[i].nodes;
            if (nodes[j].replicas != program->operations[0].nodes[0].replicas ||
                nodes[j].replicas < 5) {
                return false;
            }
            adds++;
        }
    }
    return adds >= 2;
}

/* Like a ring whose names are addresses. */
static bool needs_two_hosts(void *context, const struct program *program)
{
    (void)context;
    for (size_t i = 0; i < program->count; i++) {
        const struct ring_bytes name = program->operations[i].nodes[0].name;
        if (name.size < 11 || memcmp(name.data, "127.", 4) != 0 ||
            memchr(name.data, ':', name.size - 1) == NULL) {
            return false;
        }
    }
    return program->count == 2;
}

static void to_what_a_ring_can_express(void **state)
{
    (void)state;
    assert_shrinks(needs_one_number_of_5,
                   "ring md5\n"
                   "add \"one\" 900\n"
                   "add \"two\" 900\n"
                   "add \"three\" 900\n",
                   "ring md5\n"
                   "add \"a\" 5\n"
                   "add \"a\" 5\n");
    assert_shrinks(needs_two_hosts,
                   "ring md5\n"
                   "add \"127.12.13.14:11211\" 2\n"
                   "remove \"127.12.13.19:11211\"\n",
                   "ring md5\n"
                   "add \"127.0.0.1:1\" 1\n"
                   "remove \"127.0.0.1:1\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_the_known_smallest),
        cmocka_unit_test(no_candidate_is_made_when_time_is_up),
        cmocka_unit_test(to_what_a_ring_can_express),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
