/* An allocator that keeps a ledger, and refuses when told to. What it hands out is filled with a pattern, so
 * that a ring that reads what it did not write answers wrongly, and the same in every build. */
#ifndef FUZZ_LEDGER_H
#define FUZZ_LEDGER_H

#include "../../core/ring.h"

struct ledger {
    size_t bytes;    /* held now */
    size_t accepted; /* this many blocks are given, ... */
    bool once;       /* ... and then one is refused; or all are */
    bool refused;    /* one was */
};

/* All is zero but `accepted`, SIZE_MAX. A block of no bytes, or one that comes back with another size than it
 * was asked for, is said and aborts. */
struct ring_allocator ledger_allocator(struct ledger *ledger);

/* From now on. SIZE_MAX: none is refused. */
void ledger_refuse_after(struct ledger *ledger, size_t accepted, bool once);

#endif
