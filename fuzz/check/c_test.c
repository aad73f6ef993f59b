#include "c_test.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../program/trace.h"
#include "compare.h"

/* THE FIXED TEXT of a test. It compares all points of a ring by one digest, FNV-1a. For each point
 * the digest covers the position, the length of the owner's name (both as 8 bytes, least
 * significant first) and the name. */

static const char *const head[] = {
    "#include <ringproof/ring.h>",
    "#include <stdio.h>",
    "#include <string.h>",
    "",
    "#define BYTES(literal) (literal), sizeof(literal) - 1",
    "",
    "static int step; /* the number of the current operation */",
    "",
    "static bool is(bool same, const char *what)",
    "{",
    "    if (!same) {",
    "        printf(\"operation %d: %s\\n\", step, what);",
    "    }",
    "    return same;",
    "}",
    "",
    "static bool says(enum ring_error got, enum ring_error expected)",
    "{",
    "    if (got != expected) {",
    "        printf(\"operation %d: expected: %s\\n\", step, ring_strerror(expected));",
    "        printf(\"operation %d: got: %s\\n\", step, ring_strerror(got));",
    "    }",
    "    return got == expected;",
    "}",
    "",
    NULL,
};

static const char *const helpers[] = {
    "static uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t size)",
    "{",
    "    for (size_t i = 0; i < size; i++) {",
    "        digest = (digest ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);",
    "    }",
    "    return digest;",
    "}",
    "",
    "static uint64_t digest_number(uint64_t digest, uint64_t number)",
    "{",
    "    for (unsigned i = 0; i < 64; i += 8) {",
    "        digest = (digest ^ (number >> i & 255)) * UINT64_C(0x100000001b3);",
    "    }",
    "    return digest;",
    "}",
    "",
    "static bool owns(const struct ring *ring, uint64_t position, struct ring_bytes node)",
    "{",
    "    struct ring_bytes got = {NULL, 0};",
    "    return ring_find_positions(ring, &position, 1, &got) == RING_OK &&",
    "           got.size == node.size &&",
    "           (node.size == 0 || memcmp(got.data, node.data, node.size) == 0);",
    "}",
    "",
    "/* Looks up the position of each point, and the position before it. */",
    "static bool finds(const struct ring *ring)",
    "{",
    "    struct ring_cursor cursor = {{0}};",
    "    struct ring_point first = {0}, last = {0}, point;",
    "    bool same = true;",
    "    for (size_t i = 0; same && ring_next_point(ring, &cursor, &point); i++) {",
    "        first = i == 0 ? point : first;",
    "        if (i == 0 || point.position != last.position) {",
    "            same = (i == 0 || owns(ring, last.position, point.node)) &&",
    "                   (point.position == 0 || owns(ring, point.position - 1, point.node));",
    "        }",
    "        last = point;",
    "    }",
    "    return is(same && (ring_point_count(ring) == 0 || owns(ring, last.position, first.node)),",
    "              \"looking up a point's position, or the one before, finds another node\");",
    "}",
    "",
    "/* Compares all points in order, by one digest. */",
    "static bool has(const struct ring *ring, size_t nodes, size_t points, uint64_t expected)",
    "{",
    "    uint64_t digest = UINT64_C(0xcbf29ce484222325);",
    "    struct ring_cursor cursor = {{0}};",
    "    struct ring_point point;",
    "    while (ring_next_point(ring, &cursor, &point)) {",
    "        digest = digest_number(digest, point.position);",
    "        digest = digest_number(digest, point.node.size);",
    "        digest = digest_bytes(digest, point.node.data, point.node.size);",
    "    }",
    "    return is(ring_node_count(ring) == nodes, \"the number of nodes differs\") &&",
    "           is(ring_point_count(ring) == points, \"the number of points differs\") &&",
    "           is(digest == expected, \"the points, or their order, differ\") &&",
    "           finds(ring) &&",
    "           is(ring_check(ring, NULL) == RING_OK, \"ring_check() finds a broken invariant\");",
    "}",
    "",
    NULL,
};

