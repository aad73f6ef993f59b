/* A planted fault: a target that works for as many milliseconds as its input has bytes, and then returns. */
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
