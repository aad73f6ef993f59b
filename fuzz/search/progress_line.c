#include "progress_line.h"

#include <stdarg.h>
#include <stdio.h>

#include "../base/terminal.h"

#define LOG_SECONDS 10.0
#define TERMINAL_SECONDS 0.5

/* Returns to the start of a terminal's line and erases it. */
#define ERASE_LINE "\r\033[K"

static bool on_terminal;
static bool silent;

void progress_silence(void)
{
    silent = true;
}

bool progress_is_due(double *shown, double now)
{
    if (silent || now - *shown < (terminal_is_clever(stderr) ? TERMINAL_SECONDS : LOG_SECONDS)) {
        return false;
    }
    *shown = now;
    return true;
}

void progress_show(const char *format, ...)
{
    va_list arguments;
    on_terminal = terminal_is_clever(stderr);
    (void)fputs(on_terminal ? ERASE_LINE : "", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputs(on_terminal ? "" : "\n", stderr);
}

void progress_clear(void)
{
    if (on_terminal) {
        (void)fputs(ERASE_LINE, stderr);
        on_terminal = false;
    }
}
