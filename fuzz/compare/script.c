#include "script.h"

#include <stdlib.h>

#include "../base/memory.h"

void compare_script_free(struct compare_script *script)
{
    free(script->nodes);
    free(script->keys);
    free(script->steps);
    free(script->asks);
    *script = (struct compare_script){.nodes = NULL};
}

size_t compare_script_node(struct compare_script *script, struct ring_bytes name)
{
    script->nodes = memory_grow(script->nodes, script->node_count, sizeof *script->nodes);
    script->nodes[script->node_count] = name;
    return script->node_count++;
}

size_t compare_script_key(struct compare_script *script, struct ring_bytes key)
{
    script->keys = memory_grow(script->keys, script->key_count, sizeof *script->keys);
    script->keys[script->key_count] = key;
    return script->key_count++;
}

static void append(struct compare_script *script, struct compare_step step)
{
    script->steps = memory_grow(script->steps, script->count, sizeof *script->steps);
    script->steps[script->count++] = step;
}

void compare_script_new(struct compare_script *script, uint32_t points)
{
    append(script, (struct compare_step){COMPARE_NEW, 0, points});
    script->present = 0;
    script->weight = 0;
    script->points = points;
}

void compare_script_add(struct compare_script *script, size_t node, uint32_t weight)
{
    append(script, (struct compare_step){COMPARE_ADD, node, weight});
    script->present++;
    script->weight += weight;
}

void compare_script_remove(struct compare_script *script, size_t node, uint32_t weight)
{
    append(script, (struct compare_step){COMPARE_REMOVE, node, weight});
    script->present--;
    script->weight -= weight;
}

struct compare_ask *compare_script_ask(struct compare_script *script, enum compare_purpose purpose,
                                       size_t key, size_t count)
{
    script->asks = memory_grow(script->asks, script->ask_count, sizeof *script->asks);
    struct compare_ask *ask = &script->asks[script->ask_count];
    *ask = (struct compare_ask){.purpose = purpose,
                                .key = key,
                                .count = count,
                                .lookup = script->lookups,
                                .nodes = script->present,
                                .weight = script->weight,
                                .points = script->points,
                                .step = script->count};
    append(script, (struct compare_step){COMPARE_ASK, script->ask_count++, 0});
    script->lookups += count;
    return ask;
}

bool compare_counts(enum compare_purpose purpose)
{
    return purpose == COMPARE_GROWN || purpose == COMPARE_SHRUNK || purpose == COMPARE_WEIGHTED;
}

size_t compare_script_begin(const struct compare_script *script, size_t step)
{
    while (script->steps[step].kind != COMPARE_NEW) {
        step--;
    }
    return step;
}

size_t compare_key_text(uint64_t number, char text[16])
{
    size_t size = 0;
    for (number++; number > 0; number = (number - 1) / 26) {
        text[size++] = (char)('a' + (number - 1) % 26);
    }
    return size;
}
