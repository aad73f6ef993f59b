/* Commands for the driver, out of an input's bytes. */
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

/* The next byte; at the end of the input, zeros. */
uint8_t input_take(struct input *input);

/* Writes what is sent, and returns its size, up to COMMAND_MAX: any bytes (action 0), a command with that opcode (1 to
 * 7), one that is nearly right (13), or, for all other actions, an add or a find, which come more often so. */
size_t input_command(struct input *input, uint8_t action, bool framed, uint8_t *command);

#endif
