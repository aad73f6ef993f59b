#include "command.h"

#include <assert.h>
#include <string.h>

/* Reading past the end returns zeros and sets `short_of`, which marks the bytes as a bad command. */
struct reader {
    const uint8_t *bytes;
    size_t left;
    bool short_of;
};

/* For ci/prove: what every reader is, and what reading `wanted` bytes makes of it. */
/*@ predicate readable(struct reader *reader) =
      \valid(reader) && \valid_read(reader->bytes + (0 .. reader->left - 1)) &&
      \separated(reader, reader->bytes + (0 .. reader->left - 1));

    predicate moved{L1, L2}(struct reader *reader, integer wanted) =
      \let left = \at(reader->left, L1);
      \let count = wanted <= left ? wanted : left;
      \at(reader->left, L2) == left - count &&
      \at(reader->bytes, L2) == \at(reader->bytes, L1) + count &&
      (\at(reader->short_of, L2) <==> \at(reader->short_of, L1) || wanted > left);
 */

/*@ requires readable(reader);
    assigns *reader;
    ensures readable(reader) && moved{Pre, Post}(reader, 1);
    ensures \result == (\old(reader->left) == 0 ? 0 : *\old(reader->bytes));
 */
static uint8_t read_byte(struct reader *reader)
{
    if (reader->left == 0) {
        reader->short_of = true;
        return 0;
    }
    reader->left--;
    return *reader->bytes++;
}

/*@ requires readable(reader);
    assigns *reader;
    ensures readable(reader) && moved{Pre, Post}(reader, 4);
    ensures \old(reader->left) >= 4 ==> \result == \old(number_at(reader->bytes));
 */
static uint32_t read_number(struct reader *reader)
{
    uint32_t number = 0;
    /*@ loop invariant 0 <= i <= 4;
        loop invariant readable(reader) && moved{Pre, Here}(reader, i);
        loop invariant \at(reader->left, Pre) >= i ==>
          number == big_endian{Pre}(\at(reader->bytes, Pre), i);
        loop assigns i, number, *reader;
        loop variant 4 - i;
     */
    for (int i = 0; i < 4; i++) {
        number = number * 256 + read_byte(reader);
    }
    return number;
}

/*@ requires readable(reader);
    assigns *reader;
    ensures \result.data == reader->bytes == \old(reader->bytes);
    ensures \result.size == \old(reader->left);
    ensures reader->left == 0;
    ensures reader->short_of <==> \old(reader->short_of) || \old(reader->left) != length;
 */
static struct ring_bytes read_text(struct reader *reader, uint32_t length)
{
    struct ring_bytes text = {reader->bytes, reader->left};
    if (reader->left != length) {
        reader->short_of = true;
    }
    reader->left = 0;
    return text;
}

/*@ requires readable(reader) && \valid(command) && \separated(reader, command);
    requires \separated(command, reader->bytes + (0 .. reader->left - 1));
    requires OPCODE_CREATE <= command->opcode <= OPCODE_FIND_NODES;
    requires command->ring == command->number == command->choice == command->text.size == 0;
    assigns *reader, command->ring, command->number, command->choice, command->text;
    ensures !reader->short_of && reader->left == 0 <==> !\old(reader->short_of) &&
      \old(complete(command->opcode, reader->bytes, reader->left));
    ensures !reader->short_of && reader->left == 0 ==>
      decoded{Pre, Post}(command, \old(reader->bytes), \old(reader->left));
 */
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
        //@ assert !reader->short_of ==> reader->bytes == \at(reader->bytes, Pre) + 8;
        command->number = read_number(reader);
        //@ assert !reader->short_of ==> reader->bytes == \at(reader->bytes, Pre) + 12;
        command->text = read_text(reader, length);
        break;
    case OPCODE_ADD_NODE:
    case OPCODE_REMOVE_NODE:
    case OPCODE_FIND_NODE:
        length = read_number(reader);
        //@ assert !reader->short_of ==> reader->bytes == \at(reader->bytes, Pre) + 8;
        command->text = read_text(reader, length);
        break;
    default:
        break;
    }
}

/*@ requires \valid_read(command);
    assigns \nothing;
    ensures \result <==> allowed(command);
 */
static bool in_range(const struct command *command)
{
    switch (command->opcode) {
    case OPCODE_CREATE:
        return command->number >= 1 && command->number <= RING_REPLICAS_MAX &&
               command->choice >= HASH_SHA1 && command->choice <= HASH_MD5_WHOLE;
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
    assert((uintptr_t)command + sizeof *command <= (uintptr_t)bytes ||
           (uintptr_t)bytes + size <= (uintptr_t)command); /* they share no byte */
    struct reader reader = {bytes, size, false};
    uint8_t first = read_byte(&reader);
    uint8_t opcode = first & (uint8_t)~PROTOCOL_FRAMED;
    memset(command, 0, sizeof *command);
    command->framed = (first & PROTOCOL_FRAMED) != 0;
    if (opcode < OPCODE_CREATE || opcode > OPCODE_FIND_NODES) {
        return false;
    }
    command->opcode = (enum opcode)opcode;
    //@ ghost const uint8_t *const at = reader.bytes;
    //@ assert size > 0 && at == (uint8_t *)bytes + 1 && reader.left == size - 1;
    /*@ assert \forall integer i;
          0 <= i < size - 1 ==> at[i] == \at(((uint8_t *)bytes)[1 + i], Pre); */
    //@ assert complete(opcode, at, size - 1) <==> complete{Pre}(opcode, at, size - 1);
    //@ assert size > 4 ==> number_at(at) == number_at{Pre}(at);
    //@ assert size > 5 ==> at[4] == \at(((uint8_t *)bytes)[5], Pre);
    //@ assert size > 12 ==> number_at(at + 8) == number_at{Pre}(at + 8);
    //@ ghost Begin: ;
    read_arguments(&reader, command);
    //@ ghost const bool good = !reader.short_of && reader.left == 0;
    //@ assert command->opcode == opcode;
    //@ assert good <==> complete{Begin}(opcode, at, size - 1);
    //@ assert good <==> complete{Pre}(opcode, at, size - 1);
    //@ assert good ==> decoded{Begin, Here}(command, at, size - 1);
    /*@ assert good ==>
          command->ring == (opcode == OPCODE_CREATE ? 0 : number_at{Pre}(at)); */
    /*@ assert good ==> command->number ==
          (opcode == OPCODE_CREATE ? number_at{Pre}(at) :
           opcode == OPCODE_FIND_NODES ? number_at{Pre}(at + 8) : 0); */
    /*@ assert good ==> command->choice == (opcode == OPCODE_CREATE || opcode == OPCODE_SET_MODE
          ? \at(((uint8_t *)bytes)[5], Pre) : 0); */
    //@ assert good ==> decoded{Pre, Here}(command, at, size - 1);
    return !reader.short_of && reader.left == 0 && in_range(command);
}
