/* A ring that others might have written: a sorted array of points. Right as it stands; -DFAULT=NAME
 * makes it wrong (faults.h). What it declares, and so does, is chosen by the macros of place.h and
 * declared.h; -DADD_MANY and -DFIND_N give it these calls. A call that the declarations rule out
 * aborts. */
#include "points.h"

/* State between rings: only faults use it. */
static struct {
    char key[64];
    size_t size;
    const struct node *node;
    size_t nodes, taken, finds;
    struct {
        char name[16];
        size_t size;
        uint32_t replicas;
    } former[64];
    size_t former_count;
} shared;

static void *create(const struct ring_options *options)
{
    struct ring *ring = need(calloc(1, sizeof *ring));
    ring->options = *options;
    shared.node = NULL;
    return ring;
}

static void remember(const struct node *node)
{
    size_t slot = shared.former_count++ % (sizeof shared.former / sizeof *shared.former);
    if (node->name.size <= sizeof shared.former[slot].name) {
        memcpy(shared.former[slot].name, node->name.data, node->name.size);
        shared.former[slot].size = node->name.size;
        shared.former[slot].replicas = node->replicas;
    }
}

static uint32_t former_replicas(struct ring_bytes name, uint32_t replicas)
{
    for (size_t i = 0; i < sizeof shared.former / sizeof *shared.former; i++) {
        if (shared.former[i].size == name.size && name.size > 0 &&
            memcmp(shared.former[i].name, name.data, name.size) == 0) {
            return shared.former[i].replicas;
        }
    }
    return replicas;
}

static void destroy(void *opaque)
{
    struct ring *ring = opaque;
    for (size_t i = 0; i < ring->node_count; i++) {
        if (HAS(KNOWS_FORMER_RINGS)) {
            remember(ring->nodes[i]);
        }
        free_node(ring->nodes[i]);
    }
    for (struct node *node = ring->gone; node != NULL;) {
        struct node *next = node->next;
        free_node(node);
        node = next;
    }
    shared.node = NULL;
    shared.nodes -= ring->node_count;
    free(ring->nodes);
    free(ring->points);
    free(ring->stale);
    free(ring);
}

static void forget_answers(struct ring *ring)
{
    ring->last_node = NULL;
    shared.node = NULL;
    free(ring->stale);
    ring->stale = NULL;
}

static enum ring_error add(void *opaque, struct ring_bytes name, uint32_t replicas)
{
    struct ring *ring = opaque;
    expect(is_text(NAMES, name) && name.size <= LONGEST_NAME, "names, name_max");
    expect(replicas <= MOST_REPLICAS, "replicas_max");
    name.size = HAS(NAME_LENGTH_IN_A_BYTE) ? (unsigned char)name.size : name.size;
    size_t index = place_of(ring, name);
    if (is_at(ring, index, name)) {
        return RING_NODE_EXISTS;
    }
    expect(ring->node_count < MOST_NODES, "nodes_max");
    expect(REPLICAS != SUBJECT_FIXED || replicas == 1, "replicas: fixed");
    expect(REPLICAS == SUBJECT_WEIGHT || replicas <= MOST_POINTS - ring->point_count, "points_max");
    expect(REPLICAS != SUBJECT_ONE_NUMBER || ring->node_count == 0 ||
               ring->nodes[0]->replicas == replicas,
           "replicas: one number");
    if ((HAS(REFUSES_NODE_41) && ring->node_count >= 40) ||
        (HAS(REFUSES_NODE_101) && ring->node_count >= 100) ||
        (HAS(REFUSES_POINT_65536) && ring->point_count + replicas >= 65536) ||
        (HAS(POOL_OF_5000) && shared.taken >= 5000)) {
        return RING_NO_MEMORY;
    }
    for (struct node *old = ring->gone; HAS(KEEPS_OLD_REPLICAS) && old; old = old->next) {
        if (compare_names(old->name, name) == 0) {
            replicas = old->replicas;
            break;
        }
    }
    forget_answers(ring);
    struct node *node = need(calloc(1, sizeof *node));
    node->name.data = HAS(BORROWS_NAMES) ? name.data : copy(name.data, name.size);
    node->name.size = name.size;
    node->replicas = HAS(KNOWS_FORMER_RINGS) ? former_replicas(name, replicas) : replicas;
    node->came = ring->came++;
    shared.nodes++;
    shared.taken++;
    ring->nodes = need(realloc(ring->nodes, (ring->node_count + 1) * sizeof(struct node *)));
    for (size_t i = ring->node_count++; i > index; i--) {
        ring->nodes[i] = ring->nodes[i - 1];
    }
    ring->nodes[index] = node;
    if (REPLICAS == SUBJECT_WEIGHT) {
        place_all(ring);
    } else {
        size_t sorted = ring->point_count;
        append(ring, node);
        merge(ring, sorted);
    }
    return RING_OK;
}

