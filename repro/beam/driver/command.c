#include "command.h"

#include <string.h>

/* Reading past the end returns zeros and sets `short_of`, which marks the bytes as a bad command. */
struct reader {
    const uint8_t *bytes;
    size_t left;
    bool short_of;
};

static uint8_t read_byte(struct reader *reader)
{
    if (reader->left == 0) {
        reader->short_of = true;
        return 0;
    }
    reader->left--;
    return *reader->bytes++;
}

static uint32_t read_number(struct reader *reader)
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        number = number << 8 | read_byte(reader);
    }
    return number;
}

static struct ring_bytes read_text(struct reader *reader, uint32_t length)
{
    struct ring_bytes text = {reader->bytes, reader->left};
    if (reader->left != length) {
        reader->short_of = true;
    }
    reader->left = 0;
    return text;
}

static void read_arguments(struct reader *reader, struct command *command)
{
    uint32_t length = 0;
    if (command->opcode == OPCODE_CREATE) {
        command->number = read_number(reader);
        command->choice = read_byte(reader);
        return;
    }
    command->ring = read_number(reader);
    switch (command->opcode) {
    case OPCODE_SET_MODE:
        command->choice = read_byte(reader);
        break;
    case OPCODE_FIND_NODES:
        length = read_number(reader);
        command->number = read_number(reader);
        command->text = read_text(reader, length);
        break;
    case OPCODE_ADD_NODE:
    case OPCODE_REMOVE_NODE:
    case OPCODE_FIND_NODE:
        length = read_number(reader);
        command->text = read_text(reader, length);
        break;
    default:
        break;
    }
}

static bool in_range(const struct command *command)
{
    switch (command->opcode) {
    case OPCODE_CREATE:
        return command->number >= 1 && command->number <= RING_REPLICAS_MAX &&
               (command->choice == HASH_SHA1 || command->choice == HASH_MD5);
    case OPCODE_ADD_NODE:
    case OPCODE_REMOVE_NODE:
        return command->text.size > 0;
    case OPCODE_SET_MODE:
        return command->choice == MODE_NORMAL || command->choice == MODE_LIBMEMCACHED;
    default:
        return true;
    }
}

bool command_decode(const void *bytes, size_t size, struct command *command)
{
    struct reader reader = {bytes, size, false};
    uint8_t first = read_byte(&reader);
    uint8_t opcode = first & (uint8_t)~PROTOCOL_FRAMED;
    memset(command, 0, sizeof *command);
    command->framed = (first & PROTOCOL_FRAMED) != 0;
    if (opcode < OPCODE_CREATE || opcode > OPCODE_FIND_NODES) {
        return false;
    }
    command->opcode = (enum opcode)opcode;
    read_arguments(&reader, command);
    return !reader.short_of && reader.left == 0 && in_range(command);
}
