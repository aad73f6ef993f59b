#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUILT_IN = 4, REGISTERED_MAX = 12 };

static const struct subject *subjects[BUILT_IN + REGISTERED_MAX + 1] = {
    &subject_core,
    &subject_tiny,
    &subject_merge,
    &subject_resort,
};

const struct subject *const *subject_list(void)
{
    return subjects;
}

const struct subject *subject_named(const char *name)
{
    for (const struct subject *const *subject = subjects; *subject != NULL; subject++) {
        if (strcmp((*subject)->name, name) == 0) {
            return *subject;
        }
    }
    return NULL;
}

/* Sorted by name: constructors run in an order that the linker chooses. */
void subject_register(const struct subject *subject)
{
    size_t count = BUILT_IN;
    while (subjects[count] != NULL) {
        count++;
    }
    if (count == BUILT_IN + REGISTERED_MAX || subject_named(subject->name) != NULL) {
        (void)fprintf(stderr,
                      "ringproof: cannot register the subject %s: its name is taken, or there are "
                      "%d already; rename it, or raise REGISTERED_MAX\n",
                      subject->name, REGISTERED_MAX);
        abort();
    }
    for (; count > BUILT_IN && strcmp(subjects[count - 1]->name, subject->name) > 0; count--) {
        subjects[count] = subjects[count - 1];
    }
    subjects[count] = subject;
}
