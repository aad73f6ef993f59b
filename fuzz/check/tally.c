#include "tally.h"

#include <stdio.h>
#include <string.h>

const size_t tally_lengths[TALLY_LENGTHS] = {0, 1, 255, 256, 257, 4096, 65536};
const size_t tally_points[TALLY_POINTS] = {65535, 65536, 65537, 200000};

static void raise(uint64_t *most, uint64_t value)
{
    *most = value > *most ? value : *most;
}

static void count(struct tally *tally, enum tally_situation situation, bool holds)
{
    tally->times[situation] += holds;
}

/* PAIRS of names or keys that a careless comparison confuses. Each string leaves hashes of what it
 * has in common with its like. */

/* Hashes of one string, each of a part of it or of another spelling. */
struct spellings {
    uint64_t own;
    uint64_t to_zero;      /* up to the first zero byte */
    uint64_t small;        /* in small letters */
    uint64_t without_high; /* bytes above 127 are alike */
    uint64_t shorter[3];   /* without the last byte; the last two; three */
    unsigned int digits;   /* how many bytes at the end are digits, up to 3 */
};

static uint64_t step(uint64_t hash, unsigned char byte)
{
    hash = (hash ^ byte) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static unsigned char small_letter(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte;
}

static struct spellings spell(uint64_t salt, struct ring_bytes bytes)
{
    const unsigned char *data = bytes.data;
    salt = step(salt * 257 + 1, 1);
    struct spellings spellings = {salt, salt, salt, salt, {salt, salt, salt}, 0};
    bool zero = false;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char byte = data[i];
        spellings.shorter[2] = spellings.shorter[1];
        spellings.shorter[1] = spellings.shorter[0];
        spellings.shorter[0] = spellings.own;
        spellings.own = step(spellings.own, byte);
        zero = zero || byte == 0;
        spellings.to_zero = zero ? spellings.to_zero : spellings.own;
        spellings.small = step(spellings.small, small_letter(byte));
        spellings.without_high = step(spellings.without_high, byte > 127 ? 255 : byte);
        spellings.digits = byte < '0' || byte > '9' ? 0 : spellings.digits + 1;
    }
    spellings.digits = spellings.digits > 3 ? 3 : spellings.digits;
    return spellings;
}

/* Enters a string under what it has in common with others. Returns whether another one is there. */
static bool meets(struct tally_slot *slots, uint64_t common, uint64_t own)
{
    struct tally_slot *slot = &slots[common % TALLY_SLOTS];
    bool other = slot->common == common && slot->own != own;
    *slot = (struct tally_slot){common, own};
    return other;
}

/* The same, where one of the two must be all that they have in common. */
static bool extends(struct tally_slot *slots, uint64_t common, uint64_t own)
{
    struct tally_slot *slot = &slots[common % TALLY_SLOTS];
    bool one_is_all = own == common || slot->own == common;
    bool other = slot->common == common && slot->own != own && one_is_all;
    if (slot->common != common || slot->own != common) { /* the shorter one stays */
        *slot = (struct tally_slot){common, own};
    }
    return other;
}

static void note_pairs(struct tally *tally, struct tally_slot (*slots)[TALLY_SLOTS],
                       enum tally_situation first, const struct spellings *spellings, size_t size)
{
    count(tally, first, meets(slots[0], spellings->to_zero, spellings->own));
    count(tally, first + 1, meets(slots[1], spellings->small, spellings->own));
    bool trailing = meets(slots[2], spellings->own, spellings->own);
    if (size > 1) {
        trailing = meets(slots[2], spellings->shorter[0], spellings->own) || trailing;
    }
    count(tally, first + 2, trailing);
    count(tally, first + 3, meets(slots[3], spellings->without_high, spellings->own));
}

static void note_digits(struct tally *tally, const struct spellings *spellings, size_t size)
{
    struct tally_slot *slots = tally->history.names[4];
    bool digits = extends(slots, spellings->own, spellings->own);
    for (unsigned int i = 0; i < spellings->digits && i + 1 < size; i++) {
        digits = extends(slots, spellings->shorter[i], spellings->own) || digits;
    }
    count(tally, TALLY_NAMES_DIGITS, digits);
}

static void note_length(struct tally *tally, enum tally_situation first, size_t size)
{
    for (int i = 0; i < TALLY_LENGTHS; i++) {
        count(tally, first + (unsigned int)i, size == tally_lengths[i]);
    }
}

