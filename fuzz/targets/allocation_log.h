/* The allocation log: an allocator that counts the bytes it holds, and refuses on demand. It fills
 * what it gives with a pattern, so that a ring that reads memory it did not write answers wrongly,
 * and equally in every build. */
#ifndef FUZZ_TARGETS_ALLOCATION_LOG_H
#define FUZZ_TARGETS_ALLOCATION_LOG_H

#include <ringproof/ring.h>

struct allocation_log {
    size_t bytes;    /* held now */
    size_t accepted; /* give this many blocks, ... */
    bool once;       /* ... then refuse one; false: refuse all that follow */
    bool refused;    /* a block was refused */
};

/* The allocator over `log`, which starts as zero except `accepted`, SIZE_MAX. Prints a message and
 * aborts if it is asked for no bytes, or gets a block back with another size. */
struct ring_allocator logged_allocator(struct allocation_log *log);

/* Refuses from now on, after `accepted` more blocks: one block if `once`, else all. SIZE_MAX:
 * refuses none. */
void allocation_log_refuse_after(struct allocation_log *log, size_t accepted, bool once);

#endif
