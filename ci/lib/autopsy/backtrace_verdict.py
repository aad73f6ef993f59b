"""Decides whether a backtrace that came as text fits the defect of 2014. Names can lie, and the stack is not there: at most it
is consistent."""
from autopsy import advice, fault_class, likelihood
from autopsy.names import CALLERS, SORT, find_sort, name_of
from autopsy.signature import ENTRIES, INDEX_LIMIT, NULL_LIMIT, explain_index, holds_index, is_half_code, low_half, shown, split, upper_half

STEP_MAX, INDICES_MIN = 64, 4  # of rising ring indices where return addresses should be
NO_PROOF = ("a backtrace has names and addresses, but not the stack, so it cannot prove the defect; how many other programs have these "
            "names is not known")


def rising_indices(frames):
    found = []
    for frame in frames:
        if frame["pc"] is None:
            break
        for index in (low_half(frame["pc"]), upper_half(frame["pc"])):
            if not ENTRIES <= index < INDEX_LIMIT or (found and not 0 < index - found[-1] <= STEP_MAX):
                return found[:len(found) // 2 * 2]
            found.append(index)
    return found


def looks_like_jump(frames):
    """Whether the first frame is an address without a name or a file."""
    top = frames[0]
    return top["pc"] is not None and top["function"] is None and top["module"] is None


def judge_called(facts, place, caller):
    """The verdict if the frames are those of the report."""
    frames, found = facts["frames"], facts["locals"]
    called = f"{SORT}() was called by {name_of(frames[caller])}(), as in the report; a name can be another program's"
    ip = frames[0]["pc"]
    if found.get("i", 0) >= ENTRIES:
        return "consistent with it", "the frames of the report, and the sort deeper than its arrays", None, [
            called, f"its depth `i` is {found['i']}, and the historical sort has {ENTRIES} entries"]
    if kind := fault_class.of_names(name_of(frame) for frame in frames[:place]):
        return "consistent with it", "the frames of the report, ended by a check of the C library", kind, [called]
    if place == 1 and looks_like_jump(frames):
        if is_half_code(ip):
            below = frames[1]["pc"]
            same = below is not None and upper_half(below) == upper_half(ip)
            return "consistent with it", "the frames of the report, and a jump through a half-overwritten pointer", "SegFaultOnPc", [
                called, f"the jump target is {split(ip)}", explain_index(ip), likelihood.explain(ip),
                f"{SORT}'s own code {'has' if same else 'does not have'} the same upper half"]
        if ip < NULL_LIMIT:
            return "cannot tell", "a jump to an address at or near zero", fault_class.of_jump(ip), [
                called, "this defect usually leaves half a pointer or a ring index"]
        return "cannot tell", "a jump to a garbage address", "SegFaultOnPc", [
            called, f"the jump target is {split(ip)}: not half a code address and a ring index"]
    if facts["sanitizer"] == "stack-buffer-overflow":
        return "consistent with it", "the frames of the report, and AddressSanitizer saw an overrun of an array on the stack", facts["sanitizer"], [called]
    if place == 0:
        return "consistent with it", "the frames of the report, without addresses to judge", "AccessViolation", [
            called, "optimised builds of the sort die like this; but so does any other fault in it"]
    return "cannot tell", "the sort is among the frames, but did not die itself", None, [called]


def judge_frames(facts):
    frames, names = facts["frames"], [name_of(frame) for frame in facts["frames"]]
    if not frames:
        return "cannot tell", "a core dump was written", None, ["there is no backtrace here; the core dump has it"]
    place, caller = find_sort(frames)
    if caller is not None:
        return judge_called(facts, place, caller)
    indices = rising_indices(frames)
    if len(indices) >= INDICES_MIN:
        return "consistent with it", "return addresses are overwritten with rising ring indices", "SegFaultOnPc", [
            f"{len(indices)} ring indices lie where return addresses should be: {', '.join(map(str, indices))}",
            f"by chance: random halves do so in less than 1 of 10^{likelihood.digits_of_rising(len(indices), STEP_MAX)} backtraces; but any "
            "rising counter that is written past an array looks the same"]
    named = next((name for name in names if name), None)
    if looks_like_jump(frames) and is_half_code(frames[0]["pc"]):
        below = names[1] if len(names) > 1 else ""
        if below:
            return "not this", f"a jump from {below}()", "SegFaultOnPc", [
                f"the jump target, {split(frames[0]['pc'])}, could be half a code address and a ring index, but the sort did not jump there"]
        return "consistent with it", "a jump through a half-overwritten pointer, from a function without a name", "SegFaultOnPc", [
            f"the jump target is {split(frames[0]['pc'])}", explain_index(frames[0]["pc"]), likelihood.explain(frames[0]["pc"])]
    return judge_other(facts, frames, names, named)


def judge_other(facts, frames, names, named):
    """The verdict if nothing looks like the report."""
    ip, number = frames[0]["pc"], facts["signal"]
    kind = fault_class.of_names(names) or facts["sanitizer"]
    if looks_like_jump(frames) and ip < NULL_LIMIT and not holds_index(ip):
        return "not this", "a call of a null or near-null pointer", "SegFaultOnPcNearNull", [f"the first frame is {shown(ip)}"]
    if kind is None and number is not None:
        kind = fault_class.of_signal(number)
    what = f"{fault_class.signal_name(number)}, " if number is not None else ""
    if named is None:
        return "cannot tell", f"{what}no frame has a name", kind, ["the symbols of the program were missing when it was made"]
    reason = f"{SORT}() is among the frames, but neither {' nor '.join(CALLERS)} called it" if SORT in names else \
        f"no {SORT}() among the frames, and no jump as this defect causes it"
    return "not this", f"{what}in {named}()", kind, [reason]


def judge_backtrace(facts):
    verdict, summary, kind, evidence = judge_frames(facts)
    if kind is not None:
        evidence = [*evidence, fault_class.explain(kind)]
    if verdict == "consistent with it":
        evidence = [*evidence, NO_PROOF]
    program = facts["program"] or "backtrace"
    who = f"{program}[{facts['pid']}]" if facts["pid"] is not None else program
    ip = facts["ip"]
    chance = likelihood.numbers(ip) if verdict == "consistent with it" and ip is not None and is_half_code(ip) else None
    if verdict == "not this":
        step = advice.for_gdb({"file_offset": None, **facts})
    else:
        step = f"get the core dump that it was made from, which can prove it: {advice.for_core(facts)}"
    return {"verdict": verdict, "summary": f"{who}: {summary}", "evidence": evidence, "next": step, "fault": kind, "chance": chance}


def judge_dump(facts):
    """The verdict for the first lines of an Erlang crash dump: a VM that a signal kills writes none."""
    slogan = facts["slogan"] or "no slogan"
    return {"verdict": "not this", "summary": f"the Erlang VM ended itself: {slogan}", "fault": None, "chance": None,
            "evidence": ["a VM that dies by a segfault, as by this defect, cannot write a crash dump first"], "next": advice.for_slogan(facts)}
