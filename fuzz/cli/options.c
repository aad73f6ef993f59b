#include "options.h"

#include <errno.h>
#include <stdlib.h>

#include "../base/exit_status.h"
#include "../subjects/load.h"

error_t parse_files(int key, struct argp_state *state, struct files *files)
{
    switch (key) {
    case ARGP_KEY_ARGS:
        files->paths = state->argv + state->next;
        files->count = state->argc - state->next;
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
    for (int i = 0; i < files->count; i++) {
        int status = run(context, files->paths[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const struct subject *parse_subject(const char *name, struct argp_state *state)
{
    char error[512];
    const struct subject *subject = subject_open(name, error, sizeof error);
    if (subject == NULL) {
        argp_error(state, "%s", error);
    }
    return subject;
}

bool option_number(const char *text, unsigned long long min, unsigned long long max,
                   unsigned long long *value)
{
    char *end = NULL;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value >= min &&
           *value <= max;
}

unsigned long long parse_number(const char *option, const char *text, unsigned long long min,
                                unsigned long long max, struct argp_state *state)
{
    unsigned long long value = 0;
    if (!option_number(text, min, max, &value)) {
        argp_error(state, "%s %s: not a number from %llu to %llu", option, text, min, max);
    }
    return value;
}
