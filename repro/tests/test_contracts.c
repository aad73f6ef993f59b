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

static void every_wrong_call_stops(void **state)
{
    static void (*const wrong[])(void) = {
        decode_into_the_bytes,
        decode_into_the_bytes_behind_the_first,
    };
    (void)state;
    assert_each_stops(wrong, sizeof wrong / sizeof *wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_call_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
