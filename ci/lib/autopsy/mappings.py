"""Where in which file an address is, and the table of what was mapped."""

import bisect

from autopsy import build_id, elf, memory


def address_in_file(core, heads, address):
    """The address as it stands in the ELF file, which addr2line and objdump take, or None. `heads` has the first pages of files
    by their names."""
    entry = next((entry for entry in core["files"] if entry["start"] <= address < entry["end"]), None)
    if entry is None:
        return None
    offset = address - entry["start"] + entry["offset"]
    for segment in elf.segments_of(heads.get(entry["file"]) or b""):
        # The last page of a segment is mapped to its end.
        if segment["type"] == elf.PT_LOAD and segment["offset"] // memory.PAGE * memory.PAGE <= offset < segment["offset"] + segment["file_size"]:
            return segment["start"] + offset - segment["offset"]
    return None


def permissions(load):
    return "".join(letter if load[name] else "-" for letter, name in (("r", "readable"), ("w", "writable"), ("x", "executable")))


def unnamed(load, files):
    """The parts of a mapping that no file covers. `files` are in order."""
    start = load["start"]
    for entry in files[max(bisect.bisect(files, load["start"], key=lambda entry: entry["start"]) - 1, 0):]:
        if entry["start"] >= load["end"]:
            break
        if start < entry["start"]:
            yield start, entry["start"]
        start = max(start, entry["end"])
    if start < load["end"]:
        yield start, load["end"]


def table(core, pages):
    """What was mapped, in order: which part of which file. `state` is for whether the file on disk is the one that ran."""
    files, loads = (sorted(core[name], key=lambda entry: entry["start"]) for name in ("files", "loads"))
    starts = [load["start"] for load in loads]
    ids = {name: build_id.build_id(page) for name, page in pages.items()}
    rows = []
    for entry in files:
        load = loads[bisect.bisect(starts, entry["start"]) - 1] if loads else None
        inside = load is not None and load["start"] <= entry["start"] < load["end"]
        rows.append({"start": entry["start"], "end": entry["end"], "offset": entry["offset"], "file": entry["file"],
                     "permissions": permissions(load) if inside else None, "build_id": ids.get(entry["file"]), "state": None})
    for load in loads:
        rows += [{"start": start, "end": end, "offset": None, "file": None, "permissions": permissions(load), "build_id": None, "state": None}
                 for start, end in unnamed(load, files)]
    return sorted(rows, key=lambda row: row["start"])
