#include "nodes.h"

#include <string.h>
#include <xxhash.h>

#include "placement.h"

/* What the order of names is, for ci/prove. It is strict and total: the functions have no other use
 * than that this is proved. */
/*@ predicate is_name(unsigned char *name, integer size) = \valid_read(name + (0 .. size - 1));

    predicate same_start(unsigned char *a, unsigned char *b, integer size) =
      \forall integer i; 0 <= i < size ==> a[i] == b[i];

    predicate name_before(unsigned char *a, integer a_size, unsigned char *b, integer b_size) =
      (a_size < b_size && same_start(a, b, a_size)) ||
      \exists integer i; 0 <= i < a_size && i < b_size && same_start(a, b, i) && a[i] < b[i];

    predicate name_equal(unsigned char *a, integer a_size, unsigned char *b, integer b_size) =
      a_size == b_size && same_start(a, b, a_size);
 */
/*@ ghost
  /@ requires name_before(a, a_size, b, b_size);
     assigns \nothing;
     ensures !name_before(b, b_size, a, a_size) && !name_equal(a, a_size, b, b_size);
   @/
  static void names_are_before_or_after(unsigned char *a, size_t a_size, unsigned char *b,
                                        size_t b_size)
  {
  }

  /@ requires name_before(a, a_size, b, b_size) && name_before(b, b_size, c, c_size);
     assigns \nothing;
     ensures name_before(a, a_size, c, c_size);
   @/
  static void names_ascend(unsigned char *a, size_t a_size, unsigned char *b, size_t b_size,
                           unsigned char *c, size_t c_size)
  {
  }

  /@ requires is_name(a, a_size) && is_name(b, b_size);
     assigns \nothing;
     ensures name_before(a, a_size, b, b_size) || name_equal(a, a_size, b, b_size) ||
       name_before(b, b_size, a, a_size);
   @/
  static void names_are_ordered(unsigned char *a, size_t a_size, unsigned char *b, size_t b_size)
  {
    size_t i = 0;
    /@ loop invariant 0 <= i <= a_size && i <= b_size && same_start(a, b, i);
       loop assigns i;
       loop variant a_size - i;
     @/
    while (i < a_size && i < b_size && a[i] == b[i]) {
      i++;
    }
  }
 */

/*@ requires is_name((unsigned char *)a, a_size) && is_name((unsigned char *)b, b_size);
    assigns \nothing;
    ensures \result < 0 <==> name_before((unsigned char *)a, a_size, (unsigned char *)b, b_size);
    ensures \result == 0 <==> name_equal((unsigned char *)a, a_size, (unsigned char *)b, b_size);
    ensures \result > 0 <==> name_before((unsigned char *)b, b_size, (unsigned char *)a, a_size);
 */
int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size)
{
    int difference = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return difference != 0 ? difference : (a_size > b_size) - (a_size < b_size);
}

/* ALLOCATIONS */

/* One node in four reaches the next level. The name decides which, so that a node that is removed
 * and added again has the same size. */
static uint8_t levels_of(struct ring_bytes name)
{
    uint64_t bits = XXH3_64bits(name.data, name.size);
    uint8_t levels = 1;
    while (levels < NODES_LEVELS && (bits & 3) == 0) {
        bits >>= 2;
        levels++;
    }
    return levels;
}

struct node *ring_node_create(struct nodes *nodes, struct ring_bytes name, uint32_t replicas,
                              void *data)
{
    size_t most = ring_node_bytes_before(nodes, replicas, NODES_LEVELS) + sizeof(struct node);
    if (name.size > SIZE_MAX - most - PLACEMENT_SUFFIX_MAX) {
        return NULL;
    }
    uint8_t levels = levels_of(name);
    size_t before = ring_node_bytes_before(nodes, replicas, levels);
    char *block = ring_take(nodes->allocation, before + offsetof(struct node, name) + name.size);
    if (block == NULL) {
        return NULL;
    }
    struct node *node = (struct node *)(void *)(block + before);
    atomic_init(&node->data, data);
    node->size = name.size;
    node->replicas = replicas;
    node->number = 0;
    node->levels = levels;
    memcpy(node->name, name.data, name.size);
    return node;
}

