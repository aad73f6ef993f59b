"""Reads the list of loaded libraries that the dynamic linker keeps, from the memory in a core dump. Debuggers know a library by
its name there, which can be a symbolic link to the file that the kernel names."""

from autopsy import elf, memory
from autopsy.core_file import file_at

AT_PHDR = 3
DT_DEBUG = 21
LIBRARIES, NAME = 4096, 4096  # at most, and the longest name


def words(path, core, address, count):
    """That many words at an address, or fewer."""
    form = core["elf"].form
    pieces = memory.read(path, core, address, address + count * form.size("W"))
    if not pieces or pieces[0][0] != address:
        return ()
    return form.unpack(f"{len(pieces[0][1]) // form.size('W')}W", pieces[0][1])


def text(path, core, address):
    pieces = memory.read(path, core, address, address + NAME)
    return pieces[0][1].split(b"\0")[0].decode(errors="replace") if pieces and pieces[0][0] == address else ""


def dynamic_section(path, core):
    """Pairs of tag and value of the program's, or nothing."""
    form = core["elf"].form
    base = core["auxiliary"].get(AT_PHDR, 0) - 16 - form.size("HHIWWWIHHHHHH")
    pieces = memory.read(path, core, base, base + memory.PAGE) if base > 0 else []
    segments = elf.segments_of(pieces[0][1]) if pieces and pieces[0][0] == base else []
    first = next((segment for segment in segments if segment["type"] == elf.PT_LOAD and segment["offset"] == 0), None)
    section = next((segment for segment in segments if segment["type"] == elf.PT_DYNAMIC), None)
    if first is None or section is None:
        return ()
    found = words(path, core, section["start"] + base - first["start"], min(section["size"], memory.PAGE) // form.size("W"))
    return list(zip(found[::2], found[1::2]))


def names(path, core):
    """The linker's names of libraries, with the kernel's."""
    debug = next((value for tag, value in dynamic_section(path, core) if tag == DT_DEBUG), 0)
    start = words(path, core, debug, 2)
    address, found = start[1] if len(start) == 2 else 0, {}
    for _ in range(LIBRARIES):
        entry = words(path, core, address, 4) if address else ()
        if len(entry) < 4:
            break
        _, name, section, address = entry
        file = file_at(core, section)
        if file is not None and (name := text(path, core, name)):
            found[name] = file
    return found
