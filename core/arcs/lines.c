/* The memory of lines. */
#include <string.h>

#include "arcs.h"

/* The allocator aligns for any object, which may be less than the size of a line. */
#define PIECE_BYTES ((PIECE_LINES + 1) * sizeof(struct line) - 1)

static void give_table(struct ring *ring, struct lines *lines)
{
    ring_give(&ring->allocation, lines->pieces, lines->room * sizeof *lines->pieces);
}

/* Makes room in the table for another piece. */
static bool grow_table(struct ring *ring, struct lines *lines)
{
    const uint32_t used = lines->count / PIECE_LINES;
    if (used < lines->room) {
        return true;
    }
    const uint32_t room = used + used / 2 + 4;
    struct piece *pieces = ring_take(&ring->allocation, room * sizeof *pieces);
    if (pieces == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < used; i++) {
        pieces[i] = lines->pieces[i];
    }
    give_table(ring, lines);
    lines->pieces = pieces;
    lines->room = room;
    return true;
}

static bool add_piece(struct ring *ring, struct lines *lines)
{
    char *memory = grow_table(ring, lines) ? ring_take(&ring->allocation, PIECE_BYTES) : NULL;
    if (memory == NULL) {
        return false;
    }
    const size_t gap = -(uintptr_t)memory % sizeof(struct line);
    lines->pieces[lines->count / PIECE_LINES] =
        (struct piece){(struct line *)(void *)(memory + gap), memory};
    return true;
}

static void set_count(struct lines *lines, uint32_t count)
{
    lines->count = count;
    lines->level = count > 0 ? ring_top_bit(count) : 0;
}

bool ring_lines_push(struct ring *ring, struct lines *lines)
{
    if (lines->count % PIECE_LINES == 0 && !add_piece(ring, lines)) {
        return false;
    }
    set_count(lines, lines->count + 1);
    struct line *line = line_in_slot(lines, lines->count - 1);
    memset(line->suffix, 0xff, sizeof line->suffix); /* NO_SUFFIX */
    memset(line->owner, 0, sizeof line->owner);
    return true;
}

void ring_lines_pop(struct ring *ring, struct lines *lines)
{
    set_count(lines, lines->count - 1);
    if (lines->count % PIECE_LINES == 0) {
        ring_give(&ring->allocation, lines->pieces[lines->count / PIECE_LINES].memory, PIECE_BYTES);
    }
}

void ring_spares_put(struct arcs *arcs, struct line *line)
{
    struct line *more = line_is_chained(line) ? line->more : NULL;
    while (more != NULL) {
        struct line *next = line_is_chained(more) ? more->more : NULL;
        more->more = arcs->spares;
        arcs->spares = more;
        more = next;
    }
}

bool ring_spares_take(struct ring *ring, uint32_t count)
{
    struct arcs *arcs = arcs_in(ring);
    for (; count > 0; count--) {
        struct line *line = ring_take(&ring->allocation, sizeof *line);
        if (line == NULL) {
            return false;
        }
        line->more = arcs->spares;
        arcs->spares = line;
    }
    return true;
}

void ring_spares_free(struct ring *ring)
{
    struct arcs *arcs = arcs_in(ring);
    while (arcs->spares != NULL) {
        struct line *line = arcs->spares;
        arcs->spares = line->more;
        ring_give(&ring->allocation, line, sizeof *line);
    }
}

void ring_lines_free(struct ring *ring, struct lines *lines)
{
    while (lines->count > 0) {
        ring_spares_put(arcs_in(ring), line_in_slot(lines, lines->count - 1));
        ring_spares_free(ring);
        ring_lines_pop(ring, lines);
    }
    give_table(ring, lines);
    *lines = (struct lines){.count = 0};
}
