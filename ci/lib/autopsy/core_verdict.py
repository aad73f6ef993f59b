"""Decides from the facts of a core dump whether it shows the defect of 2014."""

import signal

from autopsy.crash_kind import describe, has_address, is_null_access
from autopsy.signature import (ENTRIES, INDEX_LIMIT, NULL_LIMIT, explain_index, is_half_code, is_half_stack, holds_index, low_half, shown, split,
                        upper_half)

SORT, CALLERS = "quicksort", ("hash_ring_remove_node", "hash_ring_add_node")
STEP_MAX = 64  # between neighbouring entries of the sort's stack, when few points are left to sort
INDICES_MIN = 4  # two return addresses; one alone can be chance
FAR = 2  # frames from the sort to its caller: one more for an add
STEPS = {
    "this defect": "replace the library: no setting cures it, since it sorts the whole ring after each change on a stack that "
                   "is never checked; until then keep rings smaller than those that overflow in repro/depth/results.md",
    "consistent with it": "to be sure, run ci/autopsy CORE EXECUTABLE with the executable and driver that ran, with symbols "
                          "and, if possible, debug information",
    "not this": "debug it as another crash: gdb EXECUTABLE CORE, then: bt full",
    "cannot tell": "get a complete core dump (room on the disk, ulimit -c unlimited) and the files that ran, then run "
                   "ci/autopsy CORE EXECUTABLE; meanwhile try the kernel's line: dmesg | ci/autopsy -",
}


def name_of(frame):
    """Without the suffix of a clone that the compiler made: quicksort.constprop.0."""
    return (frame["function"] or "").split(".")[0]


def find_sort(facts):
    """The index of the sort's frame, and of the ring function that called it. Either is None if it is not there."""
    names = [name_of(frame) for frame in facts["frames"]]
    if SORT not in names:
        return None, None
    place = names.index(SORT)
    callers = [i for i in range(place + 1, min(place + 1 + FAR, len(names))) if names[i] in CALLERS]
    return place, callers[0] if callers else None


def is_jump(facts):
    """Whether it died while fetching an instruction where there can be no code."""
    mapping = facts["ip_mapping"]
    return (facts["signal"] == signal.SIGSEGV and has_address(facts) and facts["address"] == facts["ip"]
            and (mapping is None or mapping["executable"] is False))


def explain_jump(facts):
    place = "where nothing is mapped" if facts["ip_mapping"] is None else "which is not executable"
    lines = [f"it jumped to {shown(facts['ip'])}, {place}"]
    if facts["modules"]:
        lines.append(f"the upper half of that address, 0x{upper_half(facts['ip']):x}, is the upper half of addresses in "
                     f"{', '.join(facts['modules'])}")
    return lines


def explain_overlap(found, ip):
    lines = []
    if found.get("compare") == ip:
        lines.append(f"`compare`, the pointer to the comparator in {SORT}'s frame, holds this jump target")
        if ENTRIES <= found.get("behind", 0) <= found.get("i", 0):
            lines.append(f"starts[{found['behind']}] is the same memory as the low half of `compare`: the sort wrote the index "
                         f"{low_half(ip)} there")
    return lines


def prove_by_jump(facts, place):
    """Lines that prove the defect by the jump target, or none."""
    ip, count = facts["ip"], facts["locals"].get("count")
    if place != 1 or not is_jump(facts) or not holds_index(ip):
        return []
    if upper_half(ip) != upper_half(facts["frames"][1]["pc"]) or (count is not None and low_half(ip) >= count):
        return []
    return [f"the jump target is {split(ip)}; {SORT}'s own code, and the comparator with it, has the same upper half",
            explain_index(ip), *explain_overlap(facts["locals"], ip)]


def prove_by_depth(found):
    depth, room = found.get("i"), found.get("capacity", found.get("entries", ENTRIES))
    if depth is None or depth < room:
        return []
    size = f", in a ring of {found['count']} points" if "count" in found else ""
    return [f"the sort's depth `i` is {depth}, but its arrays have {room} entries, 0 to {room - 1}{size}: it wrote past "
            "their end"]


def prove_by_protector(facts, place):
    if place == 0 or name_of(facts["frames"][place - 1]) != "__stack_chk_fail":
        return []
    return [f"the compiler's stack protector aborted it: {SORT} wrote past the end of its arrays"]


def prove_by_locals(found):
    """A line about a value that `left` never has in a working sort, or none."""
    left, count = found.get("left"), found.get("count", INDEX_LIMIT)
    if left is None or 0 <= left <= count:
        return []
    return [f"`left` is {left}, which is no index into the ring: the sort's variables were overwritten"]


