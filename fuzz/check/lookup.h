/* Judges answers by a list of points: which nodes may answer for a key at a position. For rings
 * whose declarations (ringproof/subject.h: successor, ties) allow other answers than ring.h, or more
 * than one. */
#ifndef FUZZ_CHECK_LOOKUP_H
#define FUZZ_CHECK_LOOKUP_H

#include "present.h"

/* The points of a right ring. */
struct lookup {
    const struct subject *subject; /* for its declarations */
    const struct present *present; /* for the order in which nodes came */
    struct ring_point *points;     /* in ring order, without those that never answer */
    size_t count;
    size_t owners;   /* how many different nodes they have */
    bool *contested; /* which of the points won over others at their position; NULL: none lost */
};

/* Fills *lookup with the points of `ring`, a ring of `source`, whose next_point() lists them in ring
 * order. Reads at most `limit` points. Costs O(points x t), where t is the most points at one
 * position. To be freed. */
void lookup_collect(struct lookup *lookup, const struct subject *source, const void *ring,
                    size_t limit);
void lookup_free(struct lookup *lookup);

/* Where the points after a position begin: the index of the first point whose position is greater,
 * or, with `at`, not less; lookup->count if there is none. */
size_t lookup_after(const struct lookup *lookup, uint64_t position, bool at);

/* Whether `found` nodes are a right answer to a find (n = 1) or find_n of a key at that position.
 * Costs O(log points + points passed x found). */
bool lookup_is_right(const struct lookup *lookup, uint64_t position, uint64_t n,
                     const struct ring_bytes *nodes, size_t found);

/* Writes one of the right answers into nodes[], which has room for the smaller of `n` and
 * lookup->owners. Returns how many nodes it has. */
size_t lookup_answer(const struct lookup *lookup, uint64_t position, uint64_t n,
                     struct ring_bytes *nodes);

#endif
