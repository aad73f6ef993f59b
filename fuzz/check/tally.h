/* The tally: what a check has tried. "Agreed" says little of a ring that was never asked the
 * question which would have told. So situations in which rings go wrong are counted, and the end of
 * a check says which of them never occurred, and why. */
#ifndef FUZZ_CHECK_TALLY_H
#define FUZZ_CHECK_TALLY_H

#include "lookup.h"
#include "present.h"

/* Bytes of names and keys at which rings go wrong: 0, 1, 255, 256, 257, 4096, 65536. */
#define TALLY_LENGTHS 7
extern const size_t tally_lengths[TALLY_LENGTHS];

/* Numbers of nodes at which rings go wrong: 2^k - 1, 2^k and 2^k + 1, for k from 1 to 10: 1, 2, 3, 4,
 * 5, 7, ... 1025. */
#define TALLY_NODE_COUNTS 29

/* Numbers of points: 65535, 65536 or more, 65537, and 200000 or more. */
#define TALLY_POINTS 4
extern const size_t tally_points[TALLY_POINTS];

enum tally_situation {
    /* A lookup, and where the key's position is. Only if positions are known. */
    TALLY_ON_POINT,
    TALLY_BELOW_POINT,   /* one below */
    TALLY_ABOVE_POINT,   /* one above */
    TALLY_BETWEEN_EQUAL, /* on, or directly before, a position that has several points */
    TALLY_PAST_LAST,
    TALLY_BEFORE_FIRST,
    TALLY_IN_EMPTY,     /* a lookup in an empty ring */
    TALLY_BEYOND_NODES, /* a find_n of more nodes than there are */
    TALLY_EQUAL_POINTS, /* points at the position of another point, after each change */
    TALLY_NAME_LENGTH,
    TALLY_KEY_LENGTH = TALLY_NAME_LENGTH + TALLY_LENGTHS,
    /* Pairs of names in one ring, or of keys of one ring, that a careless comparison confuses. */
    TALLY_NAMES_ZERO = TALLY_KEY_LENGTH + TALLY_LENGTHS, /* equal up to a zero byte */
    TALLY_NAMES_CASE,
    TALLY_NAMES_TRAILING, /* the last byte differs, or is missing */
    TALLY_NAMES_HIGH,     /* only bytes above 127 differ */
    TALLY_NAMES_DIGITS,   /* one is the other, and digits: "a" with point 12, "a1" with point 2 */
    TALLY_KEYS_ZERO,
    TALLY_KEYS_CASE,
    TALLY_KEYS_TRAILING,
    TALLY_KEYS_HIGH,
    /* A lookup in a ring of so many nodes, of so many points. */
    TALLY_NODE_COUNT,
    TALLY_POINT_COUNT = TALLY_NODE_COUNT + TALLY_NODE_COUNTS,
    TALLY_REGREW = TALLY_POINT_COUNT + TALLY_POINTS, /* grew, shrank to one node or none, grew */
    TALLY_CAME_BACK,                                 /* a node came back with other replicas */
    TALLY_AT_ONCE, /* a ring was used while another one was alive */
    TALLY_RENEWED, /* a ring with nodes was destroyed, and a new one was made */
    TALLY_SITUATIONS
};

#define TALLY_KINDS 8 /* of operations: enum operation_kind */
#define TALLY_RINGS 8
#define TALLY_SLOTS 64

/* A name or key that was met lately: a hash of what it has in common with others, and its own. */
struct tally_slot {
    uint64_t common;
    uint64_t own;
};

/* What must be remembered of the program that runs. */
struct tally_history {
    uint64_t generation; /* made hashes differ from program to program, and from ring to ring */
    unsigned int ring;   /* that is in use */
    bool changed;        /* the last operation may have changed the ring */
    struct {
        uint64_t generation;
        size_t peak; /* most nodes since it was last almost empty */
        bool shrank; /* to one node or none */
    } rings[TALLY_RINGS];
    struct tally_slot removed[TALLY_SLOTS]; /* own: the replicas */
    struct tally_slot names[5][TALLY_SLOTS];
    struct tally_slot keys[4][TALLY_SLOTS];
};

/* All zero: nothing was tried. Fixed size and no pointers, so that a child process can fill it in
 * shared memory. */
struct tally {
    uint64_t operations[TALLY_KINDS];
    uint64_t times[TALLY_SITUATIONS];
    uint64_t nodes, points, name, key, rings; /* the most, longest */
    uint64_t judged;          /* answers to lookups, and lists of points, held to what is right */
    uint64_t ended_early;     /* programs: finding.cannot */
    bool no_key_on_point;     /* no key is known that lies on a point */
    bool no_key_beside_point; /* nor one that lies beside one */
    struct tally_history history;
};

/* A program begins, with an empty ring 0. */
void tally_begin(struct tally *tally);

/* An operation comes, and is not applied yet.
 *
 *     present    what the ring in use holds
 *     lookup     its points; NULL if nobody knows them
 *     position   of the operation's key; NULL likewise
 *
 * A find costs O(log points + bytes of the key). After a change it costs O(points) more. */
void tally_note(struct tally *tally, const struct subject *subject,
                const struct operation *operation, const struct present *present,
                const struct lookup *lookup, const uint64_t *position);

/* So many rings are alive. */
void tally_rings(struct tally *tally, size_t count);

/* Adds what another tally counted. */
void tally_add(struct tally *sum, const struct tally *other);

/* The number of nodes that is entry `index` of that list. */
size_t tally_node_count(unsigned int index);

/* A few words: "one below a point", "names of 256 bytes". Static storage until the next call. */
const char *tally_words(enum tally_situation situation);

/* Why a ring of that subject cannot be brought into the situation, in a few words; static storage
 * until the next call. NULL: it can. */
const char *tally_why_never(const struct tally *tally, const struct subject *subject,
                            enum tally_situation situation);

#endif
