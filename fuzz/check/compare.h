/* The check: runs a program on a subject and on a reference side by side, and stops at the first
 * difference. It compares:
 *
 *   after each operation   return codes and answers
 *   after each find        the nodes for which find_if asks, until it has as many
 *   after each change      the numbers of nodes and points; whether each node that it names is there,
 *                          and its replicas
 *   after each change and  all points in order, and the subject's own check; if the subject has
 *   the last operation     find_positions, the owners of each point's position and of the position
 *                          before it
 *   after the last         walks over the owners from some of the points; of small rings, shares,
 *   operation              and what moves from a ring without one node; the caller's pointers
 *
 * A change that fails is a change too. Functions that the subject lacks are not compared. A ring is
 * held to its declarations (ringproof/subject.h). If it is listed, its own list of points takes the
 * place of the reference. If it is opaque, any node of the ring may own a key. */
#ifndef FUZZ_CHECK_COMPARE_H
#define FUZZ_CHECK_COMPARE_H

#include "../program/operations.h"
#include "../subjects/registry.h"
#include "finding.h"

struct tally;

struct check {
    const struct subject *subject;
    const struct subject *reference;
    /* Let points at equal positions come in any order, if the subject says no more. Otherwise they
     * are ordered by name. */
    bool excuse_ties;
    /* Compare programs that would take the model long with an array that is sorted again after each
     * change; or, if these are many, with `merge`, and then whole rings only at the end. */
    bool quick;
    /* Compare whole rings only after the last operation, which is several times as fast. For
     * callers that run so many programs that some program ends at every point of interest. */
    bool sparse;
    /* Of rings with many points, look up one point of eight, with the one before it, and let one ring
     * of four check itself. For the same callers. */
    bool samples;
    /* Ask a subject with find_many several finds at a time. Then a finding.operation of a crash or
     * hang may be an earlier one. */
    bool together;
    struct tally *tally; /* if not NULL, counts what is tried: check/tally.h */
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

/* Compares counts, points, the subject's own check, its find_positions and its walks over owners. */
bool check_rings(const struct check *check, void *reference, void *subject,
                 struct finding *finding);

/* Compares only the points, in O(points). The subject needs next_point. */
bool check_points(const struct check *check, void *reference, void *subject,
                  struct finding *finding);

/* Seconds that the harness itself may compute for a program of large rings; next to none for
 * others. */
double check_allowance(const struct check *check, const struct program *program);

/* The reference for a program: the model, or, if the ring becomes so large that the model would
 * take minutes, merge; if merge is the subject, resort. */
const struct subject *check_reference(const struct subject *subject, const struct program *program);

#endif
