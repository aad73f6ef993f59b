#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "trigger.h"

void situations_append(struct situations *situations, const struct situation *situation)
{
    situations->items =
        memory_grow(situations->items, situations->count, sizeof *situations->items);
    situations->items[situations->count++] = *situation;
}

void situations_free(struct situations *situations)
{
    free(situations->items);
    *situations = (struct situations){NULL, 0};
}

/* Nobody reads a longer trigger. */
#define WORDS_MAX 4
/* At this share, a shorter trigger is worth more than a sharper one. */
#define SHARP_ENOUGH 0.01
/* A word replaces a preferred one only if the trigger then holds for less than this part of the
 * operations for which it holds with the preferred one. */
#define MUCH_SHARPER 0.8
/* A word has to rule out at least a tenth of the operations for which the trigger still holds. */
#define WORTH_A_WORD 0.9

/* The trigger with one more word, in every way there is, preferred words first. */
struct words {
    struct trigger with[CIRCUMSTANCES + 2 * FEATURES + 1];
    size_t count;
};

static bool all_have(const struct situations *failed, unsigned int circumstance)
{
    for (size_t i = 0; i < failed->count; i++) {
        if ((failed->items[i].circumstances & circumstance) == 0) {
            return false;
        }
    }
    return true;
}

static void with_circumstance(const struct situations *failed, const struct trigger *trigger,
                              unsigned int index, struct words *words)
{
    if (all_have(failed, 1U << index)) {
        words->with[words->count] = *trigger;
        words->with[words->count++].circumstances |= 1U << index;
    }
}

static void with_feature(const struct situations *failed, const struct trigger *trigger,
                         size_t index, struct words *words)
{
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (size_t i = 0; i < failed->count; i++) {
        uint64_t value = failed->items[i].features[index];
        least = value < least ? value : least;
        most = value > most ? value : most;
    }
    if (most == 0) {
        words->with[words->count] = *trigger;
        words->with[words->count++].zero[index] = true;
    } else if (least > 0) {
        words->with[words->count] = *trigger;
        words->with[words->count++].at_least[index] = least;
    }
}

static bool one_rule(const struct situations *failed)
{
    for (size_t i = 1; i < failed->count; i++) {
        if (failed->items[i].rule != failed->items[0].rule) {
            return false;
        }
    }
    return true;
}

static void find_words(const struct situations *failed, const struct trigger *trigger,
                       bool with_rule, struct words *words)
{
    words->count = 0;
    for (unsigned int i = 0; i < WHEN_REMOVED; i++) {
        with_circumstance(failed, trigger, i, words);
    }
    for (size_t i = 0; i < FEATURES; i++) {
        with_feature(failed, trigger, i, words);
    }
    with_circumstance(failed, trigger, WHEN_REMOVED, words);
    if (with_rule && one_rule(failed)) {
        words->with[words->count] = *trigger;
        words->with[words->count++].rule = failed->items[0].rule;
    }
}

static double share(const struct trigger *trigger, const struct situations *agreed)
{
    size_t of_kind = 0;
    size_t held = 0;
    for (size_t i = 0; i < agreed->count; i++) {
        of_kind += trigger_concerns(trigger, agreed->items[i].kind);
        held += trigger_holds(trigger, &agreed->items[i]);
    }
    return of_kind > 0 ? (double)held / (double)of_kind : 0;
}

double trigger_separate(const struct situations *failed, const struct situations *agreed,
                        bool with_rule, struct trigger *trigger)
{
    struct words words;
    *trigger = (struct trigger){.of_kind = true, .kind = failed->items[0].kind};
    for (size_t i = 0; i < failed->count; i++) {
        trigger->kind = failed->items[i].kind == OP_FIND ? OP_FIND : trigger->kind;
    }
    double sharpness = share(trigger, agreed);
    for (size_t word = 1; word < WORDS_MAX && sharpness > SHARP_ENOUGH; word++) {
        double best = sharpness;
        const struct trigger *taken = NULL;
        find_words(failed, trigger, with_rule, &words);
        for (size_t i = 0; i < words.count; i++) {
            double one = share(&words.with[i], agreed);
            if (taken == NULL ? one < best : one < MUCH_SHARPER * best - SHARP_ENOUGH / 2) {
                best = one;
                taken = &words.with[i];
            }
        }
        if (taken == NULL || best > WORTH_A_WORD * sharpness) {
            break;
        }
        *trigger = *taken;
        sharpness = best;
    }
    return sharpness;
}
