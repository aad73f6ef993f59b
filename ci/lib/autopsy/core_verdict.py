"""Decides from the facts of a core dump whether it shows the defect of 2014. The proof is the sort's stack (sort_stack.py).
Names, frames and locals support it or contradict it."""

import signal

from autopsy import (arrays_text, core_advice, core_fault, crash_hash, fault_class, file_words, likelihood, names, other_machines,
                     program_frame, sender)
from autopsy.crash_kind import describe, is_ended, is_null_access
from autopsy.names import SORT
from autopsy.signature import ENTRIES, NULL_LIMIT, explain_index, holds_index, is_half_code, shown, split

OVERFLOWED = f"the historical sort wrote past the end of its stack of {ENTRIES} entries"
BY_CHANCE = f"{likelihood.in_words(likelihood.of_any_index())} garbage addresses in the same 4 GB look like that"


def judge_arrays(facts, seen):
    """The verdict if the sort's arrays, or what could be them, are on the stack."""
    supports, contradicts = names.supports(facts), names.contradicts(facts, seen)
    sent = ["another process ended it, but the sort had overflown before"] if sender.is_foreign(facts) else []
    evidence = [describe(facts), *sent, *arrays_text.explain(seen), *supports, *contradicts]
    if seen["doubt"] is None:
        return ("consistent with it", "the sort's overflown stack, in a function that is not the sort", evidence) if contradicts \
            else ("this defect", OVERFLOWED, evidence)
    evidence.append(f"{seen['doubt']} could leave the same, so this proves nothing without names")
    if contradicts:
        return "not this", describe(facts), evidence[1:]
    place, caller = names.find_sort(facts["frames"])
    if caller is None:
        return "cannot tell", f"what could be the sort's overflown stack, or {seen['doubt']}", evidence
    return ("this defect", OVERFLOWED, evidence) if names.are_checked(facts, place, caller) else (
        "consistent with it", "what could be the sort's overflown stack, in a function of its name", evidence)


def explain_looks(facts):
    """What reminds of the defect in a crash without the sort's arrays."""
    _, caller = names.find_sort(facts["frames"])
    lines = [f"{SORT}() was called by {names.name_of(facts['frames'][caller])}(), as in the report"] if caller is not None else []
    if names.is_jump(facts) and is_half_code(facts["ip"]):
        lines += [*names.explain_jump(facts), f"{split(facts['ip'])} could be half a code address and a ring index, but {BY_CHANCE}"]
    return lines


def judge_absent(facts):
    """The verdict if the whole stack around the stack pointer is known, and the arrays are not there."""
    return "not this", describe(facts), [
        *explain_looks(facts),
        f"more than {ENTRIES} rising ring indices, which an overflow of the sort leaves near the stack pointer, are not there"]


def judge_sort_unproven(facts):
    """The verdict if the frames are the same as in the report, but the stack's memory is not known."""
    supports = names.supports(facts)
    if is_null_access(facts) or (names.is_jump(facts) and facts["ip"] < NULL_LIMIT and not holds_index(facts["ip"])):
        return "cannot tell", describe(facts), supports + [
            "but it accessed an address at or near zero; this defect usually leaves half a pointer or a ring index"]
    depth = facts["locals"].get("i")
    if depth is not None and (depth < ENTRIES or names.capacity(facts["locals"]) != ENTRIES) and not names.impossible_locals(facts["locals"]):
        return "cannot tell", describe(facts), supports + [
            f"but the sort's depth `i` is {depth}, within its arrays; it may have been deeper before"]
    return "consistent with it", "the frames of the report, without the stack that would prove it", supports


def judge_sent_unproven(facts, caller):
    """The verdict if another process sent the signal: that it died is no sign of the defect."""
    if caller is None:
        return "not this", describe(facts), ["another process ended it: nothing that it did itself caused this signal"]
    found = facts["locals"]
    if found.get("i", 0) >= ENTRIES and names.capacity(found) == ENTRIES:
        return "consistent with it", "ended from outside, while the sort was deeper than its arrays", [describe(facts), *names.supports(facts)]
    return "cannot tell", describe(facts), [
        *names.supports(facts), "but another process ended it: whether the sort had overflown, only its stack can tell"]


def judge_unproven(facts):
    """The verdict if the stack's memory is not in the core dump."""
    place, caller = names.find_sort(facts["frames"])
    if sender.is_foreign(facts):
        return judge_sent_unproven(facts, caller)
    if caller is not None:
        return judge_sort_unproven(facts)
    if names.is_jump(facts) and is_half_code(facts["ip"]) and (facts["modules"] or not facts["files"]):
        return "consistent with it", "a jump through a half-overwritten pointer", [
            *names.explain_jump(facts), f"the jump target is {split(facts['ip'])}: half a code address and a ring index", explain_index(facts["ip"]),
            BY_CHANCE]
    if names.is_jump(facts) and facts["files"] and is_half_code(facts["ip"]):
        return "not this", describe(facts), [f"no program or library was mapped in the same 4 GB as {shown(facts['ip'])}, so it is not half "
                                             "a pointer to the comparator"]
    named = any(frame["function"] for frame in facts["frames"])
    if not named and not is_null_access(facts) and not (names.is_jump(facts) and facts["ip"] < ENTRIES):
        why = "the core dump is cut off" if facts["truncated"] else "no frame has a name: the executable or its symbols are missing"
        return "cannot tell", describe(facts), [why, *names.explain_stack_pointer(facts)]
    return "not this", describe(facts), [
        f"{SORT}() is among the frames, but neither {' nor '.join(names.CALLERS)} called it" if place is not None else
        f"no {SORT}() among the frames, and no jump as this defect causes it"]


def tells_more(facts):
    """Whether the sender is not in the summary."""
    return facts.get("handled") or facts["signal"] in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT) and not is_ended(facts)


def judge(facts):
    other = other_machines.explain(facts)
    if "unreadable" in facts:
        return {"verdict": "cannot tell", "summary": "the core dump contains too little", "evidence": [facts["unreadable"], *other],
                "next": core_advice.for_unreadable(), "fault": None, "hash": None}
    frames = program_frame.own_frames(facts)
    facts["first_frame"] = program_frame.first(facts, frames)
    kind, why = core_fault.of_core(facts)
    facts["fault"] = kind
    verdict, summary, evidence = other_machines.judge(facts) if other else judge_stack(facts)
    step = other_machines.step(facts, verdict, kind) if other else core_advice.next_step(facts, verdict, kind)
    return {"verdict": verdict, "summary": summary, "next": step, "fault": kind, "hash": crash_hash.of_core(facts, verdict, kind, frames),
            "evidence": [*evidence, *([sender.explain(facts)] if tells_more(facts) else []), fault_class.explain(kind), *why,
                         *program_frame.explain_none(facts, frames), *file_words.describe(facts)]}


def judge_stack(facts):
    """Verdict, summary and evidence."""
    stack = facts["stack"]
    if stack["arrays"] is not None:
        return judge_arrays(facts, stack["arrays"])
    if stack["complete"]:
        return judge_absent(facts)
    verdict, summary, evidence = judge_unproven(facts)
    return verdict, summary, evidence + ["the memory around the stack pointer is not in the core dump, or not all of it: the proof would be there"]
