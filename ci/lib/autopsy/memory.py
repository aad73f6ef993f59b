"""Reads pieces of the crashed process's memory from its core dump. It reads what is asked for, however large the file is."""

import os

# The sort's arrays are near the stack pointer: above it if the sort was running, or if what it called aborted; below it if it
# had returned. They take 8 KiB.
ABOVE, BELOW, ARRAYS = 1 << 16, 1 << 14, 1 << 13
WINDOWS = 4
OVERGROWN = 1 << 24
PAGE = 4096


def read(path, core, start, end):
    """The pieces between two addresses that the core dump has, as pairs of address and bytes."""
    pieces = []
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size  # the core dump may be cut off
        for load in core["loads"]:
            first, last = max(start, load["start"]), min(end, load["start"] + load["file_size"])
            place = load["offset"] + first - load["start"]
            if first < last and place < size:
                file.seek(place)
                if data := file.read(last - first):
                    pieces.append((first, data))
    return join(sorted(pieces))


def at(path, core, start, size):
    """The bytes from an address on, or as many of them as the core dump has."""
    pieces = read(path, core, start, start + size)
    return pieces[0][1] if pieces and pieces[0][0] == start else b""


def join(pieces):
    """Puts pieces that touch together."""
    joined = []
    for start, data in pieces:
        if joined and joined[-1][0] + len(joined[-1][1]) == start:
            joined[-1] = (joined[-1][0], joined[-1][1] + data)
        else:
            joined.append((start, data))
    return joined


def near(path, core, stack):
    """The memory around a stack pointer, and whether the part where the sort's arrays can be is complete."""
    # A stack that grew too large has its pointer below the mapping, in a guard page perhaps.
    mapped = min((load for load in core["loads"] if load["writable"] and load["start"] - OVERGROWN <= stack < load["end"]),
                 key=lambda load: load["end"], default=None)
    if mapped is None:
        return [], False
    stack = max(stack, mapped["start"])
    pieces = read(path, core, max(0, stack - BELOW), stack + ABOVE)
    needed = min(stack + 2 * ARRAYS, mapped["end"])
    return pieces, any(start <= stack and needed <= start + len(data) for start, data in pieces)
