/* The point store of every ring that ring_create() makes: points in arcs of equal width, each of
 * which is one cache line.
 *
 * Positions are digests and so spread evenly: equal arcs of the circle have about six points each.
 * A multiplication finds the arc of a position, and a change touches only the arcs of the points
 * that come or go.
 *
 * THE CIRCLE is cut twice. The directory has an entry for each of 2^depth equal parts:
 *
 *     entries   [ 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 ]      2^depth of them: the directory
 *                 |   |   \   /   |   |   \   /
 *     blocks    [ 0 ][1 ][  2  ][3 ][4 ][   5   ]      each of 1, 2, 4 ... entries, aligned
 *
 *     lines       block->line[0 .. lines)              equal arcs of the block, 1 to 256 of them
 *
 * A full block is rebuilt alone, with more lines or split in two. That takes about ten microseconds
 * and touches no other block, so no add waits for a whole ring to be rebuilt. Two halves with few
 * points left coalesce into one block, in the memory of one of them.
 *
 * A LINE has 64 bytes:
 *
 *     suffix  [ s0 | s1 | s2 | ... | s9 ]          u16: 16 bits of the first ten points' positions
 *     owner   [ o0 | o1 | o2 | ... | o9 | next ]   u32: the numbers of their nodes
 *
 *                    .-- 3 points ---. .---------- 7 unused ----------.
 *     suffix         [  17 | 17 | 902 | ffff | ffff | ffff ...  | ffff ]
 *     owner          [   4 |  0 |   4 |    9 |    9 |    9 ...  |    9 |  9 ]  next: node 9
 *
 * The suffix is the 16 bits that follow the arc's number in the product of the multiplication. The
 * successor of a key with suffix k is owner[number of suffixes <= k], so a lookup reads no second
 * line. If a suffix equals k (one key in 10,000), the full positions decide: the nodes have them.
 *
 * An arc with more than ten points overflows. Its line has the first ten, and NO_OWNER as its last
 * owner. The others are in the overflow run of the block, one sorted run for all its arcs. If a
 * weak rule puts everything into few arcs, that run has nearly all points, and changes take as long
 * as with the merge store.
 *
 * INVARIANTS (check.c verifies them, in this order):
 *
 *     1. Each directory entry has the block of its part of the circle, and its lines and depth.
 *     2. A block has 1 to lines_max lines, and its lines and overflow run fit into their memory.
 *     3. The suffixes of a line ascend. Unused ones are NO_SUFFIX and come last.
 *     4. Every owner is the number of a node.
 *     5. The suffixes of a line match the full positions of its points.
 *     6. A block's first directory entry counts the points in its lines and its overflow run.
 *     7. A line overflows exactly if its arc has points in the overflow run. Such a line is full.
 *        The overflow run is in ring order.
 *     8. The blocks have as many points as the ring.
 *     9. If the ring has points, every owner behind the points of a line that does not overflow is
 *        the owner of the next point.
 *
 * CHANGES. An add has two phases:
 *
 *     1. Reserve. May fail. Changes nothing that a lookup reads, so readers may be inside.
 *        - A block that the new points would make too full: builds fresh blocks to replace it, from
 *          its points and the new ones.
 *        - Any other block whose lines would overflow: allocates room for its overflow run.
 *        - If the fresh blocks are too narrow for the directory: allocates a larger one.
 *        ring_arcs_cancel() undoes all of it.
 *     2. Insert. Cannot fail. Installs the larger directory, inserts points into the blocks that
 *        stay, installs the fresh blocks, and frees the blocks that they replace.
 *
 * Both are in insert.c.
 *
 * A removal (erase.c) allocates nothing and cannot fail. It erases points from lines and overflow
 * runs, moves points from an overflow run up into lines that have room, and then coalesces blocks
 * that have few points left.
 *
 * A change of replicas (erase.c) reserves room for the points that come, as an add does. Then it
 * erases all points of the node, and inserts those that it has now. Blocks coalesce only after that:
 * before, they would lose what was reserved.
 *
 * MEMORY
 *
 *     64 bytes     for 6 to 7.5 points: a line
 *     8 bytes      for each point: its position, with its node
 *     16 bytes     for each of the 2 to 4 % of all points that are in overflow runs
 *     about 200    for each block of 900 to 1900 points
 */
