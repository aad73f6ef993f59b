/* The search of `ringproof check`: runs generated programs in child processes until one fails. */
#ifndef FUZZ_SEARCH_FIRST_FAILURE_H
#define FUZZ_SEARCH_FIRST_FAILURE_H

#include "../check/trial.h"
#include "trigger.h"

/* The model needs tens of milliseconds at most for a program: see PROGRAM_COST_MAX. */
#define SEARCH_PROGRAM_SECONDS 5.0
#define SEARCH_SHRINK_SECONDS 1

/* With `seconds`, the search itself ends at that time. What it has found is confirmed, shrunk and
 * classified for this long after it. */
#define SEARCH_GRACE_SECONDS 1.0

#define SEARCH_JOBS_MAX 1024

struct reporter; /* search/report.h */

struct progress {
    uint64_t programs; /* done; the next one has this index */
    uint64_t operations;
    size_t findings; /* distinct ones so far, with --keep-going */
    double started;
    double shown; /* when the last progress line was */
    double quick; /* what search_quick_waiting() measured; 0: nothing yet */
};

struct search {
    const struct subject *subject;
    const char *subject_text; /* as the user named it, ... */
    const char *subject_word; /* ... and as a word of a shell command */
    uint64_t operations;      /* stop after this many */
    uint64_t seed;
    double seconds;          /* stop after this many; 0: no limit */
    unsigned int jobs;       /* run programs in this many processes; 0: one */
    double program_seconds;  /* a program that computes for longer hangs */
    double waiting_seconds;  /* as does one that waits for longer; 0: ISOLATE_WAITING_SECONDS */
    const char *output;      /* a file, or with --keep-going a folder; NULL: the default */
    struct trigger *avoided; /* first what every program avoids: the user's, and hangs */
    size_t avoided_count;
    size_t always_count; /* how many come first */
    struct progress *progress;
    struct tally *tallies; /* one for each job, shared with them; NULL: nothing is counted */
    const struct reporter *reporter;
};

/* Seconds of a clock that only runs forward, from an arbitrary start. */
double search_now(void);
bool search_time_is_up(const struct search *search);

/* When the search ends, as search_now() tells it; 0: it has no such time. */
double search_end(const struct search *search);

/* Whether the work on what was found has to end, too: interrupt_signal() came, or the time is over
 * by more than SEARCH_GRACE_SECONDS. */
bool search_must_end(const struct search *search);

/* How long a program may wait without computing, for isolate_deadlines(). Less if little of the
 * search's time is left, but never less than 2 s, since a busy machine may delay a subject. */
double search_waiting(const struct search *search);

/* The same for programs that are run many times, once it is known that one waits for ever: several
 * times as long as an empty program takes. The first call runs one. */
double search_quick_waiting(const struct search *search);

/* Options to run a program alone: `computing` seconds, search_waiting(), and an end soon after the
 * search's. */
struct trial_options search_trial(const struct search *search, double computing);

/* The same, to see again what `failed` was: if it waited for ever, a shorter wait is enough. */
struct trial_options search_trial_again(const struct search *search, double computing,
                                        const struct trial *failed);

/* Makes the search avoid a trigger. `always`: in every program, see search_program(). */
void search_avoid(struct search *search, const struct trigger *trigger, bool always);

/* Fills an initialised program with the search's program `index`: generated, adapted to the
 * subject, and without operations that meet a trigger to avoid. Every SEARCH_FREE-th program only
 * leaves out what must always be avoided, in case other findings hide behind a trigger. */
#define SEARCH_FREE 64
void search_program(const struct search *search, uint64_t index, struct program *program);

/* What all jobs have tried. */
void search_tally(const struct search *search, struct tally *sum);

struct check search_check(const struct search *search);

/* Runs programs from index progress->programs on. False: a program failed, and progress->programs
 * is its index: the lowest that fails, with any number of jobs; *seen is what was seen of the
 * failure. True: operations or time are used up, or interrupt_signal() came. */
bool search_run(const struct search *search, struct trial *seen);

struct shrunk {
    struct program program; /* shares the strings of the program that was found */
    struct trial trial;
    bool cut_short; /* by time or a signal: there may be a smaller program */
};

/* Shrinks `found`, which failed in `trial`, to a program that the subject can express, that fails
 * alike and meets no trigger of `search` that `found` does not meet. Stops early at
 * search_must_end().
 *
 *     seconds   shrinking stops after about this many; 0: no limit
 *     printed   a file for what the last run prints; or NULL
 *     shrunk    to be freed by program_free(&shrunk->program)
 *
 * False: the shrunk program did not fail again, and *shrunk holds `found` and
 * `trial`. */
bool search_shrink(const struct search *search, const struct program *found,
                   const struct trial *trial, double seconds, const char *printed,
                   struct shrunk *shrunk);

#endif
