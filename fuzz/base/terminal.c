#include "terminal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool terminal_is_clever(FILE *out)
{
    const char *terminal = getenv("TERM");
    int descriptor = fileno(out);
    return terminal != NULL && strcmp(terminal, "dumb") != 0 && descriptor >= 0 &&
           isatty(descriptor);
}

static bool has_colours(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    return (no == NULL || no[0] == '\0') && terminal_is_clever(out);
}

const char *colour_begin(FILE *out, enum colour colour)
{
    static const char *const sequences[] = {
        [COLOUR_GOOD] = "\033[32m",
        [COLOUR_BAD] = "\033[31m",
        [COLOUR_WARNING] = "\033[33m",
    };
    return has_colours(out) ? sequences[colour] : "";
}

const char *colour_end(FILE *out)
{
    return has_colours(out) ? "\033[0m" : "";
}

void message(const char *format, ...)
{
    va_list arguments;
    (void)fprintf(stderr, "%sringproof: ", colour_begin(stderr, COLOUR_WARNING));
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fprintf(stderr, "%s\n", colour_end(stderr));
}
