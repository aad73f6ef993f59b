/* Decodes one message to the port into a command (the wire format is in protocol.h). */
#ifndef REPRO_BEAM_COMMAND_H
#define REPRO_BEAM_COMMAND_H

#include <ringproof/ring.h>

#include "protocol.h"

struct command {
    bool framed;
    enum opcode opcode;
    uint32_t ring;
    uint32_t number;        /* replicas, or the count of nodes wanted */
    uint8_t choice;         /* hash or mode */
    struct ring_bytes text; /* name or key; points into the decoded bytes */
};

/* The wire format, for ci/prove: `at` is what follows the opcode, and `left` how many bytes that is. */
/*@ logic integer big_endian(uint8_t *at, integer count) =
      count == 0 ? 0 : count == 1 ? at[0] : count == 2 ? at[0] * 256 + at[1] :
      count == 3 ? (at[0] * 256 + at[1]) * 256 + at[2] :
      ((at[0] * 256 + at[1]) * 256 + at[2]) * 256 + at[3];

    logic integer number_at(uint8_t *at) = big_endian(at, 4);

    predicate has_text(integer opcode) =
      opcode == OPCODE_ADD_NODE || opcode == OPCODE_REMOVE_NODE || opcode == OPCODE_FIND_NODE ||
      opcode == OPCODE_FIND_NODES;

    logic integer size_before_text(integer opcode) =
      opcode == OPCODE_DELETE ? 4 : opcode == OPCODE_FIND_NODES ? 12 :
      opcode == OPCODE_CREATE || opcode == OPCODE_SET_MODE ? 5 : 8;

    predicate complete(integer opcode, uint8_t *at, integer left) =
      left >= size_before_text(opcode) &&
      (has_text(opcode) ? left - size_before_text(opcode) == number_at(at + 4)
                        : left == size_before_text(opcode));

    predicate allowed(struct command *command) =
      (command->opcode == OPCODE_CREATE ==>
        1 <= command->number <= RING_REPLICAS_MAX &&
        HASH_SHA1 <= command->choice <= HASH_MD5_WHOLE) &&
      (command->opcode == OPCODE_ADD_NODE || command->opcode == OPCODE_REMOVE_NODE ==>
        command->text.size > 0) &&
      (command->opcode == OPCODE_SET_MODE ==>
        command->choice == MODE_NORMAL || command->choice == MODE_LIBMEMCACHED);

    predicate decoded{Before, After}(struct command *command, uint8_t *at, integer left) =
      \let opcode = \at(command->opcode, After);
      \at(command->ring, After) == (opcode == OPCODE_CREATE ? 0 : number_at{Before}(at)) &&
      \at(command->number, After) ==
        (opcode == OPCODE_CREATE ? number_at{Before}(at) :
         opcode == OPCODE_FIND_NODES ? number_at{Before}(at + 8) : 0) &&
      \at(command->choice, After) ==
        (opcode == OPCODE_CREATE || opcode == OPCODE_SET_MODE ? \at(at[4], Before) : 0) &&
      \at(command->text.size, After) == left - size_before_text(opcode) &&
      (has_text(opcode) ==> \at(command->text.data, After) == at + size_before_text(opcode));
 */

/* Accepts any bytes. Returns false for a bad command: then only `framed` means something. O(1). */
/*@ requires \valid_read((uint8_t *)bytes + (0 .. size - 1)) && \valid(command);
    requires \separated(command, (uint8_t *)bytes + (0 .. size - 1));
    assigns *command;
    ensures command->framed <==>
      size > 0 && (\old(*(uint8_t *)bytes) & PROTOCOL_FRAMED) != 0;
    ensures \result ==> size > 0 && OPCODE_CREATE <= command->opcode <= OPCODE_FIND_NODES &&
      command->opcode == (\old(*(uint8_t *)bytes) & 0x7f);
    ensures \result ==> complete{Pre}(command->opcode, (uint8_t *)bytes + 1, size - 1);
    ensures \let opcode = (\old(*(uint8_t *)bytes) & 0x7f);
      size > 0 && OPCODE_CREATE <= opcode <= OPCODE_FIND_NODES &&
      complete{Pre}(opcode, (uint8_t *)bytes + 1, size - 1) ==>
        decoded{Pre, Post}(command, (uint8_t *)bytes + 1, size - 1);
    ensures \result ==> allowed(command);
    ensures \let opcode = (\old(*(uint8_t *)bytes) & 0x7f);
      size > 0 && OPCODE_CREATE <= opcode <= OPCODE_FIND_NODES &&
      complete{Pre}(opcode, (uint8_t *)bytes + 1, size - 1) && allowed(command) ==> \result;
 */
bool command_decode(const void *bytes, size_t size, struct command *command);

#endif
