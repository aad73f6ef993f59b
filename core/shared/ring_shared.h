/* A ring that any number of threads read while one thread changes it. bench/README.md has the measurements by
 * which left-right was chosen, and liburcu.
 *
 * Readers take no lock and write to no memory that others write: they enter, ask the ring that they are
 * given whatever ring.h lets one ask of a const ring, and leave. That ring is one side of two:
 *
 *     readers ──────> side 0   as it is between two changes; nobody changes it
 *                     side 1   where the writer makes the next change, and then publishes it
 *
 * A change is made on the idle side, which readers then enter from now on; once the last one has left
 * the other side, the change is made there too (left-right). Whether readers are still inside is known
 * by liburcu (flavour "memb"). Names and positions of nodes are held once for both sides.
 *
 * GUARANTEES. What a reader sees between entering and leaving is one ring: as it was before a change or
 * as it is after it, never between, and never older than one that it has seen before. Entering and leaving
 * are wait-free. A change that has returned is seen by whoever enters afterwards. A change waits for
 * the readers that were inside when it was published, and for no others: it takes as long as the slowest of
 * them stays. The memory of a removed node is given back before ring_shared_remove() returns.
 *
 * THREADS. One thread at a time changes; it must not be inside. Each reading thread registers once with
 * ring_shared_register(), and unregisters before it ends; a program that uses that flavour of liburcu itself
 * has registered its threads already, and must not do it twice. The allocator, and a custom rule, are called
 * from the writer's thread, and from that of a reader that asks for what allocates (ring_find_n,
 * ring_check).
 *
 * COST. Memory: a second set of what a ring holds, but for names and positions: some 30 bytes a point, at most 32
 * but for small rings and weak rules. Time: a change is that of ring.h twice, but for digests and sorting, and the
 * wait; entering and leaving is some ten nanoseconds, once for as many questions as one likes.
 */
#ifndef RING_SHARED_H
#define RING_SHARED_H

#include <ring.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ring_shared;

/* As ring_create. */
RING_API enum ring_error ring_shared_create(struct ring_shared **shared,
                                            const struct ring_options *options);

/* No reader may be inside, or enter any more. NULL is ignored. */
RING_API void ring_shared_destroy(struct ring_shared *shared);

/* As ring_add, ring_add_many and ring_remove, with the same errors; one that fails leaves both sides as they
 * were. Removing never allocates. */
RING_API enum ring_error ring_shared_add(struct ring_shared *shared, const void *name, size_t size,
                                         uint32_t replicas);
RING_API enum ring_error ring_shared_add_many(struct ring_shared *shared,
                                              const struct ring_node *nodes, size_t count);
RING_API enum ring_error ring_shared_remove(struct ring_shared *shared, const void *name,
                                            size_t size);

/* Once for each thread that reads, whatever the number of rings, before the first and after the last of
 * its reads. */
RING_API void ring_shared_register(void);
RING_API void ring_shared_unregister(void);

/* The ring as it is now; valid, like all names that it hands out, until ring_shared_leave(). Enters may be
 * nested. Never NULL. */
RING_API const struct ring *ring_shared_enter(const struct ring_shared *shared);
RING_API void ring_shared_leave(const struct ring_shared *shared);

/* The bytes held of the allocator's. For the writer. O(1). */
RING_API size_t ring_shared_bytes_used(const struct ring_shared *shared);

#ifdef __cplusplus
}
#endif
#endif
