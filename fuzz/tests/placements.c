/* Where the points and keys of a fixed ring lie, under each rule, as text: equal text on every machine.
 * Through ring.h alone. Nodes are named by the length of their names, in which they all differ. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../program/rules.h"

/* Names are 1 to SIZE_LARGEST bytes long. Keys take turns with lengths from 0. */
enum { SIZE_LARGEST = 300, KEYS = 1000, OWNERS = 3 };

/* Index by index: one byte over and over, the least or the greatest; all bytes in turn; the beginning
 * of one text, so that each is a prefix of the next; a medley. */
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

static void must(enum ring_error error, const char *what)
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
        /* One has indices of several bytes and digits. */
        nodes[i].replicas = size == 77 ? 1100 : (uint32_t)(1 + size % 13);
        nodes[i].name = fill(names[i], size, size);
    }
    must(ring_create(&ring, &rule->options), "create");
    must(ring_add_many(ring, nodes, SIZE_LARGEST), "add");
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
    must(ring_position(ring, key.data, key.size, &position), "position");
    must(ring_find_n(ring, key.data, key.size, OWNERS, owners, &found), "find");
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
