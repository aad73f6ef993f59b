"""What a core dump says about the defect: the logic, on a dictionary of facts."""

import signal

from autopsy.crash_kind import describe, has_address, is_null_access
from autopsy.signature import (ENTRIES, INDEX_LIMIT, NULL_LIMIT, explain_index, is_half_code, is_half_stack, holds_index, low_half, shown, split,
                        upper_half)

SORT, CALLERS = "quicksort", ("hash_ring_remove_node", "hash_ring_add_node")
STEP_MAX = 64  # from one entry of the sort's stack to the next, where few points are left to sort
INDICES_MIN = 4  # two return addresses: one alone can be chance
FAR = 2  # from the sort to its caller: adding goes through one function more
STEPS = {
    "this defect": "replace the library: what sorts anew on each change with a stack that is never checked has no setting "
                   "that cures it; until then keep rings below the sizes in repro/README.md (\"Why it overflows\")",
    "consistent with it": "to be sure: ci/autopsy CORE EXECUTABLE, with the executable and driver that ran, not stripped of "
                          "symbols, best with debug information",
    "not this": "treat it as a crash of its own: gdb EXECUTABLE CORE, then: bt full",
    "cannot tell": "get a whole core and the files that ran: room on the disk, ulimit -c unlimited, and then "
                   "ci/autopsy CORE EXECUTABLE; meanwhile try the kernel's line: dmesg | ci/autopsy -",
}


def name_of(frame):
    """Compilers append to the names of what they clone: quicksort.constprop.0."""
    return (frame["function"] or "").split(".")[0]


def find_sort(facts):
    """The place of the sort among the frames, and of the function of the ring that called it; None: not there."""
    names = [name_of(frame) for frame in facts["frames"]]
    if SORT not in names:
        return None, None
    place = names.index(SORT)
    callers = [i for i in range(place + 1, min(place + 1 + FAR, len(names))) if names[i] in CALLERS]
    return place, callers[0] if callers else None


def is_jump(facts):
    """It died fetching an instruction where none can be."""
    mapping = facts["ip_mapping"]
    return (facts["signal"] == signal.SIGSEGV and has_address(facts) and facts["address"] == facts["ip"]
            and (mapping is None or mapping["executable"] is False))


def explain_jump(facts):
    place = "is mapped" if facts["ip_mapping"] is None else "may run"
    lines = [f"it jumped to {shown(facts['ip'])}, where nothing {place}"]
    if facts["modules"]:
        lines.append(f"the upper half of that, 0x{upper_half(facts['ip']):x}, is that of {', '.join(facts['modules'])}")
    return lines


def explain_overlap(found, ip):
    lines = []
    if found.get("compare") == ip:
        lines.append(f"`compare`, the comparator's pointer in {SORT}'s frame, holds that jump target")
        if ENTRIES <= found.get("behind", 0) <= found.get("i", 0):
            lines.append(f"starts[{found['behind']}] is the same memory as the low half of `compare`: that entry was written "
                         f"with the index {low_half(ip)}")
    return lines


def prove_by_jump(facts, place):
    """Lines that prove it; none: they do not."""
    ip, count = facts["ip"], facts["locals"].get("count")
    if place != 1 or not is_jump(facts) or not holds_index(ip):
        return []
    if upper_half(ip) != upper_half(facts["frames"][1]["pc"]) or (count is not None and low_half(ip) >= count):
        return []
    return [f"the jump target is {split(ip)}: its upper half is that of {SORT}'s own code, where the comparator is, too",
            explain_index(ip), *explain_overlap(facts["locals"], ip)]


def prove_by_depth(found):
    depth, room = found.get("i"), found.get("capacity", found.get("entries", ENTRIES))
    if depth is None or depth < room:
        return []
    size = f", in a ring of {found['count']} points" if "count" in found else ""
    return [f"the sort's depth `i` is {depth}, and its arrays have {room} entries, 0 to {room - 1}{size}: it has written "
            "behind them"]


def prove_by_protector(facts, place):
    if place == 0 or name_of(facts["frames"][place - 1]) != "__stack_chk_fail":
        return []
    return [f"the compiler's stack protector ended it: {SORT} wrote behind its arrays"]


def prove_by_locals(found):
    """No sort that is in order gets there."""
    left, count = found.get("left"), found.get("count", INDEX_LIMIT)
    if left is None or 0 <= left <= count:
        return []
    return [f"`left` is {left}, which is no index into the ring: what the sort works with has been overwritten"]


