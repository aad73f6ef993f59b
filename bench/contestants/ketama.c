#include "ketama.h"

#include <libmemcached-1.0/memcached.h>

#define PORT 11211 /* unused: nothing connects */

/* A struct ketama is libmemcached's memcached_st. */
static memcached_st *client_of(struct ketama *ketama)
{
    return (memcached_st *)ketama;
}

static const memcached_st *look_at(const struct ketama *ketama)
{
    return (const memcached_st *)ketama;
}

static bool push(memcached_st *client, const struct ring_node *nodes, size_t count)
{
    memcached_server_list_st servers = NULL;
    memcached_return_t error = MEMCACHED_SUCCESS;
    for (size_t i = 0; i < count && error == MEMCACHED_SUCCESS; i++) {
        servers = memcached_server_list_append(servers, nodes[i].name.data, PORT, &error);
    }
    if (error == MEMCACHED_SUCCESS) {
        error = memcached_server_push(client, servers);
    }
    memcached_server_list_free(servers);
    return error == MEMCACHED_SUCCESS;
}

struct ketama *ketama_new(const struct ring_node *nodes, size_t count)
{
    memcached_st *client = memcached_create(NULL);
    if (client == NULL) {
        return NULL;
    }
    if (memcached_behavior_set(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1) !=
            MEMCACHED_SUCCESS ||
        !push(client, nodes, count)) {
        memcached_free(client);
        return NULL;
    }
    return (struct ketama *)client;
}

void ketama_free(struct ketama *ketama)
{
    memcached_free(client_of(ketama));
}

bool ketama_add(struct ketama *ketama, const char *name)
{
    return memcached_server_add(client_of(ketama), name, PORT) == MEMCACHED_SUCCESS;
}

size_t ketama_find(const struct ketama *ketama, struct ring_bytes key)
{
    return memcached_generate_hash(look_at(ketama), key.data, key.size);
}

const char *ketama_name(struct ketama *ketama, struct ring_bytes key)
{
    memcached_return_t error = MEMCACHED_SUCCESS;
    const memcached_instance_st *server =
        memcached_server_by_key(client_of(ketama), key.data, key.size, &error);
    return server != NULL ? memcached_server_name(server) : NULL;
}

size_t ketama_point_count(const struct ketama *ketama)
{
    return look_at(ketama)->ketama.continuum_points_counter;
}
