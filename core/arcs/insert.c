/* Adding points to the arcs, in the two phases that arcs.h describes. */
#include "arcs.h"

/* A block grows when it has more than 7.5 points a line: 15 halves. */
#define LINE_FULL_HALVES 15

/* How many of the sorted entries lie in the same one of 2^depth equal parts as the first entry. */
static size_t together(const struct arcs *arcs, const struct entry *entries, size_t count,
                       uint32_t depth)
{
    uint64_t first = arcs_scaled(arcs, entries->position);
    size_t in = 1;
    while (in < count && arcs_together(first, arcs_scaled(arcs, entries[in].position), depth)) {
        in++;
    }
    return in;
}

/* PHASE 1: RESERVING */

/* Whether a block of this depth may split. `total`: the points of the ring with the new ones. If
 * points are spread evenly, every block that is too large may. If they are not, splits may leave
 * all points in one half, and must end before the directory is larger than the ring. */
static bool may_halve(const struct arcs *arcs, uint32_t depth, size_t total)
{
    return total >> (depth + 1) >= arcs->lines_max / 2;
}

/* Whether this block is to be replaced, if it gets `more` points. Blocks that have grown alike are
 * full at the same time. The more of them this add has replaced already, the fuller the next one
 * must be: the others wait for the next add, so that no add takes long. */
static bool outgrown(const struct arcs *arcs, const struct directory_entry *dirent, size_t more,
                     size_t total, size_t replaced)
{
    return 2 * (dirent->count + more) > (LINE_FULL_HALVES + replaced / 4) * dirent->lines &&
           (dirent->lines < arcs->lines_max || may_halve(arcs, dirent->depth, total));
}

/* Packs sorted entries into one or several fresh blocks. */
static enum ring_error build(struct ring *ring, const struct entry *entries, size_t count,
                             uint64_t first, uint32_t depth, size_t total)
{
    struct arcs *arcs = arcs_in(ring);
    if (2 * count > (size_t)LINE_FULL_HALVES * arcs->lines_max && may_halve(arcs, depth, total)) {
        uint64_t middle = first | UINT64_C(1) << (63 - depth);
        size_t half = 0;
        size_t end = count;
        while (half < end) {
            size_t i = half + (end - half) / 2;
            if (arcs_scaled(arcs, entries[i].position) < middle) {
                half = i + 1;
            } else {
                end = i;
            }
        }
        enum ring_error error = build(ring, entries, half, first, depth + 1, total);
        return error != RING_OK
                   ? error
                   : build(ring, entries + half, count - half, middle, depth + 1, total);
    }
    struct block *block = ring_arcs_pack(ring, entries, count, first, depth);
    if (block == NULL) {
        return RING_NO_MEMORY;
    }
    block->next = arcs->fresh;
    arcs->fresh = block;
    arcs->deeper_depth = depth > arcs->deeper_depth ? depth : arcs->deeper_depth;
    return RING_OK;
}

/* Builds fresh blocks to replace this one, from its points and the new ones. */
static enum ring_error replace(struct ring *ring, const struct directory_entry *dirent,
                               const struct entry *entries, size_t count, size_t total)
{
    struct block *block = dirent->block;
    block->replaced = true;
    if (dirent->count == 0) {
        return build(ring, entries, count, block->first, block->depth, total);
    }
    size_t size = (dirent->count + count) * sizeof *entries;
    struct entry *all = ring_allocate(&ring->allocation, size);
    if (all == NULL) {
        return RING_NO_MEMORY;
    }
    ring_arcs_unpack(ring, block, all);
    ring_run_merge(all, all, dirent->count, entries, count);
    enum ring_error error =
        build(ring, all, dirent->count + count, block->first, block->depth, total);
    ring_release(&ring->allocation, all, size);
    return error;
}

