"""Decides whether a message of the kernel fits the defect of 2014. Without the stack, it cannot prove the defect."""

from autopsy import advice, fault_class, likelihood
from autopsy.log_other_machines import judge_machine
from autopsy.log_signals import judge_signal
from autopsy.signature import (CODE_HALVES, INDEX_LIMIT, NULL_LIMIT, USER_LIMIT, explain_index, holds_index, is_half_code, is_half_stack,
                               is_near_stack, low_half, shown, split, upper_half)

PROTECTION, WRITE, USER, FETCH = 1, 2, 4, 16
DRIVER = "hash_ring_drv"


def explain_error(facts):
    """The error code in words. The kernel prints it in hexadecimal without saying so."""
    error = facts["error"]
    what = "fetched an instruction from" if error & FETCH else "wrote to" if error & WRITE else "read from"
    page = "a page that is mapped, but does not allow it" if error & PROTECTION else "a page that is not mapped"
    who = "the program" if error & USER else "the kernel"
    return f"error {error:x} is hexadecimal: {who} {what} {page}"


def is_inside(facts):
    mapping = facts["mapping"]
    return mapping is not None and 0 <= facts["ip"] - mapping["start"] < mapping["size"]


def explain_mapping(facts):
    mapping = facts["mapping"]
    if mapping is None:
        return "the line names no mapping; newer kernels name one only if ip is inside it"
    if is_inside(facts):
        return f"ip is inside {mapping['file']}"
    return (f"ip is not inside {mapping['file']}, which begins at {shown(mapping['start'])}: older kernels name the next "
            "mapping above ip; nothing was mapped at ip, and that file is not involved")


def within(facts):
    """In which file, for a summary."""
    return f", in {facts['mapping']['file']}" if is_inside(facts) else ""


def judge_jump(facts):
    """The verdict if the processor could not fetch the instruction at `ip`, and the kind of fault."""
    ip = facts["ip"]
    if ip < NULL_LIMIT and not holds_index(ip):
        what = "a call of a null pointer" if ip == 0 else "a call of a near-null pointer"
        return "not this", f"{what}: a jump through a null function pointer", "SegFaultOnPcNearNull", [f"ip is {shown(ip)}: at or near zero"]
    if upper_half(ip) == 0 and holds_index(ip):
        return "cannot tell", "a jump to a small number", "SegFaultOnPc", [
            f"ip is {shown(ip)}: a ring index, if the driver was linked into a program at a fixed low address; "
            "but many garbage pointers look like that"]
    if not is_half_code(ip):
        lines = [f"ip is {split(ip)}: not half a code address and a ring index, as this defect leaves it"]
        if upper_half(ip) in CODE_HALVES and low_half(ip) >= INDEX_LIMIT:
            lines.append(likelihood.explain_too_large(ip))
        return "not this", "a jump through a garbage pointer", "SegFaultOnPc", lines
    return "consistent with it", "a jump through a half-overwritten pointer", "SegFaultOnPc", [
        f"address and ip are the same, {split(ip)}: the program jumped there",
        f"its upper half, 0x{upper_half(ip):x}, remains from a pointer into a program or library",
        explain_index(ip), likelihood.explain(ip)]


def judge_access(facts):
    """The verdict if an instruction failed to read or write memory, and the kind of fault."""
    address, verb = facts["address"], "write" if facts["error"] & WRITE else "read"
    kind = fault_class.of_access(verb, address)
    if address < NULL_LIMIT:
        return "not this", f"a null pointer dereference ({verb}){within(facts)}", kind, [
            f"the address is {shown(address)}: at or near zero"]
    if address >= USER_LIMIT:
        return "not this", f"a {verb} at a kernel address{within(facts)}", kind, [
            f"the address is {shown(address)}: no program has memory there"]
    if is_near_stack(address, facts["sp"]):
        return "not this", f"probably a stack overflow{within(facts)}", "StackOverflow", [
            f"the address is {shown(address)}, close to the stack pointer {shown(facts['sp'])}"]
    if is_half_stack(address, facts["sp"]):
        return "cannot tell", "an access through a half-overwritten pointer into the stack", kind, [
            f"the address is {split(address)}: the upper half is the stack's, and the low half, {low_half(address)}, could be a "
            "ring index; optimised builds of the sort die like this, inside quicksort",
            f"by chance: {likelihood.in_words(likelihood.of_any_index())} random low halves could be such an index"]
    if is_inside(facts) and DRIVER in facts["mapping"]["file"]:
        return "cannot tell", "an access by the driver", kind, [
            "optimised builds of the sort die inside quicksort, in the driver, at any address: only the stack can tell"]
    return "not this", f"a {verb} outside the program's memory{within(facts)}", kind, [f"the address is {shown(address)}"]


