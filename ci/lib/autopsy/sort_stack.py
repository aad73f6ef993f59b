"""Finds the explicit stack of the historical sort in the memory of a thread's C stack, and tells whether it overflowed.
It needs no symbols.

What must stand there. The sort keeps ranges [starts[k], ends[k]] of the ring, for the levels k = 0 .. i. It works on the
top one, i. It moves what belongs above the pivot to the upper end, and if something is left on both sides, at r, it splits:

    starts[i + 1] = r;  ends[i + 1] = ends[i];  ends[i] = r - 1;  i++;

Otherwise ends[i] shrinks by one, and a range of one item is popped. Nothing else writes to the arrays. It follows:

    PAIR    ends[k] + 1 == starts[k + 1]    for k < i: one split writes both, and they stay until level k + 1 is popped
    DONE    ends[k] == starts[k]            for levels that were popped: a range is popped when it has one item left
    RISING  starts[k] < starts[k + 1]       for all levels, the popped ones too: r is above the pivot, which is at
                                            starts[k], and a level that is written again begins lower than before
    BEGIN   starts[0] == 0                  and no index is above the number of points - 1

Steps between levels are irregular where points are left, and 1 in a run of holes, since a range of holes splits into one
hole and the rest. Holes end up last, so that run is at the deepest levels.

Where it stands. Both are variable-length arrays of 1024 ints, 4096 bytes, a multiple of the stack's alignment. So gcc and
clang put them side by side, and since the stack grows down, `ends`, the second, comes first. In words of four bytes:

    0 .. 1023       ends[0] .. ends[1023]
    1024 .. 2047    starts[0] .. starts[1023]
    2048 ..         the rest of the frame, the return address, the callers

What is overwritten first. The split at i = 1023 writes starts[1024], which is the frame's first word, and then ends[1024],
which is starts[0]. So after an overflow to level d, ends[0] .. ends[d] stand in the words 0 .. d, MORE THAN 1024 RISING
WORDS without a break, and the next word is starts[d - 1023], lower again. With T the place of ends[d]:

    PAIR    word[T - 1023 + j] + 1 == word[T + 2 + j]    for j = 0 .. 1021, as far as levels are live
    DONE    word[T - 1023 + j]     == word[T + 1 + j]    for j = 0 .. 1022, from the level where they are popped
    BORDER  word[T - 1024] + 1     == word[T + 1]        PAIR for level d - 1024, the highest one whose start is lost

This lasts. The levels 0 .. d - 1024 begin above their end now, so they are popped at once and never split again. Only words
in the frame, the last d - 1023 partners, may be written by others. A stack that is larger, checked or allocated leaves
nothing of this: there the next word is starts[0], which is 0 and has no BORDER.

If the frame has a pointer to `starts`, as with gcc -O2 and -O3, the writes past its end move it. Where memory happens to be
mapped, the sort goes on there, finds zeros, and begins again with a range from 0 on. Its ends follow in the words from T + 1 on: a
second rising run, over the lowest partners. The others stay. If the pointer is the frame's first word, d is only 1023, and the
first run has 1024 words. Then another PAIR has to show the overflow: the frame's first word, starts[1024], is ends[1023] + 1, and
the second is the upper half of a pointer to the stack. So it is with a pointer to `ends`, which leaves `starts` whole.

Chance. A counter that runs past an array rises without a break, but has no partners. Two counters in lockstep have. So a level
counts only where the step to the next one differs from the step before. That its end lies exactly there, and not elsewhere in
its step, is a chance of 1 in the size of the step. A level that lost its partner counts less: that a word, if it were any index
up to the next one, lies between its neighbours. The chance of all is the product of these, times the number of places tried.
Where a node has more than a thousand points, all remaining steps are 1 and prove nothing; sorted_items.py looks for another
proof. Other tables of ranges, such as the words of a text, could have irregular steps and partners, but not a long run of
single items at their end."""

import array
import math

from autopsy.signature import ENTRIES

# Set from the first half of the crashes that ci/autopsy-selftest makes. It prints how far both halves are from them.
HELD_MIN = 1000
LOST_MAX = 500  # partners, after which moved_starts.py has to find others
HOLES_MIN = 64
CHANCE_MAX = -6  # as a power of ten


