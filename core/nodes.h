/* The nodes of a ring, by name (a skip list) and by number (a table of names).
 *
 * A node is one allocation, with its struct in the middle:
 *
 *     uint64_t positions[replicas]        sorted; the full positions of its points
 *     struct node *links[sides][levels]   of the skip list
 *     struct node                         <- pointers to a node point here
 *     name
 *
 * A number is an index into the table of names. It takes 4 bytes, where a pointer takes 8. The
 * table consists of pieces, each twice as large as the one before, so it grows without being
 * copied.
 */
#ifndef RING_NODES_H
#define RING_NODES_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "allocation.h"
#include "sorted.h"

#define NODES_LEVELS 16 /* enough for 4^16 nodes */
#define NODES_PIECES 29 /* of 16, 32, ... names: enough for 2^32 nodes */
#define NODES_FIRST_PIECE 16
#define NODE_NONE UINT32_MAX

struct node {
    /* The caller's. Atomic because readers of a shared ring may ask for it while it is set. */
    _Atomic(void *) data;
    size_t size; /* of the name, in bytes */
    uint32_t replicas;
    uint32_t number;
    uint8_t levels; /* of the skip list: 1 to NODES_LEVELS */
    unsigned char name[];
};

struct nodes {
    struct allocation *allocation;
    struct node *first[NODES_LEVELS];
    struct ring_bytes *pieces[NODES_PIECES];
    uint32_t piece_count;
    uint32_t used; /* all numbers below have been in use at some time */
    /* The first free one of these numbers, or NODE_NONE. In the table, the `size` of a free number
     * is the next free one. */
    uint32_t free;
    size_t free_count; /* numbers in that chain */
    size_t count;      /* nodes */
    /* Two rings may share nodes. Each has its own links in them: `side` says which. */
    uint32_t sides;
    uint32_t side;
};

/* Returns < 0, 0 or > 0 if `a` comes before `b`, equals it, or comes after it. Bytes compare as
 * unsigned values; a prefix comes first. */
int ring_compare_names(const void *a, size_t a_size, const void *b, size_t b_size);

/* Creates a node that is in no ring yet: a copy of the name, and room for its positions. NULL if
 * there is no memory. */
struct node *ring_node_create(struct nodes *nodes, struct ring_bytes name, uint32_t replicas,
                              void *data);
void ring_node_destroy(struct nodes *nodes, struct node *node);

/* The bytes of a node's allocation that lie before its struct. */
static inline size_t ring_node_bytes_before(const struct nodes *nodes, uint32_t replicas,
                                            uint32_t levels)
{
    return replicas * sizeof(uint64_t) + (size_t)nodes->sides * levels * sizeof(struct node *);
}

static inline uint64_t *ring_node_positions(const struct nodes *nodes, const struct node *node)
{
    const size_t before = ring_node_bytes_before(nodes, node->replicas, node->levels);
    return (uint64_t *)(void *)((char *)node - before);
}

/* Returns the index of the node's first position that is not less than `position`, or `replicas` if
 * there is none. `scale`: positions are below 2^(64 - scale). O(1) expected if positions are
 * digests, O(log replicas) at worst. */
size_t ring_node_lower_bound(const struct nodes *nodes, const struct node *node, uint64_t position,
                             unsigned scale);

/* Returns the node with this name, or NULL. O(log nodes). */
struct node *ring_nodes_named(const struct nodes *nodes, const void *name, size_t size);

/* Returns the next node by name that reaches this level, or NULL if there is none. For a NULL node,
 * returns the first. */
struct node *ring_nodes_link(const struct nodes *nodes, const struct node *node, uint32_t level);

static inline struct node *ring_nodes_next(const struct nodes *nodes, const struct node *node)
{
    return ring_nodes_link(nodes, node, 0);
}

/* Makes room in the table for `more` nodes. If it fails, it may have added pieces. ring_nodes_trim()
 * frees those that fewer than `used` numbers do not need. */
enum ring_error ring_nodes_reserve(struct nodes *nodes, size_t more);
void ring_nodes_trim(struct nodes *nodes, uint32_t used);

