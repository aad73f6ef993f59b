#include "data.h"

#include "../base/text.h"
#include "difference.h"

/* Each point's node is searched for among all. */
#define NODES_MAX 64

/* What the pointers point to. */
static unsigned char marks[NODES_MAX];

static const char what[] = "pointer of a node";

struct pointer {
    struct ring_bytes name;
    const void *data;
};

static void write_pointer(FILE *out, const void *context)
{
    const struct pointer *pointer = context;
    size_t index = 0;
    while (index < NODES_MAX && pointer->data != &marks[index]) {
        index++;
    }
    text_write(out, pointer->name);
    if (index < NODES_MAX) {
        (void)fprintf(out, ": that of node %zu", index + 1);
    } else {
        (void)fputs(pointer->data == NULL ? ": NULL" : ": another", out);
    }
}

static bool succeeds(enum ring_error error, struct finding *finding)
{
    return error == RING_OK || difference_in_words(finding, what, "success", "an error");
}

static bool set_all(const struct pair *pair, struct finding *finding)
{
    const struct side *side = &pair->subject;
    for (size_t i = 0; i < pair->present.count; i++) {
        if (!succeeds(
                side->subject->set_node_data(side->ring, pair->present.nodes[i].name, &marks[i]),
                finding)) {
            return false;
        }
    }
    return true;
}

static bool names_lead_there(const struct pair *pair, struct finding *finding)
{
    const struct side *side = &pair->subject;
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    while (side->subject->next_point(side->ring, &cursor, &point)) {
        size_t index = present_index(&pair->present, point.node);
        struct pointer expected = {point.node, index < NODES_MAX ? &marks[index] : NULL};
        struct pointer got = {point.node, side->subject->node_data(side->ring, point.node)};
        if (expected.data != got.data) {
            return difference(finding, what, write_pointer, &expected, &got);
        }
    }
    return true;
}

static bool stays_when_replicas_change(const struct pair *pair, struct finding *finding)
{
    const struct side *side = &pair->subject;
    const struct ring_node *node = &pair->present.nodes[pair->present.count - 1];
    uint32_t other = node->replicas > 1 ? node->replicas - 1 : 2;
    if (!subject_sets_replicas(side->subject)) {
        return true;
    }
    return succeeds(side->subject->set_replicas(side->ring, node->name, other), finding) &&
           names_lead_there(pair, finding) &&
           succeeds(side->subject->set_replicas(side->ring, node->name, node->replicas), finding) &&
           names_lead_there(pair, finding);
}

bool data_holds(const struct pair *pair, bool changes, struct finding *finding)
{
    const struct subject *subject = pair->subject.subject;
    if (subject->set_node_data == NULL || subject->node_data == NULL ||
        subject->next_point == NULL || pair->present.count == 0 ||
        pair->present.count > NODES_MAX) {
        return true;
    }
    return set_all(pair, finding) && names_lead_there(pair, finding) &&
           (!changes || stays_when_replicas_change(pair, finding));
}
