/* Ways to keep a ring from being changed under a reader: what each adds to a lookup. Nobody changes a
 * ring here. */
#ifndef BENCH_CONTESTANTS_READ_SIDE_H
#define BENCH_CONTESTANTS_READ_SIDE_H

#include "../../core/ring.h"
#include "../../core/shared/ring_shared.h"

/* What a reader enters: through ring_shared.h or, by all other ways, the ring that this leads to. */
struct guarded {
    struct ring_shared *shared;
    const struct ring *_Atomic ring;
};

struct guard {
    const char *name;
    void (*begin)(void); /* NULL: a thread has nothing to do before it reads ... */
    void (*end)(void);   /* ... or after it */
    const struct ring *(*enter)(struct guarded *guarded);
    void (*leave)(struct guarded *guarded);
};

extern const char *const guard_names[]; /* ended by NULL; "alone", which is none, first */

/* NULL: there is none of that name, or it is "alone". */
const struct guard *guard_named(const char *name);

/* liburcu's functions compiled in; they are called by the others. */
extern const struct guard guard_memb_inline;

#endif
