/* From bytes to a command. */
#ifndef REPRO_BEAM_COMMAND_H
#define REPRO_BEAM_COMMAND_H

#include "../../../core/ring.h"
#include "protocol.h"

struct command {
    bool framed;
    enum opcode opcode;
    uint32_t ring;
    uint32_t number;        /* replicas, or the count of nodes wanted */
    uint8_t choice;         /* hash or mode, as it came */
    struct ring_bytes text; /* name or key: part of the bytes decoded */
};

/* Any bytes. False: they are no command; then only `framed` is set. O(1). */
bool command_decode(const void *bytes, size_t size, struct command *command);

#endif
