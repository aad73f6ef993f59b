/* A planted fault: it reads behind its input. An input is in a heap block of exactly its size: AddressSanitizer must see who reads behind it, which it cannot in
 * what an engine gives. */
#include "../targets/common.h"

int main(void)
{
    static const uint8_t engines_own[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    uint8_t *input = target_input(engines_own, 8);
    int behind = input[8];
    target_done(input);
    return behind == engines_own[8];
}
