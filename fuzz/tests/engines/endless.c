/* A planted fault: a target that hangs on its own planted input. */
#include "../../targets/common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *input = target_input(data, size);
    volatile size_t turns = 0;
    while (size > 0 && turns + 1 > 0) {
        turns++;
    }
    target_done(input);
    return 0;
}
