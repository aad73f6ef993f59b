"""Reads what needs no debugger from a core dump: signal, registers, mappings. It reads only headers, so the core dump may
be large or cut off. memory.py reads from what was mapped."""

import os

from autopsy import elf, sender
from autopsy.machines import X86_64, machine_of
from shared.errors import CannotRun

NT_PRSTATUS, NT_PRPSINFO, NT_AUXV, NT_SIGINFO, NT_FILE = 1, 3, 6, 0x53494749, 0x46494C45
AT_ENTRY = 9
# struct elf_prstatus: the signal as a short, two sets of signals, four ids, four times, and the general registers, which
# end with whether there are others.
BEFORE_REGISTERS = {True: 112, False: 72}
SIGNAL = 12
PROGRAM, COMMAND = 16, 80  # the sizes of the names that end struct elf_prpsinfo
LAST = (1 << 64) - 1  # a damaged mapping may end behind it
EM_MIPS = 8  # its struct siginfo has code and errno the other way round


def refuse_others(path, head):
    """Raises CannotRun for a file that is no core dump."""
    if not head.startswith(elf.MAGIC):
        raise CannotRun(f"{path}: not a core dump; give a core dump, or a segfault line of the kernel")
    found = elf.header(head)
    if found is not None and found.type != elf.ET_CORE:
        raise CannotRun(f"{path}: a program or library, not a core dump; name the core dump first: ci/autopsy CORE EXECUTABLE")


def read_segments(file, header, size):
    """Reads the program headers, as many as the file has."""
    if header.table >= size or header.entry_size != elf.segment_size(header.form):
        return []
    file.seek(header.table)
    return elf.segments(header.form, file.read(header.entry_size * header.count), header.entry_size)


def read_notes(file, form, segments, size):
    notes = []
    for segment in (segment for segment in segments if segment["type"] == elf.PT_NOTE and segment["offset"] < size):
        file.seek(segment["offset"])
        notes += [(kind, data) for kind, _, data in elf.notes(form, file.read(min(segment["file_size"], size)))]
    return notes


def note(notes, kind, least):
    """The first note of that kind, which belongs to the thread that the signal killed."""
    return next((data for found, data in notes if found == kind and len(data) >= least), None)


def text_at(data, offset, size):
    return data[offset:offset + size].split(b"\0")[0].decode(errors="replace")


def read_files(form, data):
    """The address range at which each file is mapped, and from which place in the file."""
    if len(data) < form.size("WW"):
        return []
    (count, page), entry = form.unpack("WW", data), form.size("WWW")
    first = form.size("WW")
    ranges = [form.unpack("WWW", data, first + entry * i) for i in range(min(count, (len(data) - first) // entry))]
    names = data[first + entry * count:].split(b"\0")
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


def read_auxiliary(form, data):
    """What the kernel told the program at its start, by number."""
    pair = form.size("WW")
    return dict(form.unpack("WW", data, at) for at in range(0, len(data) - pair + 1, pair))


def read_process(form, notes):
    """Names and number of the process. Its kernel's ids have two bytes each on some machines."""
    data = note(notes, NT_PRPSINFO, 124)
    if data is None:
        return {"pid": None, "program": None, "command": None}
    names = len(data) - PROGRAM - COMMAND if len(data) in (124, 128, 136) else 40 if form.wide else 28
    return {"pid": form.unpack("i", data, names - 16)[0], "program": text_at(data, names, PROGRAM) or None,
            "command": text_at(data, names + PROGRAM, COMMAND) or None}


def find_executable(core, command):
    # Kernels before 3.7 list no files. The first word of the command line may be the path.
    return file_at(core, core["auxiliary"].get(AT_ENTRY, 0)) or (command.split(" ")[0] if command else None)


def read_signal(header, notes, pid):
    form, data, status = header.form, note(notes, NT_SIGINFO, 24), note(notes, NT_PRSTATUS, SIGNAL + 2)
    if data is None:
        return {"signal": form.unpack("h", status, SIGNAL)[0] if status else None, "code": None, "address": None, "sender": None}
    return sender.read(form, data, pid, header.machine == EM_MIPS)


def read_registers(form, machine, status):
    """Nothing if the thread's note lacks a part."""
    layout = f"{len(machine.registers)}W"
    if len(status) < BEFORE_REGISTERS[form.wide] + form.size(layout):
        return {}
    return dict(zip(machine.registers, form.unpack(layout, status, BEFORE_REGISTERS[form.wide])))


def read_core(path):
    """What the core dump contains, or {"unreadable": why} if it contains too little."""
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            size = os.fstat(file.fileno()).st_size
            if not head:
                return {"unreadable": "the file is empty: the disk was full, or core dumps were limited (ulimit -c)"}
            refuse_others(path, head)
            header = elf.header(head)
            if header is None:
                return {"unreadable": "the core dump is cut off within its first bytes" if len(head) < 64 else
                        "the core dump's first bytes are damaged: they tell no class and order of bytes"}
            segments = read_segments(file, header, size)
            notes = read_notes(file, header.form, segments, size)
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; give a core dump that can be read, or a segfault line of the kernel") from error
    return interpret(header, segments, notes, size)


def interpret(header, segments, notes, size):
    form, machine = header.form, machine_of(header)
    status = note(notes, NT_PRSTATUS, BEFORE_REGISTERS[form.wide])
    truncated = any(segment["offset"] + segment["file_size"] > size for segment in segments)
    process = read_process(form, notes)
    registers = read_registers(form, machine, status) if status is not None else {}
    if status is None or (not registers and machine.name == X86_64):
        return {"machine": machine.name, "unreadable": "the core dump is cut off before the registers of the crashed thread"
                if truncated or not segments else "the core dump contains no thread"}
    core = {"machine": machine.name, "elf": header, "truncated": truncated,
            "ip": registers.get(machine.ip), "sp": registers.get(machine.sp),
            "registers": {name: f"0x{value:016x}" for name, value in registers.items()}, **read_signal(header, notes, process["pid"]),
            "files": read_files(form, note(notes, NT_FILE, 0) or b""), "auxiliary": read_auxiliary(form, note(notes, NT_AUXV, 0) or b""),
            "loads": [{"start": load["start"], "end": min(load["start"] + load["size"], LAST), "executable": bool(load["flags"] & 1),
                       "writable": bool(load["flags"] & 2), "readable": bool(load["flags"] & 4), "offset": load["offset"],
                       "file_size": load["file_size"]} for load in segments if load["type"] == elf.PT_LOAD]}
    core["executable"] = find_executable(core, process.pop("command"))
    return core | process
