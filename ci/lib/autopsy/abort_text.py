"""Finds what glibc printed before it aborted, without symbols: __libc_message() and assert() map a few pages for it. They begin
with the size of all, in four bytes, and the text follows, which ends with a line feed and a zero."""

import re
import signal

from autopsy import memory

PAGE, LONGEST = 4096, 300
LOADS, LARGEST, PAGES_MAX = 64, 1 << 22, 16  # what is looked at: mappings, bytes of each, pages of a message
TEXT = re.compile(rb"([\x20-\x7e\t\x80-\xff][\x20-\x7e\t\n\x80-\xff]{3,2000}?)\n+\0")


def printable(text):
    """One short line. What a core dump has may do harm to a terminal."""
    line = "".join(char if char.isprintable() else " " for char in text or "").strip()
    return (line if len(line) <= LONGEST else f"{line[:LONGEST]}...") or None


def text_at(data, place):
    """The text on a page, if it is such a message."""
    size = int.from_bytes(data[place:place + 4], "little")
    if size == 0 or size % PAGE or size > PAGES_MAX * PAGE or place + size > len(data):
        return None
    match = TEXT.match(data, place + 4)
    if match is None or data[match.end():place + size].strip(b"\0"):
        return None
    return match[1].decode(errors="replace")


def candidates(core):
    """Mappings of no file, where such pages can be, the small ones first."""
    named = {entry["start"] for entry in core["files"]}
    found = [load for load in core["loads"] if load["writable"] and not load["executable"] and load["start"] not in named
             and not load["start"] <= core["sp"] < load["end"]]
    return sorted((load for load in found if load["file_size"] <= LARGEST), key=lambda load: load["file_size"])[:LOADS]


def find(path, core):
    """The message, or None if there is none, or more than one text looks like one."""
    if core["signal"] != signal.SIGABRT:
        return None
    found = set()
    for load in candidates(core):
        for start, data in memory.read(path, core, load["start"], load["end"]):
            found.update(text for place in range(-start % PAGE, len(data), PAGE) if (text := text_at(data, place)) is not None)
    return found.pop() if len(found) == 1 else None
