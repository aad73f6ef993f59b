"""The text that ci/autopsy prints, and the JSON that it writes for the report page."""

import difflib
import itertools
import os

from autopsy.machines import X86_64
from autopsy.names import name_of
from autopsy.signature import holds_index, low_half, shown, upper_half
from shared.visible import print_line

REPORT_LINE = ("Oct 30 15:19:41 localhost kernel: beam.smp[21880]: segfault at 7fa300006d4b ip 00007fa300006d4b "
               "sp 00007fa3d0d7c788 error 14 in locale-archive[7fa31616f000+5e91000")
REPORT_FRAMES = [
    {"pc": 0x00007FA300006D4B, "function": None},
    {"pc": 0x00007FA3AA83DD96, "function": "quicksort"},
    {"pc": 0x00007FA3AA83D026, "function": "hash_ring_remove_node"},
    {"pc": 0x00007FA3AA83C295, "function": "hash_ring_drv_output"},
    {"pc": 0x00000000004924EF, "function": "call_driver_output"},
]
# The VM's function that calls the driver: in 2014, and in newer VMs, which inline call_driver_output() into it.
VM_CALL, NEWER_VM_CALL = "call_driver_output", "erts_port_output"
FRAMES_SHOWN, LOCALS_SHOWN, COLUMN = 12, ("i", "capacity", "behind", "pivot", "left", "right", "count", "entries", "compare"), 52
REGISTERS_SHOWN = 4  # in a row
ADDRESSES = ("pc", "ip", "sp", "address", "compare", "start", "end")
NOT_PRINTED = ("files", "loads", "elf", "auxiliary")  # the core dump's own tables; `mappings` has what they say


def frame_text(frame):
    if not frame:
        return ""
    return f"{shown(frame['pc']) + ' in ' if frame['pc'] is not None else ''}{frame['function'] or '??'} ()"


def where_text(frame):
    """File and offset, and the line of the source, as far as they are known."""
    if not frame:
        return ""
    module = (frame.get("module") or "").rsplit("/", 1)[-1]
    offset = f"+0x{frame['offset']:x}" if module and frame.get("offset") is not None else ""
    return " ".join(part for part in (module + offset, frame.get("source")) if part)


def key(frame):
    name = name_of(frame) if frame["function"] else "??"
    return VM_CALL if name == NEWER_VM_CALL else name


def pair_frames(frames):
    """Rows of both backtraces with equal functions side by side. None fills a row that only one of them has."""
    ours = frames[:FRAMES_SHOWN]
    matcher = difflib.SequenceMatcher(None, [key(frame) for frame in ours], [key(frame) for frame in REPORT_FRAMES], False)
    rows = []
    for _, a, b, c, d in matcher.get_opcodes():
        rows.extend(itertools.zip_longest(ours[a:b], REPORT_FRAMES[c:d]))
    return rows


def remark_frames(rows):
    called = next((ours for ours, report in rows if report and report["function"] == VM_CALL), None)
    if called is not None and called["function"] == NEWER_VM_CALL:
        return [f"{NEWER_VM_CALL}() calls the driver in a newer VM, as {VM_CALL}() does in the report"]
    if called is not None and called["function"] is None and "beam" in os.path.basename(called.get("module") or ""):
        return [f"?? is in the place of {VM_CALL}(): a stripped VM has no names"]
    return []


def print_frames(frames, title):
    rows = pair_frames(frames)
    print()
    print_line(f"{title:{COLUMN}} {'the report of 2014':{COLUMN}} where in {title}")
    for ours, report in rows:
        print_line(f"{frame_text(ours):{COLUMN}} {frame_text(report):{COLUMN}} {where_text(ours)}".rstrip())
    for remark in remark_frames(rows):
        print_line(remark)


def print_locals(found):
    print("\nlocals of quicksort() (`capacity`: entries in its arrays; `behind`: the entry at whose address `compare` lies)")
    print("  " + "  ".join(f"{name} = {shown(found[name]) if name == 'compare' else found[name]}"
                           for name in LOCALS_SHOWN if name in found))


def print_registers(registers):
    words = [f"{name:>8} {value}" for name, value in registers.items()]
    print("\nregisters")
    for row in range(0, len(words), REGISTERS_SHOWN):
        print("  ".join(words[row:row + REGISTERS_SHOWN]))


def print_verdict(judgement, facts, found=()):
    """`found` has what else a text contains."""
    print_line(f"{judgement['verdict']}: {judgement['summary']}")
    for line in judgement["evidence"]:
        print_line(f"  - {line}")
    if facts.get("frames"):
        print_frames(facts["frames"], f"this {'backtrace' if facts['kind'] == 'backtrace' else 'core dump'}")
    if facts.get("locals"):
        print_locals(facts["locals"])
    if facts.get("registers"):
        print_registers(facts["registers"])
    if found:
        print_others(found)
    if judgement.get("hash"):
        print(f"\nhash: {judgement['hash']} (that of other core dumps with the same kind of fault and first frames)")
    if facts.get("frames") and not judgement.get("hash"):
        print()
    print_line(f"next: {judgement['next']}")


def print_others(found):
    for other in found["others"]:
        time = f" ({other['time']})" if other["time"] else ""
        print_line(f"also: {other['verdict']}: {other['summary']}{time}")
    for rest in found["more"]:
        print_line(f"and {rest['count']} more of {rest['program']}: {rest['verdict']}")
    for line in found["not_understood"]:
        print_line(f"not understood, a part is missing: {line}")


def with_addresses(value, name=None):
    """Writes addresses in hexadecimal, as strings: many readers of JSON cannot hold 64 bits."""
    if isinstance(value, dict):
        return {name: with_addresses(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_addresses(inner) for inner in value]
    return shown(value) if name in ADDRESSES and isinstance(value, int) else value


def as_json(judgement, facts):
    kept = {name: value for name, value in facts.items() if name not in NOT_PRINTED}
    document = judgement | kept | {"report": {"line": REPORT_LINE, "frames": REPORT_FRAMES}}
    if facts.get("ip") is not None and facts.get("machine", X86_64) == X86_64:
        ip = facts["ip"]
        document["jump"] = {"address": ip, "upper_half": f"0x{upper_half(ip):x}", "low_half": low_half(ip),
                            "could_be_index": holds_index(ip), "happened": None if facts["kind"] == "backtrace" else facts.get("address") == ip}
    if facts.get("frames"):
        rows = pair_frames(facts["frames"])
        document["backtraces"] = [[frame_text(ours), frame_text(report)] for ours, report in rows]
        document["remarks"] = remark_frames(rows)
    return with_addresses(document)
