"""Tells whether the files on disk are the ones that ran. A core dump has the first page of each program and library, and in
it the build id that the linker wrote."""

import struct

from autopsy import memory

PAGE = 4096
PT_NOTE, NT_GNU_BUILD_ID = 4, 3
# In the ELF header: where the section headers are, and how many. Stripping changes these and nothing else in the first page.
SECTIONS = ((40, 48), (60, 64))
NO_FILES = ("/memfd:", "/dev/", "/SYSV")  # mapped, but not from a disk


def notes(data, offset, size):
    """Kind, owner and contents of each note in a segment, as far as the data reaches."""
    end = min(offset + size, len(data))
    while offset + 12 <= end:
        name_size, note_size, kind = struct.unpack_from("<III", data, offset)
        start = offset + 12 + (name_size + 3 & ~3)
        yield kind, data[offset + 12:offset + 12 + name_size], data[start:start + note_size]
        offset = start + (note_size + 3 & ~3)


def build_id(data):
    """The build id in the first bytes of an ELF file, or None."""
    if len(data) < 64:
        return None
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for place in range(table, min(table + size * count, len(data) - 55), size or 1):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", data, place)
        if kind == PT_NOTE:
            for found, owner, contents in notes(data, offset, length):
                if found == NT_GNU_BUILD_ID and owner == b"GNU\0" and contents:
                    return contents.hex()
    return None


def head_of(path):
    """The first page of a file, or None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(PAGE)
    except (OSError, ValueError):
        return None


def without_sections(page):
    page = bytearray(page)
    for start, end in SECTIONS:
        page[start:end] = bytes(end - start)
    return bytes(page)


def compare(ran, disk):
    """`same`, `different`, or `unknown`, from the first page of what ran and of the file on disk."""
    ids = build_id(ran), build_id(disk)
    if None not in ids:
        return "same" if ids[0] == ids[1] else "different"
    if ids != (None, None) or len(ran) < PAGE or len(disk) < PAGE:
        return "unknown" if len(ran) < PAGE or len(disk) < PAGE else "different"
    return "same" if without_sections(ran) == without_sections(disk) else "different"


def first_page(path, core, entry):
    """The first page of a mapped file, or None if the core dump does not have it."""
    pieces = memory.read(path, core, entry["start"], entry["start"] + PAGE)
    return pieces[0][1] if pieces and pieces[0][0] == entry["start"] else None


def name_on_disk(name):
    """The kernel marks a file that was replaced or removed while it ran."""
    return name.removesuffix(" (deleted)")


def check_file(ran, disk):
    """How a file on disk, with its first page, compares with the first page of what ran. Either page may be None."""
    if disk is None:
        return "missing"
    return "unknown" if ran is None else compare(ran, disk)


def programs(path, core):
    """The programs and libraries that were mapped, with their first pages, as far as the core dump has them."""
    found = {}
    for entry in core["files"]:
        if entry["offset"] == 0 and entry["file"] not in found:
            page = first_page(path, core, entry)
            if page is not None and page.startswith(b"\x7fELF"):
                found[entry["file"]] = page
    return found


def check(core, pages):
    """For each program and library that was mapped: `same`, `different`, `missing` or `unknown`."""
    executable = {entry["file"] for entry in core["files"] for load in core["loads"]
                  if load["executable"] and load["start"] <= entry["start"] < load["end"]}
    names = {name for name in set(pages) | executable if not name.startswith(NO_FILES)}
    return {name: check_file(pages.get(name), head_of(name_on_disk(name))) for name in sorted(names)}
