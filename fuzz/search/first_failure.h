/* The search of `ringproof check`: program after program in a child process, until one of them fails. */
#ifndef FUZZ_SEARCH_FIRST_FAILURE_H
#define FUZZ_SEARCH_FIRST_FAILURE_H

#include "../check/trial.h"
#include "trigger.h"

/* A program takes the model tens of milliseconds at most: see PROGRAM_COST_MAX. */
#define SEARCH_PROGRAM_SECONDS 5.0
#define SEARCH_SHRINK_SECONDS 1
/* Between two signs of life in a log; a terminal sees more of them. */
#define SEARCH_PROGRESS_SECONDS 10

/* Shared with the child that searches. */
struct progress {
    uint64_t programs; /* done; the next one has this index */
    uint64_t operations;
    struct finding finding;
    double started;
    double shown;
};

struct search {
    const struct subject *subject;
    const char *subject_text; /* as the user named it */
    uint64_t operations;
    uint64_t seed;
    unsigned int seconds;   /* 0: as long as it takes */
    double program_seconds; /* before a program is one that hangs */
    const char *output;
    struct trigger *avoided; /* first those that no program may have: the user's, and of hangs */
    size_t avoided_count;
    size_t always_count; /* of the former */
    struct progress *progress;
};

/* Seconds of a clock that only runs forward. */
double search_now(void);
bool search_time_is_up(const struct search *search);

/* Adds one to what is avoided. */
void search_avoid(struct search *search, const struct trigger *trigger, bool always);

/* Fills an initialised program with that of this index: generated, shaped for the subject, and without what is
 * avoided; but every SEARCH_FREE-th keeps what need not always be avoided, in case there is more behind it. */
#define SEARCH_FREE 64
void search_program(const struct search *search, uint64_t index, struct program *program);

struct check search_check(const struct search *search);

/* Runs programs from progress->programs on, until one fails, which then has that index, or operations or time are
 * used up: then true. */
bool search_run(const struct search *search);

struct shrunk {
    struct program program; /* shares the strings of that found */
    struct trial trial;
};

/* Shrinks a program that failed in `trial`, to one that fails alike, and holds no trigger of `search` that it did
 * not hold before; for some `seconds` at most, 0: as long as it takes. To be freed. False: the small one does not
 * fail again, so that *shrunk is as it was found. What the last run prints goes into `printed`, if not NULL. */
bool search_shrink(const struct search *search, const struct program *found,
                   const struct trial *trial, double seconds, const char *printed,
                   struct shrunk *shrunk);

#endif
