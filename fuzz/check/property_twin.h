/* The properties that a second ring shows: one that is made of the same nodes. */
#ifndef FUZZ_CHECK_PROPERTY_TWIN_H
#define FUZZ_CHECK_PROPERTY_TWIN_H

#include "property_lists.h"
#include "tied.h"

#define SAMPLE_LISTS 4
#define SAMPLE_LISTS_OF_SLOW 2

/* What a ring answered. */
struct sample {
    const struct ring_bytes *keys;
    const struct ring_bytes *owners;
    size_t count; /* of keys, at least one and at most SAMPLE_KEYS_MAX */
    struct property_list lists[SAMPLE_LISTS];
    size_t list_count; /* 0 without find_n */
};
#define SAMPLE_KEYS_MAX 96

/* Makes a second ring while `ring` is there, first without one of the nodes and then with all, and
 * compares its answers with the sample. Judges the properties of `mask`. */
bool property_twin_holds(struct questions *questions, unsigned int mask, const void *ring,
                         const struct present *present, const struct sample *sample);

/* Finds the keys whose owner differs, apart from those of question_nobody. Returns how many; moved[]
 * has room for all. */
size_t property_moved(const struct ring_bytes *keys, const struct ring_bytes *from,
                      const struct ring_bytes *to, size_t count, struct moved *moved);

/* The finding that a key moved. Returns false. */
bool property_says_moved(struct questions *questions, enum property property, const char *where,
                         const struct moved *moved);

/* The same, unless the ring, whose nodes are *present, takes its answer back when it is asked again.
 * That is a finding of PROPERTY_SAME, if the mask has it. Returns false. */
bool property_says_moved_if_again(struct questions *questions, unsigned int mask,
                                  enum property property, const char *where, const void *ring,
                                  const struct present *present, const struct moved *moved);

#endif
