"""Finds the historical sort's stack where its `starts` have moved and went on far (sort_stack.py tells how that begins).

A pointer to `starts` lies behind the arrays, in the frame. The split at level d writes starts[d + 1] = ends[d] + 1 over its low
half. So from then on `starts` begins at the address whose upper half is the stack's, and whose low half is ends[d] + 1. If that
is mapped, the sort begins again with a range from 0 on, and writes its ends behind ends[d]: a second rising run. For its levels

    PAIR    ends[k] + 1 == starts[k + 1]

holds between the stack and that other place, which the first run names exactly. Chance is as in sort_stack.py."""

import array
import itertools
import math

from autopsy import memory, sort_stack
from autopsy.signature import upper_half

LEVELS_MIN, LEVELS_MAX = 64, 4096


def second_run(words, top):
    """The words of the rising run behind the first."""
    last = top + 1
    while last + 1 < len(words) and last - top < LEVELS_MAX and 0 <= words[last] < words[last + 1]:
        last += 1
    return words[top + 1:last + 1]


def read_starts(path, core, stack, words, first, top, count):
    """The starts of as many levels from d + 2 on, at the place to which they have moved."""
    base = (upper_half(stack) << 32) + words[top] + 1
    address = base + 4 * (top - first + 2)
    pieces = memory.read(path, core, address, address + 4 * count)
    return array.array("i", pieces[0][1][:len(pieces[0][1]) // 4 * 4]) if pieces and pieces[0][0] == address else ()


def find(path, core, stack, data):
    """A description as sort_stack.find() makes it, or None."""
    words = array.array("i", data[:len(data) // 4 * 4])
    for first, top in sort_stack.rising_runs(words):
        ends = second_run(words, top)
        starts = read_starts(path, core, stack, words, first, top, len(ends))
        held = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] + 1 == pair[1], zip(ends, starts)))
        if held < LEVELS_MIN:
            continue
        steps = [after - before for before, after in itertools.pairwise(ends[:held])]
        irregular = [step for before, step in itertools.pairwise(steps) if step not in (1, before)]
        below = sort_stack.hole_run(words, first, top)
        return {"place": first, "depth": top - first, "held": held, "of": held, "live": held, "irregular": len(irregular),
                "holes": top - 1 - below, "bottom": words[below], "last": words[top],
                "chance": math.log10(len(words)) - sum(map(math.log10, irregular)), "moved": True}
    return None
