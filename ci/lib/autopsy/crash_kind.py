"""Describes any crash in one line, and claims no more than the evidence shows."""

import signal

from autopsy import program_frame, sender
from autopsy.fault_class import signal_name
from autopsy.machines import X86_64
from autopsy.sender import SI_KERNEL
from autopsy.signature import ENTRIES, NULL_LIMIT, USER_LIMIT, is_near_stack, shown

ABORTS = {
    "__stack_chk_fail": "the stack protector found a write past the end of an array",
    "malloc_printerr": "the C library found the heap corrupted",
    "__assert_fail": "an assertion failed",
    "__cxa_pure_virtual": "a pure virtual function was called, as constructors and destructors may do",
    "std::terminate": "a C++ exception was not caught, or std::terminate() was called",
    "__cxa_throw": "a C++ exception was not caught",  # noexcept ends the program without std::terminate()
}
# The same, by kind of fault, if the C library's message tells it and its names do not.
ABORT_KINDS = {"StackGuard": ABORTS["__stack_chk_fail"], "HeapError": ABORTS["malloc_printerr"],
               "SafeFunctionCheck": "a checked function of the C library found a buffer too small"}
# What is behind SI_KERNEL, by kind of fault.
WITHOUT_ADDRESS = {"Misaligned": "an access that is not aligned",
                   "StackOverflow": "a stack overflow: not even a signal handler has room",
                   "AccessViolation": "an address that no program can have (it is not canonical), one that is not aligned, or a forbidden instruction"}


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


def is_jump_to(facts):
    """Whether it died while fetching an instruction."""
    return has_address(facts) and facts["address"] == facts["ip"]


def is_stack_overflow(facts):
    """Whether it accessed what is close to the stack pointer and is no stack: nothing, or a guard page."""
    if not has_address(facts) or facts["address"] < NULL_LIMIT or not is_near_stack(facts["address"], facts["sp"]):
        return False
    inside = lambda entry: entry["start"] <= facts["address"] < entry["end"]
    other = any(load["writable"] and inside(load) for load in facts.get("loads", ())) or any(map(inside, facts.get("files", ())))
    return not facts["address_mapped"] or not other


def describe_fault(facts):
    address, ip = facts["address"], facts["ip"]
    if sender.is_sent(facts):
        return "it was no fault"
    if facts["code"] == SI_KERNEL:
        return WITHOUT_ADDRESS.get(facts.get("fault"), "an address that no program can have (it is not canonical)")
    if facts.get("fault") == "Misaligned":
        return "an access that is not aligned"
    if not has_address(facts):
        return "at an unknown address"
    if address == ip and ip < null_limit(facts):
        return f"a jump through a null function pointer, to {shown(ip)}"
    if address == ip:
        return f"a jump to {shown(ip)}, where there is no code"
    if address < null_limit(facts):
        return f"a null pointer dereference, at {shown(address)}"
    if is_stack_overflow(facts):
        return f"a stack overflow: {shown(address)} is close to the stack pointer and beyond the stack's end"
    return f"an access at {shown(address)}" + (", a kernel address" if is_kernel(facts, address) else "")


def describe_abort(facts):
    if sender.is_foreign(facts):
        return "it did not abort itself"
    names = set(map(program_frame.base_name, facts["frames"]))
    what = next((words for name, words in ABORTS.items() if name in names),
                ABORT_KINDS.get(facts.get("fault"), "the program aborted itself"))
    return what + (f": {facts['message']}" if facts.get("message") else "")


def describe_other(facts):
    if facts["signal"] == signal.SIGTRAP and facts["code"] == SI_KERNEL:
        return "a breakpoint (int3), as some programs put where code must not go on"
    return sender.name_cause(facts) or "no memory fault"


def is_ended(facts):
    """Whether the signal was sent, and is no abort() of the program itself."""
    return sender.is_sent(facts) and (facts["signal"] != signal.SIGABRT or sender.is_foreign(facts))


def describe_what(facts):
    if facts["signal"] == signal.SIGABRT:
        return describe_abort(facts)
    return describe_fault(facts) if facts["signal"] in (signal.SIGSEGV, signal.SIGBUS) else describe_other(facts)


def describe_handled(facts):
    """What it was before a handler of the program raised the signal again."""
    before = facts | facts["handled"] | {"handled": None}
    again = "aborted" if facts["signal"] == signal.SIGABRT else "raised the signal again"
    return f"{signal_name(before['signal'])}: {describe_what(before)}; a handler of the program {again}"


def describe(facts):
    first = facts.get("first_frame")
    place = f"; the first frame of the program: {program_frame.shown(first)}" if first else ""
    sent = f"{sender.explain(facts)}; " if is_ended(facts) else ""
    if facts.get("handled"):
        return describe_handled(facts) + place
    return f"{signal_name(facts['signal'])}: {sent}{describe_what(facts)}{place}"
