#include "rings.h"

#include <string.h>

#include "engine.h"
#include "rules.h"
#include "work.h"

struct slot {
    void *ring;     /* NULL in a free slot */
    size_t longest; /* the longest name ever added, in bytes */
    uint32_t replicas;
    uint32_t next_free; /* in a free slot: the next free slot, or NO_SLOT */
    enum ring_rule rule;
};

#define NO_SLOT UINT32_MAX
enum { SLOTS_AT_FIRST = 8 };

struct rings {
    struct ring_allocator allocator;
    struct slot *slots;
    uint32_t room;
    uint32_t first_free;
};

struct rings *rings_create(const struct ring_allocator *allocator)
{
    struct rings *rings = allocator->allocate(allocator->context, sizeof *rings);
    if (rings != NULL) {
        *rings = (struct rings){.allocator = *allocator, .first_free = NO_SLOT};
    }
    return rings;
}

static void release(struct rings *rings, void *block, size_t size)
{
    if (block != NULL) {
        rings->allocator.release(rings->allocator.context, block, size);
    }
}

void rings_destroy(struct rings *rings)
{
    for (uint32_t i = 0; i < rings->room; i++) {
        if (rings->slots[i].ring != NULL) {
            engine_subject->destroy(rings->slots[i].ring);
        }
    }
    release(rings, rings->slots, rings->room * sizeof *rings->slots);
    release(rings, rings, sizeof *rings);
}

