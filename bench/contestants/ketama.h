/* libmemcached's ketama: servers on a circle, KETAMA_POINTS of each, placed by MD5. It has no call that removes a
 * server. */
#ifndef BENCH_CONTESTANTS_KETAMA_H
#define BENCH_CONTESTANTS_KETAMA_H

#include "../../core/ring.h"

/* What MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED gives a server of weight 1; of some numbers of servers, such as 100, its
 * arithmetic makes four fewer. */
#define KETAMA_POINTS 160

/* Version 1.1.4 ends the program by abort() when a 101st is added: ketama_limit.c. */
#define KETAMA_SERVERS_MAX 100

struct ketama;

/* Of nodes whose names end in NUL, by one call. Replicas are ignored. NULL: refused. */
struct ketama *ketama_new(const struct ring_node *nodes, size_t count);
void ketama_free(struct ketama *ketama);

/* False: refused. */
bool ketama_add(struct ketama *ketama, const char *name);

/* The index of the key's server, in the order of adding. */
size_t ketama_find(const struct ketama *ketama, struct ring_bytes key);

/* The same by the call that connects to it: the name. NULL: none. */
const char *ketama_name(struct ketama *ketama, struct ring_bytes key);

size_t ketama_point_count(const struct ketama *ketama);

#endif
