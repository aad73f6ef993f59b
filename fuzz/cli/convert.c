#include <stdlib.h>
#include <string.h>

#include "../base/terminal.h"
#include "../check/c_test.h"
#include "../program/bytes.h"
#include "../program/file.h"
#include "../program/trace.h"
#include "commands.h"

struct convert {
    const char *from;
    const char *to;
    bool into_c;
};

static void judge_output(const struct convert *convert, struct argp_state *state)
{
    parse_output(convert->to, state);
    if (file_is_same(convert->from, convert->to)) {
        argp_error(state, "%s: the output would replace the input: name another file with --output",
                   convert->to);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct convert *convert = state->input;
    switch (key) {
    case 'o':
        convert->to = argument;
        return 0;
    case 'c':
        convert->into_c = true;
        return 0;
    case ARGP_KEY_ARG:
        if (convert->from != NULL) {
            argp_error(state, "more than one FILE: name one");
        }
        convert->from = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no FILE: name one");
        return 0;
    case ARGP_KEY_END:
        judge_output(convert, state);
        output_begin(NULL, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The program's canonical bytes; to be freed. */
static char *encoded(const struct program *program, size_t *size)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, size);
    if (out == NULL) {
        message("no memory to convert the program: free some");
        exit(EXIT_USAGE);
    }
    bytes_encode(program, out);
    (void)fclose(out);
    return bytes;
}

static bool same_program(const struct program *a, const struct program *b)
{
    size_t a_size = 0;
    size_t b_size = 0;
    char *a_bytes = encoded(a, &a_size);
    char *b_bytes = encoded(b, &b_size);
    bool same = a_size == b_size && memcmp(a_bytes, b_bytes, a_size) == 0;
    free(a_bytes);
    free(b_bytes);
    return same;
}

/* If the bytes are not canonical, the trace keeps them, so that converting it back gives the same
 * bytes. */
static void keep_raw(struct program *program, const void *content, size_t size)
{
    size_t canonical_size = 0;
    char *canonical = encoded(program, &canonical_size);
    if (canonical_size != size || memcmp(canonical, content, size) != 0) {
        program->raw = program_bytes(program, content, size);
    }
    free(canonical);
}

static void write_trace(FILE *out, const void *context)
{
    trace_write(context, out);
}

static void write_c(FILE *out, const void *context)
{
    c_test_write(out, context);
}

static void write_bytes(FILE *out, const void *context)
{
    const struct program *program = context;
    if (program->raw.data != NULL) {
        struct program decoded;
        program_init(&decoded);
        bytes_decode(program->raw.data, program->raw.size, &decoded);
        bool same = same_program(program, &decoded);
        program_free(&decoded);
        if (same) {
            (void)fwrite(program->raw.data, 1, program->raw.size, out);
            return;
        }
        message("the 'raw' line no longer matches the operations; encoding the operations");
    }
    bytes_encode(program, out);
}

/* Whether the output's name says trace, but something else would be in it: whoever reads it next
 * would call it a trace with a mistake. */
static bool misnamed(const struct convert *convert, bool writes_trace, char *error, size_t size)
{
    if (writes_trace || !file_is_trace(convert->to, "", 0)) {
        return false;
    }
    (void)snprintf(error, size, "%s: %s would be written, not a trace: name a file without .trace",
                   convert->to, convert->into_c ? "C" : "bytes");
    return true;
}

/* Whether the program has no such form. */
static bool has_no_form(const struct convert *convert, bool into_bytes,
                        const struct program *program, char *error, size_t size)
{
    if ((into_bytes || convert->into_c) && program->rule == &rule_own) {
        (void)snprintf(error, size,
                       "%s: ring own: only a trace can say this, since the placement is the "
                       "subject's",
                       file_shown(convert->from));
        return true;
    }
    if (convert->into_c && program_has_several_rings(program)) {
        (void)snprintf(error, size,
                       "%s: a C test has one ring, and this program has 'use' or 'renew': replay "
                       "the trace instead",
                       file_shown(convert->from));
        return true;
    }
    return false;
}

/* False: `error` says why. */
static bool convert_file(const struct convert *convert, char *error, size_t error_size)
{
    size_t size = 0;
    struct program program;
    void *content = file_read(convert->from, &size, error, error_size);
    bool is_trace = content != NULL && file_is_trace(convert->from, content, size);
    program_init(&program);
    bool good = content != NULL &&
                file_parse(convert->from, content, size, &program, error, error_size) &&
                !misnamed(convert, !is_trace && !convert->into_c, error, error_size) &&
                !has_no_form(convert, is_trace && !convert->into_c, &program, error, error_size);
    if (good) {
        if (!is_trace && !convert->into_c) {
            keep_raw(&program, content, size);
        }
        void (*write)(FILE *, const void *) = convert->into_c ? write_c
                                              : is_trace      ? write_bytes
                                                              : write_trace;
        good = file_write(convert->to, write, &program, error, error_size);
    }
    program_free(&program);
    free(content);
    return good;
}

static int run(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"output", 'o', "FILE", 0, "write to FILE (default: -, standard output)", 0},
        {"c", 'c', NULL, 0,
         "write a C test that needs only the ring library and expects the model's answers", 0},
        {0},
    };
    static const struct argp_child children[] = {{&output_common, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .children = children,
        .args_doc = "FILE",
        .doc =
            "Converts a program as bytes to a trace, or a trace to bytes; with --c, either to a C "
            "test. Nothing is lost, except that bytes have no place for comments and 'expect' "
            "lines. The FILE - is standard input.",
    };
    struct convert convert = {.to = "-"};
    char error[FILE_ERROR_MAX];
    output_parse(&argp, argc, argv, &convert);
    if (!convert_file(&convert, error, sizeof error)) {
        message("%s", error);
        return EXIT_USAGE;
    }
    return EXIT_AGREED;
}

const struct command command_convert = {
    "convert", "convert a fuzz input to a trace, a trace back, or either to a C test", run};