/* Makes room in the overflow run for the points that the lines will have no room for. */
static enum ring_error make_room(struct ring *ring, const struct directory_entry *dirent,
                                 const struct entry *entries, size_t count)
{
    const struct arcs *arcs = arcs_of(ring);
    struct block *block = dirent->block;
    uint32_t last = LINES_MAX;
    size_t in_arc = 0;
    size_t more = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t scaled = arcs_scaled(arcs, entries[i].position);
        uint32_t arc = PLACE_ARC(arcs_place(scaled, dirent->depth, dirent->lines));
        in_arc = arc == last ? in_arc + 1 : line_count(&block->line[arc]);
        last = arc;
        more += in_arc >= LINE_POINTS;
    }
    if (more == 0 || block->overflow.count + more <= block->overflow.capacity) {
        return RING_OK;
    }
    size_t capacity = block->overflow.count + more;
    capacity += capacity / 4;
    block->room = capacity <= SIZE_MAX / sizeof *block->room
                      ? ring_take(&ring->allocation, capacity * sizeof *block->room)
                      : NULL;
    block->room_capacity = capacity;
    return block->room != NULL ? RING_OK : RING_NO_MEMORY;
}

/* Prefetches what adding these points will read. That includes the positions of the last points of
 * full lines, which have to make room. */
static void fetch(const struct ring *ring, const struct entry *entries, size_t count)
{
    uint64_t positions[ARCS_STEP];
    struct location locations[ARCS_STEP];
    for (size_t i = 0; i < count; i++) {
        positions[i] = entries[i].position;
    }
    ring_arcs_look_up(arcs_of(ring), positions, count, locations);
    for (unsigned step = 0; step < ARCS_SOURCES; step++) {
        for (size_t i = 0; i < count; i++) {
            if (location_line(&locations[i])->suffix[LINE_POINTS - 1] != NO_SUFFIX) {
                RING_PREFETCH(ring_arcs_source(ring, locations[i].dirent->block,
                                               PLACE_ARC(locations[i].place), LINE_POINTS - 1,
                                               step));
            }
        }
    }
}

static void free_blocks(struct ring *ring, struct block *list)
{
    while (list != NULL) {
        struct block *next = list->next;
        ring_arcs_free_block(ring, list);
        list = next;
    }
}

void ring_arcs_cancel(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    for (size_t i = 0; i < fresh->count; i++) {
        struct block *block =
            arcs_entry(arcs, arcs_scaled(arcs, fresh->entries[i].position))->block;
        block->replaced = false;
        ring_give(&ring->allocation, block->room, block->room_capacity * sizeof *block->room);
        block->room = NULL;
    }
    free_blocks(ring, arcs->fresh);
    arcs->fresh = NULL;
    if (arcs->deeper != NULL) {
        ring_arcs_free_directory(ring, arcs->deeper, arcs->deeper_depth);
        arcs->deeper = NULL;
    }
}

enum ring_error ring_arcs_reserve(struct ring *ring, const struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    size_t total = ring->point_count + fresh->count;
    size_t fetched = 0;
    size_t replaced = 0;
    enum ring_error error = RING_OK;
    arcs->deeper_depth = arcs->depth;
    for (size_t i = 0; i < fresh->count && error == RING_OK;) {
        const struct entry *entries = &fresh->entries[i];
        if (i >= fetched) {
            size_t step = fresh->count - i < ARCS_STEP ? fresh->count - i : ARCS_STEP;
            fetch(ring, entries, step);
            fetched = i + step;
        }
        const struct directory_entry *dirent =
            arcs_first_entry(arcs, arcs_scaled(arcs, entries->position));
        size_t count = together(arcs, entries, fresh->count - i, dirent->depth);
        if (outgrown(arcs, dirent, count, total, replaced)) {
            error = replace(ring, dirent, entries, count, total);
            replaced++;
        } else {
            error = make_room(ring, dirent, entries, count);
        }
        i += count;
    }
    if (error == RING_OK && arcs->deeper_depth > arcs->depth) {
        arcs->deeper = ring_take(&ring->allocation, sizeof *arcs->deeper << arcs->deeper_depth);
        error = arcs->deeper != NULL ? RING_OK : RING_NO_MEMORY;
    }
    if (error != RING_OK) {
        ring_arcs_cancel(ring, fresh);
    }
    return error;
}

/* PHASE 2: INSERTING */

/* Inserts a point into its line. True if the line had no room for all its points: *out is then the
 * one that must go into the overflow run, the new point or another. */
