/* PROPERTY: the tool's options accept any words. A number is what the decimal digits say, and
 * within its limits. A subject is one of the list. Files are the remaining words, in order.
 *
 * The input is cut into words at blanks, newlines and zero bytes. They are parsed, without
 * printing, with an option of each kind that the commands have. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../cli/options.h"

enum { WORDS_MAX = 32 };

static _Noreturn void fail(const char *what, const char *word)
{
    (void)fprintf(stderr, "# %s: '%s'\n", what, word);
    abort();
}

/* Reads the number digit by digit, where the tool uses strtoull(). */
static bool number_from(const char *text, unsigned long long min, unsigned long long max,
                        unsigned long long *value)
{
    *value = 0;
    for (const char *at = text; *at != '\0'; at++) {
        unsigned long long digit = (unsigned long long)(*at - '0');
        if (*at < '0' || *at > '9' || *value > (max - digit) / 10 || digit > max) {
            return false;
        }
        *value = *value * 10 + digit;
    }
    return text[0] != '\0' && *value >= min;
}

static void check_number(const char *text, unsigned long long min, unsigned long long max)
{
    unsigned long long expected = 0;
    unsigned long long got = 0;
    bool good = number_from(text, min, max, &expected);
    if (option_number(text, min, max, &got) != good || (good && got != expected)) {
        fail("not the number that is written", text);
    }
    target_answer(&expected, sizeof expected);
}

static void check_subject(const char *name, const struct subject *subject)
{
    bool listed = false;
    for (const struct subject *const *each = subject_list(); *each != NULL; each++) {
        listed = listed || strcmp((*each)->name, name) == 0;
    }
    if ((subject != NULL) != listed || (listed && strcmp(subject->name, name) != 0)) {
        fail("not the subject that is named", name);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case 'n':
        check_number(argument, 1, UINT64_MAX);
        return 0;
    case 'S':
        check_number(argument, 0, UINT64_MAX);
        return 0;
    case 't':
        check_number(argument, 1, 1000000);
        return 0;
    case 's':
        if (strpbrk(argument, "/:.") == NULL) { /* anything else is a shared object to load */
            check_subject(argument, parse_subject(argument, state));
        }
        return 0;
    default:
        return parse_files(key, state, state->input);
    }
}

static void check_files(const struct files *files, char *const *words, int count)
{
    int next = 0;
    for (int i = 0; i < files->count; i++) {
        while (next < count && strcmp(words[next], files->paths[i]) != 0) {
            next++;
        }
        if (next++ == count) {
            fail("a file that is not one of the words, or out of order", files->paths[i]);
        }
        target_answer(files->paths[i], strlen(files->paths[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct argp_option options[] = {
        {"ops", 'n', "N", 0, "", 0},      {"seed", 'S', "S", 0, "", 0},
        {"seconds", 't', "T", 0, "", 0},  {"subject", 's', "NAME", 0, "", 0},
        {"verbose", 'v', NULL, 0, "", 0}, {0},
    };
    static const struct argp argp = {.options = options, .parser = parse, .args_doc = "FILE..."};
    static char tool[] = "ringproof";
    char *words[WORDS_MAX + 2] = {tool};
    char *argv[WORDS_MAX + 2] = {tool}; /* parsing reorders it */
    struct files files = {NULL, 0};
    uint8_t *input = target_input(data, size);
    int count = 1;
    for (size_t begin = 0; begin < size && count <= WORDS_MAX;) {
        size_t end = begin;
        while (end < size && input[end] != ' ' && input[end] != '\n' && input[end] != '\0') {
            end++;
        }
        words[count] = memory_resize(NULL, end - begin + 1, 1);
        memcpy(words[count], input + begin, end - begin);
        words[count][end - begin] = '\0';
        argv[count] = words[count];
        count++;
        begin = end + 1;
    }
    (void)argp_parse(&argp, count, argv, ARGP_NO_ERRS | ARGP_NO_EXIT | ARGP_NO_HELP, NULL, &files);
    check_files(&files, words, count);
    for (int i = 1; i < count; i++) {
        free(words[i]);
    }
    target_done(input);
    return 0;
}
