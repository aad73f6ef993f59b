#include "protocol.h"

#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "../../../fuzz/model/ring.h"

struct model_ring {
    uint32_t number;
    uint32_t replicas;
    int hash;
    int mode;
    void *ring;
};

struct protocol_model {
    struct model_ring *rings;
    size_t count;
    uint8_t *expected;
    size_t size;
};

/* THE EXPECTED ANSWER, byte by byte. */

static void say(struct protocol_model *model, const void *bytes, size_t size)
{
    model->expected = memory_resize(model->expected, model->size + size, 1);
    if (size > 0) {
        memcpy(model->expected + model->size, bytes, size);
    }
    model->size += size;
}

static void say_byte(struct protocol_model *model, int byte)
{
    uint8_t said = (uint8_t)byte;
    say(model, &said, 1);
}

static void say_number(struct protocol_model *model, uint64_t number)
{
    say_byte(model, (int)(number / 16777216 % 256));
    say_byte(model, (int)(number / 65536 % 256));
    say_byte(model, (int)(number / 256 % 256));
    say_byte(model, (int)(number % 256));
}

/* In the plain form every failure is 1. */
static void say_status(struct protocol_model *model, bool framed, int status)
{
    say_byte(model, status != 0 && !framed ? 1 : status);
}

/* THE COMMAND */

static uint32_t number_at(const uint8_t *bytes)
{
    return bytes[0] * 16777216U + bytes[1] * 65536U + bytes[2] * 256U + bytes[3];
}

static size_t header_size(int opcode)
{
    static const size_t sizes[] = {0, 6, 5, 9, 9, 9, 6, 13};
    return opcode >= 1 && opcode <= 7 ? sizes[opcode] : 0;
}

static bool well_formed(const uint8_t *bytes, size_t size)
{
    int opcode = size > 0 ? bytes[0] % 128 : 0;
    size_t header = header_size(opcode);
    if (header == 0 || size < header) {
        return false;
    }
    if (opcode == 1) {
        uint32_t replicas = number_at(bytes + 1);
        return size == 6 && replicas >= 1 && replicas <= 1048576 && bytes[5] >= 1 && bytes[5] <= 4;
    }
    if (opcode == 2) {
        return size == 5;
    }
    if (opcode == 6) {
        return size == 6 && (bytes[5] == 1 || bytes[5] == 2);
    }
    bool named = opcode == 3 || opcode == 4;
    return number_at(bytes + 5) == size - header && (!named || size > header);
}

static struct model_ring *ring_numbered(const struct protocol_model *model, uint32_t number)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->rings[i].number == number) {
            return &model->rings[i];
        }
    }
    return NULL;
}

static void make(struct model_ring *ring)
{
    static const enum ring_rule rules[5][3] = {
        [1] = {[1] = RING_HASH_RING_SHA1},
        [2] = {[1] = RING_HASH_RING_MD5, [2] = RING_HASH_RING_COMPAT32},
        [3] = {[1] = RING_SHA1},
        [4] = {[1] = RING_MD5, [2] = RING_MD5_COMPAT32},
    };
    struct ring_options options = {.rule = rules[ring->hash][ring->mode]};
    ring->ring = subject_model.create(&options);
}

static void create(struct protocol_model *model, const uint8_t *command, uint32_t number)
{
    model->rings = memory_resize(model->rings, model->count + 1, sizeof *model->rings);
    struct model_ring *ring = &model->rings[model->count++];
    *ring = (struct model_ring){number, number_at(command + 1), command[5], 1, NULL};
    make(ring);
}

static void forget_ring(struct protocol_model *model, struct model_ring *ring)
{
    subject_model.destroy(ring->ring);
    *ring = model->rings[--model->count];
}

static int status_of(enum ring_error error)
{
    return error == RING_OK                ? 0
           : error == RING_NODE_EXISTS     ? 3
           : error == RING_NO_SUCH_NODE    ? 4
           : error == RING_TOO_MANY_POINTS ? 5
                                           : 1;
}

static int set_mode(struct model_ring *ring, int mode)
{
    if (ring->hash % 2 == 1 && mode == 2) { /* SHA-1 */
        return 7;
    }
    if (ring->mode == mode) {
        return 0;
    }
    if (subject_model.node_count(ring->ring) > 0) {
        return 8;
    }
    subject_model.destroy(ring->ring);
    ring->mode = mode;
    make(ring);
    return 0;
}

static void find_node(struct protocol_model *model, bool framed, const struct model_ring *ring,
                      struct ring_bytes key)
{
    struct ring_bytes name = {NULL, 0};
    (void)subject_model.find(ring->ring, key, &name);
    if (name.size == 0 || (!framed && key.size == 0)) {
        say_status(model, framed, 4);
        return;
    }
    if (framed) {
        say_byte(model, 0);
    }
    say(model, name.data, name.size);
}

static void find_nodes(struct protocol_model *model, bool framed, const struct model_ring *ring,
                       struct ring_bytes key, uint32_t wanted)
{
    size_t nodes = subject_model.node_count(ring->ring);
    size_t count = wanted < nodes ? wanted : nodes;
    struct ring_bytes *names = memory_resize(NULL, count, sizeof *names);
    if (count > 0) {
        (void)subject_model.find_n(ring->ring, key, count, names, &count);
    }
    if (framed) {
        say_byte(model, 0);
    } else if (count == 0) {
        say_byte(model, 1);
    }
    for (size_t i = 0; i < count; i++) {
        if (framed) {
            say_number(model, names[i].size);
        } else if (i > 0) {
            say_byte(model, '|');
        }
        say(model, names[i].data, names[i].size);
    }
    free(names);
}

