/* Ways to keep a ring from being changed under a reader: what each adds to a lookup. Nobody changes a
 * ring here. */
#ifndef BENCH_CONTESTANTS_READ_SIDE_H
#define BENCH_CONTESTANTS_READ_SIDE_H

#include "../../core/ring.h"
#include "../../core/shared/ring_shared.h"

/* What a reader enters: through ring_shared.h or, by all other ways, the ring that this leads to. */
struct protected_ring {
    struct ring_shared *shared;
    const struct ring *_Atomic ring;
};

struct protection {
    const char *name;
    void (*begin)(void); /* NULL: a thread has nothing to do before it reads ... */
    void (*end)(void);   /* ... or after it */
    const struct ring *(*enter)(struct protected_ring *protected_ring);
    void (*leave)(struct protected_ring *protected_ring);
};

extern const char *const protection_names[]; /* ended by NULL; "alone", which is none, first */

/* NULL: there is none of that name, or it is "alone". */
const struct protection *protection_named(const char *name);

/* liburcu's functions compiled in; they are called by the others. */
extern const struct protection protection_memb_inline;

#endif
