#include "options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "../base/exit_status.h"
#include "../base/interrupt.h"
#include "../program/file.h"
#include "../program/rules.h"
#include "../search/first_failure.h"
#include "../subjects/load.h"

static void refuse_second_input(const struct files *files, struct argp_state *state)
{
    int inputs = 0;
    for (int i = 0; i < files->count; i++) {
        inputs += strcmp(files->paths[i], "-") == 0;
    }
    if (inputs > 1) {
        argp_error(state, "'-' is standard input, which can be read once: name it once");
    }
}

error_t parse_files(int key, struct argp_state *state, struct files *files)
{
    switch (key) {
    case ARGP_KEY_ARGS:
        files->paths = state->argv + state->next;
        files->count = state->argc - state->next;
        refuse_second_input(files, state);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no FILE: name at least one");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int run_files(const struct files *files, int (*run)(const void *context, const char *path),
              const void *context)
{
    int worst = EXIT_AGREED;
    for (int i = 0; i < files->count && interrupt_signal() == 0; i++) {
        int status = run(context, files->paths[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct subject *parse_subject(const char *name, struct argp_state *state)
{
    char error[SUBJECT_ERROR_MAX];
    const struct subject *subject = subject_open(name, error, sizeof error);
    if (subject == NULL) {
        /* --help would not help */
        argp_failure(state, subject_open_crashed() ? EXIT_FOUND : EXIT_USAGE, 0, "%s", error);
        return NULL; /* only a parser that must not exit gets here */
    }
    rule_own_set(subject);
    return subject;
}

/* NUMBERS */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* A number as it is written, without its point: `digits`, and `zeros` zeros behind them. So
 * `digits` does not end in 0. The last `fraction` of all these digits are behind the point. */
struct decimal {
    unsigned long long digits;
    long zeros;
    long fraction;
    bool too_large;
};

/* *value becomes *value x 10 + digit, or *too_large is set. */
static void append_digit(unsigned long long *value, unsigned int digit, bool *too_large)
{
    if (*value > (UINT64_MAX - digit) / 10) {
        *too_large = true;
    } else {
        *value = *value * 10 + digit;
    }
}

/* Reads digits with single underscores between them. Returns where they end. */
static const char *read_digits(const char *at, struct decimal *decimal)
{
    for (; is_digit(*at) || (*at == '_' && is_digit(at[-1]) && is_digit(at[1])); at++) {
        if (*at == '0') {
            decimal->zeros++;
        } else if (*at != '_') {
            for (; decimal->zeros > 0; decimal->zeros--) {
                append_digit(&decimal->digits, 0, &decimal->too_large);
            }
            append_digit(&decimal->digits, (unsigned int)(*at - '0'), &decimal->too_large);
        }
    }
    return at;
}

/* Reads digits, with or without a point between them. Returns where they end; NULL: there are
 * none. */
static const char *read_decimal(const char *at, struct decimal *decimal)
{
    *decimal = (struct decimal){.digits = 0};
    if (!is_digit(*at)) {
        return NULL;
    }
    at = read_digits(at, decimal);
    if (*at == '.' && is_digit(at[1])) {
        const char *point = at;
        at = read_digits(point + 1, decimal);
        for (const char *digit = point + 1; digit < at; digit++) {
            decimal->fraction += *digit != '_';
        }
    }
    return at;
}

/* Reads what may follow the digits: e and a power of ten, or a letter for one. False: neither. */
static bool read_power(const char *at, long *power)
{
    static const char letters[] = "kMG";
    const char *letter = strchr(letters, *at == 'K' ? 'k' : *at);
    *power = 0;
    if (*at == '\0') {
        return true;
    }
    if (letter != NULL && at[1] == '\0') {
        *power = 3 * (letter - letters + 1);
        return true;
    }
    if ((*at != 'e' && *at != 'E') || strlen(at) > 3) { /* no number has an exponent above 99 */
        return false;
    }
    for (at++; is_digit(*at); at++) {
        *power = *power * 10 + (*at - '0');
    }
    return *at == '\0' && is_digit(at[-1]);
}

enum option_error option_number(const char *text, unsigned long long min, unsigned long long max,
                                unsigned long long *value)
{
    struct decimal decimal;
    long power = 0;
    const char *end = read_decimal(text, &decimal);
    if (end == NULL || !read_power(end, &power)) {
        return OPTION_NO_NUMBER;
    }
    power += decimal.zeros - decimal.fraction;
    if (decimal.digits > 0 && power < 0) {
        return OPTION_NOT_WHOLE;
    }
    *value = decimal.digits;
    for (; *value > 0 && power > 0 && !decimal.too_large; power--) {
        append_digit(value, 0, &decimal.too_large);
    }
    return decimal.too_large || *value < min || *value > max ? OPTION_OUT_OF_RANGE : OPTION_GOOD;
}

unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state)
{
    unsigned long long value = 0;
    switch (option_number(text, min, max, &value)) {
    case OPTION_GOOD:
        break;
    case OPTION_NO_NUMBER:
        argp_error(state, "%s %s: not a number: write it like 20000, 20_000, 20k or 2e4", option,
                   text);
        break;
    case OPTION_NOT_WHOLE:
    case OPTION_NO_UNIT:
        argp_error(state, "%s %s: not a whole number: write one without a fraction", option, text);
        break;
    case OPTION_OUT_OF_RANGE:
        argp_error(state, "%s %s: not a number from %llu to %llu: write one of these", option, text,
                   min, max);
        break;
    }
    return value;
}

uint64_t parse_default_seed(struct argp_state *state)
{
    const char *seed = getenv("RINGPROOF_SEED");
    uint32_t random = 0;
    if (seed != NULL && seed[0] != '\0') {
        return parse_number("RINGPROOF_SEED", seed, 0, UINT64_MAX, state);
    }
    return getrandom(&random, sizeof random, 0) == sizeof random ? random : (uint32_t)time(NULL);
}

/* With many more jobs than CPUs, a program may wait for so long that it seems to hang. */
#define JOBS_PER_CPU 16

static unsigned long long jobs_max(void)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned long long jobs = JOBS_PER_CPU * (cpus > 0 ? (unsigned long long)cpus : 1);
    return jobs < SEARCH_JOBS_MAX ? jobs : SEARCH_JOBS_MAX;
}

unsigned int parse_jobs(const char *text, struct argp_state *state)
{
    return (unsigned int)parse_number("--jobs", text, 1, jobs_max(), state);
}

/* DURATIONS */

enum option_error option_duration(const char *text, double *seconds)
{
    struct decimal decimal;
    const char *end = read_decimal(text, &decimal);
    if (end != NULL && *end == '\0') {
        return OPTION_NO_UNIT;
    }
    if (end == NULL || strchr("smhd", *end) == NULL || end[1] != '\0') {
        return OPTION_NO_NUMBER;
    }
    double unit = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 : 86400;
    double value = (double)decimal.digits * unit;
    for (; decimal.zeros > decimal.fraction && value <= OPTION_DURATION_MAX; decimal.zeros--) {
        value *= 10;
    }
    for (; decimal.zeros < decimal.fraction; decimal.fraction--) {
        value /= 10;
    }
    *seconds = value;
    bool good = value > 0 && value <= OPTION_DURATION_MAX && !decimal.too_large;
    return good ? OPTION_GOOD : OPTION_OUT_OF_RANGE;
}

const char *option_missing_unit(const char *text)
{
    double seconds = 0;
    return option_duration(text, &seconds) == OPTION_NO_UNIT ? "s" : "";
}

double parse_duration(const char *option, const char *text, struct argp_state *state)
{
    double seconds = 0;
    switch (option_duration(text, &seconds)) {
    case OPTION_GOOD:
        break;
    case OPTION_NO_NUMBER:
    case OPTION_NOT_WHOLE:
        argp_error(state, "%s %s: not a duration: write it like 90s, 15m, 1.5h or 2d", option,
                   text);
        break;
    case OPTION_NO_UNIT:
        argp_error(state, "%s %s: the unit is missing: write %ss, %sm, %sh or %sd", option, text,
                   text, text, text, text);
        break;
    case OPTION_OUT_OF_RANGE:
        argp_error(state, "%s %s: write more than 0s, and at most %.0fs", option, text,
                   OPTION_DURATION_MAX);
        break;
    }
    return seconds;
}

void parse_output(const char *path, struct argp_state *state)
{
    char error[FILE_ERROR_MAX];
    if (!file_can_write(path, error, sizeof error)) {
        argp_error(state, "%s", error);
    }
}
