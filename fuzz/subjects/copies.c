#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/sanitized.h"
#include "load.h"

bool subject_copies_stay;

static const struct subject *inner;

/* A block of exactly its size, so that a sanitizer catches a read beyond it. */
static struct ring_bytes lend(struct ring_bytes bytes)
{
    unsigned char *copy = memory_resize(NULL, bytes.size, 1);
    if (bytes.size > 0) {
        memcpy(copy, bytes.data, bytes.size);
    }
    return (struct ring_bytes){copy, bytes.size};
}

/* malloc() would soon return a freed block again, often for the same bytes, and so hide a stale
 * pointer. So blocks are freed late. AddressSanitizer delays their reuse by itself. */
static void retire(void *block)
{
#ifdef ADDRESS_SANITIZER
    free(block);
#else
    static void *retired[256];
    static unsigned int next;
    free(retired[next]);
    retired[next] = block;
    next = (next + 1) % (sizeof retired / sizeof *retired);
#endif
}

static void overwrite(struct ring_bytes lent)
{
    /* Volatile, or the compiler would remove the writes, since nothing reads these bytes. */
    volatile unsigned char *bytes = (void *)lent.data;
    for (size_t i = 0; i < lent.size; i++) {
        bytes[i] = 0xdd;
    }
}

/* Remembers a block that stays, so that no leak is reported. */
static void leave(struct ring_bytes lent)
{
    static const void **left;
    static size_t count;
    left = memory_grow(left, count, sizeof *left);
    left[count++] = lent.data;
}

static void take_back(struct ring_bytes lent)
{
    if (subject_copies_stay) {
        leave(lent);
        return;
    }
    overwrite(lent);
    retire((void *)lent.data);
}

/* KEYS. Callers often ask for one key after another in the same memory. A ring that knows its last key
 * by the address alone then gives an old answer. So every other key is in the block of the one before,
 * if it has the same size. */

static struct ring_bytes last_key; /* its block; or NULL */
static bool in_last;               /* the key that is lent is in that block */

static struct ring_bytes lend_key(struct ring_bytes key)
{
    in_last = last_key.data != NULL && last_key.size == key.size && !subject_copies_stay;
    if (!in_last) {
        return lend(key);
    }
    if (key.size > 0) {
        memcpy((void *)last_key.data, key.data, key.size);
    }
    return last_key;
}

static void take_key_back(struct ring_bytes lent)
{
    if (subject_copies_stay) {
        leave(lent);
        return;
    }
    overwrite(lent);
    retire((void *)last_key.data);
    last_key = in_last ? (struct ring_bytes){NULL, 0} : lent;
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    struct ring_bytes lent = lend(name);
    enum ring_error error = inner->add(ring, lent, replicas);
    take_back(lent);
    return error;
}

static enum ring_error add_many(void *ring, const struct ring_node *nodes, size_t count)
{
    struct ring_node *lent = memory_resize(NULL, count, sizeof *lent);
    for (size_t i = 0; i < count; i++) {
        lent[i] = (struct ring_node){lend(nodes[i].name), nodes[i].replicas};
    }
    enum ring_error error = inner->add_many(ring, lent, count);
    for (size_t i = 0; i < count; i++) {
        take_back(lent[i].name);
    }
    free(lent);
    return error;
}

static enum ring_error remove_node(void *ring, struct ring_bytes name)
{
    struct ring_bytes lent = lend(name);
    enum ring_error error = inner->remove(ring, lent);
    take_back(lent);
    return error;
}

static enum ring_error set_replicas(void *ring, struct ring_bytes name, uint32_t replicas)
{
    struct ring_bytes lent = lend(name);
    enum ring_error error = inner->set_replicas(ring, lent, replicas);
    take_back(lent);
    return error;
}

static enum ring_error set_node_data(void *ring, struct ring_bytes name, void *data)
{
    struct ring_bytes lent = lend(name);
    enum ring_error error = inner->set_node_data(ring, lent, data);
    take_back(lent);
    return error;
}

static enum ring_error node_replicas(const void *ring, struct ring_bytes name, uint32_t *replicas)
{
    struct ring_bytes lent = lend(name);
    enum ring_error error = inner->node_replicas(ring, lent, replicas);
    take_back(lent);
    return error;
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    struct ring_bytes lent = lend_key(key);
    enum ring_error error = inner->find(ring, lent, node);
    take_key_back(lent);
    return error;
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    struct ring_bytes lent = lend_key(key);
    enum ring_error error = inner->find_n(ring, lent, n, nodes, found);
    take_key_back(lent);
    return error;
}

static enum ring_error find_if(const void *ring, struct ring_bytes key,
                               bool (*accept)(void *context, struct ring_bytes node), void *context,
                               struct ring_bytes *node)
{
    struct ring_bytes lent = lend_key(key);
    enum ring_error error = inner->find_if(ring, lent, accept, context, node);
    take_key_back(lent);
    return error;
}

static enum ring_error find_many(const void *ring, const struct ring_bytes *keys, size_t count,
                                 struct ring_bytes *nodes)
{
    struct ring_bytes *lent = memory_resize(NULL, count, sizeof *lent);
    for (size_t i = 0; i < count; i++) {
        lent[i] = lend(keys[i]);
    }
    enum ring_error error = inner->find_many(ring, lent, count, nodes);
    for (size_t i = 0; i < count; i++) {
        take_back(lent[i]);
    }
    free(lent);
    return error;
}

bool subject_gets_copies(const struct subject *subject)
{
    return subject->find == find;
}

const struct subject *subject_with_copies(const struct subject *subject)
{
    static struct subject copying;
    inner = subject;
    copying = *subject; /* functions without names or keys need no copies */
    copying.add = add;
    copying.add_many = subject->add_many != NULL ? add_many : NULL;
    copying.remove = subject->remove != NULL ? remove_node : NULL;
    copying.find = find;
    copying.find_n = subject->find_n != NULL ? find_n : NULL;
    copying.find_many = subject->find_many != NULL ? find_many : NULL;
    copying.find_if = subject->find_if != NULL ? find_if : NULL;
    copying.node_replicas = subject->node_replicas != NULL ? node_replicas : NULL;
    copying.set_replicas = subject->set_replicas != NULL ? set_replicas : NULL;
    copying.set_node_data = subject->set_node_data != NULL ? set_node_data : NULL;
    return &copying;
}
