#include "real.h"

#include <stdlib.h>
#include <string.h>

#include "../../fuzz/base/memory.h"
#include "../../fuzz/check/isolate.h"
#include "../../fuzz/program/rules.h"
#include "../legacy/ring.h"
#include "../legacy/sort.h"

/* The largest rings may take an hour. A sort whose ranges were overwritten may never end. */
#define DEADLINE_SECONDS 36000

static _Noreturn void stop(const struct depth_case *asked, const char *why)
{
    (void)fprintf(stderr, "depth: %zu nodes of %u replicas: %s\n", asked->nodes,
                  (unsigned)asked->replicas, why);
    exit(2);
}

/* Builds the ring as it is before the change. The nodes are added as one batch: a batch is unordered,
 * and the sort needs about 50 entries for that. Added one by one, the ring would overflow too early. */
static void *start(const struct subject *subject, const struct depth_case *asked)
{
    size_t nodes = asked->operation == DEPTH_ADD ? asked->nodes - 1 : asked->nodes;
    struct ring_node *batch = memory_resize(NULL, nodes, sizeof *batch);
    char(*names)[DEPTH_NAME_SIZE] = memory_resize(NULL, nodes, sizeof *names);
    for (size_t i = 0; i < nodes; i++) {
        batch[i] = (struct ring_node){depth_name(names[i], i), asked->replicas};
    }
    void *ring = subject->create(&rule_named("sha1")->options);
    if (ring == NULL || subject->add_many(ring, batch, nodes) != RING_OK) {
        stop(asked, "cannot build this ring: out of memory; try a smaller one");
    }
    free(names);
    free(batch);
    return ring;
}

static void change(const struct subject *subject, void *ring, const struct depth_case *asked)
{
    char space[DEPTH_NAME_SIZE];
    struct ring_bytes name = depth_name(space, depth_case_node(asked));
    if (asked->operation == DEPTH_ADD) {
        (void)subject->add(ring, name, asked->replicas);
    } else {
        (void)subject->remove(ring, name);
    }
}

static bool same_points(const void *ring, const void *right)
{
    struct ring_cursor cursor = {0};
    struct ring_cursor right_cursor = {0};
    struct ring_point point;
    struct ring_point right_point;
    if (subject_legacy.node_count(ring) != subject_core.node_count(right) ||
        subject_legacy.point_count(ring) != subject_core.point_count(right)) {
        return false;
    }
    while (subject_core.next_point(right, &right_cursor, &right_point)) {
        if (!subject_legacy.next_point(ring, &cursor, &point) ||
            point.position != right_point.position || point.node.size != right_point.node.size ||
            memcmp(point.node.data, right_point.node.data, point.node.size) != 0) {
            return false;
        }
    }
    return true;
}

struct attempt {
    const struct depth_case *asked;
    void *ring;
    void *right; /* the expected result, from the ring library */
    struct result *result;
};

struct result {
    bool returned;
    bool right;
};

static void attempt_change(void *context)
{
    const struct attempt *attempt = context;
    isolate_deadline(DEADLINE_SECONDS);
    change(&subject_legacy, attempt->ring, attempt->asked);
    attempt->result->returned = true;
    attempt->result->right = same_points(attempt->ring, attempt->right);
}

enum depth_outcome depth_outcome_of(const struct depth_case *asked, int entries)
{
    static struct result *result; /* shared with the child */
    if (result == NULL) {
        result = isolate_share(sizeof *result);
    }
    *result = (struct result){false, false};
    struct attempt attempt = {asked, start(&subject_legacy, asked), start(&subject_core, asked),
                              result};
    change(&subject_core, attempt.right, asked);
    struct ending ending =
        isolate(&(struct isolation){.work = attempt_change, .context = &attempt, .quiet = true});
    subject_legacy.destroy(attempt.ring);
    subject_core.destroy(attempt.right);
    if (ending.kind == ENDING_TIMEOUT) {
        stop(asked, "the sort did not end within 10 hours; try a smaller ring");
    }
    if (ending.kind == ENDING_EXIT) {
        stop(asked, "a sanitizer stopped the sort: use a build without sanitizers");
    }
    if (entries <= LEGACY_SORT_ENTRIES && !result->right) {
        stop(asked,
             "the ring is wrong although the stack was large enough: replay.c does not match "
             "legacy/sort.c");
    }
    if (entries <= LEGACY_SORT_ENTRIES) {
        return DEPTH_SAFE;
    }
    /* If the sort returned and walking the ring crashed, the ring is wrong. */
    if (result->returned) {
        return result->right ? DEPTH_SILENT : DEPTH_WRONG;
    }
    return DEPTH_CRASHED;
}
