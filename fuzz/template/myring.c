/* A ring of your own for `ringproof check --subject ./libmyring.so`: let these functions call your ring, and correct
 * the table. ringproof/subject.h explains both. As it stands, the file is a ring with its own placement:
 *     cc -shared -fPIC myring.c $(pkg-config --cflags ringproof) -o libmyring.so */
#include <ringproof/subject.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off */
static uint64_t position(struct ring_bytes key) { /* OWN PLACEMENT: where a key lies, and below, a point of a node */
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < key.size; i++) hash = (hash ^ ((const unsigned char *)key.data)[i]) * 0x100000001b3;
    return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
}
static uint64_t point(struct ring_bytes name, uint32_t index) { return (position(name) + index) * 0xbf58476d1ce4e5b9; }

/* YOUR RING: let the following functions call it. It must copy the names that it keeps. */
struct node { struct node *next; uint32_t replicas; struct ring_bytes name; };
static void *create(const struct ring_options *options) { (void)options; return calloc(1, sizeof(struct node *)); }
static struct node **seek(struct node **link, struct ring_bytes name) { /* the link to that node, or the last */
    while (*link && ((*link)->name.size != name.size || memcmp((*link)->name.data, name.data, name.size))) link = &(*link)->next;
    return link;
}
static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas) {
    struct node **link = seek(ring, name), *node = malloc(sizeof *node + name.size);
    if (*link) return free(node), RING_NODE_EXISTS;
    *node = (struct node){NULL, replicas, {memcpy(node + 1, name.data, name.size), name.size}};
    return *link = node, RING_OK;
}
static enum ring_error remove_node(void *ring, struct ring_bytes name) {
    struct node **link = seek(ring, name), *node = *link;
    return node ? *link = node->next, free(node), RING_OK : RING_NO_SUCH_NODE;
}
static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *owner) {
    uint64_t from = position(key), nearest = UINT64_MAX; /* distances from the key on, and past the last position */
    *owner = (struct ring_bytes){NULL, 0}; /* in an empty ring */
    for (const struct node *node = *(struct node *const *)ring; node; node = node->next)
        for (uint32_t i = 0; i < node->replicas; i++)
            if (point(node->name, i) - from <= nearest) nearest = point(node->name, i) - from, *owner = node->name;
    return RING_OK;
}
static void destroy(void *ring) {
    for (struct node **first = ring; *first;) remove_node(ring, (*first)->name);
    free(ring);
}
static const struct subject myring = {
    .name = "myring", .placement = SUBJECT_OWN, .successor = SUBJECT_AT_OR_AFTER, .adding_twice = SUBJECT_FAILS,
    .removing_absent = SUBJECT_FAILS, .finding_in_empty = SUBJECT_IGNORES, .empty_key = SUBJECT_ACCEPTS,
    .create = create, .destroy = destroy, .add = add, .remove = remove_node, .find = find, .point = point, .position = position,
};
const struct subject *ringproof_subject(unsigned int version) { return version == RINGPROOF_SUBJECT_VERSION ? &myring : NULL; }
