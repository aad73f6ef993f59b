#include "questions.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "difference.h"
#include "property_names.h"

/* KEYS */

#define DIGITS_MAX 10

static bool occurs(struct ring_bytes bytes, int byte)
{
    return bytes.size > 0 && memchr(bytes.data, byte, bytes.size) != NULL;
}

/* The first printable characters that may occur in keys. Decimal digits, as a rule. */
static size_t digits_of(const struct subject *subject, unsigned char digits[DIGITS_MAX])
{
    static const char order[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "!#$%&()*+,-./:;<=>?@[]^_`{|}~'\"\\";
    size_t count = 0;
    for (const char *at = order; *at != '\0' && count < DIGITS_MAX; at++) {
        if (!occurs(subject->not_in_keys, *at)) {
            digits[count++] = (unsigned char)*at;
        }
    }
    return count;
}

static size_t longest(const struct subject *subject)
{
    size_t room = sizeof((struct question_key *)NULL)->text;
    return subject->key_max > 0 && subject->key_max < room ? subject->key_max : room;
}

bool question_key(const struct subject *subject, uint64_t number, struct question_key *key)
{
    unsigned char digits[DIGITS_MAX];
    unsigned char reversed[sizeof key->text];
    size_t base = digits_of(subject, digits);
    size_t size = 0;
    if (base < 2) {
        return false;
    }
    do {
        if (size == longest(subject)) {
            return false;
        }
        reversed[size++] = digits[number % base];
        number /= base;
    } while (number > 0);
    for (size_t i = 0; i < size; i++) {
        key->text[i] = reversed[size - 1 - i];
    }
    key->size = size;
    return true;
}

/* How many numbers have at most `size` digits, or a little less than 2^62. */
static uint64_t numbers_of(size_t base, size_t size)
{
    uint64_t numbers = 1;
    while (size-- > 0 && numbers < (UINT64_C(1) << 62) / base) {
        numbers *= base;
    }
    return numbers;
}

/* A permutation of the 64-bit numbers. */
static uint64_t mix(uint64_t number)
{
    number += UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

bool question_random_key(const struct subject *subject, uint64_t index, struct question_key *key)
{
    unsigned char digits[DIGITS_MAX];
    size_t base = digits_of(subject, digits);
    uint64_t numbers = base < 2 ? 0 : numbers_of(base, longest(subject));
    if (numbers < UINT64_C(1) << 32) {
        return index < numbers && question_key(subject, index, key); /* no room for chance */
    }
    return question_key(subject, mix(index) % numbers, key);
}

/* CALLS */

const struct ring_bytes question_nobody = {"nobody", 0};

/* Blocks of fewer bytes are made this large, so that they seldom move. */
#define LENT_MIN 256

/* A copy in memory that the next call uses again, as callers do; or the bytes themselves. */
static struct ring_bytes lend(struct questions *questions, struct ring_bytes bytes)
{
    if (!questions->lend) {
        return bytes;
    }
    if (questions->lent_room == 0 || questions->lent_room < bytes.size) {
        questions->lent_room = bytes.size < LENT_MIN ? LENT_MIN : bytes.size;
        questions->lent = memory_resize(questions->lent, questions->lent_room, 1);
    }
    if (bytes.size > 0) {
        memcpy(questions->lent, bytes.data, bytes.size);
    }
    return (struct ring_bytes){questions->lent, bytes.size};
}

static void take_back(const struct questions *questions)
{
    /* Volatile, or the compiler would remove the writes, since nothing reads these bytes. */
    volatile unsigned char *bytes = questions->lent;
    for (size_t i = 0; questions->lend && i < questions->lent_room; i++) {
        bytes[i] = 0xdd;
    }
}

void questions_end_lending(struct questions *questions)
{
    free(questions->lent);
    questions->lent = NULL;
    questions->lent_room = 0;
    questions->lend = false;
}

static bool succeeded(struct questions *questions, const char *what, enum ring_error error,
                      const char *call, struct ring_bytes argument)
{
    if (error == SUBJECT_CANNOT) {
        questions->cannot = true;
        return false;
    }
    return error == RING_OK ||
           finding_say(questions->finding, what,
                       &(struct said){.before = call, .key = &argument, .after = ": success"},
                       &(struct said){.before = call, .key = &argument, .after = ": an error"});
}

/* The node of that name, or a finding. */
static bool member(struct questions *questions, const struct present *present,
                   struct ring_bytes key, struct ring_bytes answer, struct ring_bytes *name)
{
    size_t index = present_index(present, answer);
    *name = index < present->count ? present->nodes[index].name : question_nobody;
    return index < present->count || !questions->members ||
           finding_say(questions->finding, property_what(PROPERTY_MEMBERS),
                       &(struct said){.key = &key, .after = " -> a node of the ring"},
                       &(struct said){.key = &key, .nodes = &answer, .count = 1});
}

bool questions_owners(struct questions *questions, const void *ring, const struct present *present,
                      const struct ring_bytes *keys, size_t count, struct ring_bytes *owners)
{
    const char *what = property_what(PROPERTY_MEMBERS);
    const struct subject *subject = questions->subject;
    if (subject->find_many != NULL && count > 1) {
        enum ring_error error = subject->find_many(ring, keys, count, owners);
        if (!succeeded(questions, what, error, "find of many keys, first ", keys[0])) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct ring_bytes node = owners[i];
        if (subject->find_many == NULL || count == 1) {
            struct ring_bytes lent = lend(questions, keys[i]);
            node = (struct ring_bytes){NULL, 0};
            enum ring_error error = subject->find(ring, lent, &node);
            take_back(questions);
            if (!succeeded(questions, what, error, "find ", keys[i])) {
                return false;
            }
        }
        if (!member(questions, present, keys[i], node, &owners[i])) {
            return false;
        }
    }
    return true;
}

bool questions_list(struct questions *questions, const void *ring, const struct present *present,
                    struct ring_bytes key, size_t n, struct ring_bytes *nodes, size_t *found)
{
    size_t room = n < present->count ? n : present->count;
    char call[64];
    (void)snprintf(call, sizeof call, "find-n, %zu nodes, ", n);
    *found = 0;
    if (!succeeded(questions, property_what(PROPERTY_MEMBERS),
                   questions->subject->find_n(ring, key, n, nodes, found), call, key)) {
        return false;
    }
    for (size_t i = 0; i < *found && i < room; i++) {
        if (!member(questions, present, key, nodes[i], &nodes[i])) {
            return false;
        }
    }
    return true;
}

bool questions_add(struct questions *questions, const char *what, void *ring,
                   const struct ring_node *node)
{
    struct ring_bytes lent = lend(questions, node->name);
    enum ring_error error = questions->subject->add(ring, lent, node->replicas);
    take_back(questions);
    return succeeded(questions, what, error, "add ", node->name);
}

bool questions_remove(struct questions *questions, const char *what, void *ring,
                      struct ring_bytes name)
{
    struct ring_bytes lent = lend(questions, name);
    enum ring_error error = questions->subject->remove(ring, lent);
    take_back(questions);
    return succeeded(questions, what, error, "remove ", name);
}

void questions_destroy(const struct questions *questions, void *ring)
{
    if (ring != NULL) {
        questions->subject->destroy(ring);
    }
}

bool questions_slow(const struct subject *subject)
{
    return subject->rebuilds || subject->find_many != NULL;
}

bool questions_build(struct questions *questions, const char *what, const struct ring_node *nodes,
                     size_t count, bool batch, void **ring)
{
    *ring = questions->subject->create(questions->options);
    if (*ring == NULL) {
        questions->cannot = true; /* so many rings at once are more than programs ask for */
        return false;
    }
    if (batch && count > 0 && questions->subject->add_many != NULL && !questions->lend) {
        return succeeded(questions, what, questions->subject->add_many(*ring, nodes, count),
                         "add-many, first ", nodes[0].name);
    }
    for (size_t i = 0; i < count; i++) {
        if (!questions_add(questions, what, *ring, &nodes[i])) {
            return false;
        }
    }
    return true;
}

/* FINDINGS */

static void write_said(FILE *out, const void *context)
{
    const struct said *said = context;
    (void)fputs(said->before != NULL ? said->before : "", out);
    if (said->key != NULL) {
        text_write(out, *said->key);
    }
    if (said->nodes != NULL) {
        (void)fputs(said->count > 0 ? " ->" : " -> no node", out);
    }
    for (size_t i = 0; said->nodes != NULL && i < said->count; i++) {
        (void)fputs(" ", out);
        if (said->nodes[i].size > 0) {
            text_write(out, said->nodes[i]);
        } else {
            (void)fputs("no node", out);
        }
    }
    (void)fputs(said->after != NULL ? said->after : "", out);
}

bool finding_say(struct finding *finding, const char *what, const struct said *expected,
                 const struct said *got)
{
    return difference(finding, what, write_said, expected, got);
}