/* Doubles the slots. Returns false if memory runs out. */
static bool make_room(struct rings *rings)
{
    size_t room = rings->room > 0 ? (size_t)rings->room * 2 : SLOTS_AT_FIRST;
    if (room > NO_SLOT || room > SIZE_MAX / sizeof(struct slot)) {
        return false;
    }
    struct slot *slots = rings->allocator.allocate(rings->allocator.context, room * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    if (rings->room > 0) {
        memcpy(slots, rings->slots, rings->room * sizeof *slots);
    }
    for (size_t i = rings->room; i < room; i++) {
        slots[i] = (struct slot){.next_free = i + 1 < room ? (uint32_t)i + 1 : NO_SLOT};
    }
    release(rings, rings->slots, rings->room * sizeof *slots);
    rings->slots = slots;
    rings->first_free = rings->room;
    rings->room = (uint32_t)room;
    return true;
}

static struct slot *slot_numbered(const struct rings *rings, uint32_t number)
{
    return number < rings->room && rings->slots[number].ring != NULL ? &rings->slots[number] : NULL;
}

static void *make_ring(const struct rings *rings, enum ring_rule rule)
{
    struct ring_options options = {.rule = rule, .allocator = rings->allocator};
    return engine_subject->create(&options);
}

static enum status create(struct rings *rings, const struct command *command, struct reply *reply)
{
    if (rings->first_free == NO_SLOT && !make_room(rings)) {
        return STATUS_NO_MEMORY;
    }
    enum ring_rule rule = rule_of_hash(command->choice);
    void *ring = make_ring(rings, rule);
    if (ring == NULL) {
        return STATUS_NO_MEMORY;
    }
    uint32_t number = rings->first_free;
    rings->first_free = rings->slots[number].next_free;
    rings->slots[number] = (struct slot){.ring = ring, .replicas = command->number, .rule = rule};
    reply->form = REPLY_RING;
    reply->ring = number;
    return STATUS_DONE;
}

static enum status delete_ring(struct rings *rings, struct slot *slot)
{
    engine_subject->destroy(slot->ring);
    *slot = (struct slot){.next_free = rings->first_free};
    rings->first_free = (uint32_t)(slot - rings->slots);
    return STATUS_DONE;
}

static enum status set_mode(const struct rings *rings, struct slot *slot, uint8_t mode)
{
    if (!rule_has_modes(slot->rule)) {
        return mode == MODE_NORMAL ? STATUS_DONE : STATUS_NOT_MD5;
    }
    enum ring_rule rule = rule_in_mode(slot->rule, mode);
    if (rule == slot->rule) {
        return STATUS_DONE;
    }
    if (engine_subject->node_count(slot->ring) > 0) {
        return STATUS_RING_NOT_EMPTY;
    }
    void *ring = make_ring(rings, rule);
    if (ring == NULL) {
        return STATUS_NO_MEMORY;
    }
    engine_subject->destroy(slot->ring);
    slot->ring = ring;
    slot->rule = rule;
    return STATUS_DONE;
}

static enum status add_node(struct slot *slot, struct ring_bytes name)
{
    enum ring_error error = engine_subject->add(slot->ring, name, slot->replicas);
    if (error == RING_OK && name.size > slot->longest) {
        slot->longest = name.size;
    }
    return status_of(error);
}

static enum status find_node(const struct slot *slot, struct ring_bytes key, struct reply *reply)
{
    enum ring_error error = engine_subject->find(slot->ring, key, &reply->name);
    const bool refused = !reply->framed && key.size == 0;
    if (error == RING_OK && (reply->name.size == 0 || refused)) {
        return STATUS_NO_SUCH_NODE;
    }
    reply->form = REPLY_NAME;
    return status_of(error);
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static enum status find_nodes(const struct rings *rings, const struct slot *slot,
                              const struct command *command, struct reply *reply)
{
    size_t wanted = (size_t)lesser(command->number, engine_subject->node_count(slot->ring));
    reply->form = REPLY_NAMES;
    if (wanted == 0) {
        return STATUS_DONE;
    }
    size_t size = wanted * sizeof *reply->names;
    struct ring_bytes *names = wanted <= SIZE_MAX / sizeof *names
                                   ? rings->allocator.allocate(rings->allocator.context, size)
                                   : NULL;
    if (names == NULL) {
        return STATUS_NO_MEMORY;
    }
    enum ring_error error =
        engine_subject->find_n(slot->ring, command->text, wanted, names, &reply->count);
    if (error != RING_OK) {
        rings->allocator.release(rings->allocator.context, names, size);
        return status_of(error);
    }
    reply->names = names; /* *found is `wanted`: every node of a ring owns points */
    return STATUS_DONE;
}

static enum status execute(struct rings *rings, const struct command *command, struct reply *reply)
{
    if (command->opcode == OPCODE_CREATE) {
        return create(rings, command, reply);
    }
    struct slot *slot = slot_numbered(rings, command->ring);
    if (slot == NULL) {
        return STATUS_NO_SUCH_RING;
    }
    switch (command->opcode) {
    case OPCODE_DELETE:
        return delete_ring(rings, slot);
    case OPCODE_ADD_NODE:
        return add_node(slot, command->text);
    case OPCODE_REMOVE_NODE:
        return status_of(engine_subject->remove(slot->ring, command->text));
    case OPCODE_FIND_NODE:
        return find_node(slot, command->text, reply);
    case OPCODE_FIND_NODES:
        return find_nodes(rings, slot, command, reply);
    case OPCODE_SET_MODE:
        return set_mode(rings, slot, command->choice);
    case OPCODE_CREATE:
        break;
    }
    return STATUS_BAD_COMMAND;
}

/* Whether hash-ring takes a command that changes nothing. */
static bool is_taken(const struct command *command, enum status status)
{
    return (command->opcode == OPCODE_ADD_NODE && status == STATUS_NODE_EXISTS) ||
           (command->opcode == OPCODE_REMOVE_NODE && status == STATUS_NO_SUCH_NODE);
}

void rings_execute(struct rings *rings, const struct command *command, struct reply *reply)
{
    *reply = (struct reply){
        .framed = command->framed,
        .form = command->opcode == OPCODE_CREATE ? REPLY_RING : REPLY_STATUS,
        .ring = PROTOCOL_NO_RING,
    };
    const enum status status = execute(rings, command, reply);
    const bool taken = !command->framed && is_taken(command, status);
    reply->status = taken ? STATUS_DONE : status;
}

void rings_release(struct rings *rings, struct reply *reply)
{
    release(rings, reply->names, reply->count * sizeof *reply->names);
    reply->names = NULL;
}

static struct ring_sizes sizes_of(const struct slot *slot)
{
    return (struct ring_sizes){.nodes = engine_subject->node_count(slot->ring),
                               .points = engine_subject->point_count(slot->ring),
                               .longest = slot->longest,
                               .replicas = slot->replicas};
}

uint64_t rings_work(const struct rings *rings, const struct command *command)
{
    const struct slot *slot = slot_numbered(rings, command->ring);
    if (command->opcode == OPCODE_CREATE) {
        return rings->first_free == NO_SLOT ? work_to_make_slots(rings->room) : 0;
    }
    if (slot == NULL) {
        return 0;
    }
    const struct ring_sizes sizes = sizes_of(slot);
    switch (command->opcode) {
    case OPCODE_ADD_NODE:
        return work_to_add(&sizes, command->text.size);
    case OPCODE_REMOVE_NODE:
        return work_to_remove(&sizes, command->text.size);
    case OPCODE_DELETE:
        return work_to_free(&sizes);
    case OPCODE_FIND_NODE:
        return work_to_find(&sizes, command->text.size);
    case OPCODE_FIND_NODES:
        return work_to_find_nodes(&sizes, command->text.size, command->number);
    default:
        return 0;
    }
}

uint64_t rings_work_to_destroy(const struct rings *rings, uint64_t enough)
{
    uint64_t work = 0;
    for (uint32_t i = 0; i < rings->room && work <= enough; i++) {
        struct ring_sizes sizes = {0};
        if (rings->slots[i].ring != NULL) {
            sizes = sizes_of(&rings->slots[i]);
        }
        sizes.nodes++; /* a slot costs as much as a node */
        work += work_to_free(&sizes);
    }
    return work;
}
