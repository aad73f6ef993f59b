#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

const enum subject_successor compare_successors[COMPARE_SUCCESSORS] = {
    SUBJECT_AT_OR_AFTER, SUBJECT_AFTER, SUBJECT_NEAREST};

bool compare_view_make(struct compare_view *view, const struct compare_script *script,
                       const struct compare_answers *answers, size_t ask, unsigned int bits)
{
    if (answers->points == NULL || !answers->ranges[ask].known || answers->ranges[ask].count == 0) {
        return false;
    }
    const struct compare_range *range = &answers->ranges[ask];
    *view = (struct compare_view){.declared = {.position_bits = bits}, .script = script};
    view->lookup = (struct lookup){.subject = &view->declared,
                                   .present = &view->present,
                                   .count = range->count,
                                   .owners = script->asks[ask].nodes};
    view->lookup.points = memory_resize(NULL, range->count, sizeof *view->lookup.points);
    for (size_t i = 0; i < range->count; i++) {
        const struct compare_point *point = &answers->points[range->first + i];
        view->lookup.points[i] = (struct ring_point){point->position, script->nodes[point->node]};
    }
    return true;
}

void compare_view_free(struct compare_view *view)
{
    free(view->lookup.points);
}

bool compare_view_explains(struct compare_view *view, enum subject_successor successor,
                           uint64_t position, int32_t owner)
{
    view->declared.successor = successor;
    return owner >= 0 &&
           lookup_is_right(&view->lookup, position, 1, &view->script->nodes[owner], 1);
}

bool compare_view_on_point(const struct compare_view *view, uint64_t position)
{
    size_t at = lookup_after(&view->lookup, position, true);
    return at < view->lookup.count && view->lookup.points[at].position == position;
}

bool compare_view_is_tie(struct compare_view *view, enum subject_successor declared,
                         uint64_t position, int32_t one, int32_t other)
{
    for (size_t i = 0; i < COMPARE_SUCCESSORS; i++) {
        enum subject_successor successor = compare_successors[i];
        bool may_be = declared == successor ||
                      (declared == SUBJECT_SUCCESSOR_NOT_SAID && successor != SUBJECT_NEAREST);
        if (may_be && compare_view_explains(view, successor, position, one) &&
            compare_view_explains(view, successor, position, other)) {
            return true;
        }
    }
    return false;
}
