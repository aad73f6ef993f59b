/* A planted fault: a target that computes for a millisecond per byte of its input. */
#include <time.h>

#include "../../targets/common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *input = target_input(data, size);
    clock_t begun = clock();
    while ((double)(clock() - begun) * 1000 / CLOCKS_PER_SEC < (double)size) {
    }
    target_done(input);
    return 0;
}
