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
    assert_true(shrink_program(&(struct shrink){fails, NULL}, &program, &smallest) > 0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_the_known_smallest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
