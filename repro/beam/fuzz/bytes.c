#include "bytes.h"

#include <string.h>

uint8_t input_take(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->bytes++;
}

static size_t put_number(uint8_t *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    return 4;
}

/* A well-formed command. Uses few rings and few names, so that commands meet the same ones again. */
static size_t compose(struct input *input, uint8_t opcode, bool framed, uint8_t *command)
{
    static const uint32_t replicas[] = {1, 2, 3, 10, 40, 200, 0, 2000000};
    size_t size = 1;
    command[0] = (uint8_t)(opcode | (framed ? 0x80 : 0));
    if (opcode == 1) {
        size += put_number(command + size, replicas[input_take(input) % 8]);
        command[size++] = 1 + input_take(input) % 2;
        return size;
    }
    size += put_number(command + size, input_take(input) % 10);
    if (opcode == 2) {
        return size;
    }
    if (opcode == 6) {
        command[size++] = input_take(input) % 4;
        return size;
    }
    uint8_t shape = input_take(input);
    size_t length = shape / 32;
    size += put_number(command + size, (uint32_t)length);
    if (opcode == 7) {
        size += put_number(command + size, input_take(input));
    }
    memset(command + size,
           "a|\x01\x00z\xff"
           "b0"[shape % 8],
           length);
    if (length > 1) {
        command[size] = (uint8_t)('0' + shape / 8 % 4);
    }
    return size + length;
}

static size_t take_raw(struct input *input, uint8_t *command)
{
    size_t size = input_take(input);
    for (size_t i = 0; i < size; i++) {
        command[i] = input_take(input);
    }
    return size;
}

/* Makes a command slightly wrong: changes its size by up to 4 bytes, and perhaps one byte of it. */
static size_t mangle(struct input *input, uint8_t *command, size_t size)
{
    uint8_t how = input_take(input);
    memset(command + size, 'a', 3);
    size = size + how % 8 - 4;
    command[how / 8 % size] ^= how & 0x80 ? input_take(input) : 0;
    return size;
}

size_t input_command(struct input *input, uint8_t action, bool framed, uint8_t *command)
{
    if (action == 0) {
        return take_raw(input, command);
    }
    if (action == 13) {
        size_t size = compose(input, input_take(input) % 8, framed, command);
        return mangle(input, command, size);
    }
    if (action > 7) {
        action = action % 2 == 0 ? 3 : action % 4 == 1 ? 5 : 7;
    }
    return compose(input, action, framed, command);
}