static uint64_t generation(const struct tally *tally)
{
    return tally->history.rings[tally->history.ring].generation;
}

/* CHANGES */

static void note_name(struct tally *tally, const struct ring_node *node)
{
    struct spellings spellings = spell(generation(tally), node->name);
    struct tally_slot *removed = &tally->history.removed[spellings.own % TALLY_SLOTS];
    note_length(tally, TALLY_NAME_LENGTH, node->name.size);
    raise(&tally->name, node->name.size);
    note_pairs(tally, tally->history.names, TALLY_NAMES_ZERO, &spellings, node->name.size);
    note_digits(tally, &spellings, node->name.size);
    if (removed->common == spellings.own) {
        count(tally, TALLY_CAME_BACK, removed->own != node->replicas);
        removed->common = 0;
    }
}

static void note_removed(struct tally *tally, const struct present *present,
                         const struct operation *operation)
{
    size_t index = present_index(present, operation->nodes[0].name);
    if (index < present->count) {
        struct spellings spellings = spell(generation(tally), operation->nodes[0].name);
        tally->history.removed[spellings.own % TALLY_SLOTS] =
            (struct tally_slot){spellings.own, present->nodes[index].replicas};
    }
}

/* THE RING, as the last operation left it */

static uint64_t point_count(const struct subject *subject, const struct present *present,
                            const struct lookup *lookup)
{
    uint64_t points = 0;
    if (lookup != NULL) {
        return lookup->count;
    }
    for (size_t i = 0; i < present->count; i++) {
        points += present->nodes[i].replicas;
    }
    return points * (subject->points_per_replica > 0 ? subject->points_per_replica : 1);
}

size_t tally_node_count(unsigned int index)
{
    return index < 2 ? index + 1 : ((size_t)1 << ((index - 2) / 3 + 2)) + (index - 2) % 3 - 1;
}

static void note_node_count(struct tally *tally, size_t nodes)
{
    for (unsigned int i = 0; i < TALLY_NODE_COUNTS; i++) {
        count(tally, TALLY_NODE_COUNT + i, nodes == tally_node_count(i));
    }
}

static void note_growth(struct tally *tally, const struct subject *subject, size_t nodes)
{
    size_t many = subject->nodes_max > 0 && subject->nodes_max < 8 ? subject->nodes_max : 8;
    size_t *peak = &tally->history.rings[tally->history.ring].peak;
    bool *shrank = &tally->history.rings[tally->history.ring].shrank;
    if (*peak >= many && nodes <= 1) {
        *shrank = true;
    }
    if (*shrank && nodes > 1 && nodes >= *peak / 2) {
        tally->times[TALLY_REGREW]++;
        *shrank = false;
        *peak = nodes;
    }
    *peak = nodes > *peak ? nodes : *peak;
}

static void note_ring(struct tally *tally, const struct subject *subject,
                      const struct present *present, const struct lookup *lookup)
{
    uint64_t points = point_count(subject, present, lookup);
    raise(&tally->nodes, present->count);
    raise(&tally->points, points);
    note_node_count(tally, present->count);
    for (int i = 0; i < TALLY_POINTS; i++) {
        bool more = i == 1 || i == 3; /* or more */
        count(tally, TALLY_POINT_COUNT + (unsigned int)i,
              more ? points >= tally_points[i] : points == tally_points[i]);
    }
    for (size_t i = 0; lookup != NULL && i < lookup->count; i++) {
        bool lost = lookup->contested != NULL && lookup->contested[i];
        bool equal = i > 0 && lookup->points[i].position == lookup->points[i - 1].position;
        count(tally, TALLY_EQUAL_POINTS, lost || equal);
    }
}

/* LOOKUPS */

static bool several(const struct lookup *lookup, size_t index)
{
    index = index < lookup->count ? index : 0;
    if (lookup->contested != NULL && lookup->contested[index]) {
        return true;
    }
    return index + 1 < lookup->count &&
           lookup->points[index].position == lookup->points[index + 1].position;
}

