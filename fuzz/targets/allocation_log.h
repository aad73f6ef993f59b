/* An allocator that keeps a ledger, and refuses when told to. What it hands out is filled with a pattern, so
 * that a ring that reads what it did not write answers wrongly, and the same in every build. */
#ifndef FUZZ_TARGETS_ALLOCATION_LOG_H
#define FUZZ_TARGETS_ALLOCATION_LOG_H

#include "../../core/ring.h"

struct allocation_log {
    size_t bytes;    /* held now */
    size_t accepted; /* this many blocks are given, ... */
    bool once;       /* ... and then one is refused; or all are */
    bool refused;    /* one was */
};

/* All is zero but `accepted`, SIZE_MAX. A block of no bytes, or one that comes back with another size than it
 * was asked for, is said and aborts. */
struct ring_allocator logged_allocator(struct allocation_log *log);

/* From now on. SIZE_MAX: none is refused. */
void allocation_log_refuse_after(struct allocation_log *log, size_t accepted, bool once);

#endif
