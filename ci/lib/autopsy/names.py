"""What names, frames and locals say for or against the defect of 2014. They are believed where the file on disk is the one
that ran (build_id.py)."""

import signal

from autopsy.crash_kind import has_address, is_jump_to
from autopsy.signature import (ENTRIES, INDEX_LIMIT, explain_index, holds_index, is_half_stack, low_half, shown, split,
                               upper_half)

SORT, CALLERS = "quicksort", ("hash_ring_remove_node", "hash_ring_add_node")
FAR = 2  # frames from the sort to its caller: one more for an add


def name_of(frame):
    """Without the suffix of a clone that the compiler made: quicksort.constprop.0."""
    return (frame["function"] or "").split(".")[0]


def capacity(found):
    """How many entries the sort's arrays have, by its locals. The historical sort has ENTRIES."""
    return found.get("capacity", found.get("entries", ENTRIES))


def is_checked(facts, frame):
    """Whether the name of a frame is from the file that ran."""
    return facts["checked"].get(frame["module"]) == "same"


def are_checked(facts, *places):
    return all(is_checked(facts, facts["frames"][place]) for place in places)


def find_sort(frames):
    """The index of the sort's frame, and of the ring function that called it. Either is None if it is not there."""
    names = [name_of(frame) for frame in frames]
    if SORT not in names:
        return None, None
    place = names.index(SORT)
    callers = [i for i in range(place + 1, min(place + 1 + FAR, len(names))) if names[i] in CALLERS]
    return place, callers[0] if callers else None


def is_jump(facts):
    """Whether it died while fetching an instruction where there can be no code."""
    mapping = facts["ip_mapping"]
    return facts["signal"] == signal.SIGSEGV and is_jump_to(facts) and (mapping is None or mapping["executable"] is False)


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


def explain_target(facts, place):
    """What the jump target says if the sort's frame is the next one."""
    ip, count = facts["ip"], facts["locals"].get("count")
    if place != 1 or not is_jump(facts) or not holds_index(ip):
        return []
    if upper_half(ip) != upper_half(facts["frames"][1]["pc"]) or (count is not None and low_half(ip) >= count):
        return []
    return [f"the jump target is {split(ip)}; {SORT}'s own code, and the comparator with it, has the same upper half",
            explain_index(ip), *explain_overlap(facts["locals"], ip)]


def explain_depth(found):
    depth, room = found.get("i"), capacity(found)
    if depth is None or depth < room:
        return []
    size = f", in a ring of {found['count']} points" if "count" in found else ""
    return [f"the sort's depth `i` is {depth}, but its arrays have {room} entries, 0 to {room - 1}{size}"]


def explain_protector(facts, place):
    if place == 0 or name_of(facts["frames"][place - 1]) != "__stack_chk_fail":
        return []
    return ["the compiler's stack protector aborted it when the sort returned"]


def impossible_locals(found):
    """A line about a value that `left` never has in a working sort, or none."""
    left, count = found.get("left"), found.get("count", INDEX_LIMIT)
    if left is None or 0 <= left <= count:
        return []
    return [f"`left` is {left}, which is no index into the ring: the sort's variables were overwritten"]


def explain_stack_pointer(facts):
    if not has_address(facts) or not is_half_stack(facts["address"], facts["sp"]):
        return []
    return [f"it accessed {split(facts['address'])}: the upper half is the stack's, and the low half, "
            f"{low_half(facts['address'])}, could be a ring index; a half-overwritten pointer to an array on the stack looks like this"]


def supports(facts):
    """Lines about names, frames, locals and addresses that fit the defect."""
    lines = explain_jump(facts) if is_jump(facts) else explain_stack_pointer(facts)
    place, caller = find_sort(facts["frames"])
    if caller is not None:
        found = facts["locals"]
        lines = [f"{SORT}() was called by {name_of(facts['frames'][caller])}(), as in the report", *lines,
                 *explain_target(facts, place), *explain_depth(found), *explain_protector(facts, place), *impossible_locals(found)]
        if not are_checked(facts, place, caller):
            lines.append("it could not be checked that these names belong to what ran: the core dump lacks the files' first pages")
    return lines


def frame_at(facts, address):
    """The frame that has an address on the stack, or None. Frames below one without a stack pointer are not known."""
    for frame, older in zip(facts["frames"], facts["frames"][1:]):
        if frame["sp"] is None or older["sp"] is None or older["sp"] < frame["sp"]:
            return None
        if frame["sp"] <= address < older["sp"]:
            return frame
    return None


def contradicts(facts, arrays):
    """Lines about checked names and locals that do not fit the arrays that were found."""
    frame = frame_at(facts, arrays["start"])
    if frame is None or not frame["function"] or not is_checked(facts, frame):
        return []
    if name_of(frame) != SORT and name_of(frame) not in CALLERS:
        return [f"but these words are in the frame of {name_of(frame)}(), which is not the sort"]
    room = capacity(facts["locals"])
    return [] if room == ENTRIES else [f"but the sort's arrays have {room} entries there"]
