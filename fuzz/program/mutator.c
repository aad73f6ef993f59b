/* mutate_program() for fuzzing engines, for inputs that are programs from their first byte on.
 * libFuzzer: linked with the target. AFL++: a shared library that afl-fuzz loads
 * (AFL_CUSTOM_MUTATOR_LIBRARY). The engines prescribe the names and arguments. */
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "bytes.h"
#include "mutate.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two,
                                 size_t two_size, uint8_t *out, size_t max, unsigned int seed);
void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *state, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max);
void afl_custom_deinit(void *state);

/* Returns the size of the new input. 0 if it would be larger than `max`; then `out` is
 * unchanged. */
static size_t mutate(const uint8_t *data, size_t size, const uint8_t *data_of_other,
                     size_t size_of_other, uint8_t *out, size_t max, uint64_t seed)
{
    struct program program;
    struct program other;
    char *bytes = NULL;
    size_t made = 0;
    program_init(&program);
    program_init(&other);
    bytes_decode(data, size, &program);
    bytes_decode(data_of_other, size_of_other, &other);
    mutate_program(&program, &other, seed);
    FILE *file = open_memstream(&bytes, &made);
    if (file == NULL) {
        abort();
    }
    bytes_encode(&program, file);
    if (fclose(file) != 0) {
        abort();
    }
    made = made <= max ? made : 0;
    memcpy(out, bytes, made);
    free(bytes);
    program_free(&program);
    program_free(&other);
    return made;
}

/* Every other mutation is the engine's own, which makes inputs that no change here makes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
    size_t made = seed % 2 == 0 ? 0 : mutate(data, size, data, size, data, max, seed);
    return made > 0 ? made : LLVMFuzzerMutate(data, size, max);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two,
                                 size_t two_size, uint8_t *out, size_t max, unsigned int seed)
{
    return mutate(one, one_size, two, two_size, out, max, seed);
}

struct afl_state {
    uint64_t seed;
    uint8_t *out;
    size_t room;
};

void *afl_custom_init(void *afl, unsigned int seed)
{
    (void)afl;
    struct afl_state *state = memory_resize(NULL, 1, sizeof *state);
    *state = (struct afl_state){seed, NULL, 0};
    return state;
}

/* AFL++ alternates between this and its own mutations by itself. */
size_t afl_custom_fuzz(void *state, uint8_t *data, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max)
{
    struct afl_state *afl = state;
    if (afl->room < max) {
        afl->out = memory_resize(afl->out, max, 1);
        afl->room = max;
    }
    *out = afl->out;
    return mutate(data, size, other, other != NULL ? other_size : 0, afl->out, max, ++afl->seed);
}

void afl_custom_deinit(void *state)
{
    struct afl_state *afl = state;
    free(afl->out);
    free(afl);
}
