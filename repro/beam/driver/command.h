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

/* Accepts any bytes. Returns false for a bad command, and then sets only `framed`. O(1). */
bool command_decode(const void *bytes, size_t size, struct command *command);

#endif
