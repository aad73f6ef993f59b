/* Ways to protect a reader from changes to the ring: rcu in several forms, rwlock, mutex. The
 * benchmarks measure what each adds to a lookup; the ring does not change meanwhile.
 *
 *     shared        ringproof/ring_shared.h
 *     memb_inline   liburcu's memb, compiled in (the others call liburcu's functions)
 *     qsbr          liburcu's qsbr, with a quiescent state after each lookup
 *     mb            liburcu's mb
 *     slot          left-right in plain C11
 *     rwlock        pthread_rwlock_t
 *     mutex         pthread_mutex_t
 */
#ifndef BENCH_CONTESTANTS_READ_SIDE_H
#define BENCH_CONTESTANTS_READ_SIDE_H

#include <ringproof/ring.h>
#include <ringproof/ring_shared.h>

/* What a reader enters. `shared` reads through ring_shared.h; all others read `ring`, which is one
 * of the two rings in `shared`. */
struct protected_ring {
    struct ring_shared *shared;
    const struct ring *_Atomic ring;
};

struct protection {
    const char *name;
    void (*begin)(void); /* once per thread, before it reads; NULL: not needed */
    void (*end)(void);   /* once per thread, after it has read; NULL: not needed */
    const struct ring *(*enter)(struct protected_ring *protected_ring);
    void (*leave)(struct protected_ring *protected_ring);
};

extern const char *const protection_names[]; /* "alone" (no protection) first; ended by NULL */

/* NULL for "alone" and for unknown names. */
const struct protection *protection_named(const char *name);

extern const struct protection protection_memb_inline;

#endif
