#include "marks.h"

#include "../base/memory.h"
#include "view.h"

static enum compare_mark judge(const struct compare_side sides[2], struct compare_view views[2],
                               const bool known[2], const struct compare_answers answers[2],
                               size_t lookup)
{
    int32_t a = answers[0].owners[lookup];
    int32_t b = answers[1].owners[lookup];
    if (a == b) {
        return COMPARE_MARK_SAME;
    }
    for (int i = 0; i < 2; i++) {
        if (known[i] && !compare_view_is_tie(&views[i], sides[i].facts.successor,
                                             answers[i].positions[lookup], a, b)) {
            return COMPARE_MARK_DIFFERENT;
        }
    }
    return known[0] || known[1] ? COMPARE_MARK_TIE : COMPARE_MARK_DIFFERENT;
}

unsigned char *compare_marks(const struct compare_side sides[2],
                             const struct compare_script *script,
                             const struct compare_answers answers[2])
{
    unsigned char *marks = memory_resize(NULL, script->lookups, 1);
    for (size_t i = 0; i < script->ask_count; i++) {
        struct compare_view views[2];
        bool known[2];
        const struct compare_ask *ask = &script->asks[i];
        for (int j = 0; j < 2; j++) {
            known[j] =
                compare_view_make(&views[j], script, &answers[j], i, sides[j].facts.position_bits);
        }
        for (size_t j = 0; j < ask->count; j++) {
            marks[ask->lookup + j] =
                (unsigned char)judge(sides, views, known, answers, ask->lookup + j);
        }
        for (int j = 0; j < 2; j++) {
            if (known[j]) {
                compare_view_free(&views[j]);
            }
        }
    }
    return marks;
}
