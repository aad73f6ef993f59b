"""The kind of fault of a core dump, in the words of fault_class.py, with lines that say why."""

import signal

from autopsy import fault_class, instruction
from autopsy.crash_kind import has_address, is_ended, is_jump_to, is_stack_overflow
from autopsy.machines import X86_64
from autopsy.program_frame import base_name
from autopsy.signature import shown

FRAME = 1 << 14  # bytes that the kernel needs for a handler at most
FILLED_FROM = 4  # bytes; allocators for debugging overwrite freed memory with one byte, or with another pattern


def parsed_instruction(facts):
    """The instruction at ip, unless gdb read it from a file on disk that is not the one that ran."""
    text = facts.get("instruction")
    file = (facts.get("ip_mapping") or {}).get("file")
    if not text or facts.get("machine", X86_64) != X86_64 or facts["checked"].get(file) in ("different", "unknown"):
        return None
    return instruction.parse(text)


def of_abort(facts):
    return fault_class.of_message(facts.get("message")) or fault_class.of_names(map(base_name, facts["frames"])) or "AbortSignal", []


def explain_pattern(address):
    """A line about an address that begins with one byte repeated. Its end may differ: it is a pointer plus an offset."""
    data = (address or 0).to_bytes(8, "big")
    if data[0] in (0, 0xFF) or len(set(data[:FILLED_FROM])) > 1:
        return []
    return [f"{shown(address)} repeats one byte: memory that was freed, or never written, is filled like this for debugging "
            "(jemalloc: 5a, MALLOC_PERTURB_: any)"]


def of_unexplained(facts):
    """The kind, if the kernel gives no address and the instruction is not to blame: no room for the frame of a signal handler."""
    stack = min((load for load in facts["loads"] if load["writable"] and load["end"] > facts["sp"]), key=lambda load: load["start"], default=None)
    return "StackOverflow" if stack is not None and abs(facts["sp"] - stack["start"]) < FRAME else "AccessViolation"


def of_memory_fault(facts):
    """The kind of a SIGSEGV or SIGBUS of the kernel."""
    fault = facts["address"] if has_address(facts) else None
    if is_jump_to(facts):
        return fault_class.of_jump(facts["ip"]), explain_pattern(fault)
    if is_stack_overflow(facts):
        return "StackOverflow", []
    parsed = parsed_instruction(facts)
    if facts["signal"] == signal.SIGBUS and facts["code"] == 1:
        return "Misaligned", []
    if parsed is None:
        return fault_class.of_access(facts.get("access"), fault), explain_pattern(fault)
    lines = [f"the instruction that failed: {facts['instruction']}"]
    if fault is None and (need := instruction.alignment(parsed, facts["registers"])):
        return "Misaligned", [*lines, f"it needs an address that is a multiple of {need}"]
    how, address = instruction.access(parsed, facts["registers"], fault, facts["sp"])
    if fault is None and address is not None and not instruction.is_canonical(address):
        lines.append(f"its operand is at {shown(address)}, an address that no program can have")
    elif fault is None and not instruction.branches_far(parsed, facts["registers"]):
        return of_unexplained(facts), lines
    return fault_class.of_access(how, address), [*lines, *explain_pattern(address)]


def of_core(facts):
    """The kind of fault, and lines that say why."""
    if facts.get("handled"):
        return of_core(facts | facts["handled"] | {"handled": None})
    if is_ended(facts):
        return "UncategorizedSignal", []
    if facts["signal"] == signal.SIGABRT:
        return of_abort(facts)
    if facts["signal"] in (signal.SIGSEGV, signal.SIGBUS):
        return of_memory_fault(facts)
    return fault_class.of_signal(facts["signal"]), []
