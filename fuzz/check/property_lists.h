/* The properties of find_n: of the lists of one ring, and of those of a ring without one node. */
#ifndef FUZZ_CHECK_PROPERTY_LISTS_H
#define FUZZ_CHECK_PROPERTY_LISTS_H

#include "property_names.h"
#include "questions.h"

/* The first nodes after a key. */
struct property_list {
    struct ring_bytes key;
    struct ring_bytes nodes[8];
    size_t count;
};

/* Asks for lists of several lengths, and checks those properties of `mask` that concern one ring.
 * `owner` is what find answered, or question_nobody. */
bool property_lists_hold(struct questions *questions, unsigned int mask, const void *ring,
                         const struct present *present, struct ring_bytes key,
                         struct ring_bytes owner);

/* Fills *list with the first nodes after the key. */
bool property_list_ask(struct questions *questions, const void *ring, const struct present *present,
                       struct ring_bytes key, struct property_list *list);

/* PROPERTY_HISTORY: two rings of the same nodes gave these lists for a key. */
bool property_lists_same(struct questions *questions, const struct present *present,
                         const struct property_list *expected, const struct property_list *got);

/* PROPERTY_LESS: a ring gave these lists with the node of that name, and without it. */
bool property_lists_less(struct questions *questions, const struct present *present,
                         struct ring_bytes name, const struct property_list *with,
                         const struct property_list *without);

#endif
