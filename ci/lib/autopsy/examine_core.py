"""Collects the facts of a core dump for core_verdict.py."""

import array
import os
import sys

from autopsy import (abort_text, build_id, elf, handled, link_map, mappings, memory, moved_starts, sort_stack, sorted_items,
                     symbol_view)
from autopsy.core_file import mapping_at, read_core
from autopsy.frames import Symbols, read_frames
from autopsy.locate import Found, Locator, Places
from autopsy.machines import X86_64
from autopsy.signature import upper_half
from shared.errors import CannotRun

LEAVE_OUT = "; leave it out to use the one that the core dump names"


def modules_like(core, address):
    """Names of the files that are mapped in the same 4 GB as an address."""
    files = {entry["file"] for entry in core["files"] if upper_half(entry["start"]) == upper_half(address)}
    return sorted(os.path.basename(name) for name in files)


def refuse_executable(path, page, machine):
    """Raises CannotRun for a file that is no program."""
    if page is None and os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise CannotRun(f"{path}: not a file, but a pipe or the like: the executable and several core dumps have to be files")
    if page is None:
        raise CannotRun(f"{path}: no such executable, or it cannot be read{LEAVE_OUT}")
    header = elf.header(page)
    if header is None:
        raise CannotRun(f"{path}: not an executable, but some other file{LEAVE_OUT}")
    if header.type == elf.ET_CORE:
        raise CannotRun(f"{path}: a core dump, not an executable; of several core dumps none can be -: ci/autopsy CORE CORE...")
    if header.type not in (elf.ET_EXEC, elf.ET_DYN) or (header.form, header.machine) != machine:
        raise CannotRun(f"{path}: not a program for this kind of processor{LEAVE_OUT}")


def refuse_other_program(path, page, ran, name):
    """Raises CannotRun for a program that is not the one that ran, whose first page is `ran`."""
    if ran is not None and build_id.compare(ran, page) == "different":
        ids = [build_id.build_id(data) or "none" for data in (page, ran)]
        raise CannotRun(f"{path}: not the program that ran, {name}: its build id is {ids[0]}, in the core dump it is {ids[1]}{LEAVE_OUT}")


def locate(core, pages, rows, given, places):
    """What was found of each file that ran, by its name in the core dump. `rows` get their states."""
    locator, name = Locator(places), core["executable"]
    if given is not None:
        page = build_id.head_of(given)
        refuse_executable(given, page, (core["elf"].form, core["elf"].machine))
        refuse_other_program(given, page, pages.get(name), name)
    wanted = dict.fromkeys([*([name] if name else []), *build_id.names(pages, rows)])
    found = {file: locator.find(file, pages.get(file)) for file in wanted if given is None or file != name}
    if given is not None:
        found[name] = Found(build_id.check_file(pages.get(name), page), given, [], [])
    for row in rows:
        row["state"] = found[row["file"]].state if row["file"] in found else None
    return locator, found


def frames_of(path, core, pages, locator, found):
    """What gdb finds with the files that were located."""
    with symbol_view.new() as view:
        symbol_view.fill(view, found, link_map.names(path, core))
        for page in pages.values():
            if debug := locator.debug_file(page):
                symbol_view.add_debug(view, build_id.build_id(page), debug)
        executable = found.get(core["executable"])
        symbols = Symbols(view, symbol_view.debug_folders(view, locator.places.sysroot), executable and executable.path)
        seen = read_frames(path, core, symbols)
    heads = {name: build_id.head_of(file.path) for name, file in found.items() if file.path} | pages
    for frame in seen["frames"]:
        frame["offset"] = mappings.address_in_file(core, heads, frame["pc"] or 0)
    return seen


def native(core, data):
    """Words of four bytes in the order of this machine."""
    words = array.array("i", data[:len(data) // 4 * 4])
    if core["elf"].form.order != ("<" if sys.byteorder == "little" else ">"):
        words.byteswap()
    return words.tobytes()


def read_stack(path, core, pointers):
    """What is found near the stack pointers: the sort's arrays or None, and whether all memory where they can be was read."""
    found, complete, proved = [], True, core["machine"] == X86_64
    half = core["elf"].form == elf.Form(True, "<")  # an index replaces the low half of a pointer
    for pointer in pointers:
        pieces, whole = memory.near(path, core, pointer)
        complete = complete and whole
        for start, data in pieces:
            seen = sort_stack.find(native(core, data), upper_half(pointer) if half else None)
            if seen is None and half:
                seen = moved_starts.find(path, core, pointer, data)
            if seen is not None:
                doubt = sort_stack.doubt(seen)
                items = sorted_items.find(path, core, pieces, seen) if doubt is not None and proved else None
                found.append(seen | {"start": start + 4 * seen["place"], "items": items, "doubt": None if items else doubt})
    return {"arrays": min(found, key=lambda seen: (seen["doubt"] is not None, seen["chance"]), default=None), "complete": complete}


def collect(path, given, places=Places()):
    """The facts of a core dump. `given` is the executable that the user names, or None."""
    core = read_core(path)
    facts = {"kind": "core", "core": path} | core
    if "unreadable" in core:
        return facts
    core["executable"] = core["executable"] or given  # the core dump of an old kernel may lack its name
    core["files"] = core["files"] or link_map.files(path, core)
    pages = build_id.programs(path, core)
    rows = mappings.table(core, pages)
    locator, found = locate(core, pages, rows, given, places)
    executable = found.get(core["executable"])
    facts |= {"executable": (executable and executable.path) or core["executable"], "executable_found": bool(executable and executable.path),
              "checked": {name: file.state for name, file in found.items()},
              "located": {name: file._asdict() | {"build_id": build_id.build_id(pages.get(name, b""))} for name, file in found.items()},
              "mappings": rows}
    facts["ip_mapping"] = mapping_at(core, core["ip"] or 0)
    facts["address_mapped"] = core["address"] is not None and mapping_at(core, core["address"]) is not None
    facts["modules"] = modules_like(core, core["ip"] or 0)
    facts |= frames_of(path, core, pages, locator, found)
    facts["message"] = abort_text.printable(facts["message"] or abort_text.find(path, core))
    facts["handled"] = handled.find(path, core, facts) if core["machine"] == X86_64 else None
    # A handler may run on a stack of its own. The sort's is the one that the signal interrupted.
    pointers = [pointer for pointer in (core["sp"], *facts["interrupted"]) if pointer is not None]
    return facts | {"stack": read_stack(path, core, pointers[:1 + memory.WINDOWS])}
