/* Prints where the points and keys of a fixed ring lie under each rule. The text must be the same
 * on every machine. Uses only ring.h. A node is printed as the length of its name: no two are
 * equally long. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../program/rules.h"

/* Names have 1 to SIZE_LARGEST bytes, each length once. Keys have 0 to SIZE_LARGEST bytes. */
enum { SIZE_LARGEST = 300, KEYS = 1000, OWNERS = 3 };

/* Four kinds of strings, by index modulo 4: one byte repeated, the smallest or the greatest; all
 * bytes in turn; a prefix of one long text; a mixture. */
static unsigned char byte_at(size_t i, size_t index)
{
    switch (index % 4) {
    case 0:
        return index % 8 == 0 ? 0 : 0xff;
    case 1:
        return (unsigned char)(i + index);
    case 2:
        return (unsigned char)(167 * i + 13);
    default:
        return (unsigned char)(i * index ^ i >> 3);
    }
}

static struct ring_bytes fill(unsigned char bytes[SIZE_LARGEST], size_t size, size_t index)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = byte_at(i, index);
    }
    return (struct ring_bytes){bytes, size};
}

static void stop_unless_ok(enum ring_error error, const char *what)
{
    if (error != RING_OK) {
        (void)fprintf(stderr, "placements: %s: %s\n", what, ring_strerror(error));
        exit(2);
    }
}

static struct ring *build(const struct rule *rule)
{
    static unsigned char names[SIZE_LARGEST][SIZE_LARGEST];
    struct ring_node nodes[SIZE_LARGEST];
    struct ring *ring = NULL;
    for (size_t i = 0; i < SIZE_LARGEST; i++) {
        size_t size = i + 1;
        /* One node has replica indices of two bytes and four digits. */
        nodes[i].replicas = size == 77 ? 1100 : (uint32_t)(1 + size % 13);
        nodes[i].name = fill(names[i], size, size);
    }
    stop_unless_ok(ring_create(&ring, &rule->options), "create");
    stop_unless_ok(ring_add_many(ring, nodes, SIZE_LARGEST), "add");
    return ring;
}

static void print_points(const struct ring *ring, const char *rule)
{
    struct ring_cursor cursor = {0};
    struct ring_point point;
    while (ring_next_point(ring, &cursor, &point)) {
        (void)printf("%s point %016" PRIx64 " %zu\n", rule, point.position, point.node.size);
    }
}

static void print_key(const struct ring *ring, const char *rule, struct ring_bytes key)
{
    uint64_t position = 0;
    struct ring_bytes owners[OWNERS];
    size_t found = 0;
    stop_unless_ok(ring_position(ring, key.data, key.size, &position), "position");
    stop_unless_ok(ring_find_n(ring, key.data, key.size, OWNERS, owners, &found), "find");
    (void)printf("%s key %016" PRIx64, rule, position);
    for (size_t i = 0; i < found; i++) {
        (void)printf(" %zu", owners[i].size);
    }
    (void)puts("");
}

int main(void)
{
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        struct ring *ring = build(rule);
        print_points(ring, rule->name);
        for (size_t i = 0; i < KEYS; i++) {
            unsigned char bytes[SIZE_LARGEST];
            print_key(ring, rule->name, fill(bytes, i % (SIZE_LARGEST + 1), i));
        }
        ring_destroy(ring);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("placements");
        return 2;
    }
    return 0;
}
