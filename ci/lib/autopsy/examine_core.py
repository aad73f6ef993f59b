"""Collects the facts of a core dump for core_verdict.py."""

import os
import struct

from autopsy import build_id, memory, moved_starts, sort_stack, sorted_items
from autopsy.core_file import EM_X86_64, ET_CORE, mapping_at, read_core
from autopsy.frames import read_frames
from autopsy.signature import upper_half
from shared.errors import CannotRun

ET_EXEC, ET_DYN = 2, 3
LEAVE_OUT = "; leave it out to use the one that the core dump names"


def modules_like(core, address):
    """Names of the files that are mapped in the same 4 GB as an address."""
    files = {entry["file"] for entry in core["files"] if upper_half(entry["start"]) == upper_half(address)}
    return sorted(os.path.basename(name) for name in files)


def refuse_executable(path, page):
    """Raises CannotRun for a file that is no program."""
    if page is None:
        raise CannotRun(f"{path}: no such executable, or it cannot be read{LEAVE_OUT}")
    if not page.startswith(b"\x7fELF") or len(page) < 64:
        raise CannotRun(f"{path}: not an executable, but some other file{LEAVE_OUT}")
    kind, machine = struct.unpack_from("<HH", page, 16)
    if kind == ET_CORE:
        raise CannotRun(f"{path}: a core dump, not an executable; give one core dump at a time: ci/autopsy CORE EXECUTABLE")
    if kind not in (ET_EXEC, ET_DYN) or machine != EM_X86_64:
        raise CannotRun(f"{path}: not a program for this kind of processor{LEAVE_OUT}")


def refuse_other_program(path, page, ran, name):
    """Raises CannotRun for a program that is not the one that ran, whose first page is `ran`."""
    if ran is not None and build_id.compare(ran, page) == "different":
        ids = [build_id.build_id(data) or "none" for data in (page, ran)]
        raise CannotRun(f"{path}: not the program that ran, {name}: its build id is {ids[0]}, in the core dump it is {ids[1]}{LEAVE_OUT}")


def choose_executable(core, given, pages, checked):
    """The path of the executable, and whether it can be used."""
    name = core["executable"]
    if given is not None:
        page = build_id.head_of(given)
        refuse_executable(given, page)
        refuse_other_program(given, page, pages.get(name), name)
        return given, True
    if name is None:
        return None, False
    on_disk = build_id.name_on_disk(name)
    return on_disk, os.access(on_disk, os.R_OK) and checked.get(name) != "different"


def read_stack(path, core, pointers):
    """What is found near the stack pointers: the sort's arrays or None, and whether all memory where they can be was read."""
    found, complete = [], True
    for pointer in pointers:
        pieces, whole = memory.near(path, core, pointer)
        complete = complete and whole
        for start, data in pieces:
            seen = sort_stack.find(data) or moved_starts.find(path, core, pointer, data)
            if seen is not None:
                doubt = sort_stack.doubt(seen)
                items = sorted_items.find(path, core, pieces, seen) if doubt is not None else None
                found.append(seen | {"start": start + 4 * seen["place"], "items": items, "doubt": None if items else doubt})
    return {"arrays": min(found, key=lambda seen: (seen["doubt"] is not None, seen["chance"]), default=None), "complete": complete}


def collect(path, given):
    """The facts of a core dump. `given` is the executable that the user names, or None."""
    core = read_core(path)
    facts = {"kind": "core", "core": path} | core
    if "unreadable" in core:
        return facts
    pages = build_id.programs(path, core)
    checked = build_id.check(core, pages)
    facts["executable"], facts["executable_found"] = choose_executable(core, given, pages, checked)
    if given is not None and core["executable"] in pages:
        checked[core["executable"]] = "same"
    facts["checked"] = checked
    facts["ip_mapping"] = mapping_at(core, core["ip"])
    facts["address_mapped"] = core["address"] is not None and mapping_at(core, core["address"]) is not None
    facts["modules"] = modules_like(core, core["ip"])
    unused = {build_id.name_on_disk(name) for name, state in checked.items() if state == "different"}
    facts |= read_frames(path, core, facts["executable"] if facts["executable_found"] else None, unused)
    # A handler may run on a stack of its own. The sort's is the one that the signal interrupted.
    interrupted = [pointer for pointer in facts["interrupted"] if pointer is not None][:memory.WINDOWS]
    return facts | {"stack": read_stack(path, core, [core["sp"], *interrupted])}