static void note_position(struct tally *tally, const struct subject *subject,
                          const struct lookup *lookup, uint64_t position)
{
    unsigned int bits = subject->position_bits;
    uint64_t most = bits == 0 || bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    size_t last = lookup->count - 1;
    size_t at = lookup_after(lookup, position, true);
    size_t after = lookup_after(lookup, position, false);
    uint64_t before = lookup->points[at > 0 ? at - 1 : last].position;
    uint64_t behind = lookup->points[after <= last ? after : 0].position;
    count(tally, TALLY_ON_POINT, at < after);
    count(tally, TALLY_BELOW_POINT, behind == ((position + 1) & most));
    count(tally, TALLY_ABOVE_POINT, before == ((position - 1) & most));
    count(tally, TALLY_BETWEEN_EQUAL,
          after - at > 1 || (at < after && several(lookup, at)) || several(lookup, after));
    count(tally, TALLY_PAST_LAST, position > lookup->points[last].position);
    count(tally, TALLY_BEFORE_FIRST, position < lookup->points[0].position);
}

static void note_find(struct tally *tally, const struct subject *subject,
                      const struct operation *operation, const struct present *present,
                      const struct lookup *lookup, const uint64_t *position)
{
    struct spellings spellings = spell(generation(tally), operation->key);
    note_length(tally, TALLY_KEY_LENGTH, operation->key.size);
    raise(&tally->key, operation->key.size);
    note_pairs(tally, tally->history.keys, TALLY_KEYS_ZERO, &spellings, operation->key.size);
    count(tally, TALLY_IN_EMPTY, present->count == 0);
    count(tally, TALLY_BEYOND_NODES,
          operation->kind == OP_FIND_N && operation->n > present->count && present->count > 0);
    if (lookup != NULL && lookup->count > 0 && position != NULL) {
        note_position(tally, subject, lookup, *position);
    }
}

/* THE WHOLE */

void tally_begin(struct tally *tally)
{
    struct tally_history *history = &tally->history;
    history->ring = 0;
    history->changed = true;
    for (int i = 0; i < TALLY_RINGS; i++) {
        history->rings[i].generation = ++history->generation;
        history->rings[i].peak = 0;
        history->rings[i].shrank = false;
    }
    tally->rings = tally->rings > 0 ? tally->rings : 1;
}

static void renew(struct tally *tally, const struct present *present)
{
    struct tally_history *history = &tally->history;
    history->rings[history->ring].generation = ++history->generation;
    history->rings[history->ring].peak = 0;
    history->rings[history->ring].shrank = false;
    count(tally, TALLY_RENEWED, present->count > 0);
}

void tally_note(struct tally *tally, const struct subject *subject,
                const struct operation *operation, const struct present *present,
                const struct lookup *lookup, const uint64_t *position)
{
    struct tally_history *history = &tally->history;
    tally->operations[operation->kind]++;
    if (history->changed) {
        note_growth(tally, subject, present->count);
    }
    bool finds = operation->kind == OP_FIND || operation->kind == OP_FIND_N;
    if (history->changed && finds) {
        note_ring(tally, subject, present, lookup);
    }
    history->changed = !finds;
    switch (operation->kind) {
    case OP_ADD:
    case OP_ADD_MANY:
        for (size_t i = 0; i < operation->count; i++) {
            note_name(tally, &operation->nodes[i]);
        }
        break;
    case OP_REMOVE:
        note_removed(tally, present, operation);
        break;
    case OP_FIND:
    case OP_FIND_N:
        note_find(tally, subject, operation, present, lookup, position);
        break;
    case OP_USE:
        history->ring = (unsigned int)(operation->n % TALLY_RINGS);
        break;
    case OP_RENEW:
        renew(tally, present);
        break;
    case OP_SET_REPLICAS:
        break;
    }
}

void tally_rings(struct tally *tally, size_t count_of_rings)
{
    raise(&tally->rings, count_of_rings);
    count(tally, TALLY_AT_ONCE, count_of_rings > 1);
}

void tally_add(struct tally *sum, const struct tally *other)
{
    for (int i = 0; i < TALLY_KINDS; i++) {
        sum->operations[i] += other->operations[i];
    }
    for (int i = 0; i < TALLY_SITUATIONS; i++) {
        sum->times[i] += other->times[i];
    }
    sum->judged += other->judged;
    sum->ended_early += other->ended_early;
    raise(&sum->nodes, other->nodes);
    raise(&sum->points, other->points);
    raise(&sum->name, other->name);
    raise(&sum->key, other->key);
    raise(&sum->rings, other->rings);
    sum->no_key_on_point = sum->no_key_on_point || other->no_key_on_point;
    sum->no_key_beside_point = sum->no_key_beside_point || other->no_key_beside_point;
}