def rising_runs(words):
    """The first and last place of each strictly rising run of indices that fills one of the arrays, or is too long for it."""
    first, end = 0, len(words) - 1
    while first <= end:
        last = first
        while last < end and 0 <= words[last] < words[last + 1]:
            last += 1
        if last - first >= ENTRIES - 1:
            yield first, last
        first = last + 1


def levels(words, top, skipped):
    """For the levels d - 1023 .. d - 1, without the lowest: the end, the start, and the start of the next level. None where
    memory ends."""
    def at(place):
        return words[place] if place < len(words) else None
    return [(words[top - ENTRIES + 1 + j], at(top + 1 + j), at(top + 2 + j)) for j in range(skipped, ENTRIES - 1)]


def switch(live, popped):
    """The level from which on levels are popped, so that as many as possible hold."""
    held = best = sum(popped)
    place = 0
    for j, (was_live, was_popped) in enumerate(zip(live, popped)):
        held += was_live - was_popped
        if held > best:
            best, place = held, j + 1
    return place


def is_overflow(words, first, top, upper):
    """Whether the run is longer than the array; or the next partner stands behind both arrays, in half a pointer to the stack."""
    behind = top + ENTRIES + 1
    return top - first >= ENTRIES or (behind + 1 < len(words) and words[behind] == words[top] + 1 and words[behind + 1] == upper)


def restarted(words, first, top):
    """How many ends a sort wrote behind the run when its `starts` had moved: 0 if BORDER holds, so that they had not."""
    if top - first >= ENTRIES and top + 1 < len(words) and words[top - ENTRIES] + 1 == words[top + 1]:
        return 0
    last = top + 1
    while last + 1 < len(words) and words[last] < words[last + 1]:
        last += 1
    return 0 if top - first < ENTRIES <= last - top else last - top  # `starts` is whole, and `ends` moved


def describe_run(words, first, top, upper):
    """What speaks for this run being `ends`, or None if `starts` is not behind it."""
    lost = restarted(words, first, top)
    if lost > LOST_MAX or not is_overflow(words, first, top, upper):
        return None
    found = levels(words, top, lost)
    live = [end + 1 == following for end, _, following in found]
    popped = [end == start for end, start, _ in found]
    place = switch(live, popped)
    held = live[:place] + popped[place:]
    if sum(held) < HELD_MIN - lost:
        return None
    lowest = top - ENTRIES + 1 + lost  # the place of the lowest level that has its partner
    chance = math.log10(len(words) * ENTRIES)
    irregular = 0
    for place_of_step in range(first + 2, top):
        step, before = words[place_of_step] - words[place_of_step - 1], words[place_of_step - 1] - words[place_of_step - 2]
        if step in (1, before):
            continue
        level = place_of_step - 1 - lowest
        if level < 0:  # without a partner
            chance += math.log10(step / words[place_of_step])
            irregular += 1
        elif held[level]:
            chance -= math.log10(step)
            irregular += 1
    holes = top - 1 - hole_run(words, first, top)
    if holes < HOLES_MIN and chance > CHANCE_MAX:
        return None  # equal steps above one, as no sort leaves them
    return {"place": first, "depth": top - first, "held": sum(held), "of": len(held), "live": place, "irregular": irregular,
            "holes": holes, "bottom": words[hole_run(words, first, top)], "last": words[top], "chance": chance}


def hole_run(words, first, top):
    """The place of the last level before the run of levels that have one item each."""
    place = top - 1  # the step to `top` leads to the end of what is not yet sorted
    while place > first and words[place] - words[place - 1] == 1:
        place -= 1
    return place


def find(data, upper):
    """The best description of the sort's stack in a piece of memory, or None. `upper` is the upper half of its address, or None
    where an index does not replace the low half of a pointer."""
    words = array.array("i", data[:len(data) // 4 * 4])
    found = [seen for first, top in rising_runs(words)
             if (seen := describe_run(words, first, top, upper)) is not None]
    return min(found, key=lambda seen: (seen["chance"], seen["place"]), default=None)


def doubt(seen):
    """What else could leave the same, or None if it proves the defect without any name."""
    if seen["chance"] > CHANCE_MAX:
        return "two counters past two arrays"
    return "a table of ranges past its end" if seen["holes"] < HOLES_MIN else None