#ifndef RING_ARCS_H
#define RING_ARCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../internal.h"

#define LINE_POINTS 10
#define LINES_MAX 256 /* lines of a block */
#define NO_SUFFIX UINT16_MAX
#define NO_OWNER NODE_NONE

struct line {
    uint16_t suffix[LINE_POINTS];
    uint32_t owner[LINE_POINTS + 1];
};

_Static_assert(sizeof(struct line) == 64, "a line is one cache line");

struct block {
    struct run overflow;
    uint64_t first; /* the lowest position of its part of the circle, scaled */
    uint64_t width; /* of a place, if the block were the whole circle: 2^48 / lines, rounded down */
    uint32_t count; /* points when it was built; from then on its directory entry counts */
    uint32_t lines_room; /* lines that its memory has room for */
    uint16_t lines;
    uint8_t depth; /* it is one of 2^depth equal parts of the circle */
    void *memory;  /* what was allocated; the block begins at the first aligned address in it */
    /* For an add between its two phases. Readers may be inside, and do not look at these: */
    struct entry *room; /* a larger array for the overflow run, or NULL */
    size_t room_capacity;
    struct block *next; /* in the list arcs.fresh, or in the list of replaced blocks */
    bool replaced;      /* fresh blocks will take its place */
    _Alignas(64) struct line line[];
};

/* A block, and what lookups and changes need to know of it, to spare them reading the block. */
struct directory_entry {
    struct block *block;
    uint32_t count; /* points of the block; valid in its first entry only */
    uint16_t lines; /* as in the block */
    uint8_t depth;  /* as in the block */
};

struct arcs {
    struct directory_entry *directory;
    uint32_t depth; /* the directory has 2^depth entries */
    uint32_t scale; /* positions are below 2^(64 - scale); scaled ones are 2^scale times as large */
    uint32_t lines_max; /* lines of a block */
    /* For an add between its two phases: */
    struct block *fresh;            /* blocks that will replace others, in descending order */
    struct directory_entry *deeper; /* a larger directory for them, or NULL */
    uint32_t deeper_depth;
};

/* A ring with this store. */
struct arcs_ring {
    struct ring ring;
    struct arcs arcs;
};

static inline const struct arcs *arcs_of(const struct ring *ring)
{
    return &((const struct arcs_ring *)ring)->arcs;
}

/* The same for a ring that may be changed. */
static inline struct arcs *arcs_in(struct ring *ring)
{
    return &((struct arcs_ring *)ring)->arcs;
}

/* A place in a block is the number of an arc, and a suffix in the low 16 bits. */
#define PLACE_ARC(place) ((place) >> 16)
#define PLACE_SUFFIX(place) ((uint16_t)(place))

/* Spreads positions below 2^(64 - scale) over the whole circle. Those above become the last. */
static inline uint64_t arcs_scaled(const struct arcs *arcs, uint64_t position)
{
    return position <= UINT64_MAX >> arcs->scale ? position << arcs->scale : UINT64_MAX;
}

/* The directory entry of a scaled position. (Two shifts, because one by 64 is undefined.) */
static inline struct directory_entry *arcs_entry(const struct arcs *arcs, uint64_t scaled)
{
    return &arcs->directory[scaled >> 1 >> (63 - arcs->depth)];
}

/* The first directory entry of the block that has this scaled position. */
static inline struct directory_entry *arcs_first_entry(const struct arcs *arcs, uint64_t scaled)
{
    const uint32_t depth = arcs_entry(arcs, scaled)->depth;
    return arcs_entry(arcs, scaled & ~(UINT64_MAX >> depth));
}

/* Whether two scaled positions lie in the same one of 2^depth equal parts. */
static inline bool arcs_together(uint64_t scaled, uint64_t other, uint32_t depth)
{
    return (scaled ^ other) >> 1 >> (63 - depth) == 0;
}

