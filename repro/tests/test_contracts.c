/* A build without NDEBUG asserts what the driver's decoder requires of its callers. */
#include "../../core/tests/stops.h"
#include "../beam/driver/command.h"

static void decode_into_the_bytes(void)
{
    struct command command = {.opcode = OPCODE_CREATE};
    (void)command_decode(&command, sizeof command, &command);
}

static void decode_into_the_bytes_behind_the_first(void)
{
    struct command commands[2] = {{.opcode = OPCODE_CREATE}};
    (void)command_decode(commands, sizeof commands, commands + 1);
}

int main(void)
{
    static void (*const wrong[])(void) = {
        decode_into_the_bytes,
        decode_into_the_bytes_behind_the_first,
    };
    return test_wrong_calls(wrong, sizeof wrong / sizeof *wrong);
}
