"""Decides whether a segfault line of the kernel fits the defect of 2014. Without frames, a line cannot prove the defect."""

from autopsy.signature import (NULL_LIMIT, USER_LIMIT, explain_index, holds_index, is_half_code, is_half_stack, is_near_stack,
                        low_half, shown, split, upper_half)

PROTECTION, WRITE, USER, FETCH = 1, 2, 4, 16
DRIVER = "hash_ring_drv"
GET_CORE = ("run ci/autopsy on the core dump: coredumpctl dump {pid} --output=core gets it, or look where "
            "/proc/sys/kernel/core_pattern says; if none was kept, allow core dumps before the next crash: ulimit -c unlimited, "
            "or LimitCORE=infinity in the unit")
LOOK_ELSEWHERE = "debug it as another crash: get the core dump, and look at the backtrace with gdb"


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


def judge_jump(facts):
    """The verdict if the processor could not fetch the instruction at `ip`."""
    ip = facts["ip"]
    if ip < NULL_LIMIT and not holds_index(ip):
        return "not this", "a jump through a null function pointer", [f"ip is {shown(ip)}: at or near zero"]
    if upper_half(ip) == 0 and holds_index(ip):
        return "cannot tell", "a jump to a small number", [
            f"ip is {shown(ip)}: a ring index, if the driver was linked into a program at a fixed low address; "
            "but many garbage pointers look like that"]
    if not is_half_code(ip):
        return "not this", "a jump through a garbage pointer", [
            f"ip is {split(ip)}: not half a code address and a ring index, as this defect leaves it"]
    return "consistent with it", "a jump through a half-overwritten pointer", [
        f"address and ip are the same, {split(ip)}: the program jumped there",
        f"its upper half, 0x{upper_half(ip):x}, remains from a pointer into a program or library",
        explain_index(ip)]


def judge_access(facts):
    """The verdict if an instruction failed to read or write memory."""
    address, verb = facts["address"], "write" if facts["error"] & WRITE else "read"
    if address < NULL_LIMIT:
        return "not this", f"a null pointer dereference ({verb})", [f"the address is {shown(address)}: at or near zero"]
    if address >= USER_LIMIT:
        return "not this", f"a {verb} at a kernel address", [f"the address is {shown(address)}: no program has memory there"]
    if is_near_stack(address, facts["sp"]):
        return "not this", "probably a stack overflow", [
            f"the address is {shown(address)}, close to the stack pointer {shown(facts['sp'])}"]
    if is_half_stack(address, facts["sp"]):
        return "cannot tell", "an access through a half-overwritten pointer into the stack", [
            f"the address is {split(address)}: the upper half is the stack's, and the low half, {low_half(address)}, could be a "
            "ring index; optimised builds of the sort die like this, inside quicksort"]
    if is_inside(facts) and DRIVER in facts["mapping"]["file"]:
        return "cannot tell", "an access by the driver", [
            "optimised builds of the sort die inside quicksort, in the driver, at any address: only the frames can tell"]
    return "not this", f"a {verb} outside the program's memory", [f"the address is {shown(address)}"]


def judge_kind(facts):
    ip, address, error = facts["ip"], facts["address"], facts["error"]
    if address is None:
        return "not this", "a general protection fault", [
            "the kernel gives no address: no program can have it, or the instruction is forbidden; this defect leaves "
            "addresses that a program can have"]
    if not error & USER:
        return "not this", "a fault in the kernel's own code", []
    if error & FETCH and ip == address:
        return judge_jump(facts)
    if ip == address:
        return "cannot tell", "a fault at the instruction itself, but not from fetching it", [
            "address and ip are the same, but the error code has no instruction bit: this processor or kernel may not set it"]
    if error & FETCH:
        return "not this", "an instruction fetch elsewhere than at ip", [f"address {shown(address)}, ip {shown(ip)}"]
    return judge_access(facts)


def judge(facts):
    verdict, summary, evidence = judge_kind(facts)
    if facts["address"] is not None:
        evidence = [explain_error(facts), *evidence, explain_mapping(facts)]
    if verdict == "consistent with it":
        evidence.append("a log line has no frames, so it cannot prove the defect")
    step = LOOK_ELSEWHERE if verdict == "not this" else GET_CORE.format(**facts)
    return {"verdict": verdict, "summary": f"{facts['program']}[{facts['pid']}]: {summary}", "evidence": evidence, "next": step}
