/* A planted fault: a target that hangs on any input with a byte. */
#include "../../targets/common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *input = target_input(data, size);
    volatile size_t rounds = 0;
    while (size > 0 && rounds + 1 > 0) {
        rounds++;
    }
    target_done(input);
    return 0;
}
