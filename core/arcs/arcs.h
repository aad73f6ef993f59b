/* The point store of every ring: points in arcs of equal width, each of which is one cache line.
 *
 * Positions are digests, and spread evenly: a part of the circle that is cut into equal arcs has some six
 * points in each. So an arc is found by a multiplication, and a change touches only the arcs of the points
 * that come or go. The circle is cut twice:
 *
 *     sectors   [ 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 ]      2^depth equal ones: a directory
 *                 |   |   \   /   |   |   \   /
 *     blocks    [ 0 ][1 ][  2  ][3 ][4 ][   5   ]      each of 1, 2, 4 ... sectors, aligned
 *
 *     lines       block->line[0 .. lines)              equal arcs of the block, 1 to 256 of them
 *
 * A block grows by itself, when its lines are full: it is built anew with more of them, or as two. That takes
 * some ten microseconds and concerns no other block, so that no add ever waits for a ring to be rebuilt. Two
 * halves that have few points left are made one again, in the memory of one of them.
 *
 * A line, 64 bytes:
 *
 *     suffix  [ s0 | s1 | s2 | ... | s9 ]      u16: the next 16 bits of the positions of the first ten points
 *     owner   [ o0 | o1 | o2 | ... | o9 | next ]       u32: the numbers of their nodes
 *
 *                    .-- 3 points ---. .---------- 7 unused ----------.
 *     suffix         [  17 | 17 | 902 | ffff | ffff | ffff ...  | ffff ]
 *     owner          [   4 |  0 |   4 |    9 |    9 |    9 ...  |    9 |  9 ]   9: owns the point that comes next
 *
 * The successor of a key with suffix k is owner[number of suffixes <= k], without a look at a second line,
 * unless one equals k (one key in 10,000): then the full positions decide, which the owners' lists have. An arc
 * with more than ten points is overflowing: its line's last owner is NO_OWNER, and all but the first ten are
 * in a sorted run, one for each block. Where a weak rule puts everything into few arcs, that run is
 * the ring, and changes cost what they cost the merge store.
 *
 * Memory: 64 bytes for 6 to 7.5 points, 8 for each point's position with its node, 16 for each of the 2 to 4 % in
 * overflows, and some 200 for each block of 900 to 1900 points.
 */
#ifndef RING_ARCS_H
#define RING_ARCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../internal.h"

#define LINE_POINTS 10
#define LINES_MAX 256 /* of a block */
#define NO_SUFFIX UINT16_MAX
#define NO_OWNER NODE_NONE

struct line {
    uint16_t suffix[LINE_POINTS];
    uint32_t owner[LINE_POINTS + 1];
};

_Static_assert(sizeof(struct line) == 64, "a line is one cache line");

struct block {
    struct run overflow;
    uint64_t first; /* the lowest of its positions, scaled */
    uint64_t width; /* of a place in a block of all the circle: 2^48 / lines, rounded down */
    uint32_t count; /* of all its points, until it is in the directory, which counts from then on */
    uint32_t lines_room;
    uint16_t lines;
    uint8_t depth; /* it is one of 2^depth equal parts of the circle */
    void *memory;
    /* While an add is prepared, beside readers where there are any: */
    struct entry *room; /* a larger array for the overflow, or NULL */
    size_t room_capacity;
    struct block *next; /* in a list of arcs.fresh, or of those that they replace */
    bool replaced;
    _Alignas(64) struct line line[];
};

/* What a find or a change needs to know of a block, so that it need not look there. */
struct directory_entry {
    struct block *block;
    uint32_t count; /* of the block's points: in the first of its sectors */
    uint16_t lines; /* as in the block */
    uint8_t depth;  /* as in the block */
};

struct arcs {
    struct directory_entry *directory;
    uint32_t depth;     /* there are 2^depth sectors */
    uint32_t scale;     /* positions are below 2^(64 - scale), and are multiplied by 2^scale here */
    uint32_t lines_max; /* of a block */
    /* While an add is prepared: */
    struct block *fresh;            /* blocks in the place of others, in descending order */
    struct directory_entry *deeper; /* a larger directory for them, or NULL */
    uint32_t deeper_depth;
};

/* A ring over arcs. */
struct arcs_ring {
    struct ring ring;
    struct arcs arcs;
};

static inline const struct arcs *arcs_of(const struct ring *ring)
{
    return &((const struct arcs_ring *)ring)->arcs;
}

/* The same, to be changed. */
static inline struct arcs *arcs_in(struct ring *ring)
{
    return &((struct arcs_ring *)ring)->arcs;
}

/* The place of a point in a block: its arc, and its suffix in the low 16 bits. */
#define PLACE_ARC(place) ((place) >> 16)
#define PLACE_SUFFIX(place) ((uint16_t)(place))

static inline uint64_t arcs_scaled(const struct arcs *arcs, uint64_t position)
{
    return position <= UINT64_MAX >> arcs->scale ? position << arcs->scale : UINT64_MAX;
}

static inline struct directory_entry *arcs_entry(const struct arcs *arcs, uint64_t scaled)
{
    return &arcs->directory[scaled >> 1 >> (63 - arcs->depth)];
}

/* The first sector of a block. */
static inline struct directory_entry *arcs_first_entry(const struct arcs *arcs, uint64_t scaled)
{
    const uint32_t depth = arcs_entry(arcs, scaled)->depth;
    return arcs_entry(arcs, scaled & ~(UINT64_MAX >> depth));
}

/* Whether two positions lie in the same of 2^depth parts. */
static inline bool arcs_together(uint64_t scaled, uint64_t other, uint32_t depth)
{
    return (scaled ^ other) >> 1 >> (63 - depth) == 0;
}