def judge_page_fault(facts):
    ip, address, error = facts["ip"], facts["address"], facts["error"]
    if error is None or facts["sp"] is None:
        if ip == address and is_half_code(ip):
            return "cannot tell", "a jump, perhaps: the line is cut off", "AccessViolation", [explain_index(ip), likelihood.explain(ip)]
        if address < NULL_LIMIT:
            return "not this", "a null pointer: the line is cut off", "AccessViolation", [f"the address is {shown(address)}: at or near zero"]
        return "cannot tell", "a segfault: the line is cut off", "AccessViolation", ["what follows ip is missing: sp and error"]
    if not error & USER:
        return "not this", "a fault in the kernel's own code", "AccessViolation", []
    if error & FETCH and ip == address:
        return judge_jump(facts)
    if ip == address:
        return "cannot tell", "a fault at the instruction itself, but not from fetching it", "SegFaultOnPc", [
            "address and ip are the same, but the error code has no instruction bit: this processor or kernel may not set it"]
    if error & FETCH:
        return "not this", "an instruction fetch elsewhere than at ip", "SegFaultOnPc", [f"address {shown(address)}, ip {shown(ip)}"]
    return judge_access(facts)


BY_PAGE_FAULT = "this defect leaves addresses that a program can have, and dies by a page fault"
# Summary, kind of fault, and what else to know.
TRAPS = {
    "divide error": ("a division by zero", "FPE", "or the quotient was too large"),
    "invalid opcode": ("an illegal instruction", "BadInstruction", "some compilers put one where a check failed and code must not go on"),
    "stack segment": ("a stack segment fault", "AccessViolation", "rsp or rbp held an address that no program can have"),
    "segment not present": ("a segment that is not present", "AccessViolation", None),
    "alignment check": ("an address that is not aligned", "AccessViolation", None),
    "int3": ("a breakpoint", "TrapSignal", "some programs end themselves with one after a failed check"),
    "debug": ("a breakpoint of a debugger", "TrapSignal", None),
    "control protection": ("a return or jump that the processor refused", "AccessViolation", "its shadow stack or branch tracking differed"),
    "general protection": ("a general protection fault", "AccessViolation", "the kernel gives no address: no program can have it, or the "
                           "instruction is forbidden"),
}


def judge_trap(facts):
    trap = facts["trap"].removesuffix(" fault")
    what, kind, more = TRAPS.get(trap, (f"a trap: {trap}", fault_class.of_signal(facts["signal"]), None))
    return "not this", what + within(facts), kind, [*([more] if more else []), BY_PAGE_FAULT]


JUDGES = {"page fault": judge_page_fault, "trap": judge_trap, "fatal": judge_signal, "signal": judge_signal, "out of memory": judge_signal}


def who(facts):
    if facts["program"] is None:
        return "" if facts["pid"] is None else f"[{facts['pid']}]: "
    return f"{facts['program']}{'' if facts['pid'] is None else '[%d]' % facts['pid']}: "


def next_step(facts, verdict):
    if facts["form"] == "out of memory":
        return advice.for_memory(facts)
    if facts["signal"] not in advice.DUMPING:
        return advice.for_no_core(facts)
    if verdict == "not this":
        return advice.for_gdb(facts)
    return advice.for_core(facts) if facts["form"] in JUDGES else advice.for_gdb(facts, "look at the stack with gdb")


def judge(facts):
    verdict, summary, kind, evidence = JUDGES.get(facts["form"], judge_machine)(facts)
    if facts["form"] == "page fault" and facts["error"] is not None:
        evidence = [explain_error(facts), *evidence, explain_mapping(facts)]
    if kind is not None:
        evidence = [*evidence, fault_class.explain(kind)]
    judgement = {"verdict": verdict, "summary": who(facts) + summary, "evidence": evidence, "next": next_step(facts, verdict),
                 "fault": kind, "chance": None}
    if verdict == "consistent with it":
        evidence.append("a log line has no stack, so it cannot prove the defect")
        judgement["chance"] = likelihood.numbers(facts["ip"])
    return judgement
