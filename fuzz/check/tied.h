/* Points at equal positions, in rings that tell nothing of their points. In a right ring that does
 * not promise an order among them, their order may change with every change. Then a key that lies
 * before such points passes from one of their nodes to another. */
#ifndef FUZZ_CHECK_TIED_H
#define FUZZ_CHECK_TIED_H

#include "questions.h"

/* A key with two owners where there ought to be one. */
struct moved {
    struct ring_bytes key;
    struct ring_bytes from;
    struct ring_bytes to;
};

/* How many points the nodes have: an upper bound, if nobody says. */
double tied_points(const struct subject *subject, const struct present *present);

/* The probability that in a right ring of `points` points equal ones explain `moved` or more of
 * `keys` keys. All positions are uniform and independent, and less than 2^bits. Costs O(moved). */
double tied_chance(double points, unsigned int bits, size_t keys, size_t moved);

/* Whether equal points explain the keys that moved, of `keys` keys. All nodes are in *present. A ring
 * that orders equal points by their names has no such excuse. Otherwise:
 *
 *   chance above 1e-3   they do: positions are few, and equal points are common
 *   below 1e-9          they do not
 *   between             they do if they can be seen: in a ring of the two nodes alone, the order in
 *                       which they come decides who owns the key. A few keys are tried.
 *
 * Nodes of which one name begins with the other may have any number of equal points, which must be
 * seen: many rings hash the name with the index appended, and "a" + "12" is "a1" + "2".
 *
 * An opaque ring that does not say how large its positions are may have those of 32 bits. */
bool tied_explains(struct questions *questions, const struct present *present,
                   const struct moved *moved, size_t count, size_t keys);

/* Only the last line of that: whether two nodes can be seen to have equal points after the key. */
bool tied_is_seen(struct questions *questions, const struct present *present,
                  const struct moved *moved);

/* Whether some nodes are likely to have equal points: positions are few, or names related. */
bool tied_is_common(const struct subject *subject, const struct present *present);

/* Whether one name begins with the other. */
bool tied_names_related(struct ring_bytes a, struct ring_bytes b);

/* Whether that holds for two of the nodes. */
bool tied_some_related(const struct present *present);

#endif
