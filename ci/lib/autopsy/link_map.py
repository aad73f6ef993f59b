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
    data = memory.at(path, core, address, count * form.size("W"))
    return form.unpack(f"{len(data) // form.size('W')}W", data)


def text(path, core, address):
    return memory.at(path, core, address, NAME).split(b"\0")[0].decode(errors="replace")


def first_page(path, core, address):
    return memory.at(path, core, address, memory.PAGE) if address > 0 else b""


def program(path, core):
    """Where the program begins, and its first page. Its program headers mostly follow the ELF header at once."""
    base = core["auxiliary"].get(AT_PHDR, 0) - 16 - core["elf"].form.size("HHIWWWIHHHHHH")
    return base, first_page(path, core, base)


def moved_by(base, segments):
    """The difference between addresses in memory and those in the file."""
    return next((base - segment["start"] for segment in segments if segment["type"] == elf.PT_LOAD and segment["offset"] == 0), None)


def dynamic_section(path, core):
    """Pairs of tag and value of the program's, or nothing."""
    base, page = program(path, core)
    segments = elf.segments_of(page)
    section, moved = next((segment for segment in segments if segment["type"] == elf.PT_DYNAMIC), None), moved_by(base, segments)
    if section is None or moved is None:
        return ()
    found = words(path, core, section["start"] + moved, min(section["size"], memory.PAGE) // core["elf"].form.size("W"))
    return list(zip(found[::2], found[1::2]))


def entries(path, core):
    """Pairs of a library's name and where it begins and has its dynamic section."""
    debug = next((value for tag, value in dynamic_section(path, core) if tag == DT_DEBUG), 0)
    start = words(path, core, debug, 2)
    address = start[1] if len(start) == 2 else 0
    for _ in range(LIBRARIES):
        entry = words(path, core, address, 4) if address else ()
        if len(entry) < 4:
            break
        base, name, section, address = entry
        if name := text(path, core, name):
            yield name, base, section


def names(path, core):
    """The linker's names of libraries, with the kernel's."""
    return {name: file for name, _, section in entries(path, core) if (file := file_at(core, section)) is not None}


def files(path, core):
    """What was mapped from which file, as core dumps have it that list their files. Kernels before 3.7 and qemu write none."""
    begin = [(core["executable"], *program(path, core))] if core["executable"] else []
    begin += [(name, base, first_page(path, core, base)) for name, base, _ in entries(path, core)]
    found = []
    for name, base, page in begin:
        segments = elf.segments_of(page)
        moved = moved_by(base, segments)
        found += [{"file": name, "start": down(segment["start"] + moved), "end": -down(-(segment["start"] + moved + segment["size"])),
                   "offset": down(segment["offset"])} for segment in segments if segment["type"] == elf.PT_LOAD and moved is not None]
    return found


def down(address):
    return address // memory.PAGE * memory.PAGE