void ring_node_destroy(struct nodes *nodes, struct node *node)
{
    size_t before = ring_node_bytes_before(nodes, node->replicas, node->levels);
    size_t size = before + offsetof(struct node, name) + node->size;
    ring_give(nodes->allocation, (char *)node - before, size);
}

size_t ring_node_lower_bound(const struct nodes *nodes, const struct node *node, uint64_t position,
                             unsigned scale)
{
    return ring_lower_bound(ring_node_positions(nodes, node), 1, node->replicas, position, scale);
}

/* BY NAME */

static struct node **links_of(const struct nodes *nodes, struct node *node)
{
    return (struct node **)(void *)node - (size_t)(nodes->sides - nodes->side) * node->levels;
}

/* Returns the first node whose name is not less. `links`, if not NULL, is set to the link on each
 * level that leads there. */
static struct node *seek(const struct nodes *nodes, const void *name, size_t size,
                         struct node **links[NODES_LEVELS])
{
    struct node **tower = (struct node **)nodes->first;
    const struct node *not_less = NULL; /* known from the level above */
    for (size_t level = NODES_LEVELS; level-- > 0;) {
        while (tower[level] != not_less) {
            struct node *next = tower[level];
            if (ring_compare_names(next->name, next->size, name, size) >= 0) {
                not_less = next;
                break;
            }
            tower = links_of(nodes, next);
        }
        if (links != NULL) {
            links[level] = &tower[level];
        }
    }
    return tower[0];
}

struct node *ring_nodes_named(const struct nodes *nodes, const void *name, size_t size)
{
    struct node *node = seek(nodes, name, size, NULL);
    if (node == NULL || ring_compare_names(node->name, node->size, name, size) != 0) {
        return NULL;
    }
    return node;
}

struct node *ring_nodes_link(const struct nodes *nodes, const struct node *node, uint32_t level)
{
    return node != NULL ? links_of(nodes, (struct node *)node)[level] : nodes->first[level];
}

/* BY NUMBER */

static size_t piece_size(uint32_t piece)
{
    return (size_t)NODES_FIRST_PIECE << piece;
}

enum ring_error ring_nodes_reserve(struct nodes *nodes, size_t more)
{
    uint64_t wanted =
        (uint64_t)nodes->used + (more > nodes->free_count ? more - nodes->free_count : 0);
    while (piece_size(nodes->piece_count) - NODES_FIRST_PIECE < wanted) {
        /* The size fits size_t: the pieces before this one are full of nodes, which already take
         * more memory. */
        struct ring_bytes *piece =
            ring_take(nodes->allocation, piece_size(nodes->piece_count) * sizeof *piece);
        if (piece == NULL) {
            return RING_NO_MEMORY;
        }
        nodes->pieces[nodes->piece_count++] = piece;
    }
    return RING_OK;
}

void ring_nodes_trim(struct nodes *nodes, uint32_t used)
{
    while (nodes->piece_count > 0 &&
           piece_size(nodes->piece_count - 1) - NODES_FIRST_PIECE >= used) {
        nodes->piece_count--;
        ring_give(nodes->allocation, nodes->pieces[nodes->piece_count],
                  piece_size(nodes->piece_count) * sizeof(struct ring_bytes));
    }
}

void ring_nodes_add(struct nodes *nodes, struct node *node)
{
    struct node **links[NODES_LEVELS];
    (void)seek(nodes, node->name, node->size, links);
    for (size_t level = 0; level < node->levels; level++) {
        links_of(nodes, node)[level] = *links[level];
        *links[level] = node;
    }
    if (node->number == nodes->used) {
        nodes->used++;
    } else {
        nodes->free = ring_nodes_next_free(nodes, node->number);
        nodes->free_count--;
    }
    *ring_nodes_numbered(nodes, node->number) = (struct ring_bytes){node->name, node->size};
    nodes->count++;
}

void ring_nodes_remove(struct nodes *nodes, struct node *node)
{
    struct node **links[NODES_LEVELS];
    (void)seek(nodes, node->name, node->size, links);
    for (size_t level = 0; level < node->levels; level++) {
        *links[level] = links_of(nodes, node)[level];
    }
    *ring_nodes_numbered(nodes, node->number) = (struct ring_bytes){NULL, nodes->free};
    nodes->free = node->number;
    nodes->free_count++;
    nodes->count--;
}
