/* Lists of nodes and keys that both sides of a comparison take: from files, or generated. */
#ifndef FUZZ_COMPARE_LISTS_H
#define FUZZ_COMPARE_LISTS_H

#include "sides.h"

struct compare_request {
    const char *nodes_path, *keys_path; /* NULL: generated */
    uint64_t seed;
    uint32_t points;  /* of a node of weight 1; 0: what fits, at most COMPARE_POINTS */
    uint64_t lookups; /* about so many in all */
};

#define COMPARE_POINTS 160
#define COMPARE_NODES 100

struct compare_lists {
    struct program memory; /* owns names and keys */
    struct ring_bytes *nodes;
    uint32_t *weights;
    size_t node_count;
    bool unequal;            /* the weights are */
    struct ring_bytes *keys; /* of a file; NULL: generated */
    size_t key_count;
    uint32_t points; /* of a node of weight 1 */
    uint32_t
        points_step; /* `points` can be lowered by multiples of this; 0: it cannot be lowered */
    bool weighs;     /* both sides can give nodes unequal weights */
    size_t per_ask;  /* keys for each ask; with a file, all */
    uint64_t random;
    const struct compare_side *sides;
    const struct compare_request *request;
};

/* Makes the lists. False: *error says what no side can take, and what to write instead. *lists is to
 * be freed in either case. */
bool compare_lists_make(struct compare_lists *lists, const struct compare_side sides[2],
                        const struct compare_request *request, char *error, size_t size);
void compare_lists_free(struct compare_lists *lists);

/* Whether both sides take such a name, or such a key. */
bool compare_lists_takes_name(const struct compare_lists *lists, struct ring_bytes name);
bool compare_lists_takes_key(const struct compare_lists *lists, struct ring_bytes key);

/* How many nodes both sides take, and the most that a node may weigh. */
size_t compare_lists_nodes_max(const struct compare_lists *lists);
uint32_t compare_lists_weight_max(const struct compare_lists *lists);

#endif
