/* A planted fault: reads the byte behind its input. target_input() copies the input into a heap
 * block of exactly its size, so AddressSanitizer catches the read. In an engine's own block it
 * would not. */
#include "../targets/common.h"

int main(void)
{
    static const uint8_t engines_own[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    uint8_t *input = target_input(engines_own, 8);
    int behind = input[8];
    target_done(input);
    return behind == engines_own[8];
}
