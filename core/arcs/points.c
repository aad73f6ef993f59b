/* The points of one line, and of one arc. */
#include <string.h>

#include "arcs.h"

/* ONE LINE. These go over whole lines without branches: a processor cannot predict how full a line
 * is. */

void ring_arc_set_next(struct line *line, uint32_t next)
{
    assert(ring_arc_count(line) <= UINT32_MAX); /* stops if the chain is too long */
    //@ ghost int left = CHAIN_MAX;
    /*@ loop invariant ends_within(line, left) && 0 <= left <= CHAIN_MAX;
        loop invariant last_of(line, left) == last_of(\at(line, Pre), CHAIN_MAX);
        loop assigns line, left;
        loop variant left;
     */
    while (line_is_chained(line)) {
        line = line->more;
        //@ ghost left--;
    }
    const unsigned count = line_count(line);
    /*@ loop invariant 0 <= i <= LINE_POINTS + 1;
        loop invariant owners_by{LoopEntry, Here}(line, 0, 0, i < count ? i : count);
        loop invariant \forall integer k; count <= k < i ==> line->owner[k] == next;
        loop invariant owners_by{LoopEntry, Here}(line, 0, i, LINE_POINTS + 1);
        loop assigns i, line->owner[0 .. LINE_POINTS];
        loop variant LINE_POINTS + 1 - i;
     */
    for (unsigned i = 0; i <= LINE_POINTS; i++) {
        line->owner[i] = i < count ? line->owner[i] : next;
    }
}

void ring_line_open(struct line *line, unsigned index)
{
    assert(index < LINE_POINTS && line_has_room(line));
    /*@ loop invariant 0 <= i <= LINE_POINTS - 1;
        loop invariant suffixes_by{Pre, Here}(line, 0, 0, i + 1);
        loop invariant suffixes_by{Pre, Here}(line, 0, i + 1, index + 1);
        loop invariant suffixes_by{Pre, Here}(line, 1, index > i ? index + 1 : i + 1, LINE_POINTS);
        loop assigns i, line->suffix[0 .. LINE_POINTS - 1];
        loop variant i;
     */
    for (unsigned i = LINE_POINTS - 1; i > 0; i--) {
        const uint16_t before = line->suffix[i - 1];
        const uint16_t here = line->suffix[i];
        line->suffix[i] = i > index ? before : here;
    }
    /*@ loop invariant 0 <= i <= LINE_POINTS;
        loop invariant owners_by{Pre, Here}(line, 0, 0, i + 1);
        loop invariant owners_by{Pre, Here}(line, 0, i + 1, index + 1);
        loop invariant
          owners_by{Pre, Here}(line, 1, index > i ? index + 1 : i + 1, LINE_POINTS + 1);
        loop assigns i, line->owner[0 .. LINE_POINTS];
        loop variant i;
     */
    for (unsigned i = LINE_POINTS; i > 0; i--) {
        const uint32_t before = line->owner[i - 1];
        const uint32_t here = line->owner[i];
        line->owner[i] = i > index ? before : here;
    }
    /*@ assert \forall integer i; 0 <= i < LINE_POINTS ==>
          line->suffix[i] == \at(line->suffix[i <= index ? i : i - 1], Pre); */
    /*@ assert \forall integer i; 0 <= i <= LINE_POINTS ==>
          line->owner[i] == \at(line->owner[i <= index ? i : i - 1], Pre); */
    //@ assert ascending{Pre}(line) ==> ascending(line);
}

