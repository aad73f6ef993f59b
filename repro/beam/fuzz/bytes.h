/* Turns the bytes of a fuzzer's input into commands for the driver. */
#ifndef REPRO_BEAM_FUZZ_BYTES_H
#define REPRO_BEAM_FUZZ_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *bytes;
    size_t left;
};

enum { COMMAND_MAX = 512 };

/* The next byte; 0 at the end of the input. */
uint8_t input_take(struct input *input);

/* Writes the message to send into `command`, which has room for COMMAND_MAX bytes, and returns its
 * size. `action` says what to write:
 *
 *     0        any bytes
 *     1 to 7   a command with that opcode
 *     13       a slightly wrong command
 *     others   an add or a find; these are the most frequent
 */
size_t input_command(struct input *input, uint8_t action, bool framed, uint8_t *command);

#endif
