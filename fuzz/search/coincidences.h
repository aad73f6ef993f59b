/* Keys that lie on a point, or one beside it, and points of two nodes that lie at one position. By
 * chance they are rare; and that is where rings go wrong.
 *
 *     placement              how they are found
 *     a custom rule          a key's bytes say where it lies
 *     a rule that digests    the key whose bytes are those of a point lies on it
 *     md5-compat32, own,     a table of many keys and points: some of 2^19 of each coincide, where
 *     listed: 32 bits or     positions have 32 bits
 *     fewer
 *     own, listed            common formats are tried: "node-7" may lie on point 7 of "node"
 *     opaque                 not at all
 *
 * The same subject and rule always get the same ones. */
#ifndef FUZZ_SEARCH_COINCIDENCES_H
#define FUZZ_SEARCH_COINCIDENCES_H

#include "../program/operations.h"
#include "../subjects/registry.h"

enum coincidence_kind {
    COINCIDENCE_ON,    /* the key is on the point */
    COINCIDENCE_BELOW, /* one below */
    COINCIDENCE_ABOVE, /* one above */
    COINCIDENCE_EQUAL, /* two points are equal, and the key is the nearest known before them */
    COINCIDENCE_KINDS
};

/* Numbers that coincidence_name() and coincidence_key() turn into bytes. */
struct coincidence {
    uint32_t name;
    uint32_t index; /* of the point */
    uint32_t key;
    uint32_t other; /* equal points: the other name */
    uint32_t other_index;
};

#define COINCIDENCES_MAX 512 /* of each kind */

struct coincidences {
    struct coincidence items[COINCIDENCE_KINDS][COINCIDENCES_MAX];
    uint32_t counts[COINCIDENCE_KINDS];
};

/* The table for the subject under a rule: empty if positions have more than 32 bits. Made when it is
 * first asked for, which takes some 0.2 s; seconds if the subject is in another process. The
 * subject's functions run in a child process: if they crash or hang, the table is empty. */
const struct coincidences *coincidences_of(const struct subject *subject, const struct rule *rule);

/* Makes what a search will need, before it forks. */
void coincidences_prepare(const struct subject *subject);

/* The bytes, in the program's memory. */
struct ring_bytes coincidence_name(const struct subject *subject, struct program *program,
                                   uint32_t number);
struct ring_bytes coincidence_key(const struct subject *subject, struct program *program,
                                  uint32_t number);

/* A key that lies on point `index` of the node, by the format of the rule or of the subject. False:
 * none is known. Under listed placement the point is another one of the node's. */
bool coincidence_on(const struct subject *subject, const struct rule *rule, struct program *program,
                    struct ring_bytes name, uint32_t index, struct ring_bytes *key);

/* A key at that position. False: none is known. */
bool coincidence_at(const struct subject *subject, const struct rule *rule, struct program *program,
                    uint64_t position, struct ring_bytes *key);

/* Whether a key is known on some point, or beside one, or before equal points: for the tally. */
void coincidences_possible(const struct subject *subject, bool *on, bool *beside);

#endif
