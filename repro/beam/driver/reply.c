#include "reply.h"

#include <string.h>

static bool is_failure(const struct reply *reply)
{
    bool unsayable = !reply->framed && reply->form == REPLY_NAMES && reply->count == 0;
    bool by_number = !reply->framed && reply->form == REPLY_RING; /* as PROTOCOL_NO_RING */
    return (reply->status != STATUS_DONE && !by_number) || unsayable;
}

static size_t names_size(const struct reply *reply)
{
    size_t size = reply->framed ? 1 : 0;
    for (size_t i = 0; i < reply->count; i++) {
        size_t extra = reply->framed ? 4 : i > 0;
        if (reply->names[i].size > UINT32_MAX ||
            reply->names[i].size > SIZE_MAX - size - extra - 1) {
            return SIZE_MAX;
        }
        size += reply->names[i].size + extra;
    }
    return size;
}

size_t reply_size(const struct reply *reply)
{
    size_t status = reply->framed ? 1 : 0;
    if (is_failure(reply)) {
        return 1;
    }
    switch (reply->form) {
    case REPLY_RING:
        return status + 4;
    case REPLY_NAME:
        return status + reply->name.size;
    case REPLY_NAMES:
        return names_size(reply);
    case REPLY_STATUS:
        break;
    }
    return 1;
}

static uint8_t *write_number(uint8_t *bytes, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        *bytes++ = (uint8_t)(number >> shift);
    }
    return bytes;
}

static uint8_t *write_name(uint8_t *bytes, struct ring_bytes name)
{
    memcpy(bytes, name.data, name.size);
    return bytes + name.size;
}

static void write_names(const struct reply *reply, uint8_t *bytes)
{
    for (size_t i = 0; i < reply->count; i++) {
        if (reply->framed) {
            bytes = write_number(bytes, (uint32_t)reply->names[i].size);
        } else if (i > 0) {
            *bytes++ = '|';
        }
        bytes = write_name(bytes, reply->names[i]);
    }
}

void reply_write(const struct reply *reply, uint8_t *bytes)
{
    if (is_failure(reply)) {
        *bytes = reply->framed ? (uint8_t)reply->status : STATUS_BAD_COMMAND;
        return;
    }
    if (reply->framed || reply->form == REPLY_STATUS) {
        *bytes++ = STATUS_DONE;
    }
    switch (reply->form) {
    case REPLY_RING:
        (void)write_number(bytes, reply->ring);
        break;
    case REPLY_NAME:
        (void)write_name(bytes, reply->name);
        break;
    case REPLY_NAMES:
        write_names(reply, bytes);
        break;
    case REPLY_STATUS:
        break;
    }
}