def find_indices(facts):
    """The indices that stand where return addresses should, from the one it jumped to."""
    found = []
    for frame in facts["frames"]:
        for index in (low_half(frame["pc"]), upper_half(frame["pc"])):
            if not ENTRIES <= index < INDEX_LIMIT or (found and not 0 < index - found[-1] <= STEP_MAX):
                return found[:len(found) // 2 * 2]
            found.append(index)
    return found


def judge_indices(facts, indices):
    """An optimised build that lived to return from the sort: its way back is gone, and with it the frames."""
    seen = [*explain_jump(facts),
            f"where return addresses should be are {len(indices)} ring indices, each a little above the one before: "
            f"{', '.join(map(str, indices))}: entries of `starts`, written over the way back",
            f"the ring had at least {indices[-1] + 1} points"]
    modules = {(frame["module"] or "").rsplit("/", 1)[-1] for frame in facts["frames"]}
    drivers = sorted(module for module in modules if "hash_ring" in module)
    if drivers:
        return "this defect", f"the historical sort wrote behind its stack of {ENTRIES} entries", seen + [
            f"it would have returned to {', '.join(drivers)}, whose frames are next"]
    return "consistent with it", "the way back from a function is overwritten with rising indices", seen


def explain_stack_pointer(facts):
    if not has_address(facts) or not is_half_stack(facts["address"], facts["sp"]):
        return []
    return [f"it reached for {split(facts['address'])}: the upper half is the stack's, the low half, "
            f"{low_half(facts['address'])}, could be a ring index: so a pointer to an array on the stack, half overwritten, looks"]


def judge_sort(facts, place, caller):
    """The frames are those of the report."""
    found = facts["locals"]
    called = [f"{SORT}() was called by {name_of(facts['frames'][caller])}(), as in the report"]
    proofs = [*prove_by_jump(facts, place), *prove_by_depth(found), *prove_by_protector(facts, place)]
    hints = explain_jump(facts) if is_jump(facts) else explain_stack_pointer(facts)
    if proofs:
        return "this defect", f"the historical sort wrote behind its stack of {ENTRIES} entries", called + hints + proofs
    if (lost := prove_by_locals(found)):
        return "consistent with it", "the frames of the report, and locals that make no sense", called + hints + lost
    if is_null_access(facts) or (is_jump(facts) and facts["ip"] < NULL_LIMIT and not holds_index(facts["ip"])):
        return "cannot tell", describe(facts), called + [
            "but it reached for zero or close to it: this defect mostly leaves the upper half of a pointer, or an index"]
    if "i" in found:
        return "cannot tell", describe(facts), called + hints + [
            f"but the sort's depth `i` is {found['i']}, within its arrays: if it wrote behind them, it has come back since"]
    return "consistent with it", "the frames of the report, without the proof", called + hints + [
        "its locals cannot be seen: no debug information, or optimised away"]


def judge_others(facts, place):
    named = any(frame["function"] for frame in facts["frames"])
    indices = find_indices(facts) if is_jump(facts) else []
    if len(indices) >= INDICES_MIN:
        return judge_indices(facts, indices)
    if is_jump(facts) and is_half_code(facts["ip"]):
        frames = "but not called by the ring" if place is not None else f"without {SORT}() among the frames"
        return "consistent with it", f"a jump through a half-overwritten pointer, {frames}", [
            *explain_jump(facts), f"the jump target is {split(facts['ip'])}: half a code address and an index", explain_index(facts["ip"])]
    null = is_null_access(facts) or (is_jump(facts) and facts["ip"] < ENTRIES)
    if not named and not null:
        why = "the core is cut off" if facts["truncated"] else "no frame has a name: executable or symbols are missing"
        return "cannot tell", describe(facts), [why, *explain_stack_pointer(facts)]
    reason = f"{SORT}() is there, but neither of {' and '.join(CALLERS)} called it" if place is not None else \
        f"no {SORT}() among the frames, and no jump of the form that this defect leaves"
    return "not this", describe(facts), [reason if named else "no jump or access of the form that this defect leaves"]


def about_files(facts):
    lines = [f"gdb warns: {warning}: names and locals may be wrong" for warning in facts["warnings"]]
    if not facts["executable_found"]:
        lines.append(f"the executable, {facts['executable'] or 'whose name the core does not tell'}, is not here")
    if facts["truncated"]:
        lines.append("the core is cut off: the stack, and so the frames, may be missing")
    return lines


def judge(facts):
    if "unreadable" in facts:
        verdict, summary, evidence = "cannot tell", "the core says too little", [facts["unreadable"]]
    else:
        place, caller = find_sort(facts)
        verdict, summary, evidence = judge_others(facts, place) if caller is None else judge_sort(facts, place, caller)
        if verdict in ("this defect", "consistent with it"):
            evidence = [describe(facts), *evidence]
        evidence = evidence + about_files(facts)
    return {"verdict": verdict, "summary": summary, "evidence": evidence, "next": STEPS[verdict]}
