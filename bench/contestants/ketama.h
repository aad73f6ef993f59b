/* The consistent-hash ring in libmemcached, "ketama": servers on a circle, with KETAMA_POINTS
 * points each, placed by MD5. libmemcached has no call to remove a server.
 *
 * Names: a server is known by its name, a C string, and by its index in the order of adding. */
#ifndef BENCH_CONTESTANTS_KETAMA_H
#define BENCH_CONTESTANTS_KETAMA_H

#include <ringproof/ring.h>

/* Points that MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED gives a server of weight 1. For some numbers of
 * servers, such as 100, it rounds to four fewer. */
#define KETAMA_POINTS 160

/* Version 1.1.4 calls abort() when a 101st server is added. ketama_limit.c checks this. */
#define KETAMA_SERVERS_MAX 100

struct ketama;

/* A ring of `count` nodes, added in one call. Their names must end in NUL; their replicas are
 * ignored. NULL: libmemcached refused. Free it with ketama_free(). */
struct ketama *ketama_new(const struct ring_node *nodes, size_t count);
void ketama_free(struct ketama *ketama);

/* False: libmemcached refused. */
bool ketama_add(struct ketama *ketama, const char *name);

/* The index of the key's server. */
size_t ketama_find(const struct ketama *ketama, struct ring_bytes key);

/* The name of the key's server, from the call that libmemcached itself uses to connect. NULL:
 * none. */
const char *ketama_name(struct ketama *ketama, struct ring_bytes key);

size_t ketama_point_count(const struct ketama *ketama);

#endif