/* The place of a scaled position in its block: the position as a fraction of the block, times the
 * block's lines, in units of 2^-16 of a line. Monotone in the position. */
static inline uint32_t arcs_place(uint64_t scaled, uint32_t depth, uint32_t lines)
{
    uint64_t part = scaled << depth;
    uint64_t product = (part >> 32) * lines + ((part & UINT32_MAX) * lines >> 32);
    uint32_t place = (uint32_t)(product >> 16);
    return place - (PLACE_SUFFIX(place) == NO_SUFFIX); /* NO_SUFFIX means that there is no point */
}

static inline uint32_t arcs_place_in(const struct arcs *arcs, const struct block *block,
                                     uint64_t position)
{
    return arcs_place(arcs_scaled(arcs, position), block->depth, block->lines);
}

/* A position that is not above the first position of this place, and not far below it. */
static inline uint64_t arcs_lowest(const struct arcs *arcs, const struct block *block,
                                   uint32_t place)
{
    return (block->first | place * block->width >> block->depth) >> arcs->scale;
}

static inline bool line_overflows(const struct line *line)
{
    return line->owner[LINE_POINTS] == NO_OWNER;
}

/* How many points in the line have a smaller suffix. For NO_SUFFIX: how many points it has. */
static inline unsigned line_less(const struct line *line, uint16_t suffix)
{
    /* As wide as what is compared, so that a compiler can compare several at once. */
    uint16_t count = 0;
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        count = (uint16_t)(count + (line->suffix[i] < suffix));
    }
    return count;
}

static inline unsigned line_count(const struct line *line)
{
    return line_less(line, NO_SUFFIX);
}

/* The following go over whole lines without branches: a processor cannot predict how full a line
 * is. */

/* Sets all owners behind the points of a line. */
static inline void line_set_next(struct line *line, uint32_t next)
{
    const unsigned count = line_count(line);
    for (unsigned i = 0; i <= LINE_POINTS; i++) {
        line->owner[i] = i < count ? line->owner[i] : next;
    }
}

/* Opens a gap at `index`. A full line loses its last point. */
static inline void line_open(struct line *line, unsigned index)
{
    const struct line old = *line;
    for (unsigned i = 1; i < LINE_POINTS; i++) {
        line->suffix[i] = i > index ? old.suffix[i - 1] : old.suffix[i];
    }
    for (unsigned i = 1; i <= LINE_POINTS; i++) {
        line->owner[i] = i > index ? old.owner[i - 1] : old.owner[i];
    }
}

/* Removes the point at `index`. */
static inline void line_close(struct line *line, unsigned index)
{
    const struct line old = *line;
    for (unsigned i = 0; i < LINE_POINTS - 1; i++) {
        line->suffix[i] = i < index ? old.suffix[i] : old.suffix[i + 1];
    }
    line->suffix[LINE_POINTS - 1] = NO_SUFFIX;
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        line->owner[i] = i < index ? old.owner[i] : old.owner[i + 1];
    }
}

#if defined(__GNUC__) && !defined(RING_PLAIN)
#define RING_PREFETCH(address) __builtin_prefetch(address)
#else
#define RING_PREFETCH(address) ((void)(address))
#endif

static inline struct block *arcs_block(const struct arcs *arcs, uint64_t scaled)
{
    return arcs_entry(arcs, scaled)->block;
}

/* The blocks after and before this one, around the circle. */
static inline struct block *arcs_after(const struct arcs *arcs, const struct block *block)
{
    return arcs_block(arcs, block->first + (UINT64_MAX >> block->depth) + 1);
}

static inline struct block *arcs_before(const struct arcs *arcs, const struct block *block)
{
    return arcs_block(arcs, block->first - 1);
}

/* The number of the owner of the first point in or after this arc, in a ring with points. `arc` may
 * be one behind the block's last. */
static inline uint32_t arcs_head(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    return arc < block->lines ? block->line[arc].owner[0]
                              : arcs_after(arcs, block)->line[0].owner[0];
}

