"""Reads what needs no debugger from a core dump: signal, registers, mappings. It reads only headers, so the core dump may
be large or cut off. memory.py reads from what was mapped."""

import os
import struct

from shared.errors import CannotRun

ET_CORE, EM_X86_64, PT_LOAD, PT_NOTE = 4, 62, 1, 4
NT_PRSTATUS, NT_PRPSINFO, NT_AUXV, NT_SIGINFO, NT_FILE = 1, 3, 6, 0x53494749, 0x46494C45
AT_ENTRY = 9
MACHINES = {3: "32-bit x86", 40: "32-bit ARM", 183: "AArch64", 243: "RISC-V", 21: "POWER", 22: "s390x"}
# In struct elf_prstatus the general registers begin at byte 112, in the order of struct user_regs_struct.
REGISTERS = 112
NAMES = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs").split()


def refuse_others(path, head):
    """Raises CannotRun for a file that is no core dump."""
    if not head.startswith(b"\x7fELF"):
        raise CannotRun(f"{path}: not a core dump; give a core dump, or a segfault line of the kernel")
    if len(head) >= 18 and struct.unpack_from("<H", head, 16)[0] != ET_CORE:
        raise CannotRun(f"{path}: a program or library, not a core dump; name the core dump first: ci/autopsy CORE EXECUTABLE")


def read_segments(file, head):
    """Reads the program headers, as many as the file has."""
    offset, = struct.unpack_from("<Q", head, 32)
    entry_size, count = struct.unpack_from("<HH", head, 54)
    if entry_size != 56:
        return []
    if offset >= 1 << 63:
        return []
    file.seek(offset)
    table = file.read(entry_size * count)
    names = ("type", "flags", "offset", "start", "physical", "file_size", "size", "align")
    return [dict(zip(names, struct.unpack_from("<IIQQQQQQ", table, i))) for i in range(0, len(table) - 55, 56)]


def read_notes(file, segments, size):
    notes = []
    for segment in (segment for segment in segments if segment["type"] == PT_NOTE and segment["offset"] < size):
        file.seek(segment["offset"])
        data = file.read(min(segment["file_size"], size))
        at = 0
        while at + 12 <= len(data):
            name_size, note_size, kind = struct.unpack_from("<III", data, at)
            start = at + 12 + (name_size + 3 & ~3)
            at = start + (note_size + 3 & ~3)
            if start + note_size <= len(data):
                notes.append((kind, data[start:start + note_size]))
    return notes


def note(notes, kind, least):
    """The first note of that kind, which belongs to the thread that the signal killed."""
    return next((data for found, data in notes if found == kind and len(data) >= least), None)


def text_at(data, offset, size):
    return data[offset:offset + size].split(b"\0")[0].decode(errors="replace")


def read_files(data):
    """The address range at which each file is mapped, and from which place in the file."""
    count, page = struct.unpack_from("<QQ", data)
    ranges = [struct.unpack_from("<QQQ", data, 16 + 24 * i) for i in range(min(count, (len(data) - 16) // 24))]
    names = data[16 + 24 * count:].split(b"\0")
    return [{"file": name.decode(errors="replace"), "start": start, "end": end, "offset": pages * page}
            for (start, end, pages), name in zip(ranges, names)]


def file_at(core, address):
    return next((entry["file"] for entry in core["files"] if entry["start"] <= address < entry["end"]), None)


def mapping_at(core, address):
    """What is mapped at an address, or None. `executable` is None if the core dump does not tell."""
    name = file_at(core, address)
    for load in core["loads"]:
        if load["start"] <= address < load["end"]:
            return {"file": name, "executable": load["executable"]}
    return {"file": name, "executable": None} if name is not None else None


def find_executable(core, notes):
    auxiliary = note(notes, NT_AUXV, 16) or b""
    pairs = dict(struct.unpack_from("<QQ", auxiliary, i) for i in range(0, len(auxiliary) - 15, 16))
    named = file_at(core, pairs.get(AT_ENTRY, 0))
    about = note(notes, NT_PRPSINFO, 136)
    # Kernels before 3.7 list no files. The first word of the command line may be the path.
    return named or (text_at(about, 56, 80).split(" ")[0] if about else None)


def read_signal(notes):
    data = note(notes, NT_SIGINFO, 24)
    status = note(notes, NT_PRSTATUS, 336)
    if data is not None:
        number, _, code, _, address = struct.unpack_from("<iiiiQ", data)
        return {"signal": number, "code": code, "address": address}
    return {"signal": struct.unpack_from("<h", status, 12)[0] if status else None, "code": None, "address": None}


def read_core(path):
    """What the core dump contains, or {"unreadable": why} if it contains too little."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            size = os.fstat(file.fileno()).st_size
            if not head:
                return {"unreadable": "the file is empty: the disk was full, or core dumps were limited (ulimit -c)"}
            refuse_others(path, head)
            if len(head) < 64:
                return {"unreadable": "the core dump is cut off within its first bytes"}
            machine, = struct.unpack_from("<H", head, 18)
            if machine != EM_X86_64 or head[4] != 2:
                return {"unreadable": f"the core dump comes from another architecture, {MACHINES.get(machine, f'number {machine}')}; "
                                      "ci/autopsy knows this defect only on x86-64"}
            segments = read_segments(file, head)
            notes = read_notes(file, segments, size)
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; give a core dump that can be read, or a segfault line of the kernel") from error
    return interpret(segments, notes, size)


def interpret(segments, notes, size):
    status = note(notes, NT_PRSTATUS, 336)
    truncated = any(segment["offset"] + segment["file_size"] > size for segment in segments)
    if status is None:
        return {"unreadable": "the core dump is cut off before the registers of the crashed thread" if truncated or not segments
                else "the core dump contains no thread"}
    registers = dict(zip(NAMES, struct.unpack_from("<27Q", status, REGISTERS)))
    core = {"truncated": truncated, "ip": registers["rip"], "sp": registers["rsp"],
            "registers": {name: f"0x{value:016x}" for name, value in registers.items()}, **read_signal(notes),
            "files": read_files(note(notes, NT_FILE, 16) or bytes(16)),
            "loads": [{"start": load["start"], "end": load["start"] + load["size"], "executable": bool(load["flags"] & 1),
                       "writable": bool(load["flags"] & 2), "offset": load["offset"], "file_size": load["file_size"]}
                      for load in segments if load["type"] == PT_LOAD]}
    core["executable"] = find_executable(core, notes)
    return core