static const char *const find_helper[] = {
    "static bool are(const struct ring_bytes *got, size_t found,",
    "                const struct ring_bytes *expected, size_t count)",
    "{",
    "    bool same = found == count;",
    "    for (size_t i = 0; i < count && same; i++) {",
    "        same = got[i].size == expected[i].size &&",
    "               (got[i].size == 0 || memcmp(got[i].data, expected[i].data, got[i].size) == 0);",
    "    }",
    "    return is(same, \"the nodes found differ\");",
    "}",
    "",
    NULL,
};

/* The custom rules of fuzz/program/rules.c. */

static const char *const constant_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    (void)context, (void)name, (void)size, (void)replica;",
    "    return 7;",
    "}",
    NULL,
};

static const char *const identity_value[] = {
    "static uint64_t value_of(const void *name, size_t size)",
    "{",
    "    uint64_t value = 0;",
    "    for (size_t i = 0; i < size; i++) {",
    "        value = value << 8 | ((const unsigned char *)name)[i];",
    "    }",
    "    return value;",
    "}",
    "",
    NULL,
};

static const char *const identity_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    (void)context;",
    "    return value_of(name, size) + replica;",
    "}",
    NULL,
};

static const char *const descending_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    (void)context;",
    "    return value_of(name, size) - replica;",
    "}",
    NULL,
};

static const char *const sum_value[] = {
    "static uint64_t value_of(const void *name, size_t size, uint32_t replica)",
    "{",
    "    uint64_t value = replica;",
    "    for (size_t i = 0; i < size; i++) {",
    "        value = value * 31 + ((const unsigned char *)name)[i];",
    "    }",
    "    return value;",
    "}",
    "",
    NULL,
};

static const char *const four_bits_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    (void)context;",
    "    return value_of(name, size, replica) & 15;",
    "}",
    NULL,
};

static const char *const eight_bits_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    (void)context;",
    "    return UINT64_MAX - (value_of(name, size, replica) & 255);",
    "}",
    NULL,
};

static const char *const table_value[] = {
    "static const uint64_t table[8] = {",
    "    0,",
    "    1,",
    "    UINT64_MAX / 2,",
    "    UINT64_MAX / 2 + 1,",
    "    UINT64_MAX / 2 + 2,",
    "    UINT64_MAX - (UINT64_C(1) << 49) + 1,",
    "    UINT64_MAX - 1,",
    "    UINT64_MAX,",
    "};",
    "",
    NULL,
};

static const char *const table_rule[] = {
    "static uint64_t point(void *context, const void *name, size_t size, uint32_t replica)",
    "{",
    "    const unsigned char *bytes = name;",
    "    (void)context;",
    "    if (size == 0) {",
    "        return 0;",
    "    }",
    "    unsigned char byte = bytes[size > 1 ? 1 + replica % (size - 1) : 0];",
    "    return table[byte & 7] - (byte >> 6 & 1);",
    "}",
    NULL,
};

/* A key lies where replica 0 of that name would. */
static const char *const key_rule[] = {
    "",   "static uint64_t key(void *context, const void *bytes, size_t size)",
    "{",  "    return point(context, bytes, size, 0);",
    "}",  "",
    NULL,
};

static const struct {
    const char *rule;
    const char *const *before;
    const char *const *point;
} custom_rules[] = {
    {"constant", NULL, constant_rule},
    {"identity", identity_value, identity_rule},
    {"descending", identity_value, descending_rule},
    {"4bit", sum_value, four_bits_rule},
    {"8bit", sum_value, eight_bits_rule},
    {"table", table_value, table_rule},
};

static void write_lines(FILE *out, const char *const *lines)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        (void)fprintf(out, "%s\n", *lines);
    }
}

static void write_rule(FILE *out, const struct rule *rule)
{
    for (size_t i = 0; i < sizeof custom_rules / sizeof *custom_rules; i++) {
        if (strcmp(custom_rules[i].rule, rule->name) == 0) {
            write_lines(out, custom_rules[i].before);
            write_lines(out, custom_rules[i].point);
            write_lines(out, key_rule);
        }
    }
}

