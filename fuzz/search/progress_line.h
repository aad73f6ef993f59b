/* Progress lines on standard error. A terminal gets one line that is rewritten twice a second. A
 * log or a dumb terminal gets a new line every 10 s, and no control characters. */
#ifndef FUZZ_SEARCH_PROGRESS_LINE_H
#define FUZZ_SEARCH_PROGRESS_LINE_H

#include <stdbool.h>

/* Whether the next line is due at `now`; if so, *shown becomes `now`. Both are seconds of
 * search_now(). Start with *shown at the time when the work starts, so that short work shows
 * nothing. */
bool progress_is_due(double *shown, double now);

/* Shows a line: what is being done, how far it is, and for how long. No newline in `format`. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on no line is due. */
void progress_silence(void);

/* Removes the line from a terminal. Call it before anything else is printed. */
void progress_clear(void);

#endif
