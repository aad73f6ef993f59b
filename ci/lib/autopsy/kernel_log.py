"""Reads the kernel's message about a program that died, from dmesg, the journal or a log."""
import re

from autopsy.kernel_forms import COMMAND, FORMS, REACH, REGISTERS, SCATTERED
from autopsy.log_prefix import CONTEXT, program_before

# Names of the VM's threads, which the kernel prints in place of the program's.
VM = re.compile(r"beam(?:\.\w{1,12}){0,2}|erts_\w{1,12}|\d{1,4}_(?:scheduler|dirty_\w{1,12}|aux\w*|poll\w*)|async_\d{1,5}|"
                r"sys_(?:sig|msg)_\w{1,8}|beam\.\w*")
SIGNALS = {"page fault": 11, "trap": 11, "arm64": 11, "mips": 11, "out of memory": 9}
TRAP_SIGNALS = {"divide error": 8, "invalid opcode": 4, "stack segment": 7, "segment not present": 7, "alignment check": 7, "int3": 5,
                "debug": 5, "x87 fault": 8, "simd exception": 8, "fpu exception": 8, "coprocessor segment overrun": 8}
OF_PROCESS = ("out of memory", "signal")  # these print the process's number, all others the thread's


def number(text):
    return 0 if text.startswith("(") else int(text, 16)


def mapping_of(found):
    if found.get("start") is None:
        return None
    return {"file": found["file"], "start": number(found["start"]), "size": number(found["size"])}


def facts_of(form, found, text, start, end):
    """`found` has the parts of a message, which begins and ends at these places of the text."""
    before = text[max(start - CONTEXT, 0):start]
    program, pid, time = program_before(before)
    if form == "signal" and found.get("pid") is None:  # of a unit of systemd
        program = before.rpartition(": ")[0].split()[-1:] or [None]
        program, pid = program[0], None
    elif form == "fatal" and pid is None and program and "/" in program:
        program, _, digits = program.rpartition("/")
        pid = int(digits) if digits.isdecimal() else None
    elif form == "fatal" and program:
        program = program.rpartition(": ")[2]
    trap = found.get("trap")
    if trap == "":
        trap = " ".join(text[start:end].split()[:2])
    facts = {"kind": "log", "line": (before + text[start:end + CONTEXT]).strip(), "form": form, "time": time,
             "program": found.get("program") or program, "pid": int(found["pid"]) if found.get("pid") else pid,
             "signal": int(found["signal"]) if found.get("signal") else TRAP_SIGNALS.get(trap, SIGNALS.get(form)),
             "error": int(found["error"], 16) if found.get("error") else None, "mapping": mapping_of(found)}
    for name in ("address", "ip", "sp", "esr", "code"):
        facts[name] = number(found[name]) if found.get(name) else None
    facts["trap"] = trap and trap.lower()
    facts["what"], facts["access"], facts["file_offset"] = found.get("what"), found.get("access"), None
    if found.get("offset"):
        facts["file_offset"] = number(found["offset"])
    facts["vm"] = is_vm(facts["program"])
    facts["of_process"] = form in OF_PROCESS
    return facts


def is_vm(program):
    return bool(program and VM.fullmatch(program))


def read_scattered(text, word, patterns):
    """Yields where each message begins that has all its parts, the parts, and where it ends."""
    start = text.find(word)
    while start >= 0:
        after = text.find(word, start + len(word))
        end = min(len(text) if after < 0 else after, start + REACH)
        parts = {name: pattern.search(text, start, end) for name, pattern in patterns.items()}
        if all(parts.values()):
            yield start, {name: match["value"] for name, match in parts.items()}, max(match.end() for match in parts.values())
        start = after


def read_all(text):
    """The facts of each message in a line, and where it ends."""
    found, ends = [], []
    lower = text.lower()
    for form, word, pattern in FORMS:
        if word.lower() not in lower:
            continue
        for match in pattern.finditer(text):
            found.append((match.start(), facts_of(form, match.groupdict(), text, *match.span())))
            ends.append(match.end())
    for form, word, patterns in SCATTERED:
        for start, parts, end in read_scattered(text, word, patterns):
            found.append((start, facts_of(form, parts, text, start, end)))
            ends.append(end)
    return [facts for _, facts in sorted(found, key=lambda pair: pair[0])], max(ends, default=0)


def needs_registers(facts):
    return facts["form"] in ("fatal", "arm", "arm64", "riscv", "mips") and facts["ip"] is None


def add_registers(facts, text):
    """Takes what is missing from a line of registers that follows."""
    command = COMMAND.search(text)
    if command and facts["pid"] is None:
        facts |= {"program": command["program"], "pid": int(command["pid"])}
        facts["vm"] = is_vm(facts["program"])
    for name, pattern in REGISTERS:
        if facts[name] is None and (match := pattern.search(text)):
            facts[name] = number(match["value"])