/* Add and remove a node. Adding needs room in the table, and cannot fail then. The caller has set
 * the node's number to the first free one, or to `used` if none is free. */
void ring_nodes_add(struct nodes *nodes, struct node *node);
void ring_nodes_remove(struct nodes *nodes, struct node *node);

/* The number of the highest bit that is set. */
/*@ requires number > 0;
    assigns \nothing;
    ensures number >> \result == 1;
    ensures 1 << \result <= number < 2 << \result;
    ensures 0 <= \result <= (number <= UINT32_MAX ? 31 : 63);
 */
static inline unsigned ring_top_bit(uint64_t number)
{
    assert(number > 0);
#if defined(__GNUC__) && !defined(RING_PLAIN)
    return 63U ^ (unsigned)__builtin_clzll(number);
#else
    unsigned bit = 0;
    //@ ghost const uint64_t whole = number;
    //@ ghost const int bits = number <= UINT32_MAX ? 32 : 64;
    /*@ loop invariant 0 <= bit < bits && number >= 1 && number == whole >> bit;
        loop invariant number < 1 << (bits - bit);
        loop invariant \forall integer k; 0 <= k <= bit ==> whole >> k > 0;
        loop assigns bit, number;
        loop variant number;
     */
    for (; number > 1; number /= 2) {
        //@ assert (1 << (bits - 1 - bit)) << 1 == 1 << (bits - bit);
        //@ assert (1 << (bits - 1 - bit)) << 1 == 2 * (1 << (bits - 1 - bit));
        //@ assert bits - bit == 1 ==> 1 << (bits - bit) == 2;
        //@ assert (whole >> bit) >> 1 == whole >> (bit + 1);
        bit++;
    }
    /*@ ghost
      /@ loop invariant 0 <= left <= bit;
         loop invariant 1 << (bit - left) <= whole >> left < 2 << (bit - left);
         loop assigns left;
         loop variant left;
       @/
      for (int left = (int)bit; left > 0; left--) {
        /@ assert (whole >> (left - 1)) >> 1 == whole >> left; @/
        /@ assert (whole >> left) == (whole >> (left - 1)) / 2; @/
        /@ assert (1 << (bit - left)) << 1 == 1 << (bit - left + 1); @/
        /@ assert (2 << (bit - left)) << 1 == 2 << (bit - left + 1); @/
        /@ assert 1 << (bit - left + 1) <= whole >> (left - 1) < 2 << (bit - left + 1); @/
      }
    */
    return bit;
#endif
}

/* Where a number is in the table, for ci/prove: in one place, and no other number is there. */
/*@ predicate is_numbered(integer number, integer piece, integer offset) =
      0 <= piece < NODES_PIECES && 0 <= offset < NODES_FIRST_PIECE << piece &&
      number + NODES_FIRST_PIECE == (NODES_FIRST_PIECE << piece) + offset;

    predicate has_name{L}(struct nodes *nodes, integer number) =
      \valid_read(nodes) && \forall integer piece, offset;
        is_numbered(number, piece, offset) ==> \valid(nodes->pieces[piece] + offset);
 */
