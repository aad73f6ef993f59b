#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "trigger.h"

void situations_append(struct situations *situations, const struct situation *situation)
{
    situations->items =
        memory_grow(situations->items, situations->count, sizeof *situations->items);
    situations->items[situations->count] = *situation;
    situations->items[situations->count++].operation = NULL; /* its program may end sooner */
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

/* What a ring has says more than what it had. */
static const enum feature preferred[FEATURES] = {
    FEATURE_REPLICAS, FEATURE_SIZE,         FEATURE_N,        FEATURE_BATCH, FEATURE_NODES,
    FEATURE_POINTS,   FEATURE_HAD_REPLICAS, FEATURE_HAD_SIZE, FEATURE_RINGS};

static void find_words(const struct situations *failed, const struct trigger *trigger,
                       unsigned int without, struct words *words)
{
    words->count = 0;
    for (unsigned int i = 0; i < WHEN_REMOVED; i++) {
        with_circumstance(failed, trigger, i, words);
    }
    for (size_t i = 0; i < FEATURES; i++) {
        if ((without >> preferred[i] & 1U) == 0) {
            with_feature(failed, trigger, preferred[i], words);
        }
    }
    with_circumstance(failed, trigger, WHEN_REMOVED, words);
    with_circumstance(failed, trigger, WHEN_RENEWED, words);
    if ((without & TRIGGER_WITHOUT_RULE) == 0 && one_rule(failed)) {
        words->with[words->count] = *trigger;
        words->with[words->count++].rule = failed->items[0].rule;
    }
}

double trigger_share(const struct trigger *trigger, const struct situations *agreed)
{
    size_t of_kind = 0;
    size_t held = 0;
    for (size_t i = 0; i < agreed->count; i++) {
        of_kind += trigger_concerns(trigger, agreed->items[i].kind);
        held += trigger_holds(trigger, &agreed->items[i]);
    }
    return of_kind > 0 ? (double)held / (double)of_kind : 0;
}

/* Takes a word back that does not rule out anything, now that others do. */
static bool drop_word(const struct situations *agreed, struct trigger *trigger, double sharpness)
{
    for (size_t i = 0; i < FEATURES + CIRCUMSTANCES; i++) {
        struct trigger without = *trigger;
        if (i < FEATURES) {
            without.at_least[i] = 0;
            without.zero[i] = false;
        } else {
            without.circumstances &= ~(1U << (i - FEATURES));
        }
        if (!trigger_implies(&without, trigger) && trigger_share(&without, agreed) <= sharpness) {
            *trigger = without;
            return true;
        }
    }
    return false;
}

double trigger_separate(const struct situations *failed, const struct situations *agreed,
                        unsigned int without, struct trigger *trigger)
{
    struct words words;
    *trigger = (struct trigger){.of_kind = true, .kind = failed->items[0].kind};
    for (size_t i = 0; i < failed->count; i++) {
        trigger->kind = failed->items[i].kind == OP_FIND ? OP_FIND : trigger->kind;
    }
    double sharpness = trigger_share(trigger, agreed);
    for (size_t word = 1; word < WORDS_MAX && sharpness > SHARP_ENOUGH; word++) {
        double best = sharpness;
        const struct trigger *taken = NULL;
        find_words(failed, trigger, without, &words);
        for (size_t i = 0; i < words.count; i++) {
            double one = trigger_share(&words.with[i], agreed);
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
    while (drop_word(agreed, trigger, sharpness)) {
    }
    return sharpness;
}