static const char *rule_options(enum ring_rule rule)
{
    static const char *const options[] = {
        [RING_XXH3] = "{.rule = RING_XXH3}",
        [RING_SHA1] = "{.rule = RING_SHA1}",
        [RING_MD5] = "{.rule = RING_MD5}",
        [RING_MD5_COMPAT32] = "{.rule = RING_MD5_COMPAT32}",
        [RING_HASH_RING_SHA1] = "{.rule = RING_HASH_RING_SHA1}",
        [RING_HASH_RING_MD5] = "{.rule = RING_HASH_RING_MD5}",
        [RING_HASH_RING_COMPAT32] = "{.rule = RING_HASH_RING_COMPAT32}",
        [RING_CUSTOM] = "{.rule = RING_CUSTOM, .custom = {point, key, NULL}}",
    };
    return options[rule];
}

static const char *error_word(enum ring_error error)
{
    static const char *const words[] = {
        [RING_OK] = "RING_OK",
        [RING_BAD_ARGUMENT] = "RING_BAD_ARGUMENT",
        [RING_NODE_EXISTS] = "RING_NODE_EXISTS",
        [RING_NO_SUCH_NODE] = "RING_NO_SUCH_NODE",
        [RING_TOO_MANY_POINTS] = "RING_TOO_MANY_POINTS",
        [RING_NO_MEMORY] = "RING_NO_MEMORY",
        [RING_CORRUPT] = "RING_CORRUPT",
    };
    return words[error];
}

/* THE TEST */

/* A run of one byte this long becomes an array that main() fills: long literals slow compilers
 * down. */
#define RUN_MIN 256
#define LITERAL_LINE 80

struct test {
    FILE *out;
    const struct program *program;
    const struct subject *reference;
    void *ring;
    struct ring_bytes *runs;
    size_t run_count;
};

static bool is_run(struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    return bytes.size >= RUN_MIN && memcmp(data, data + 1, bytes.size - 1) == 0;
}

