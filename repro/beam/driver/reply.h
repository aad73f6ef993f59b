/* Encodes an answer (the wire format is in protocol.h). */
#ifndef REPRO_BEAM_REPLY_H
#define REPRO_BEAM_REPLY_H

#include <ringproof/ring.h>

#include "protocol.h"

enum reply_form { REPLY_STATUS, REPLY_RING, REPLY_NAME, REPLY_NAMES };

struct reply {
    bool framed;
    enum status status;
    enum reply_form form;     /* what follows STATUS_DONE */
    uint32_t ring;            /* REPLY_RING */
    struct ring_bytes name;   /* REPLY_NAME; owned by the ring */
    struct ring_bytes *names; /* REPLY_NAMES; free the array with rings_release(). The ring owns the
                               * bytes of the names. */
    size_t count;             /* names in `names` */
};

enum { REPLY_SMALL = 5 }; /* bytes in the longest answer without a name */

/* The size of the answer in bytes, at least 1. SIZE_MAX if it does not fit size_t, or if the length of
 * a name does not fit 32 bits. */
size_t reply_size(const struct reply *reply);

/* Writes reply_size() bytes. That size must not be SIZE_MAX. */
void reply_write(const struct reply *reply, uint8_t *bytes);

#endif