/* Monotone in the position: what the position, as a fraction of the block, is of its lines, in 2^-16 of a line. */
static inline uint32_t arcs_place(uint64_t scaled, uint32_t depth, uint32_t lines)
{
    uint64_t part = scaled << depth;
    uint64_t product = (part >> 32) * lines + ((part & UINT32_MAX) * lines >> 32);
    uint32_t place = (uint32_t)(product >> 16);
    return place - (PLACE_SUFFIX(place) == NO_SUFFIX); /* that one means: no point */
}

static inline uint32_t arcs_place_in(const struct arcs *arcs, const struct block *block,
                                     uint64_t position)
{
    return arcs_place(arcs_scaled(arcs, position), block->depth, block->lines);
}

/* A position that is not above the first one of this place, and not by much below it. */
static inline uint64_t arcs_lowest(const struct arcs *arcs, const struct block *block,
                                   uint32_t place)
{
    return (block->first | place * block->width >> block->depth) >> arcs->scale;
}

static inline bool line_overflows(const struct line *line)
{
    return line->owner[LINE_POINTS] == NO_OWNER;
}

/* Of the points in the line: those whose suffix is less. All of them, for NO_SUFFIX. */
static inline unsigned line_less(const struct line *line, uint16_t suffix)
{
    /* As wide as what is compared, so that a compiler can take several at once. */
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

/* The following go over whole lines, without branches: how full a line is cannot be foreseen. */

static inline void line_set_next(struct line *line, uint32_t next)
{
    const unsigned count = line_count(line);
    for (unsigned i = 0; i <= LINE_POINTS; i++) {
        line->owner[i] = i < count ? line->owner[i] : next;
    }
}

/* Makes a place at `index`; what was last is gone. */
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

/* Closes the place at `index`. */
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

/* The blocks behind and before, round the circle. */
static inline struct block *arcs_after(const struct arcs *arcs, const struct block *block)
{
    return arcs_block(arcs, block->first + (UINT64_MAX >> block->depth) + 1);
}

static inline struct block *arcs_before(const struct arcs *arcs, const struct block *block)
{
    return arcs_block(arcs, block->first - 1);
}

/* In a ring with points, the owner of the first point in or after this arc, which may be one behind the
 * block's last. */
static inline uint32_t arcs_head(const struct arcs *arcs, const struct block *block, uint32_t arc)
{
    return arc < block->lines ? block->line[arc].owner[0]
                              : arcs_after(arcs, block)->line[0].owner[0];
}

/* The full position of the line's point `index`. */
uint64_t ring_arcs_position(const struct ring *ring, const struct block *block, uint32_t arc,
                            unsigned index);

/* The owner's node of the line's point `index`. */
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

/* Changes that are looked up together, before the first is made: as many as a node usually has points. */
#define ARCS_STEP 128

/* Looks up where `count` changes will be made, and asks for all memory that they are about to look at: their
 * lines and those before, which may have to be told; of full ones, what there is of a overflow. */
void ring_arcs_look_up(const struct arcs *arcs, const uint64_t *positions, size_t count,
                       struct location *locations);

/* What a point's position is read from, in the order of `step`: its owner's name, then its node, then its
 * list, where that may be two cache lines; to be fetched ahead, since they lie far apart. */
#define ARCS_SOURCES 4
const void *ring_arcs_source(const struct ring *ring, const struct block *block, uint32_t arc,
                             unsigned index, unsigned step);

/* All points of a block in order into `into`. */
void ring_arcs_unpack(const struct ring *ring, const struct block *block, struct entry *into);

/* A block from sorted entries, or NULL: no memory. It is in no directory yet. */
struct block *ring_arcs_pack(struct ring *ring, const struct entry *entries, size_t count,
                             uint64_t first, uint32_t depth);
void ring_arcs_free_block(struct ring *ring, struct block *block);

/* Puts the block into the directory, and tells its lines, and those before it, what comes next. */
void ring_arcs_install(struct ring *ring, struct block *block);

/* Tells the lines before this arc, back to the last that is not empty, that it begins with `head`. */
void ring_arcs_set_next(const struct arcs *arcs, struct block *block, uint32_t arc, uint32_t head);

void ring_arcs_free_directory(struct ring *ring, struct directory_entry *directory, uint32_t depth);

/* The interface: point_store.h. */
enum ring_error ring_arcs_create(struct ring *ring, uint32_t lines_max);
void ring_arcs_destroy(struct ring *ring);
enum ring_error ring_arcs_reserve(struct ring *ring, const struct run *fresh);
void ring_arcs_cancel(struct ring *ring, const struct run *fresh);
void ring_arcs_add(struct ring *ring, struct run *fresh);
void ring_arcs_remove(struct ring *ring, const struct node *node);
void ring_arcs_find(const struct ring *ring, const uint64_t *positions, size_t count,
                    struct ring_bytes *nodes);
void ring_arcs_seek(const struct ring *ring, uint64_t position, struct ring_cursor *cursor);
bool ring_arcs_next(const struct ring *ring, struct ring_cursor *cursor, struct ring_bytes *node,
                    uint64_t *position);
const char *ring_arcs_check(const struct ring *ring);

/* All of it but `create`. */
#define ARCS_STORE                                                                                 \
    .ring_size = sizeof(struct arcs_ring), .destroy = ring_arcs_destroy,                           \
    .reserve = ring_arcs_reserve, .cancel = ring_arcs_cancel, .add = ring_arcs_add,                \
    .remove = ring_arcs_remove, .find = ring_arcs_find, .seek = ring_arcs_seek,                    \
    .next = ring_arcs_next, .check = ring_arcs_check

extern const struct point_store ring_arcs;

/* Makes one block of the one at this sector, its first, and of its other half, if they have few points and it
 * needs no memory. */
void ring_arcs_coalesce(struct ring *ring, const struct directory_entry *dirent);

#endif
