#include "generate.h"

#include <xxhash.h>

#include "../base/text.h"
#include "bytes.h"

/* Room for about 64 operations, since one takes about three bytes. */
#define BYTES_MAX 192

static void store_number(unsigned char *bytes, uint64_t value)
{
    for (unsigned int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(value >> 8 * i);
    }
}

/* XXH3 of a counter, which is random enough here. */
uint64_t generate_draw(uint64_t seed, uint64_t index, uint64_t step)
{
    unsigned char counter[16];
    store_number(counter, index);
    store_number(counter + 8, step);
    return XXH3_64bits_withSeed(counter, sizeof counter, seed);
}

/* In every fourth program, an add of a name that an earlier operation has sets that node's
 * replicas. */
static void set_replicas(uint64_t seed, uint64_t index, struct program *program)
{
    if (generate_draw(seed, index, BYTES_MAX + 1) % 4 != 0) {
        return;
    }
    for (size_t i = 1; i < program->count; i++) {
        struct operation *operation = &program->operations[i];
        for (size_t j = 0; j < i && operation->kind == OP_ADD; j++) {
            const struct operation *earlier = &program->operations[j];
            for (size_t k = 0; k < earlier->count; k++) {
                if (text_same(earlier->nodes[k].name, operation->nodes[0].name)) {
                    operation->kind = OP_SET_REPLICAS;
                }
            }
        }
    }
}

void generate_program(uint64_t seed, uint64_t index, struct program *program)
{
    unsigned char bytes[BYTES_MAX];
    for (uint64_t i = 0; i < BYTES_MAX / 8; i++) {
        store_number(bytes + 8 * i, generate_draw(seed, index, i + 1));
    }
    bytes_decode(bytes, 8 + (size_t)(generate_draw(seed, index, 0) % (BYTES_MAX - 8)), program);
    set_replicas(seed, index, program);
    generate_cut(seed, index, program);
}

void generate_cut(uint64_t seed, uint64_t index, struct program *program)
{
    /* Sorts break in large rings, but large rings take most of the time. So only every fourth
     * program may be large. */
    bool large = generate_draw(seed, index, BYTES_MAX) % 4 == 0;
    while (program_cost(program) > (large ? PROGRAM_COST_MAX : PROGRAM_COST_MAX / 100)) {
        program->count--;
    }
}
