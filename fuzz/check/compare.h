/* The check: runs a program on a subject and on a reference side by side, and stops at the first
 * difference. It compares:
 *
 *   after each operation   return codes and answers
 *   after each change      the numbers of nodes and points
 *   after each change and  all points in order, and the subject's own check; if the subject has
 *   the last operation     find_positions, the owners of each point's position and of the position
 *                          before it
 *
 * A change that fails is a change too. Functions that the subject lacks are not compared. */
#ifndef FUZZ_CHECK_COMPARE_H
#define FUZZ_CHECK_COMPARE_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Has a fixed size and no pointers, so that a child process can fill it in shared memory. */
struct finding {
    bool found;
    bool excused;     /* the program ended early: see excuse_ties; `found` is then false */
    size_t operation; /* index in the program, from 0; while the check runs, the current one */
    char what[80];    /* what differs */
    char expected[256];
    char got[256];
};

struct check {
    const struct subject *subject;
    const struct subject *reference;
    /* For subjects that do not promise an order among points at equal positions. If the points
     * differ from the reference's only in that order, the program ends there, in agreement. A
     * subject without next_point may give any answer that one of the possible orders explains. */
    bool excuse_ties;
    /* Compare whole rings only after the last operation, which is several times as fast. For
     * callers that run so many programs that some program ends at every point of interest. */
    bool sparse;
    /* If not NULL, called with the subject's answer to each operation, as text. */
    void (*answered)(void *context, const struct operation *operation, const char *answer);
    void *context;
};

/* True if both agreed, and otherwise *finding describes the difference. */
bool check_program(const struct check *check, const struct program *program,
                   struct finding *finding);

/* Parts of the check, for callers that keep the two rings themselves: `reference` is a ring of
 * check->reference, `subject` one of check->subject. */

/* Runs one operation on both, and compares answers and, after a change, counts. Excuses nothing. */
bool check_operation(const struct check *check, const struct operation *operation, void *reference,
                     void *subject, struct finding *finding);

bool check_same_bytes(struct ring_bytes a, struct ring_bytes b);

/* Compares counts, points, the subject's own check and its find_positions. */
bool check_rings(const struct check *check, void *reference, void *subject,
                 struct finding *finding);

/* Compares only the points, in O(points). The subject needs next_point. */
bool check_points(const struct check *check, void *reference, void *subject,
                  struct finding *finding);

/* The reference for a program: the model, or, if the ring becomes so large that the model would
 * take minutes, merge; if merge is the subject, resort. */
const struct subject *check_reference(const struct subject *subject, const struct program *program);

#endif
