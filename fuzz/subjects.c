#include "subject.h"

#include <string.h>

const struct subject *const subjects[] = {
    &subject_core,   &subject_tiny,   &subject_merge, &subject_model,
    &subject_resort, &subject_legacy, NULL,
};

const struct subject *subject_named(const char *name)
{
    for (const struct subject *const *subject = subjects; *subject != NULL; subject++) {
        if (strcmp((*subject)->name, name) == 0) {
            return *subject;
        }
    }
    return NULL;
}
