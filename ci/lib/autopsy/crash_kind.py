"""Describes any crash in one line, and claims no more than the evidence shows."""

import signal

from autopsy.machines import X86_64
from autopsy.signature import ENTRIES, NULL_LIMIT, USER_LIMIT, is_near_stack, shown

ABORTS = {
    "__stack_chk_fail": "the stack protector found a write past the end of an array",
    "malloc_printerr": "the C library found the heap corrupted",
    "__assert_fail": "an assertion failed",
}
SI_KERNEL = 128


def signal_name(facts):
    try:
        return signal.Signals(facts["signal"]).name
    except ValueError:
        return f"signal {facts['signal']}"


def is_null_access(facts):
    """Whether it read or wrote at an address near zero. A jump does not count."""
    return has_address(facts) and facts["address"] < NULL_LIMIT and facts["address"] != facts["ip"]


def has_address(facts):
    """Whether the kernel gave the faulting address: it does for faults, not for signals that a process sent."""
    return (facts["signal"] in (signal.SIGSEGV, signal.SIGBUS) and facts["address"] is not None
            and facts["code"] is not None and 0 < facts["code"] < SI_KERNEL)


def is_kernel(facts, address):
    return address >= USER_LIMIT and facts.get("machine", X86_64) == X86_64


def null_limit(facts):
    """On 32 bits, this defect leaves ring indices where pointers were, and those are small."""
    return NULL_LIMIT if "elf" not in facts or facts["elf"].form.wide else ENTRIES


def describe_fault(facts):
    address, ip = facts["address"], facts["ip"]
    if facts["code"] == SI_KERNEL:
        return "an address that no program can have (it is not canonical), or a forbidden instruction"
    if not has_address(facts):
        return "a process sent the signal; it was no fault" if facts["code"] is not None else "at an unknown address"
    if address == ip and ip < null_limit(facts):
        return f"a jump through a null function pointer, to {shown(ip)}"
    if address == ip:
        return f"a jump to {shown(ip)}, where there is no code"
    if address < null_limit(facts):
        return f"a null pointer dereference, at {shown(address)}"
    if is_near_stack(address, facts["sp"]) and not facts["address_mapped"]:
        return f"a stack overflow: {shown(address)} is close to the stack pointer and beyond the stack's end"
    return f"an access at {shown(address)}" + (", a kernel address" if is_kernel(facts, address) else "")


def describe_abort(facts):
    names = {frame["function"] for frame in facts["frames"]}
    return next((words for name, words in ABORTS.items() if name in names), "the program aborted itself")


def top_frame(facts):
    named = next((frame["function"] for frame in facts["frames"] if frame["function"]), None)
    return f"; the top frame with a name: {named}()" if named else ""


def describe(facts):
    if facts["signal"] == signal.SIGABRT:
        what = describe_abort(facts)
    elif facts["signal"] in (signal.SIGSEGV, signal.SIGBUS):
        what = describe_fault(facts)
    else:
        what = "no memory fault"
    return f"{signal_name(facts)}: {what}{top_frame(facts)}"
