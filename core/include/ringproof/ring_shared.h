/* A ring that any number of threads read while one thread changes it.
 *
 * A reader enters, calls the functions of ring.h that take a const struct ring * on the ring that
 * it is given, and leaves. Readers take no lock and write to no memory that others write.
 *
 * HOW IT WORKS. There are two sides, each a ring (left-right):
 *
 *     readers ──────> side 0   published; nobody changes it
 *                     side 1   idle; the writer makes the next change here
 *
 * A change takes three steps:
 *
 *     1. The writer changes the idle side and publishes it: readers enter this side from now on.
 *     2. It waits until all readers have left the other side. liburcu (flavour "memb") knows when.
 *     3. It makes the same change on the other side, which is the idle one now.
 *
 * Both sides share the nodes with their names and positions. bench/README.md has the measurements
 * that decided for left-right and liburcu.
 *
 * GUARANTEES
 *
 * - Between entering and leaving, a reader sees one ring: as it was before a change or as it is
 *   after it, never a change half made.
 * - A reader never sees an older ring than it has seen before.
 * - A reader that enters after a change has returned sees that change.
 * - Entering and leaving are wait-free.
 * - A change waits only for the readers that were inside when it was published. It takes as long as
 *   the slowest of them stays.
 * - ring_shared_remove() releases the memory of the node before it returns, and
 *   ring_shared_set_replicas() that of the replicas dropped.
 *
 * THREADS
 *
 *     the writer   one thread at a time, and never while that thread is inside as a reader
 *     a reader     registers once with ring_shared_register(), and unregisters before it ends. A
 *                  program that uses this flavour of liburcu itself has registered its threads
 *                  already, and must not do so twice
 *
 * The allocator and a custom rule are called from the writer's thread. They are called from a
 * reader's thread too: the rule by all functions that take a key and by ring_check, the allocator
 * by functions that allocate (ring_find_n, ring_check).
 *
 * COST
 *
 *     memory                 two rings that share the nodes: about 31 bytes a point, at most 33;
 *                            40 to 44 in rings of up to 5000 points and under weak rules
 *     a change               twice the time that ring.h states, except for digests and sorting,
 *                            which are done once; and the wait
 *     entering and leaving   about ten nanoseconds together, once for any number of calls inside
 */
#ifndef RING_SHARED_H
#define RING_SHARED_H

#include <ringproof/ring.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ring_shared;

/* Creates an empty shared ring, as ring_create() does.
 * Errors: RING_BAD_ARGUMENT, RING_NO_MEMORY. */
RING_API enum ring_error ring_shared_create(struct ring_shared **shared,
                                            const struct ring_options *options);

/* Releases the shared ring and all its memory. No reader may be inside, or enter afterwards. NULL
 * is ignored. */
RING_API void ring_shared_destroy(struct ring_shared *shared);

/* Change the ring as ring_add, ring_add_with_data, ring_add_many, ring_remove and ring_set_replicas
 * do. A call that fails leaves both sides as they were. Removing never allocates. While replicas
 * change, no reader sees the node absent: it has the old number or the new one.
 * Errors: as these functions. */
RING_API enum ring_error ring_shared_add(struct ring_shared *shared, const void *name, size_t size,
                                         uint32_t replicas);
RING_API enum ring_error ring_shared_add_with_data(struct ring_shared *shared, const void *name,
                                                   size_t size, uint32_t replicas, void *data);
RING_API enum ring_error ring_shared_add_many(struct ring_shared *shared,
                                              const struct ring_node *nodes, size_t count);
RING_API enum ring_error ring_shared_remove(struct ring_shared *shared, const void *name,
                                            size_t size);
RING_API enum ring_error ring_shared_set_replicas(struct ring_shared *shared, const void *name,
                                                  size_t size, uint32_t replicas);

/* Sets the caller's pointer of a node, as ring_set_node_data() does. Readers get it with
 * ring_node_data(). It is the one change that they may notice while they are inside. When the call
 * returns, all readers that may have got the old pointer have left, so what it points to can be
 * freed. The same holds for the pointer of a node when ring_shared_remove() returns.
 * Errors: as ring_set_node_data. */
RING_API enum ring_error ring_shared_set_node_data(struct ring_shared *shared, const void *name,
                                                   size_t size, void *data);

/* Register and unregister the calling thread as a reader: once for each thread, for all shared
 * rings, before its first read and after its last. */
RING_API void ring_shared_register(void);
RING_API void ring_shared_unregister(void);

/* Enters, and returns the ring as it is now, never NULL. The ring and all names that it hands out
 * are valid until ring_shared_leave(). Enters may be nested, each with its own leave. */
RING_API const struct ring *ring_shared_enter(const struct ring_shared *shared);
RING_API void ring_shared_leave(const struct ring_shared *shared);

/* Returns how many bytes the shared ring now holds from its allocator. 0 for NULL. For the writer's
 * thread. O(1). */
RING_API size_t ring_shared_bytes_used(const struct ring_shared *shared);

#ifdef __cplusplus
}
#endif
#endif
