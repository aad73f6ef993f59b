"""Tells whether the files on disk are the ones that ran. A core dump has the first page of each program and library, and in
it the build id that the linker wrote."""

import os

from autopsy import elf, memory

NT_GNU_BUILD_ID = 3
# In the ELF header: where the section headers are, and how many. Stripping changes these and nothing else in the first page.
SECTIONS = {True: ((40, 48), (60, 64)), False: ((32, 36), (48, 52))}
NO_FILES = ("/memfd:", "/dev/", "/SYSV")  # mapped, but not from a disk


def build_id(data):
    """The build id in the first bytes of an ELF file, or None."""
    header = elf.header(data)
    for segment in elf.segments_of(data):
        if segment["type"] == elf.PT_NOTE:
            for kind, owner, contents in elf.notes(header.form, data[segment["offset"]:segment["offset"] + segment["file_size"]]):
                if kind == NT_GNU_BUILD_ID and owner == b"GNU\0" and contents:
                    return contents.hex()
    return None


def head_of(path):
    """The first page of a file, or None if it cannot be read. To open a pipe would wait."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read(memory.PAGE)
    except (OSError, ValueError):
        return None


def without_sections(page):
    page, header = bytearray(page), elf.header(page)
    for start, end in SECTIONS[header.form.wide] if header else ():
        page[start:end] = bytes(end - start)
    return bytes(page)


def compare(ran, disk):
    """`same`, `different`, or `unknown`, from the first page of what ran and of the file on disk."""
    ids = build_id(ran), build_id(disk)
    if None not in ids:
        return "same" if ids[0] == ids[1] else "different"
    if ids != (None, None) or len(ran) < memory.PAGE or len(disk) < memory.PAGE:
        return "unknown" if len(ran) < memory.PAGE or len(disk) < memory.PAGE else "different"
    return "same" if without_sections(ran) == without_sections(disk) else "different"


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
            page = memory.at(path, core, entry["start"], memory.PAGE)
            if page.startswith(elf.MAGIC):
                found[entry["file"]] = page
    return found


def names(pages, rows):
    """The programs and libraries that were mapped from a disk. `rows` are those of mappings.table()."""
    executable = {row["file"] for row in rows if row["file"] is not None and "x" in (row["permissions"] or "")}
    return sorted(name for name in set(pages) | executable if not name.startswith(NO_FILES))