void ring_line_close(struct line *line, unsigned index)
{
    assert(index < LINE_POINTS && line->suffix[index] != NO_SUFFIX && !line_is_chained(line));
    /*@ loop invariant 0 <= i <= LINE_POINTS - 1;
        loop invariant suffixes_by{Pre, Here}(line, 0, 0, i < index ? i : index);
        loop invariant suffixes_by{Pre, Here}(line, -1, index, i);
        loop invariant suffixes_by{Pre, Here}(line, 0, i, LINE_POINTS);
        loop assigns i, line->suffix[0 .. LINE_POINTS - 2];
        loop variant LINE_POINTS - 1 - i;
     */
    for (unsigned i = 0; i < LINE_POINTS - 1; i++) {
        const uint16_t here = line->suffix[i];
        const uint16_t behind = line->suffix[i + 1];
        line->suffix[i] = i < index ? here : behind;
    }
    line->suffix[LINE_POINTS - 1] = NO_SUFFIX;
    /*@ loop invariant 0 <= i <= LINE_POINTS;
        loop invariant owners_by{Pre, Here}(line, 0, 0, i < index ? i : index);
        loop invariant owners_by{Pre, Here}(line, -1, index, i);
        loop invariant owners_by{Pre, Here}(line, 0, i, LINE_POINTS + 1);
        loop assigns i, line->owner[0 .. LINE_POINTS - 1];
        loop variant LINE_POINTS - i;
     */
    for (unsigned i = 0; i < LINE_POINTS; i++) {
        const uint32_t here = line->owner[i];
        const uint32_t behind = line->owner[i + 1];
        line->owner[i] = i < index ? here : behind;
    }
    /*@ assert \forall integer i; 0 <= i < LINE_POINTS - 1 ==>
          line->suffix[i] == \at(line->suffix[i < index ? i : i + 1], Pre); */
    /*@ assert \forall integer i; 0 <= i < LINE_POINTS ==>
          line->owner[i] == \at(line->owner[i < index ? i : i + 1], Pre); */
    //@ assert \forall integer count; has_points{Pre}(line, count) ==> index < count;
    //@ assert ascending{Pre}(line) ==> ascending(line);
    /*@ assert \forall integer count, i; has_points{Pre}(line, count) && 0 <= i <= LINE_POINTS ==>
          line->owner[i] != NO_OWNER; */
    /*@ assert \forall integer count, i; has_points{Pre}(line, count) && 0 <= i < count - 1 ==>
          line->suffix[i] < NO_SUFFIX; */
    /*@ assert \forall integer count, i;
          has_points{Pre}(line, count) && count - 1 <= i < LINE_POINTS ==>
            line->suffix[i] == NO_SUFFIX; */
    /*@ assert \forall integer count, i;
          has_points{Pre}(line, count) && count - 1 <= i <= LINE_POINTS ==>
            line->owner[i] == line->owner[LINE_POINTS]; */
}

/* ONE ARC */

void ring_arc_load(const struct line *line, struct points *points)
{
    uint32_t count = 0;
    for (; line_is_chained(line); line = line->more) {
        memcpy(points->suffix + count, line->suffix, CHAINED_POINTS * sizeof *line->suffix);
        memcpy(points->owner + count, line->owner, CHAINED_POINTS * sizeof *line->owner);
        count += CHAINED_POINTS;
    }
    memcpy(points->suffix + count, line->suffix, sizeof line->suffix);
    memcpy(points->owner + count, line->owner, LINE_POINTS * sizeof *line->owner);
    points->count = count + line_count(line);
    points->next = line->owner[LINE_POINTS];
}

void ring_arc_store(struct arcs *arcs, struct line *line, struct points *points)
{
    const uint16_t *suffix = points->suffix;
    const uint32_t *owner = points->owner;
    uint32_t left = points->count;
    /* What comes behind the points in a line. */
    memset(points->suffix + left, 0xff, sizeof line->suffix); /* NO_SUFFIX */
    for (uint32_t i = 0; i <= LINE_POINTS; i++) {
        points->owner[left + i] = points->next;
    }
    for (; left > LINE_POINTS; left -= CHAINED_POINTS) {
        if (!line_is_chained(line)) {
            line->more = arcs->spares;
            arcs->spares = arcs->spares->more;
            line->more->owner[CHAINED_POINTS] = 0; /* it is the last so far */
        }
        memset(line->suffix, 0xff, sizeof line->suffix); /* NO_SUFFIX */
        memcpy(line->suffix, suffix, CHAINED_POINTS * sizeof *suffix);
        memcpy(line->owner, owner, CHAINED_POINTS * sizeof *owner);
        line->owner[CHAINED_POINTS] = NO_OWNER;
        suffix += CHAINED_POINTS;
        owner += CHAINED_POINTS;
        line = line->more;
    }
    ring_spares_put(arcs, line);
    memcpy(line->suffix, suffix, sizeof line->suffix);
    memcpy(line->owner, owner, sizeof line->owner);
}

size_t ring_arc_count(const struct line *line)
{
    size_t count = 0;
    //@ ghost int left = CHAIN_MAX;
    /*@ loop invariant ends_within(line, left);
        loop invariant 0 <= left <= CHAIN_MAX;
        loop invariant count == (CHAIN_MAX - left) * CHAINED_POINTS;
        loop invariant last_of(line, left) == last_of(\at(line, Pre), CHAIN_MAX);
        loop invariant CHAIN_MAX - left + lines_before(line, left) ==
          lines_before(\at(line, Pre), CHAIN_MAX);
        loop assigns line, count, left;
        loop variant left;
     */
    for (; line_is_chained(line); line = line->more) {
        count += CHAINED_POINTS;
        assert(count / CHAINED_POINTS <= CHAIN_MAX);
        //@ ghost left--;
    }
    return count + line_count(line);
}

void ring_lines_set_next_before(struct lines *lines, uint32_t arc)
{
    const uint32_t first = line_of(lines, arc)->owner[0]; /* in the arc or after it */
    struct line *line = NULL;
    do { /* all around, if this arc has the only points */
        arc = arc_before(lines, arc);
        line = line_of(lines, arc);
        ring_arc_set_next(line, first);
    } while (line->suffix[0] == NO_SUFFIX);
}
