/* What ring.c declares: the macros that choose it, and a test that ringproof keeps to it. */
#ifndef WRONG_RINGS_DECLARED_H
#define WRONG_RINGS_DECLARED_H

#include <stdlib.h>

#include "place.h"

#ifndef SUCCESSOR
#define SUCCESSOR SUBJECT_AFTER
#endif
#ifndef TIES
#define TIES SUBJECT_TIES_BY_NAME
#endif
#ifndef REPLICAS
#define REPLICAS SUBJECT_EACH_NODE
#endif
#ifndef NAMES
#define NAMES SUBJECT_BYTES
#endif
#ifndef KEYS
#define KEYS SUBJECT_BYTES
#endif
#ifndef LONGEST_NAME
#define LONGEST_NAME SIZE_MAX
#endif
#ifndef LONGEST_KEY
#define LONGEST_KEY SIZE_MAX
#endif
#ifndef MOST_REPLICAS
#define MOST_REPLICAS RING_REPLICAS_MAX
#endif
#ifndef MOST_NODES
#define MOST_NODES SIZE_MAX
#endif
#ifndef MOST_POINTS
#define MOST_POINTS RING_POINTS_MAX
#endif
#ifndef RULES
#define RULES 0
#endif

static bool is_text(enum subject_text text, struct ring_bytes bytes)
{
    for (size_t i = 0; text != SUBJECT_BYTES && i < bytes.size; i++) {
        unsigned char byte = ((const unsigned char *)bytes.data)[i];
        bool fits = text == SUBJECT_HOST_PORT   ? strchr("0123456789.:", byte) != NULL && byte != 0
                    : text == SUBJECT_PRINTABLE ? byte > ' ' && byte <= '~'
                                                : byte != 0;
        if (!fits) {
            return false;
        }
    }
    return text != SUBJECT_HOST_PORT || memchr(bytes.data, ':', bytes.size) != NULL;
}

/* Aborts if a call is not one that the declarations allow, and says which of them. */
static void expect(bool allowed, const char *declaration)
{
    if (!allowed) {
        (void)fprintf(stderr, "ring: this call is beyond what is declared: %s\n", declaration);
        abort();
    }
}

#endif