/* The full position of the line's point `index`. */
uint64_t ring_arcs_position(const struct ring *ring, const struct block *block, uint32_t arc,
                            unsigned index);

/* The node that owns the line's point `index`. */
struct node *ring_arcs_owner(const struct ring *ring, const struct line *line, unsigned index);

/* Where a change will be made. */
struct location {
    struct directory_entry *dirent;
    uint32_t place;
};

static inline struct line *location_line(const struct location *location)
{
    return &location->dirent->block->line[PLACE_ARC(location->place)];
}

/* How many changes are looked up before the first is made: as many as a node usually has points. */
#define ARCS_STEP 128

/* Looks up where `count` changes will be made, and prefetches what they will read: their lines, the
 * lines before, whose next owner may change, and the overflow runs of full lines. */
void ring_arcs_look_up(const struct arcs *arcs, const uint64_t *positions, size_t count,
                       struct location *locations);

/* An address to prefetch before the position of the line's point `index` is read. Reading it
 * follows a chain of addresses that lie far apart. Step 0 gives the owner's entry in the table of
 * names, step 1 its node, and steps 2 and 3 the list of positions, which may need two cache
 * lines. */
#define ARCS_SOURCES 4
const void *ring_arcs_source(const struct ring *ring, const struct block *block, uint32_t arc,
                             unsigned index, unsigned step);

/* Writes all points of a block to `into`, in order. */
void ring_arcs_unpack(const struct ring *ring, const struct block *block, struct entry *into);

/* Builds a block from sorted entries, or returns NULL if there is no memory. The block is in no
 * directory yet. */
struct block *ring_arcs_pack(struct ring *ring, const struct entry *entries, size_t count,
                             uint64_t first, uint32_t depth);
void ring_arcs_free_block(struct ring *ring, struct block *block);

/* Puts the block into the directory, and sets the next owner of its lines and of the lines before
 * it. */
void ring_arcs_install(struct ring *ring, struct block *block);

/* Sets the next owner of the lines before this arc to `head`, the owner of the arc's first point.
 * Goes back until it has set a line with points, or meets a line that overflows. That one stays. */
void ring_arcs_set_next(const struct arcs *arcs, struct block *block, uint32_t arc, uint32_t head);

void ring_arcs_free_directory(struct ring *ring, struct directory_entry *directory, uint32_t depth);

/* The functions of the point store: see point_store.h. */
enum ring_error ring_arcs_create(struct ring *ring, uint32_t lines_max);
void ring_arcs_destroy(struct ring *ring);
enum ring_error ring_arcs_reserve(struct ring *ring, const struct run *fresh);
void ring_arcs_cancel(struct ring *ring, const struct run *fresh);
void ring_arcs_add(struct ring *ring, struct run *fresh);
void ring_arcs_replace(struct ring *ring, const struct node *present, struct run *points);
void ring_arcs_remove(struct ring *ring, const struct node *node);
void ring_arcs_find(const struct ring *ring, const uint64_t *positions, size_t count,
                    struct ring_bytes *nodes);
void ring_arcs_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);
bool ring_arcs_next(const struct ring *ring, struct ring_cursor *cursor, struct ring_bytes *node,
                    uint64_t *position);
const char *ring_arcs_check(const struct ring *ring);

/* All fields of the point store except `create`. */
#define ARCS_STORE                                                                                 \
    .ring_size = sizeof(struct arcs_ring), .destroy = ring_arcs_destroy,                           \
    .reserve = ring_arcs_reserve, .cancel = ring_arcs_cancel, .add = ring_arcs_add,                \
    .replace = ring_arcs_replace, .remove = ring_arcs_remove, .find = ring_arcs_find,              \
    .seek = ring_arcs_seek, .next = ring_arcs_next, .check = ring_arcs_check

extern const struct point_store ring_arcs;

/* Coalesces the block at this directory entry, its first, with the block that is its other half.
 * Does nothing unless both have few points and the memory of one of them is enough. */
void ring_arcs_coalesce(struct ring *ring, const struct directory_entry *dirent);

#endif