static bool insert_point(const struct ring *ring, const struct directory_entry *dirent,
                         const struct entry *point, struct entry *out)
{
    const struct arcs *arcs = arcs_of(ring);
    struct block *block = dirent->block;
    uint64_t scaled = arcs_scaled(arcs, point->position);
    uint32_t place = arcs_place(scaled, dirent->depth, dirent->lines);
    uint32_t arc = PLACE_ARC(place);
    struct line *line = &block->line[arc];
    unsigned index = line_less(line, PLACE_SUFFIX(place));
    unsigned end = line_less(line, (uint16_t)(PLACE_SUFFIX(place) + 1));
    while (index < end) {
        unsigned middle = (index + end) / 2;
        struct entry other = {ring_arcs_position(ring, block, arc, middle),
                              ring_arcs_owner(ring, line, middle)};
        if (ring_entry_before(point, &other)) {
            end = middle;
        } else {
            index = middle + 1;
        }
    }
    if (index == LINE_POINTS) {
        *out = *point;
        line->owner[LINE_POINTS] = NO_OWNER;
        return true;
    }
    bool full = line->suffix[LINE_POINTS - 1] != NO_SUFFIX;
    if (full) {
        *out = (struct entry){ring_arcs_position(ring, block, arc, LINE_POINTS - 1),
                              ring_arcs_owner(ring, line, LINE_POINTS - 1)};
    }
    line_open(line, index);
    line->suffix[index] = PLACE_SUFFIX(place);
    line->owner[index] = point->owner->number;
    if (full) {
        line->owner[LINE_POINTS] = NO_OWNER;
    }
    if (index == 0) {
        ring_arcs_set_next(arcs, block, arc, line->owner[0]);
    }
    return full;
}

static void merge_into_overflow(struct ring *ring, struct block *block, struct entry *points,
                                size_t count, struct entry *scratch)
{
    struct run *overflow = &block->overflow;
    struct entry *into = block->room != NULL ? block->room : overflow->entries;
    ring_run_sort(points, count, scratch);
    ring_run_merge(into, overflow->entries, overflow->count, points, count);
    overflow->count += count;
    if (block->room != NULL) {
        ring_give(&ring->allocation, overflow->entries,
                  overflow->capacity * sizeof *overflow->entries);
        overflow->entries = block->room;
        overflow->capacity = block->room_capacity;
        block->room = NULL;
    }
}

/* Inserts points into their block. May overwrite `points`. */
static void insert_into_block(struct ring *ring, struct directory_entry *dirent,
                              struct entry *points, size_t count, struct entry *scratch)
{
    size_t out = 0;
    for (size_t i = 0; i < count; i++) {
        /* A copy, since points that go into the overflow run overwrite the beginning of the
         * array. */
        struct entry point = points[i];
        out += insert_point(ring, dirent, &point, &points[out]);
    }
    dirent->count += (uint32_t)count;
    if (out > 0) {
        merge_into_overflow(ring, dirent->block, points, out, scratch);
    }
}

static void deepen(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    if (arcs->deeper == NULL) {
        return;
    }
    for (size_t i = 0; i < (size_t)1 << arcs->deeper_depth; i++) {
        arcs->deeper[i] = arcs->directory[i >> (arcs->deeper_depth - arcs->depth)];
    }
    ring_arcs_free_directory(ring, arcs->directory, arcs->depth);
    arcs->directory = arcs->deeper;
    arcs->depth = arcs->deeper_depth;
    arcs->deeper = NULL;
}

void ring_arcs_add(struct ring *ring, struct run *fresh)
{
    struct arcs *arcs = arcs_in(ring);
    struct block *old = NULL;
    deepen(ring);
    for (size_t i = 0; i < fresh->count;) {
        struct entry *entries = &fresh->entries[i];
        struct directory_entry *dirent =
            arcs_first_entry(arcs, arcs_scaled(arcs, entries->position));
        size_t count = together(arcs, entries, fresh->count - i, dirent->depth);
        if (arcs->fresh != NULL && dirent->block->replaced) {
            dirent->block->next = old;
            old = dirent->block;
        } else {
            insert_into_block(ring, dirent, entries, count, fresh->entries + fresh->count);
        }
        i += count;
    }
    while (arcs->fresh != NULL) {
        struct block *block = arcs->fresh;
        arcs->fresh = block->next;
        ring_arcs_install(ring, block);
    }
    free_blocks(ring, old);
}
