"""Decides what a core dump of another machine than x86-64 says. The real library died on x86-64 alone, so only there is a core
dump a proof, and only there does a stack without the sort's arrays refute it. But the sort keeps integers of four bytes on every
machine. Its stack is found as on x86-64 in core dumps of the stand-in, built by gcc from -O0 to -O3 for 32-bit x86, AArch64 and
s390x. What an index does to a pointer is known, too: on 32 bits it replaces all of it, on 64 bits the half that comes first in memory."""

import signal

from autopsy import arrays_text, core_advice, names
from autopsy.crash_kind import describe, has_address, null_limit
from autopsy.machines import X86_64
from autopsy.signature import ENTRIES, INDEX_LIMIT, low_half, shown, upper_half

MEMORY = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT)
STEPS = {
    "consistent with it": "see whether the library has the historical sort; if it has, replace it: no setting cures it",
    "cannot tell": "debug it: {gdb}, then: bt full; --sysroot and --search name folders with the files that ran",
}


def explain(facts):
    """What the machine means for the verdict, or nothing for x86-64."""
    machine = facts.get("machine", X86_64)
    return [] if machine == X86_64 else [f"the core dump comes from {machine}; only x86-64 cores are proved"]


def step(facts, verdict, kind):
    return core_advice.for_other(facts, kind) if verdict == "not this" else STEPS[verdict].format(gdb=core_advice.gdb(facts))


def index_in(facts, pointer):
    """What would be a ring index if the sort had written over this pointer."""
    form = facts["elf"].form
    return pointer if not form.wide else low_half(pointer) if form.order == "<" else upper_half(pointer)


def could_be_index(facts, pointer):
    return ENTRIES <= index_in(facts, pointer) < INDEX_LIMIT


def jumped(facts):
    """Whether it died where there can be no code."""
    mapping = facts["ip_mapping"]
    return facts["ip"] is not None and facts["signal"] in MEMORY[:2] and (mapping is None or mapping["executable"] is False)


def refute(facts):
    """Why it is not this defect, or None."""
    if facts["signal"] not in MEMORY:
        return "this defect ends with SIGSEGV, SIGBUS, or SIGABRT with a stack protector"
    if facts["signal"] != signal.SIGABRT and facts["code"] is not None and facts["code"] <= 0:
        return "a process sent the signal"
    # Code of a program with fixed addresses has an upper half of zero.
    half = jumped(facts) and could_be_index(facts, facts["ip"])
    if has_address(facts) and facts["address"] < null_limit(facts) and not half:
        return f"it accessed {shown(facts['address'])}, at or near zero; this defect leaves ring indices from {ENTRIES} on"
    return None


def explain_pointer(facts):
    pointer = facts["ip"] if jumped(facts) else facts["address"] if has_address(facts) else None
    if pointer is None or not could_be_index(facts, pointer):
        return []
    part = "it" if not facts["elf"].form.wide else f"the {'low' if facts['elf'].form.order == '<' else 'upper'} half of it"
    return [f"{'it jumped to' if jumped(facts) else 'it accessed'} {shown(pointer)}; {part} could be the ring index {index_in(facts, pointer)}"]


def known(facts):
    """What is known of the process and the place."""
    process = f"{facts['program'] or 'a program without a name'}, process {facts['pid']}" if facts["pid"] is not None else "an unknown process"
    code = "" if facts["code"] is None else f", si_code {facts['code']}"
    lines = [f"{process}: signal {facts['signal']}{code}"]
    if facts["ip"] is not None:
        place = facts["frames"][0]
        unnamed = "memory without a file" if facts["files"] else "a mapping whose file the core dump does not name"
        where = "where nothing is mapped" if facts["ip_mapping"] is None else f"in {place['module'] or unnamed}"
        offset = "" if place["offset"] is None else f"+0x{place['offset']:x}"
        lines.append(f"the program counter is {shown(facts['ip'])}, {where}{offset}")
    if any(file["state"] == "unknown" and file["path"] == facts["executable"] for file in facts["located"].values()):
        lines.append(f"it could not be checked that {facts['executable']} is the program that ran")
    return lines + ([f"there are no frames: {facts['no_frames']}"] if facts["no_frames"] else [])


def judge(facts):
    seen, why = facts["stack"]["arrays"], refute(facts)
    place, caller = names.find_sort(facts["frames"])
    evidence = [*explain(facts), *known(facts), *explain_pointer(facts)]
    if seen is not None:
        contradicts = names.contradicts(facts, seen)
        lines = [describe(facts), *arrays_text.explain(seen), *contradicts, *evidence]
        if seen["doubt"] is not None:
            lines.insert(-len(evidence), f"{seen['doubt']} could leave the same")
        if not contradicts and (seen["doubt"] is None or caller is not None):
            return "consistent with it", "the sort's overflown stack", lines
        return "cannot tell", "what could be the sort's overflown stack", lines
    if why is not None:
        return "not this", describe(facts), [why, *evidence]
    if caller is not None:
        return "consistent with it", "the frames of the report", [describe(facts), *evidence]
    checked = all(frame["function"] and names.is_checked(facts, frame) for frame in facts["frames"])
    if checked and place is None and not jumped(facts) and len(facts["frames"]) > 1:
        return "not this", describe(facts), [f"no {names.SORT}() among the frames, which all have names", *evidence]
    return "cannot tell", describe(facts), evidence
