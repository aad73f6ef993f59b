/* The ring of this project, with all that ring.h promises. */
#include "../protocol.h"

#include <ringproof/ring.h>

static const char *answer(enum ring_error error)
{
    switch (error) {
    case RING_OK:
        return OK;
    case RING_BAD_ARGUMENT:
        return "error bad-argument";
    case RING_NODE_EXISTS:
        return "error exists";
    case RING_NO_SUCH_NODE:
        return "error absent";
    case RING_TOO_MANY_POINTS:
        return "error too-many";
    default:
        return FAILED;
    }
}

static struct text text(struct ring_bytes bytes)
{
    return (struct text){bytes.data, bytes.size};
}

static void *create(const char *rule)
{
    static const char *const names[] = {[RING_XXH3] = "xxh3",
                                        [RING_SHA1] = "sha1",
                                        [RING_MD5] = "md5",
                                        [RING_MD5_COMPAT32] = "md5-compat32"};
    struct ring_options options = {.rule = RING_XXH3}; /* also for a rule that is none of these */
    struct ring *ring;
    for (int i = 0; i < RING_CUSTOM; i++)
        if (!strcmp(names[i], rule))
            options.rule = (enum ring_rule)i;
    return ring_create(&ring, &options) == RING_OK ? ring : NULL;
}

static void destroy(void *ring)
{
    ring_destroy(ring);
}

static const char *add(void *ring, struct text name, uint32_t replicas)
{
    return answer(ring_add(ring, name.data, name.size, replicas));
}

static const char *add_many(void *ring, const struct added *nodes, size_t count)
{
    struct ring_node *all = malloc((count + 1) * sizeof *all);
    if (!all)
        return FAILED;
    for (size_t i = 0; i < count; i++)
        all[i] = (struct ring_node){{nodes[i].name.data, nodes[i].name.size}, nodes[i].replicas};
    enum ring_error error = ring_add_many(ring, all, count);
    free(all);
    return answer(error);
}

static const char *remove_node(void *ring, struct text name)
{
    return answer(ring_remove(ring, name.data, name.size));
}

static const char *find(void *ring, struct text key, struct text *node)
{
    struct ring_bytes owner;
    enum ring_error error = ring_find(ring, key.data, key.size, &owner);
    *node = text(owner);
    return error ? answer(error) : owner.data ? OK : NONE;
}

static const char *find_n(void *ring, struct text key, size_t n)
{
    size_t found = ring_node_count(ring);
    struct ring_bytes *nodes = malloc((found + 1) * sizeof *nodes);
    if (!nodes)
        return FAILED;
    enum ring_error error =
        ring_find_n(ring, key.data, key.size, n < found ? n : found, nodes, &found);
    for (size_t i = 0; !error && i < found; i++)
        say_name(text(nodes[i]));
    free(nodes);
    return answer(error);
}

static void list(void *ring)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    while (ring_next_point(ring, &cursor, &point))
        say(point.position, text(point.node));
}

int main(void)
{
    const struct ring_adapter adapter = {
        .declares =
            "name=ringproof placement=rule rules=xxh3,sha1,md5,md5-compat32 successor=after "
            "ties=by-name"
            " adding-twice=as-ring.h removing-absent=as-ring.h finding-in-empty=as-ring.h"
            " empty-name=as-ring.h empty-key=as-ring.h bad-replicas=as-ring.h exact-errors=yes"
            " calls=add-many,find-n,list",
        .create = create,
        .destroy = destroy,
        .add = add,
        .add_many = add_many,
        .remove = remove_node,
        .find = find,
        .find_n = find_n,
        .list = list,
    };
    return serve(&adapter);
}
