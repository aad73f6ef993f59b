/* The faults that can be planted in ring.c and rendezvous.c: -DFAULT=NAME. Without one the ring is
 * right. rings.toml says with which variants of the ring each is compiled.
 *
 * A fault must show in answers to public calls. None is a patch: a misspelt name does not compile.
 */
#ifndef WRONG_RINGS_FAULTS_H
#define WRONG_RINGS_FAULTS_H

enum fault {
    NONE,

    /* NAMES AND KEYS */

    NAMES_END_AT_ZERO,     /* compares names as strings: "a\0b" is "a\0c" */
    KEYS_END_AT_ZERO,      /* hashes keys as strings */
    NAME_LENGTH_IN_A_BYTE, /* stores the length of a name modulo 256 */
    KEY_LENGTH_IN_A_BYTE,  /* hashes the length of a key modulo 256 */
    KEY_LENGTH_IN_TWO_BYTES,
    NAMES_OF_31_BYTES,    /* compares 31 bytes of names, as strncmp() of a char[32] does */
    NAMES_LOSE_CASE,      /* "Node" is "node", as in host names */
    KEYS_LOSE_BLANKS,     /* strips blanks and line feeds at the end of a key */
    NAMES_COMPARE_SIGNED, /* orders equal points by names as signed bytes */
    BORROWS_NAMES,        /* keeps the caller's pointer */
    BORROWS_LAST_KEY,     /* remembers the last key by its address and size */
    EMPTY_KEY_IS_NO_KEY,  /* finds no node for the empty key */

    /* TABLES THAT ARE TOO SMALL */

    REFUSES_NODE_41,
    REFUSES_NODE_101,      /* libmemcached has a table of 100 servers */
    NODE_NUMBER_IN_A_BYTE, /* node 257 is node 1 to its points */
    REFUSES_POINT_65536,
    SEARCHES_16_BITS,    /* looks at as many points as 16 bits of their number say */
    REMOVES_1024_POINTS, /* of a node, and leaves the others */
    INDEX_IN_A_BYTE,     /* point 256 of a node lies where point 0 lies */

    /* WHICH POINT */

    TAKES_EQUAL,              /* >= where > is declared */
    SKIPS_EQUAL,              /* > where >= is declared */
    DOES_NOT_WRAP,            /* past the last point comes the last */
    WRAPS_TO_SECOND,          /* if the number of points is a power of two, 16 or more */
    WRAPS_TO_SECOND_OF_NODES, /* if the number of nodes is a power of two, 16 or more */
    SORTS_SIGNED,             /* subtracts positions in 32 bits to order them */
    NEAREST_OF_A_LINE,        /* measures distances without the way over zero */
    HANGS_PAST_THE_END,       /* of a ring with one node */
    WRONG_ONCE_IN_10000,      /* finds */

    /* EQUAL POINTS */

    TIES_BY_ARRIVAL,      /* the first to come wins, where another order is declared */
    TIES_BY_LATE_ARRIVAL, /* the last to come wins, where another order is declared */
    KEEPS_ONE_OF_EQUAL,   /* adding skips positions that are taken, as the keys of a map are */
    REMOVES_EQUAL,        /* removing a node removes all points at its positions */

    /* NODES THAT COME AND GO */

    KEEPS_OLD_REPLICAS,   /* a node that comes back has as many replicas as before */
    HEX_INDEX,            /* hashes the index of a point as hexadecimal digits */
    NO_SEPARATOR,         /* hashes "a" "12" as "a1" "2", from index 100 on */
    FLOAT_COUNT,          /* (int)(n / 100.0 * 100.0) points: 28 of 29 */
    REMOVES_A_NEIGHBOUR,  /* removing an absent name removes the next name */
    HALF_A_BATCH,         /* a batch that fails leaves the nodes before the bad one */
    LEAKS_NODES,          /* removing does not free */
    CRASHES_WHEN_EMPTIED, /* by removing the last node */
    LOSES_TAIL,           /* shrinking a table of 1,024 points or more loses the last point */
    STALE_AFTER_REMOVE,   /* lookups see a removal only after the next add */
    LAST_TAKES_THE_REST,  /* what weights leave over goes to the last to come */
    PLACES_BY_ARRIVAL,    /* hashes the how-manieth a node is in place of its name */
    PLACES_BY_COUNT,      /* key modulo number of nodes */
    WEIGHTS_UP_TO_10,     /* greater weights count as 10 */

    /* STATE BETWEEN RINGS */

    ONE_CACHE_FOR_ALL,  /* the last key and its node, of whatever ring */
    COUNTS_ALL_NODES,   /* takes a ring for empty if all rings are */
    KNOWS_FORMER_RINGS, /* a node has as many replicas as in a ring that was destroyed */
    POOL_OF_5000,       /* destroying gives no nodes back to the process's pool */

    /* MORE THAN ONE NODE */

    FIND_N_REPEATS,  /* a node that is not the last found */
    FIND_N_GIVES_UP, /* after 4 n points */
    FIND_N_SORTS     /* three and more nodes by name */
};

#ifndef FAULT
#define FAULT NONE
#endif

/* Whether a fault is planted. */
#define HAS(fault) (FAULT == (fault))

#endif