/* The command is well formed and its ring exists. */
static void answer(struct protocol_model *model, const uint8_t *command, size_t size,
                   struct model_ring *ring)
{
    bool framed = command[0] >= 128;
    int opcode = command[0] % 128;
    struct ring_bytes text = {command + header_size(opcode), size - header_size(opcode)};
    int status = 0;
    switch (opcode) {
    case 2:
        forget_ring(model, ring);
        break;
    case 3:
        status = status_of(subject_model.add(ring->ring, text, ring->replicas));
        break;
    case 4:
        status = status_of(subject_model.remove(ring->ring, text));
        break;
    case 5:
        find_node(model, framed, ring, text);
        return;
    case 6:
        status = set_mode(ring, command[5]);
        break;
    default:
        find_nodes(model, framed, ring, text, number_at(command + 9));
        return;
    }
    bool taken = (opcode == 3 && status == 3) || (opcode == 4 && status == 4);
    say_status(model, framed, taken && !framed ? 0 : status);
}

/* Creating a ring, adding a node, changing the mode and answering with names may need memory. Deleting
 * a ring and removing a node must not. */
static bool may_need_memory(const struct protocol_model *model, const uint8_t *command)
{
    int opcode = command[0] % 128;
    bool needs = opcode == 1 || opcode == 3 || opcode >= 5;
    return needs && (opcode == 1 || ring_numbered(model, number_at(command + 1)) != NULL);
}

/* The port may choose any number that no other ring has. */
static bool agrees_on_creation(struct protocol_model *model, const uint8_t *command,
                               struct ring_bytes given)
{
    bool framed = command[0] >= 128;
    const uint8_t *bytes = given.data;
    size_t before = framed ? 1 : 0;
    if (framed) {
        say_byte(model, 0);
    }
    say_number(model, 0);
    if (given.size != before + 4 || (framed && bytes[0] != 0) ||
        number_at(bytes + before) == UINT32_MAX ||
        ring_numbered(model, number_at(bytes + before)) != NULL) {
        return false;
    }
    create(model, command, number_at(bytes + before));
    return true;
}

/* A client of hash-ring waits for a number after each create. No ring has this one. */
static void say_refusal(struct protocol_model *model, bool framed, bool creates, int status)
{
    if (creates) {
        say_number(model, UINT32_MAX);
    } else {
        say_status(model, framed, status);
    }
}

static bool is_said(const struct protocol_model *model, struct ring_bytes given)
{
    return given.size == model->size && memcmp(given.data, model->expected, model->size) == 0;
}

bool protocol_model_agrees(struct protocol_model *model, struct ring_bytes command,
                           struct ring_bytes given, bool no_memory)
{
    const uint8_t *bytes = command.data;
    bool framed = command.size > 0 && bytes[0] >= 128;
    bool creates = command.size == 6 && bytes[0] == 1;
    model->size = 0;
    if (!well_formed(bytes, command.size)) {
        say_refusal(model, framed, creates, 1);
        return is_said(model, given);
    }
    if (no_memory && may_need_memory(model, bytes)) {
        say_refusal(model, framed, creates, 6);
        if (is_said(model, given)) {
            return true;
        }
        model->size = 0;
    }
    if (bytes[0] % 128 == 1) {
        return agrees_on_creation(model, bytes, given);
    }
    if (ring_numbered(model, number_at(bytes + 1)) == NULL) {
        say_status(model, framed, 2);
    } else {
        answer(model, bytes, command.size, ring_numbered(model, number_at(bytes + 1)));
    }
    return is_said(model, given);
}

struct ring_bytes protocol_model_expected(const struct protocol_model *model)
{
    return (struct ring_bytes){model->expected, model->size};
}

uint32_t protocol_model_replicas(struct ring_bytes command)
{
    const uint8_t *bytes = command.data;
    return well_formed(bytes, command.size) && bytes[0] % 128 == 1 ? number_at(bytes + 1) : 0;
}

uint64_t protocol_model_points(const struct protocol_model *model, struct ring_bytes command,
                               uint32_t replicas)
{
    const uint8_t *bytes = command.data;
    if (!well_formed(bytes, command.size) || bytes[0] % 128 != 3) {
        return 0;
    }
    const struct model_ring *ring = ring_numbered(model, number_at(bytes + 1));
    uint64_t points =
        ring != NULL ? ring->replicas + (uint64_t)subject_model.point_count(ring->ring) : 0;
    return points > replicas ? points : replicas;
}

struct protocol_model *protocol_model_create(void)
{
    struct protocol_model *model = memory_resize(NULL, 1, sizeof *model);
    *model = (struct protocol_model){NULL, 0, NULL, 0};
    return model;
}

void protocol_model_destroy(struct protocol_model *model)
{
    while (model->count > 0) {
        forget_ring(model, &model->rings[model->count - 1]);
    }
    free(model->rings);
    free(model->expected);
    free(model);
}
