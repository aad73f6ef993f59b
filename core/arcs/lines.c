/* The memory of lines. */
#include <string.h>

#include "arcs.h"

/* The allocator aligns for any object, which may be less than the size of a line. */
#define PIECE_BYTES ((PIECE_LINES + 1) * sizeof(struct line) - 1)

/* If there is no memory for the piece, the larger table stays. */
static bool add_piece(struct ring *ring, struct lines *lines)
{
    const uint32_t used = lines->count / PIECE_LINES;
    if (used == lines->room) {
        const uint32_t room = used + used / 2 + 4;
        struct piece *pieces = ring_take(&ring->allocation, room * sizeof *pieces);
        if (pieces == NULL) {
            return false;
        }
        for (uint32_t i = 0; i < used; i++) {
            pieces[i] = lines->pieces[i];
        }
        ring_give(&ring->allocation, lines->pieces, used * sizeof *pieces);
        lines->pieces = pieces;
        lines->room = room;
    }
    char *memory = ring_take(&ring->allocation, PIECE_BYTES);
    if (memory == NULL) {
        return false;
    }
    const size_t gap = -(uintptr_t)memory % sizeof(struct line);
    lines->pieces[used] = (struct piece){(struct line *)(void *)(memory + gap), memory};
    return true;
}

bool ring_lines_push(struct ring *ring, struct lines *lines)
{
    if (lines->count % PIECE_LINES == 0 && !add_piece(ring, lines)) {
        return false;
    }
    lines->count++;
    lines->level = ring_top_bit(lines->count);
    line_in_slot(lines, lines->count - 1)->owner[CHAINED_POINTS] = 0; /* no other follows */
    return true;
}

void ring_lines_pop(struct ring *ring, struct lines *lines)
{
    lines->count--;
    lines->level = ring_top_bit(lines->count | 1); /* 0 has no top bit */
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
        ring_lines_pop(ring, lines);
    }
    ring_spares_free(ring);
    ring_give(&ring->allocation, lines->pieces, lines->room * sizeof *lines->pieces);
    *lines = (struct lines){.count = 0};
}
