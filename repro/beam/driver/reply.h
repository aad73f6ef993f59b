/* From an answer to bytes. */
#ifndef REPRO_BEAM_REPLY_H
#define REPRO_BEAM_REPLY_H

#include "../../../core/ring.h"
#include "protocol.h"

enum reply_form { REPLY_STATUS, REPLY_RING, REPLY_NAME, REPLY_NAMES };

struct reply {
    bool framed;
    enum status status;
    enum reply_form form;   /* what follows if the status is STATUS_DONE */
    uint32_t ring;          /* REPLY_RING */
    struct ring_bytes name; /* REPLY_NAME: the ring's */
    struct ring_bytes
        *names;   /* REPLY_NAMES: names of the ring's, in a block of the reply's owner */
    size_t count; /* of names */
};

enum { REPLY_SMALL = 5 }; /* the longest that holds no name, in bytes */

/* The bytes it takes; at least 1. SIZE_MAX: they do not fit size_t, or a name does not fit 32 bits. */
size_t reply_size(const struct reply *reply);

/* Writes reply_size() bytes. */
void reply_write(const struct reply *reply, uint8_t *bytes);

#endif
