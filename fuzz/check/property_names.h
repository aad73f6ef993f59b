/* The properties that every ring must hold to, and their names. */
#ifndef FUZZ_CHECK_PROPERTY_NAMES_H
#define FUZZ_CHECK_PROPERTY_NAMES_H

/* Under SUBJECT_WEIGHT, the nodes of a ring decide together how many points each has. Such rings are
 * not held to PROPERTY_MOVES and PROPERTY_LESS. Rings without find_n are not held to the four of
 * lists. */
enum property {
    PROPERTY_MEMBERS, /* a find in a ring with nodes answers one of them */
    PROPERTY_SAME,    /* the same question gets the same answer */
    PROPERTY_HISTORY, /* the nodes decide: not what came and went; nor, unless the first or the last
                        * of equal points wins, in which order */
    PROPERTY_MOVES, /* a node that comes takes keys for itself alone; one that goes leaves only its
                        * own; other calls move none */
    PROPERTY_DISTINCT, /* find_n gives as many distinct nodes as were asked for, or all */
    PROPERTY_BEGINS,   /* find_n begins with the node of find */
    PROPERTY_PREFIX,   /* the list of find_n is a prefix of longer ones */
    PROPERTY_LESS,     /* without a node, find_n gives the same list less that node */
    PROPERTY_SHARES,   /* shares follow the numbers of points, or weights: shares.h */
    PROPERTY_RINGS,    /* rings do not know of one another */
    PROPERTY_BORROWED, /* bytes that a call was given are not looked at after it returns */
    PROPERTY_COUNT
};

/* The name that a finding has if that property is broken. Each begins with "property: ". */
const char *property_what(enum property property);

/* A short name for a finding: "property-members" and so on. NULL if no property has that `what`. */
const char *property_short_name(const char *what);

#endif