static enum ring_error remove_node(void *opaque, struct ring_bytes name)
{
    struct ring *ring = opaque;
    expect(is_text(NAMES, name) && name.size <= LONGEST_NAME, "names, name_max");
    name.size = HAS(NAME_LENGTH_IN_A_BYTE) ? (unsigned char)name.size : name.size;
    size_t index = place_of(ring, name);
    if (HAS(REMOVES_A_NEIGHBOUR) ? index == ring->node_count : !is_at(ring, index, name)) {
        return RING_NO_SUCH_NODE;
    }
    forget_answers(ring);
    if (HAS(STALE_AFTER_REMOVE)) {
        ring->stale = copy(ring->points, ring->point_count * sizeof *ring->points);
        ring->stale_count = ring->point_count;
    }
    struct node *node = ring->nodes[index];
    ring->node_count--;
    shared.nodes--;
    shared.taken--;
    for (size_t i = index; i < ring->node_count; i++) {
        ring->nodes[i] = ring->nodes[i + 1];
    }
    if (HAS(CRASHES_WHEN_EMPTIED) && ring->node_count == 0) {
        __builtin_trap();
    }
    if (REPLICAS == SUBJECT_WEIGHT) {
        place_all(ring);
    } else {
        filter(ring, node);
    }
    if (HAS(KEEPS_OLD_REPLICAS) || HAS(STALE_AFTER_REMOVE) || HAS(REMOVES_1024_POINTS)) {
        node->next = ring->gone;
        ring->gone = node;
    } else if (!HAS(LEAKS_NODES)) {
        free_node(node);
    }
    return RING_OK;
}

static bool is_power_of_two(size_t count)
{
    return count >= 16 && (count & (count - 1)) == 0;
}

