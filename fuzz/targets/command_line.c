/* PROPERTY: the tool's options accept any words. A number is what is written (digits, a fraction, a
 * power of ten), if that is whole, and within its limits. A duration is what is written. A subject is one of the list. Files are the remaining words, in order.
 *
 * The input is cut into words at blanks, newlines and zero bytes. They are parsed, without
 * printing, with an option of each kind that the commands have. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../cli/options.h"

#include "../base/sanitized.h"
#ifdef MEMORY_SANITIZER
#include <sanitizer/msan_interface.h>
#endif

enum { WORDS_MAX = 32 };

static _Noreturn void fail(const char *what, const char *word)
{
    (void)fprintf(stderr, "# %s: '%s'\n", what, word);
    abort();
}

/* The same rules in another way: the digits are copied without underscores and point, the power of
 * ten moves the point, and the text that is left is read. */
struct spelled {
    char digits[256];
    size_t count;
    size_t point;     /* the point stands before this digit */
    const char *rest; /* what follows */
};

static bool digit(char byte)
{
    return strchr("0123456789", byte) != NULL && byte != '\0';
}

/* False: no digits, or misplaced underscores. */
static bool spell(const char *text, struct spelled *spelled)
{
    bool fraction = false;
    *spelled = (struct spelled){.count = 0};
    for (; digit(*text) || *text == '_' || *text == '.'; text++) {
        bool between = spelled->count > 0 && digit(text[-1]) && digit(text[1]);
        if ((!digit(*text) && !between) || (*text == '.' && fraction)) {
            break;
        }
        if (*text == '.') {
            fraction = true;
            spelled->point = spelled->count;
        } else if (*text != '_' && spelled->count < sizeof spelled->digits) {
            spelled->digits[spelled->count++] = *text;
        }
    }
    spelled->point = fraction ? spelled->point : spelled->count;
    spelled->rest = text;
    return spelled->count > 0;
}

/* The power of ten that the rest stands for, or -1. */
static int power_of(const char *rest)
{
    static const char *const names[] = {"", "k", "K", "M", "G"};
    static const int powers[] = {0, 3, 3, 6, 9};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(rest, names[i]) == 0) {
            return powers[i];
        }
    }
    bool exponent = (rest[0] == 'e' || rest[0] == 'E') && digit(rest[1]) &&
                    (rest[2] == '\0' || (digit(rest[2]) && rest[3] == '\0'));
    int tens = exponent && rest[2] != '\0' ? rest[1] - '0' : 0;
    return exponent ? 10 * tens + rest[strlen(rest) - 1] - '0' : -1;
}

static bool number_from(const char *text, unsigned long long min, unsigned long long max,
                        unsigned long long *value)
{
    struct spelled spelled;
    *value = 0;
    if (!spell(text, &spelled) || power_of(spelled.rest) < 0) {
        return false;
    }
    size_t point = spelled.point + (size_t)power_of(spelled.rest);
    for (size_t i = 0; i < point || i < spelled.count; i++) {
        unsigned long long next =
            i < spelled.count ? (unsigned long long)(spelled.digits[i] - '0') : 0;
        if (i >= point ? next > 0 : *value > (UINT64_MAX - next) / 10) {
            return false;
        }
        *value = i >= point ? *value : *value * 10 + next;
    }
    return *value >= min && *value <= max;
}

static void check_number(const char *text, unsigned long long min, unsigned long long max)
{
    unsigned long long expected = 0;
    unsigned long long got = 0;
    bool good = number_from(text, min, max, &expected);
    bool accepted = option_number(text, min, max, &got) == OPTION_GOOD;
    if (strlen(text) < sizeof((struct spelled *)NULL)->digits &&
        (accepted != good || (good && got != expected))) {
        fail("not the number that is written", text);
    }
    target_answer(&expected, sizeof expected);
}

static void check_duration(const char *text)
{
    struct spelled spelled;
    double got = 0;
    bool spelt = spell(text, &spelled);
    double unit = !spelt                           ? 0
                  : strcmp(spelled.rest, "s") == 0 ? 1
                  : strcmp(spelled.rest, "m") == 0 ? 60
                  : strcmp(spelled.rest, "h") == 0 ? 3600
                  : strcmp(spelled.rest, "d") == 0 ? 86400
                                                   : 0;
    double expected = 0;
    for (size_t i = 0; spelt && i < spelled.count; i++) {
        expected = expected * 10 + (spelled.digits[i] - '0');
    }
    for (size_t i = spelled.point; spelt && i < spelled.count; i++) {
        expected /= 10;
    }
    expected *= unit;
    bool accepted = option_duration(text, &got) == OPTION_GOOD;
    bool small = spelt && spelled.count <= 15; /* exact in a double */
    if ((accepted && unit == 0) ||
        (small && accepted && (got < expected * 0.999999 || got > expected * 1.000001)) ||
        (small && !accepted && expected > 0 && expected < OPTION_DURATION_MAX * 0.999999)) {
        fail("not the duration that is written", text);
    }
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
#ifdef MEMORY_SANITIZER
    __msan_unpoison(state, sizeof *state); /* the C library, which filled it, is not instrumented */
#endif
    switch (key) {
    case 'n':
        check_number(argument, 1, UINT64_MAX);
        return 0;
    case 'S':
        check_number(argument, 0, UINT64_MAX);
        return 0;
    case 'l':
        check_number(argument, 1, 16);
        return 0;
    case 'f':
        check_duration(argument);
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
        {"ops", 'n', "N", 0, "", 0},
        {"seed", 'S', "S", 0, "", 0},
        {"length", 'l', "L", 0, "", 0},
        {"subject", 's', "NAME", 0, "", 0},
        {"for", 'f', "T", 0, "", 0},
        {"verbose", 'v', NULL, 0, "", 0},
        {0},
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