static bool same_bytes(struct ring_bytes a, struct ring_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static size_t run_index(const struct test *test, struct ring_bytes bytes)
{
    size_t index = 0;
    while (index < test->run_count && !same_bytes(test->runs[index], bytes)) {
        index++;
    }
    return index;
}

static void note_run(struct test *test, struct ring_bytes bytes)
{
    if (is_run(bytes) && run_index(test, bytes) == test->run_count) {
        test->runs = memory_grow(test->runs, test->run_count, sizeof *test->runs);
        test->runs[test->run_count++] = bytes;
    }
}

static void write_runs(struct test *test)
{
    for (size_t i = 0; i < test->program->count; i++) {
        const struct operation *operation = &test->program->operations[i];
        note_run(test, operation->key);
        for (size_t j = 0; j < operation->count; j++) {
            note_run(test, operation->nodes[j].name);
        }
    }
    for (size_t i = 0; i < test->run_count; i++) {
        (void)fprintf(test->out, "static unsigned char run_%zu[%zu];\n", i, test->runs[i].size);
    }
    if (test->run_count > 0) {
        (void)putc('\n', test->out);
    }
}

/* Octal escapes end after three digits. A hexadecimal one would continue into a digit that
 * follows. */
static void write_literal(FILE *out, struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    (void)putc('"', out);
    for (size_t i = 0; i < bytes.size; i++) {
        if (i > 0 && i % LITERAL_LINE == 0) {
            (void)fputs("\"\n        \"", out);
        }
        if (data[i] < ' ' || data[i] > '~' || strchr("\"\\?", data[i]) != NULL) {
            (void)fprintf(out, "\\%03o", data[i]);
        } else {
            (void)putc(data[i], out);
        }
    }
    (void)putc('"', out);
}

/* Writes data and size, as two arguments or as the members of a struct ring_bytes. */
static void write_bytes(const struct test *test, struct ring_bytes bytes)
{
    if (is_run(bytes)) {
        size_t index = run_index(test, bytes);
        (void)fprintf(test->out, "run_%zu, sizeof run_%zu", index, index);
        return;
    }
    (void)fputs("BYTES(", test->out);
    write_literal(test->out, bytes);
    (void)putc(')', test->out);
}

static uint64_t digest_number(uint64_t digest, uint64_t number)
{
    for (unsigned int i = 0; i < 64; i += 8) {
        digest = (digest ^ (number >> i & 255)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

/* The same digest as has() in the test. */
static uint64_t digest_of_points(const struct test *test)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    while (test->reference->next_point(test->ring, &cursor, &point)) {
        const unsigned char *name = point.node.data;
        digest = digest_number(digest, point.position);
        digest = digest_number(digest, point.node.size);
        for (size_t i = 0; i < point.node.size; i++) {
            digest = (digest ^ name[i]) * UINT64_C(0x100000001b3);
        }
    }
    return digest;
}

static void write_change(const struct test *test, const char *call, enum ring_error error)
{
    (void)fprintf(test->out,
                  "    if (!says(%s, %s) ||\n        !has(ring, %zu, %zu, UINT64_C(0x%016llx))) {\n"
                  "        return 1;\n    }\n",
                  call, error_word(error), test->reference->node_count(test->ring),
                  test->reference->point_count(test->ring),
                  (unsigned long long)digest_of_points(test));
}

/* Nodes become a variable before the call, since they can be many. */
static void write_nodes(const struct test *test, const struct operation *operation)
{
    (void)fputs("    const struct ring_node nodes[] = {\n", test->out);
    for (size_t i = 0; i < operation->count; i++) {
        (void)fputs("        {{", test->out);
        write_bytes(test, operation->nodes[i].name);
        (void)fprintf(test->out, "}, UINT32_C(%lu)},\n",
                      (unsigned long)operation->nodes[i].replicas);
    }
    if (operation->count == 0) {
        (void)fputs("        {{NULL, 0}, 0}, /* C has no empty arrays */\n", test->out);
    }
    (void)fputs("    };\n", test->out);
}

static void write_update(const struct test *test, const struct operation *operation)
{
    const struct subject *reference = test->reference;
    char many[80];
    write_nodes(test, operation);
    (void)snprintf(many, sizeof many, "ring_add_many(ring, nodes, %zu)", operation->count);
    switch (operation->kind) {
    case OP_ADD:
        write_change(
            test, "ring_add(ring, nodes[0].name.data, nodes[0].name.size, nodes[0].replicas)",
            reference->add(test->ring, operation->nodes[0].name, operation->nodes[0].replicas));
        break;
    case OP_ADD_MANY:
        write_change(test, many,
                     reference->add_many(test->ring, operation->nodes, operation->count));
        break;
    case OP_REMOVE:
        write_change(test, "ring_remove(ring, nodes[0].name.data, nodes[0].name.size)",
                     reference->remove(test->ring, operation->nodes[0].name));
        break;
    case OP_SET_REPLICAS:
        write_change(
            test,
            "ring_set_replicas(ring, nodes[0].name.data, nodes[0].name.size, nodes[0].replicas)",
            reference->set_replicas(test->ring, operation->nodes[0].name,
                                    operation->nodes[0].replicas));
        break;
    case OP_FIND:
    case OP_FIND_N:
    case OP_USE: /* cli/convert.c refuses these two */
    case OP_RENEW:
        break;
    }
}

static void write_expected(const struct test *test, const struct ring_bytes *nodes, size_t count)
{
    (void)fputs("    const struct ring_bytes expected[] = {\n", test->out);
    for (size_t i = 0; i < count; i++) {
        (void)fputs("        {", test->out);
        write_bytes(test, nodes[i]);
        (void)fputs("},\n", test->out);
    }
    (void)fprintf(test->out, "%s    };\n", count == 0 ? "        {NULL, 0},\n" : "");
}

static void write_find(const struct test *test, const struct operation *operation)
{
    FILE *out = test->out;
    size_t nodes = test->reference->node_count(test->ring);
    size_t n = operation->n < SIZE_MAX ? (size_t)operation->n : SIZE_MAX;
    size_t room = operation->kind == OP_FIND ? 1 : n < nodes ? n : nodes;
    struct ring_bytes *got = memory_resize(NULL, room, sizeof *got);
    size_t found = 0;
    if (operation->kind == OP_FIND) {
        (void)test->reference->find(test->ring, operation->key, got);
        found = got[0].size > 0;
    } else {
        (void)test->reference->find_n(test->ring, operation->key, n, got, &found);
    }
    write_expected(test, got, found);
    free(got);
    (void)fprintf(out, "    struct ring_bytes nodes[%zu];\n    size_t found = 0;\n    if (!says(",
                  room > 0 ? room : 1);
    (void)fputs(operation->kind == OP_FIND ? "ring_find(ring, " : "ring_find_n(ring, ", out);
    write_bytes(test, operation->key);
    if (operation->kind == OP_FIND) {
        (void)fputs(", nodes), RING_OK)) {\n        return 1;\n    }\n"
                    "    found = nodes[0].size > 0;\n",
                    out);
    } else {
        /* The cast is for targets with a 32-bit size_t. */
        (void)fprintf(out, ", %s(%llu), nodes, &found), RING_OK)) {\n        return 1;\n    }\n",
                      n > UINT32_MAX ? "(size_t)UINT64_C" : "", (unsigned long long)n);
    }
    (void)fprintf(out, "    if (!are(nodes, found, expected, %zu)) {\n        return 1;\n    }\n",
                  found);
}

static void write_step(const struct test *test, size_t index)
{
    const struct operation *operation = &test->program->operations[index];
    (void)fprintf(test->out, "static int step_%zu(struct ring *ring)\n{\n    step = %zu;\n",
                  index + 1, index + 1);
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        write_find(test, operation);
    } else {
        write_update(test, operation);
    }
    (void)fputs("    return 0;\n}\n\n", test->out);
}

static void write_main(const struct test *test)
{
    FILE *out = test->out;
    (void)fprintf(out,
                  "int main(void)\n{\n    const struct ring_options options = %s;\n"
                  "    struct ring *ring = NULL;\n",
                  rule_options(test->program->rule->options.rule));
    for (size_t i = 0; i < test->run_count; i++) {
        (void)fprintf(out, "    memset(run_%zu, %d, sizeof run_%zu);\n", i,
                      *(const unsigned char *)test->runs[i].data, i);
    }
    (void)fputs("    bool differs = !says(ring_create(&ring, &options), RING_OK)", out);
    for (size_t i = 0; i < test->program->count; i++) {
        (void)fprintf(out, " ||\n                   step_%zu(ring) != 0", i + 1);
    }
    (void)fputs(";\n    ring_destroy(ring);\n"
                "    printf(differs ? \"the ring differs from the model\\n\" : \"agreed\\n\");\n"
                "    return differs;\n}\n",
                out);
}

/* Writes the trace into a comment. A name may contain the end of a comment: its slash is
 * escaped. */
static void write_comment(FILE *out, const struct program *program)
{
    char *text = NULL;
    size_t size = 0;
    FILE *trace = open_memstream(&text, &size);
    if (trace == NULL) {
        (void)fputs("ringproof: no memory for the conversion: free some\n", stderr);
        exit(2);
    }
    (void)fprintf(trace, "ring %s\n", program->rule->name);
    for (size_t i = 0; i < program->count; i++) {
        trace_write_operation(&program->operations[i], trace);
        (void)putc('\n', trace);
    }
    (void)fclose(trace);
    bool begins = true;
    for (size_t i = 0; i < size; i++) {
        (void)fputs(begins ? " *     " : "", out);
        begins = text[i] == '\n';
        (void)fputs(text[i] == '/' && i > 0 && text[i - 1] == '*' ? "\\x2f" : (char[]){text[i], 0},
                    out);
    }
    free(text);
}

static bool has_kind(const struct program *program, bool finds)
{
    for (size_t i = 0; i < program->count; i++) {
        enum operation_kind kind = program->operations[i].kind;
        if ((kind == OP_FIND || kind == OP_FIND_N) == finds) {
            return true;
        }
    }
    return false;
}

void c_test_write(FILE *out, const struct program *program)
{
    struct test test = {
        .out = out, .program = program, .reference = check_reference(&subject_core, program)};
    test.ring = test.reference->create(&program->rule->options);
    if (test.ring == NULL) {
        (void)fputs("ringproof: no memory for an empty ring: free some\n", stderr);
        exit(2);
    }
    (void)fputs("/* Written by 'ringproof convert --c' of this trace:\n *\n", out);
    write_comment(out, program);
    (void)fputs(" *\n * cc -std=c11 THIS.c $(pkg-config --cflags --libs ringproof) */\n", out);
    write_lines(out, head);
    if (has_kind(program, false)) {
        write_lines(out, helpers);
    }
    if (has_kind(program, true)) {
        write_lines(out, find_helper);
    }
    write_rule(out, program->rule);
    write_runs(&test);
    for (size_t i = 0; i < program->count; i++) {
        write_step(&test, i);
    }
    write_main(&test);
    test.reference->destroy(test.ring);
    free(test.runs);
}
