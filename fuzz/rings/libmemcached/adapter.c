/* libmemcached's ketama, by memcached_server_by_key(), which asks no server.
 *
 * Plain: 100 points a server, each the MD5 of HOST-i at port 11211, and of HOST:PORT-i at others.
 * With -DWEIGHTED: 4 points from each MD5; how many MD5s a server has depends on its weight, on the
 * sum of weights and on the number of servers. A key's position is the first word of its MD5. The
 * list that the answers are held to is made here, from that rule. */
#include "../protocol.h"

#include <libmemcached-1.0/memcached.h>
#include <md5.h>

#ifdef WEIGHTED
enum { POINTS = 160, A_DIGEST = 4 };
#else
enum { POINTS = 100, A_DIGEST = 1 };
#endif

struct node {
    char *name, *host;
    in_port_t port;
    uint32_t weight;
};

struct ring {
    memcached_st *servers;
    struct node *nodes; /* in order of coming, as in `servers` */
    size_t count;
};

struct point {
    uint32_t position;
    size_t node;
};

static void need(bool holds)
{
    if (!holds)
        abort();
}

/* Word `word` of the MD5 of `size` bytes. */
static uint32_t digest(const void *data, size_t size, uint32_t word)
{
    MD5_CTX context;
    unsigned char bytes[MD5_DIGEST_LENGTH];
    MD5Init(&context);
    MD5Update(&context, data, size);
    MD5Final(bytes, &context);
    const unsigned char *at = bytes + 4 * word;
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static struct node parse(struct text name, uint32_t weight)
{
    char *host = strdup(name.data), *colon = strrchr(host, ':');
    if (colon)
        *colon = '\0';
    in_port_t port = colon ? (in_port_t)strtoul(colon + 1, NULL, 10) : 0;
    return (struct node){strdup(name.data), host, port, weight};
}

static void release(struct node node)
{
    free(node.name);
    free(node.host);
}

static uint32_t point_of(const struct node *node, uint32_t index)
{
    char text[600];
    int size =
        node->port == 11211
            ? snprintf(text, sizeof text, "%s-%u", node->host, index / A_DIGEST)
            : snprintf(text, sizeof text, "%s:%u-%u", node->host, node->port, index / A_DIGEST);
    return digest(text, (size_t)size, index % A_DIGEST);
}

static uint64_t position(struct text key)
{
    return digest(key.data, key.size, 0);
}

static memcached_st *new_servers(void)
{
    memcached_st *servers = memcached_create(NULL);
    need(servers);
#ifdef WEIGHTED
    need(!memcached_behavior_set(servers, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1));
#else
    need(!memcached_behavior_set(servers, MEMCACHED_BEHAVIOR_KETAMA, 1));
    need(!memcached_behavior_set(servers, MEMCACHED_BEHAVIOR_HASH, MEMCACHED_HASH_MD5));
    need(!memcached_behavior_set(servers, MEMCACHED_BEHAVIOR_KETAMA_HASH, MEMCACHED_HASH_MD5));
#endif
    return servers;
}

static void *create(const char *rule)
{
    (void)rule; /* it has its own */
    struct ring *ring = calloc(1, sizeof *ring);
    need(ring);
    ring->servers = new_servers();
    return ring;
}

static void destroy(void *of)
{
    struct ring *ring = of;
    memcached_free(ring->servers);
    for (size_t i = 0; i < ring->count; i++)
        release(ring->nodes[i]);
    free(ring->nodes);
    free(ring);
}

static const char *add(void *to, struct text name, uint32_t weight)
{
    struct ring *ring = to;
    struct node node = parse(name, weight);
    const char *answer =
        !node.port ? "cannot add a name that is not host:port"
        : memcached_server_add_with_weight(ring->servers, node.host, node.port, weight) ? FAILED
                                                                                        : OK;
    if (strcmp(answer, OK)) {
        release(node);
        return answer;
    }
    ring->nodes = realloc(ring->nodes, (ring->count + 1) * sizeof *ring->nodes);
    need(ring->nodes);
    ring->nodes[ring->count++] = node;
    return answer;
}

/* The library cannot remove a server: the others are added to new ones, all at once. */
static const char *remove_node(void *from, struct text name)
{
    struct ring *ring = from;
    size_t at = 0;
    while (at < ring->count && strcmp(ring->nodes[at].name, name.data))
        at++;
    if (at == ring->count)
        return FAILED;
    release(ring->nodes[at]);
    ring->count--;
    memmove(ring->nodes + at, ring->nodes + at + 1, (ring->count - at) * sizeof *ring->nodes);
    memcached_free(ring->servers);
    ring->servers = new_servers();
    memcached_server_list_st list = NULL;
    memcached_return_t error = MEMCACHED_SUCCESS;
    for (size_t i = 0; i < ring->count && !error; i++)
        list = memcached_server_list_append_with_weight(
            list, ring->nodes[i].host, ring->nodes[i].port, ring->nodes[i].weight, &error);
    need(!error && (!list || !memcached_server_push(ring->servers, list)));
    memcached_server_list_free(list);
    return OK;
}

static const char *find(void *in, struct text key, struct text *node)
{
    static char name[600];
    memcached_return_t error;
    const memcached_instance_st *server =
        memcached_server_by_key(((struct ring *)in)->servers, key.data, key.size, &error);
    if (!server)
        return FAILED;
    int size = snprintf(name, sizeof name, "%s:%u", memcached_server_name(server),
                        memcached_server_port(server));
    *node = (struct text){name, (size_t)size};
    return OK;
}

#ifdef WEIGHTED
static int compare(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static void list(void *of)
{
    const struct ring *ring = of;
    uint32_t total = 0;
    for (size_t i = 0; i < ring->count; i++)
        total += ring->nodes[i].weight;
    struct point *points = malloc((ring->count + 1) * 2 * POINTS * sizeof *points);
    size_t count = 0;
    need(points);
    for (size_t i = 0; i < ring->count; i++) {
        float share = (float)ring->nodes[i].weight / (float)total;
        float digests = share * POINTS / A_DIGEST * (float)ring->count + 1e-10f;
        for (uint32_t index = 0; index < (uint32_t)digests * A_DIGEST; index++)
            points[count++] = (struct point){point_of(&ring->nodes[i], index), i};
    }
    qsort(points, count, sizeof *points, compare);
    for (size_t i = 0; i < count; i++) {
        const char *name = ring->nodes[points[i].node].name;
        say(points[i].position, (struct text){name, strlen(name)});
    }
    free(points);
}
#else
static uint64_t point(struct text name, uint32_t index)
{
    struct node node = parse(name, 1);
    uint32_t found = point_of(&node, index);
    release(node);
    return found;
}
#endif

int main(void)
{
    const struct ring_adapter adapter = {
#ifdef WEIGHTED
        .declares = "name=libmemcached-weighted placement=listed replicas=weight position-bits=32"
                    " successor=at-or-after ties=first-wins names=host-port key-max=250"
                    " finding-in-empty=fails empty-key=fails",
        .list = list,
#else
        .declares =
            "name=libmemcached placement=own replicas=fixed points-per-replica=100 position-bits=32"
            " successor=at-or-after ties=first-wins names=host-port key-max=250"
            " finding-in-empty=fails empty-key=fails",
        .point = point,
#endif
        .create = create,
        .destroy = destroy,
        .add = add,
        .remove = remove_node,
        .find = find,
        .position = position,
    };
    return serve(&adapter);
}