/*@ ghost
  /@ requires 0 <= bits <= more <= 63;
     assigns \nothing;
     ensures 1 <= 1 << bits <= 1 << more;
     ensures 2 << bits == 2 * (1 << bits) == 1 << (bits + 1);
     ensures bits < more ==> 2 << bits <= 1 << more;
   @/
  static void powers_ascend(int bits, int more)
  {
    /@ loop invariant 0 <= i <= bits;
       loop invariant 2 << i == 2 * (1 << i) && 1 << i >= 1;
       loop assigns i;
       loop variant bits - i;
     @/
    for (int i = 0; i < bits; i++) {
      /@ assert (1 << i) << 1 == 1 << (i + 1); @/
      /@ assert (2 << i) << 1 == 2 << (i + 1); @/
    }
    /@ assert (1 << bits) << 1 == 1 << (bits + 1); @/
    /@ loop invariant bits <= i <= more;
       loop invariant 1 << bits <= 1 << i && (bits < i ==> 2 << bits <= 1 << i);
       loop assigns i;
       loop variant more - i;
     @/
    for (int i = bits; i < more; i++) {
      /@ assert (1 << i) << 1 == 1 << (i + 1); @/
    }
  }

  /@ requires 0 <= piece < NODES_PIECES;
     assigns \nothing;
     ensures NODES_FIRST_PIECE << piece == 1 << (piece + 4);
   @/
  static void piece_is_a_power(int piece)
  {
    /@ loop invariant 0 <= i <= piece && NODES_FIRST_PIECE << i == 1 << (i + 4);
       loop assigns i;
       loop variant piece - i;
     @/
    for (int i = 0; i < piece; i++) {
      /@ assert (NODES_FIRST_PIECE << i) << 1 == NODES_FIRST_PIECE << (i + 1); @/
      /@ assert (1 << (i + 4)) << 1 == 1 << (i + 5); @/
    }
  }

  /@ requires 0 <= piece < NODES_PIECES && 0 <= other < NODES_PIECES;
     requires is_numbered(number, piece, offset) && is_numbered(other_number, other, other_offset);
     assigns \nothing;
     ensures number == other_number <==> piece == other && offset == other_offset;
   @/
  static void numbers_differ(uint32_t number, int piece, uint64_t offset, uint32_t other_number,
                             int other, uint64_t other_offset)
  {
    const int low = piece < other ? piece : other;
    const int high = piece < other ? other : piece;
    /@ loop invariant low <= i <= high;
       loop invariant NODES_FIRST_PIECE << low >= 0;
       loop invariant low < i ==> NODES_FIRST_PIECE << i >= 2 * (NODES_FIRST_PIECE << low);
       loop assigns i;
       loop variant high - i;
     @/
    for (int i = low; i < high; i++) {
      /@ assert (NODES_FIRST_PIECE << i) << 1 == NODES_FIRST_PIECE << (i + 1); @/
      /@ assert (NODES_FIRST_PIECE << i) << 1 == 2 * (NODES_FIRST_PIECE << i); @/
    }
  }
 */

/* Returns the place of this number in the table of names. */
/*@ requires has_name(nodes, number);
    assigns \nothing;
    ensures \exists integer piece, offset; is_numbered(number, piece, offset) &&
      \result == nodes->pieces[piece] + offset;
    ensures \valid(\result);
 */
static inline struct ring_bytes *ring_nodes_numbered(const struct nodes *nodes, uint32_t number)
{
    assert(number < nodes->used);
    uint64_t shifted = (uint64_t)number + NODES_FIRST_PIECE;
    unsigned top = ring_top_bit(shifted);
    //@ ghost if (top < 4) powers_ascend((int)top, 3);
    //@ ghost if (top > 32) powers_ascend(33, (int)top);
    //@ assert 4 <= top <= 32;
    //@ ghost piece_is_a_power((int)top - 4);
    //@ ghost powers_ascend((int)top, (int)top);
    //@ assert NODES_FIRST_PIECE << (top - 4) == 1 << top;
    //@ assert 1 << top <= number + NODES_FIRST_PIECE < 2 * (1 << top);
    //@ assert is_numbered(number, top - 4, shifted - (1 << top));
    return &nodes->pieces[top - 4][shifted - (UINT64_C(1) << top)];
}

/* Returns the free number that follows this free number in the chain, or NODE_NONE. */
/*@ requires has_name(nodes, number);
    assigns \nothing;
    ensures \exists integer piece, offset; is_numbered(number, piece, offset) &&
      \result == (uint32_t)nodes->pieces[piece][offset].size;
 */
static inline uint32_t ring_nodes_next_free(const struct nodes *nodes, uint32_t number)
{
    return (uint32_t)ring_nodes_numbered(nodes, number)->size;
}

/* Set and read the caller's pointer. Who reads it sees what was written before it was set. */
static inline void ring_node_set(struct node *node, void *data)
{
    atomic_store_explicit(&node->data, data, memory_order_release);
}

static inline void *ring_node_get(const struct node *node)
{
    return atomic_load_explicit(&node->data, memory_order_acquire);
}

/* Returns the node that a name from the table belongs to. */
static inline struct node *ring_node_of(struct ring_bytes name)
{
    return (struct node *)(void *)((char *)name.data - offsetof(struct node, name));
}

#endif
