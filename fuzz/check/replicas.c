#include "replicas.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "difference.h"

/* Each is searched for among all nodes. */
#define NODES_MAX 64

struct told {
    struct ring_bytes name;
    enum ring_error error;
    bool any_error;
    uint32_t replicas;
};

static void write_told(FILE *out, const void *context)
{
    const struct told *told = context;
    text_write(out, told->name);
    (void)fputs(": ", out);
    if (told->error == RING_OK) {
        (void)fprintf(out, "%lu", (unsigned long)told->replicas);
    } else if (told->any_error) {
        (void)fputs("an error", out);
    } else {
        text_write_error(out, told->error);
    }
}

static bool holds(const struct side *side, const struct present *present, struct ring_bytes name,
                  struct finding *finding)
{
    const struct subject *subject = side->subject;
    size_t index = present_index(present, name);
    struct told expected = {.name = name, .any_error = !subject->exact_errors};
    struct told got = expected;
    if (index < present->count) {
        expected.replicas = present->nodes[index].replicas;
    } else {
        expected.error = name.size == 0 && subject->empty_name != SUBJECT_ACCEPTS
                             ? RING_BAD_ARGUMENT
                             : RING_NO_SUCH_NODE;
    }
    got.error = subject->node_replicas(side->ring, name, &got.replicas);
    bool both_fail = expected.error != RING_OK && got.error != RING_OK;
    return got.error == SUBJECT_CANNOT || (expected.any_error && both_fail) ||
           (expected.error == got.error && expected.replicas == got.replicas) ||
           difference(finding, "replicas of a node", write_told, &expected, &got);
}

/* Whether the subject takes names with one more byte of any value. */
static bool takes_longer(const struct subject *subject, struct ring_bytes name)
{
    return subject->names == SUBJECT_BYTES && subject->not_in_names.size == 0 &&
           (subject->name_max == 0 || name.size < subject->name_max);
}

bool replicas_hold(const struct side *side, const struct present *present,
                   const struct ring_node *nodes, size_t count, struct finding *finding)
{
    const struct subject *subject = side->subject;
    bool asked = subject->node_replicas != NULL && subject->adding_twice != SUBJECT_ACCEPTS;
    bool same = true;
    for (size_t i = 0; asked && i < count && i < NODES_MAX && same; i++) {
        struct ring_bytes name = nodes[i].name;
        unsigned char *longer = memory_resize(NULL, name.size + 1, 1);
        if (name.size > 0) {
            memcpy(longer, name.data, name.size);
        }
        longer[name.size] = '\0';
        same = holds(side, present, name, finding) &&
               (!takes_longer(subject, name) ||
                holds(side, present, (struct ring_bytes){longer, name.size + 1}, finding));
        free(longer);
    }
    return same;
}