/* The index of the point that owns a key at `position`. */
static size_t successor(const struct ring *ring, const struct point *points, size_t count,
                        uint64_t position)
{
    bool at =
        (SUCCESSOR == SUBJECT_AT_OR_AFTER || SUCCESSOR == SUBJECT_NEAREST || HAS(TAKES_EQUAL)) &&
        !HAS(SKIPS_EQUAL);
    size_t low = 0;
    size_t high = HAS(SEARCHES_16_BITS) ? (uint16_t)count : count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (at ? points[middle].position < position : points[middle].position <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (HAS(HANGS_PAST_THE_END) && low == count && ring->node_count == 1) {
    }
    if (SUCCESSOR == SUBJECT_NEAREST && (!HAS(NEAREST_OF_A_LINE) || (low > 0 && low < count))) {
        uint64_t mask = UINT64_MAX >> (64 - BITS);
        size_t before = low > 0 ? low - 1 : count - 1;
        low = low < count ? low : 0;
        bool back = ((position - points[before].position) & mask) <
                    ((points[low].position - position) & mask);
        return back ? before : low;
    }
    if (low < count) {
        return low;
    }
    bool second = (HAS(WRAPS_TO_SECOND) && is_power_of_two(count)) ||
                  (HAS(WRAPS_TO_SECOND_OF_NODES) && is_power_of_two(ring->node_count));
    return HAS(DOES_NOT_WRAP) || HAS(NEAREST_OF_A_LINE) ? count - 1 : second ? 1 : 0;
}

static const struct node *owner_of(const struct ring *ring, struct ring_bytes key)
{
    const struct point *points = ring->stale != NULL ? ring->stale : ring->points;
    size_t count = ring->stale != NULL ? ring->stale_count : ring->point_count;
    if (HAS(COUNTS_ALL_NODES) ? shared.nodes == 0 : count == 0) {
        return NULL;
    }
    size_t index = successor(ring, points, count, place_key(&ring->options, key));
    if (HAS(WRONG_ONCE_IN_10000) && ++shared.finds % 10000 == 0) {
        index = (index + 1) % count;
    }
    return points[index].node;
}

static enum ring_error find(const void *opaque, struct ring_bytes key, struct ring_bytes *node)
{
    struct ring *ring = (void *)opaque; /* its caches change */
    expect(is_text(KEYS, key) && key.size <= LONGEST_KEY, "keys, key_max");
    const struct node *owner;
    if (HAS(BORROWS_LAST_KEY) && ring->last_node != NULL && ring->last_key.data == key.data &&
        ring->last_key.size == key.size) {
        owner = ring->last_node;
    } else if (HAS(ONE_CACHE_FOR_ALL) && shared.node != NULL && shared.size == key.size &&
               memcmp(shared.key, key.data, key.size) == 0) {
        owner = shared.node;
    } else if (HAS(EMPTY_KEY_IS_NO_KEY) && key.size == 0) {
        owner = NULL;
    } else {
        owner = owner_of(ring, key);
    }
    ring->last_key = key;
    ring->last_node = owner;
    if (key.size > 0 && key.size <= sizeof shared.key) {
        memcpy(shared.key, key.data, key.size);
        shared.size = key.size;
        shared.node = owner;
    }
    *node = owner != NULL ? owner->name : (struct ring_bytes){NULL, 0};
    return RING_OK;
}

#ifdef ADD_MANY
static enum ring_error add_many(void *ring, const struct ring_node *nodes, size_t count)
{
    enum ring_error error = RING_OK;
    size_t added = 0;
    while (added < count && error == RING_OK) {
        error = add(ring, nodes[added].name, nodes[added].replicas);
        added += error == RING_OK;
    }
    while (error != RING_OK && added > 0 && !HAS(HALF_A_BATCH)) {
        (void)remove_node(ring, nodes[--added].name);
    }
    return error;
}
#endif

#ifdef FIND_N
static int compare_found(const void *left, const void *right)
{
    return compare_names(*(const struct ring_bytes *)left, *(const struct ring_bytes *)right);
}

static enum ring_error find_n(const void *opaque, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    struct ring *ring = (void *)opaque; /* its stamps change */
    expect(is_text(KEYS, key) && key.size <= LONGEST_KEY, "keys, key_max");
    size_t wanted = n < ring->node_count ? n : ring->node_count;
    size_t passed = ring->point_count;
    if (HAS(FIND_N_GIVES_UP) && passed / 4 > n) {
        passed = 4 * n;
    }
    size_t index = passed > 0 ? successor(ring, ring->points, ring->point_count,
                                          place_key(&ring->options, key))
                              : 0;
    const struct node *last = NULL;
    ring->stamp++;
    *found = 0;
    for (; *found < wanted && passed > 0; passed--, index = (index + 1) % ring->point_count) {
        struct node *node = ring->points[index].node;
        bool again = HAS(FIND_N_REPEATS) ? node == last : node->seen == ring->stamp;
        if (counts(ring->points, index) && !again) {
            nodes[(*found)++] = node->name;
            node->seen = ring->stamp;
            last = node;
        }
    }
    if (HAS(FIND_N_SORTS) && *found >= 3) {
        qsort(nodes, *found, sizeof *nodes, compare_found);
    }
    return RING_OK;
}
#endif

static bool next_point(const void *opaque, struct ring_cursor *cursor, struct ring_point *point)
{
    const struct ring *ring = opaque;
    uint64_t *index = (uint64_t *)(void *)cursor;
    while (*index < ring->point_count && !counts(ring->points, (size_t)*index)) {
        ++*index;
    }
    if (*index == ring->point_count) {
        return false;
    }
    const struct point *at = &ring->points[(*index)++];
    *point = (struct ring_point){at->position, at->node->name};
    return true;
}

static const struct subject subject = {
    .name = "ring",
    .placement = PLACEMENT,
    .rules = RULES,
    .successor = SUCCESSOR,
    .ties = TIES,
    .replicas = REPLICAS,
    .position_bits = PLACEMENT == SUBJECT_BY_RULE ? 0 : BITS,
    .names = NAMES,
    .keys = KEYS,
    .name_max = LONGEST_NAME == SIZE_MAX ? 0 : LONGEST_NAME,
    .key_max = LONGEST_KEY == SIZE_MAX ? 0 : LONGEST_KEY,
    .replicas_max = MOST_REPLICAS,
    .nodes_max = MOST_NODES == SIZE_MAX ? 0 : MOST_NODES,
    .points_max = MOST_POINTS == RING_POINTS_MAX ? 0 : MOST_POINTS,
    .adding_twice = SUBJECT_FAILS,
    .removing_absent = SUBJECT_FAILS,
    .finding_in_empty = SUBJECT_IGNORES,
    .empty_key = SUBJECT_ACCEPTS,
    .create = create,
    .destroy = destroy,
    .add = add,
    .remove = remove_node,
    .find = find,
#ifdef ADD_MANY
    .add_many = add_many,
#endif
#ifdef FIND_N
    .find_n = find_n,
#endif
    .point = PLACEMENT == SUBJECT_OWN ? own_point : NULL,
    .position = PLACEMENT == SUBJECT_OWN || PLACEMENT == SUBJECT_LISTED ? own_position : NULL,
    .next_point = PLACEMENT == SUBJECT_LISTED ? next_point : NULL,
};

const struct subject *ringproof_subject(unsigned int version)
{
    return version == RINGPROOF_SUBJECT_VERSION ? &subject : NULL;
}
