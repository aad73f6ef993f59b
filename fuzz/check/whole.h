/* Compares whole rings: counts, points, and lookups at every point. */
#ifndef FUZZ_CHECK_WHOLE_H
#define FUZZ_CHECK_WHOLE_H

#include "finding.h"
#include "lookup.h"
#include "properties.h"
#include "side.h"

/* A subject's ring and what it must be. */
struct pair {
    struct side subject;
    struct side reference; /* its `ring` is NULL for a ring that is listed or opaque */
    struct present present;
    struct lookup lookup; /* the right points, if `looked` */
    bool looked;
    const struct ring_options *options; /* of both rings; NULL: not known */
    bool samples; /* of many points, only some are looked up: enough for a fuzz target, whose next
                   * program asks for others */
    struct properties *properties; /* of a ring without a reference; else NULL */
};

/* The right points after the last change: the reference's, or the subject's own if it is listed.
 * NULL if nobody knows them. Valid until the next change. */
const struct lookup *whole_lookup(struct pair *pair);

/* Forgets them, because the ring changes. */
void whole_forget(struct pair *pair);

bool whole_counts(struct pair *pair, struct finding *finding);

/* Points, the subject's own check, find_positions, and the replicas of the nodes. */
bool whole_rings(struct pair *pair, struct finding *finding);

/* Walks over the owners, from some positions. */
bool whole_walks(struct pair *pair, struct finding *finding);

/* Only the points, in order. */
bool whole_points(struct pair *pair, struct finding *finding);

#endif
