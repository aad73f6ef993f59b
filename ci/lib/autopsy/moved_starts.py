"""Finds the historical sort's stack where its `starts` have moved and went on far (sort_stack.py tells how that begins).

A pointer to `starts` lies behind the arrays, in the frame. The split at level d writes starts[d + 1] = ends[d] + 1 over its low
half. So from then on `starts` begins at the address whose upper half is the stack's, and whose low half is that index. If that is
mapped, the sort begins again with a range from 0 on, and writes its ends behind ends[d]: a second rising run. For its levels

    PAIR    ends[k] + 1 == starts[k + 1]

holds between the stack and that other place. A second run of more than 1024 levels reaches the pointer, too, and moves `starts`
again, to another index. What is read there may be anything. When levels are popped, lower ones may be sorted again, the last ones
of the first run too, and their words change; but the higher ones stay. So the starts of any long part of the second run will do, if
they are where the stack says: at one of the next indices after the first run, or near where the half pointer behind the arrays
leads. If the last ends of the first run have changed, the second run is the first that is too long. If they were popped and another
sort began, its run stands in their words. It may be long enough to overwrite both halves of the pointer. Then the first run
alone tells where `starts` moved to: its words tell ends[d], also where they were popped, because the steps of the deepest levels
are 1.

Chance is as in sort_stack.py. If they are exactly there, the levels without partners count, too, since holes alone prove little."""

import array
import itertools
import math

from autopsy import memory, sort_stack
from autopsy.signature import ENTRIES, upper_half

LEVELS_MIN, LEVELS_MAX = 64, 4096
CHANGED_MAX = 16  # words between the runs
POPPED_MAX = 512  # levels of the first run, before a second one began
NEAR = 64  # indices that `starts` may have moved to
STEP = 16  # words between the places from which on levels are looked for
FRAME_MAX = 16  # words from the arrays to the pointer


def second_run(words, top):
    """The first and last place of the longest rising run that begins soon behind the first."""
    runs, place = [(top, top)], top + 1
    while place < len(words) and place - top <= CHANGED_MAX:
        last = place
        while last + 1 < len(words) and last - top < LEVELS_MAX and 0 <= words[last] < words[last + 1]:
            last += 1
        runs.append((place, last))
        place = last + 1
    return max(runs, key=lambda run: run[1] - run[0])


def run_before(words, place):
    """The first and last place of the rising run that ends before this place, if it can be the first run, or what is left of it
    when its last levels were popped."""
    first = place - 1
    while first > 0 and place - first < ENTRIES and 0 <= words[first - 1] < words[first]:
        first -= 1
    return (first, place - 1) if place - first >= ENTRIES - POPPED_MAX else None


def partners(words, first, last, pieces):
    """For parts of a run whose starts are in these pieces of memory: the first place, the one behind the last, and the address."""
    place = first
    while place <= last + 1 - LEVELS_MIN:
        wanted = array.array("i", (end + 1 for end in words[place:last + 1]))
        following = place + (STEP if place >= first + STEP else 1)
        for start, data in pieces:
            at = data.find(wanted[:LEVELS_MIN].tobytes())
            if at >= 0:
                there = array.array("i", data[at:at + (len(data) - at) // 4 * 4])
                held = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(wanted, there)))
                yield place, place + held, start + at
                following = max(following, place + held)
        place = following


def follows_ends(words, lowest, first):
    """Whether a run can be the second one, if ends[0] is at `lowest`: it begins about where `ends` ends, or behind what is left of
    the first run when the last levels of that were popped."""
    if lowest < 0 or abs(first - lowest - ENTRIES) <= CHANGED_MAX:
        return lowest >= 0
    left = run_before(words, first)
    return left is not None and left[0] <= lowest <= first - (ENTRIES - POPPED_MAX)


def pointed_to(words, first, begin, address):
    """How many addresses of `starts` a half pointer behind the arrays allows, if this is one of them: 0 if it is not."""
    low, upper, near = address & 0xFFFFFFFF, upper_half(address), False
    for place in range(first + ENTRIES - CHANGED_MAX, min(first + ENTRIES + POPPED_MAX + FRAME_MAX, len(words) - 1)):
        for behind in range(FRAME_MAX if words[place + 1] == upper else 0):
            lowest = place - 2 * ENTRIES - behind
            if follows_ends(words, lowest, first):
                beyond = low - 4 * (begin - lowest + 1) - words[place]
                if beyond == 0:
                    return 1
                near = near or abs(beyond) <= NEAR
    return 2 * NEAR * FRAME_MAX if near else 0


def addresses(words, run, searched, begin, address):
    """The same, if the first run may tell, too."""
    first, top = run
    popped = max(0, ENTRIES - 1 - (top - first))
    beyond = (address & 0xFFFFFFFF) - 4 * (begin - first + 1) - words[top] - popped
    if begin > top and 1 <= beyond <= NEAR:
        return 1 if beyond == 1 else NEAR
    return pointed_to(words, searched[0], begin, address)


def irregular(words):
    """Places, within these words, of steps that are neither 1 nor the same as the one before, with the steps."""
    steps = [after - before for before, after in itertools.pairwise(words)]
    return [(i + 2, step) for i, (before, step) in enumerate(itertools.pairwise(steps)) if step not in (1, before)]


def describe(words, run, searched, found):
    """A description as sort_stack.find() makes it, or None. `found` is a part of the run that was searched, the first or the
    second, and the address of its starts."""
    (first, top), (begin, end, address) = run, found
    allowed = addresses(words, run, searched, begin, address)
    if not allowed:
        return None
    paired = irregular(words[begin:end])
    alone = irregular(words[first:min(begin, top)]) if allowed == 1 else []
    chance = math.log10(len(words) * allowed) - sum(math.log10(step) for _, step in paired)
    below, holes_at_end = sort_stack.hole_run(words, first, top), end - 1 - sort_stack.hole_run(words, begin, end)
    return {"place": first, "depth": top - first, "held": end - begin, "of": end - begin, "live": end - begin,
            "irregular": len(paired) + len(alone), "holes": max(top - 1 - below, holes_at_end),
            "bottom": words[below], "last": words[top], "moved": True, "half": sort_stack.is_overflow(words, first, top, upper_half(address)),
            "again": end - searched[0] if searched[0] > top else 0,
            "chance": chance + sum(math.log10(step / words[first + i]) for i, step in alone)}


def find(path, core, stack, data):
    """The best description, or None."""
    words, upper, found = array.array("i", data[:len(data) // 4 * 4]), upper_half(stack), []
    for first, top in sort_stack.rising_runs(words):
        top -= words[top] == upper  # of the pointer
        runs = []
        if sort_stack.is_overflow(words, first, top, upper):
            runs += [((first, top), (first, top)), ((first, top), second_run(words, top))]
        if before := run_before(words, first):
            runs += [(before, (first, top))]
        start = upper << 32
        pieces = memory.read(path, core, start, start + 2 * (words[top] + 1) + 4 * LEVELS_MAX) if runs else ()
        for run, searched in runs:
            found += [describe(words, run, searched, part) for part in partners(words, *searched, pieces)]
    return min((seen for seen in found if seen), key=lambda seen: seen["chance"], default=None)
