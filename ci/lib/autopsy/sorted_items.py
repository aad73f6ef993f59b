"""Finds the array that the historical sort was sorting, as a second proof without symbols, for stacks that are too regular to
be one (sort_stack.py).

Its items are pointers; NULL is a hole. A hole compares as greater than anything, so each split moves all holes into its upper
part, and a range below the top one has either no hole or is one hole. Hence, while holes are being split off one by one, the
array has NO HOLE up to some index b, and NOTHING BUT HOLES from b + 1 to the last index that the sort's stack names. b is h,
the end of the last level before the run of levels with one item each, or a little above, if some of these are single points.

Something in a register or near the stack pointer points to the array: the sort, or what called it, has it in use. That a
pointer of another program leads to a row of pointers of just this length, followed by NULLs, is not chance."""

import struct

from autopsy import memory
from autopsy.sort_stack import HOLES_MIN

BEFORE = 4096  # how many pointers before the holes are looked at
POINTERS_MIN = 64
SINGLES_MAX = 16  # levels of one point each between h and the holes; mostly there are none
CANDIDATES = 4096


def words(data, start):
    """The aligned words of eight bytes in a piece of memory."""
    skipped = -start % 8
    return struct.unpack_from(f"<{(len(data) - skipped) // 8}Q", data, skipped) if len(data) >= skipped + 8 else ()


def read_words(path, core, address, first, last):
    """Elements `first` to `last` of an array of pointers, or None."""
    start, size = address + 8 * first, 8 * (last - first + 1)
    data = memory.at(path, core, start, size)
    return words(data, start) if len(data) == size else None


def candidates(core, pieces, last):
    """Addresses in registers and on the stack at which there is room for the array."""
    rooms = [(load["start"], load["end"] - 8 * last) for load in core["loads"] if load["writable"]]
    found = {int(value, 16) for value in core["registers"].values()}
    for start, data in pieces:
        found.update(words(data, start))
    fitting = [address for address in sorted(found) if address % 8 == 0 and any(start <= address < end for start, end in rooms)]
    return fitting[:CANDIDATES]


def count_points(path, core, address, bottom, last):
    """How many pointers stand before the holes if this is the array, or None."""
    first = max(0, bottom - BEFORE)
    found = read_words(path, core, address, first, last)
    if found is None:
        return None
    holes = next((j for j, word in enumerate(reversed(found)) if word), len(found))
    points = first + len(found) - holes
    if holes < HOLES_MIN or not bottom < points <= bottom + 1 + SINGLES_MAX or 0 in found[:len(found) - holes]:
        return None
    return points


def find(path, core, pieces, seen):
    """The address of the array and the number of its pointers, or None."""
    if seen["bottom"] < POINTERS_MIN or seen["last"] - seen["bottom"] < HOLES_MIN:
        return None  # a ring of one node has holes only
    for address in candidates(core, pieces, seen["last"]):
        points = count_points(path, core, address, seen["bottom"], seen["last"])
        if points is not None:
            return {"start": address, "points": points, "holes": seen["last"] + 1 - points}
    return None