def find_indices(facts):
    """The ring indices that lie where return addresses should be, beginning with the jump target."""
    found = []
    for frame in facts["frames"]:
        for index in (low_half(frame["pc"]), upper_half(frame["pc"])):
            if not ENTRIES <= index < INDEX_LIMIT or (found and not 0 < index - found[-1] <= STEP_MAX):
                return found[:len(found) // 2 * 2]
            found.append(index)
    return found


def judge_indices(facts, indices):
    """For an optimised build in which the sort returned: the return address, and with it the frames, were overwritten."""
    seen = [*explain_jump(facts),
            f"{len(indices)} ring indices lie where return addresses should be, each a little above the one before: "
            f"{', '.join(map(str, indices))}: these are entries of `starts`",
            f"the ring had at least {indices[-1] + 1} points"]
    modules = {(frame["module"] or "").rsplit("/", 1)[-1] for frame in facts["frames"]}
    drivers = sorted(module for module in modules if "hash_ring" in module)
    if drivers:
        return "this defect", f"the historical sort wrote past the end of its stack of {ENTRIES} entries", seen + [
            f"the next frames belong to {', '.join(drivers)}, to which it would have returned"]
    return "consistent with it", "return addresses are overwritten with rising ring indices", seen


def explain_stack_pointer(facts):
    if not has_address(facts) or not is_half_stack(facts["address"], facts["sp"]):
        return []
    return [f"it accessed {split(facts['address'])}: the upper half is the stack's, and the low half, "
            f"{low_half(facts['address'])}, could be a ring index; a half-overwritten pointer to an array on the stack looks like this"]


def judge_sort(facts, place, caller):
    """The verdict if the frames are the same as in the report."""
    found = facts["locals"]
    called = [f"{SORT}() was called by {name_of(facts['frames'][caller])}(), as in the report"]
    proofs = [*prove_by_jump(facts, place), *prove_by_depth(found), *prove_by_protector(facts, place)]
    hints = explain_jump(facts) if is_jump(facts) else explain_stack_pointer(facts)
    if proofs:
        return "this defect", f"the historical sort wrote past the end of its stack of {ENTRIES} entries", called + hints + proofs
    if (lost := prove_by_locals(found)):
        return "consistent with it", "the frames of the report, with impossible locals", called + hints + lost
    if is_null_access(facts) or (is_jump(facts) and facts["ip"] < NULL_LIMIT and not holds_index(facts["ip"])):
        return "cannot tell", describe(facts), called + [
            "but it accessed an address at or near zero; this defect usually leaves half a pointer or a ring index"]
    if "i" in found:
        return "cannot tell", describe(facts), called + hints + [
            f"but the sort's depth `i` is {found['i']}, within its arrays; it may have been deeper before"]
    return "consistent with it", "the frames of the report, without proof", called + hints + [
        "its locals cannot be read: there is no debug information, or they were optimised away"]


def judge_others(facts, place):
    """The verdict if the frames differ from the report's, or have no names."""
    named = any(frame["function"] for frame in facts["frames"])
    indices = find_indices(facts) if is_jump(facts) else []
    if len(indices) >= INDICES_MIN:
        return judge_indices(facts, indices)
    if is_jump(facts) and is_half_code(facts["ip"]):
        frames = "but not called by the ring" if place is not None else f"without {SORT}() among the frames"
        return "consistent with it", f"a jump through a half-overwritten pointer, {frames}", [
            *explain_jump(facts), f"the jump target is {split(facts['ip'])}: half a code address and a ring index", explain_index(facts["ip"])]
    null = is_null_access(facts) or (is_jump(facts) and facts["ip"] < ENTRIES)
    if not named and not null:
        why = "the core dump is cut off" if facts["truncated"] else "no frame has a name: the executable or its symbols are missing"
        return "cannot tell", describe(facts), [why, *explain_stack_pointer(facts)]
    reason = f"{SORT}() is among the frames, but neither {' nor '.join(CALLERS)} called it" if place is not None else \
        f"no {SORT}() among the frames, and no jump as this defect causes it"
    return "not this", describe(facts), [reason if named else "no jump or access as this defect causes it"]


def about_files(facts):
    lines = [f"gdb warns: {warning}: names and locals may be wrong" for warning in facts["warnings"]]
    if not facts["executable_found"]:
        lines.append(f"the executable, {facts['executable'] or 'whose name is not in the core dump'}, is not here")
    if facts["truncated"]:
        lines.append("the core dump is cut off: the stack, and with it frames, may be missing")
    return lines


def judge(facts):
    if "unreadable" in facts:
        verdict, summary, evidence = "cannot tell", "the core dump contains too little", [facts["unreadable"]]
    else:
        place, caller = find_sort(facts)
        verdict, summary, evidence = judge_others(facts, place) if caller is None else judge_sort(facts, place, caller)
        if verdict in ("this defect", "consistent with it"):
            evidence = [describe(facts), *evidence]
        evidence = evidence + about_files(facts)
    return {"verdict": verdict, "summary": summary, "evidence": evidence, "next": STEPS[verdict]}
