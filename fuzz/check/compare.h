/* The check: runs a program on a subject and on a reference side by side, compares every return
 * code, every answer, and after every change all points in order, and stops at the first
 * difference. */
#ifndef FUZZ_CHECK_COMPARE_H
#define FUZZ_CHECK_COMPARE_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* Of fixed size, and without pointers, so that a child process can fill one in shared memory; while
 * the check runs, `operation` is the one that is running. */
struct finding {
    bool found;
    bool excused;     /* see struct check; then `found` is false */
    size_t operation; /* index in the program, from 0 */
    char what[80];
    char expected[256];
    char got[256];
};

struct check {
    const struct subject *subject;
    const struct subject *reference;
    /* Stop, and call it agreement, where the subject does not promise an order among equal points,
     * and its points differ from the reference's in that order alone. */
    bool excuse_ties;
    /* Compare the whole rings at the end alone, and not after each change: several times as fast. Whoever
     * runs many programs meets the end of one everywhere. */
    bool sparse;
    /* Called with the subject's answer to each operation, if not NULL. */
    void (*answered)(void *context, const struct operation *operation, const char *answer);
    void *context;
};

/* True: they agreed. False: *finding tells where they did not. */
bool check_program(const struct check *check, const struct program *program,
                   struct finding *finding);

/* The parts, for a target that keeps the two rings itself: one of check->reference, one of check->subject. */

/* One operation on both: the answers, and after a change the counts. Nothing is excused. */
bool check_operation(const struct check *check, const struct operation *operation, void *reference,
                     void *subject, struct finding *finding);

bool check_same_bytes(struct ring_bytes a, struct ring_bytes b);

/* The counts, all points in order, and what the subject says and answers of them. */
bool check_rings(const struct check *check, void *reference, void *subject,
                 struct finding *finding);

/* The points alone: O(points), where the others look each of them up, too. */
bool check_points(const struct check *check, void *reference, void *subject,
                  struct finding *finding);

/* The reference for a program: the model, unless the ring becomes so large that the model would
 * take minutes; then merge, or resort if merge is the subject. */
const struct subject *check_reference(const struct subject *subject, const struct program *program);

#endif
