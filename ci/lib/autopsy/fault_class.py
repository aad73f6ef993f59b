"""What kind of fault it was, in the words of CASR and of gdb's plugin exploitable. Where the two differ, CASR's stands first.
Core dumps, lines of the kernel and backtraces are named by the same functions."""
import re
import signal

from autopsy.signature import NULL_LIMIT

WORDS = {
    "SegFaultOnPc": "a jump to where there is no code",
    "SegFaultOnPcNearNull": "a jump to an address at or near zero",
    "ReturnAv": "a return to an address that no program can have: the stack is damaged",
    "CallAv": "a call through memory that cannot be read, or to an address that no program can have",
    "CallAvNearNull": "a call through a pointer at or near zero",
    "BranchAv": "a jump through memory that cannot be read, or to an address that no program can have",
    "BranchAvNearNull": "a jump through a pointer at or near zero",
    "DestAv": "a write to memory that the program may not write",
    "DestAvNearNull": "a write at or near zero",
    "SourceAv": "a read of memory that the program may not read",
    "SourceAvNearNull": "a read at or near zero",
    "Misaligned": "an access that is not aligned (CASR and exploitable: AccessViolation)",
    "StackOverflow": "the stack is used up",
    "BadInstruction": "an illegal instruction",
    "FPE": "a division by zero, or another fault of arithmetic (exploitable: FloatingPointException)",
    "TrapSignal": "a breakpoint or another trap",
    "AccessViolation": "a forbidden access of which no more is known",
    "StackGuard": "the stack protector found an array overrun (exploitable: StackBufferOverflow)",
    "SafeFunctionCheck": "a checked function of the C library found a buffer too small (exploitable: AbortSignal)",
    "HeapError": "the C library found the heap corrupted",
    "AbortSignal": "the program aborted itself",
    "UncategorizedSignal": "a signal that is none of these, or that somebody sent",
}
BY_SIGNAL = {signal.SIGABRT: "AbortSignal", signal.SIGFPE: "FPE", signal.SIGILL: "BadInstruction", signal.SIGTRAP: "TrapSignal",
             signal.SIGSEGV: "AccessViolation", signal.SIGBUS: "AccessViolation"}
# Functions that abort, and what the C library prints before.
ABORTS = {"__stack_chk_fail": "StackGuard", "__fortify_fail": "StackGuard", "__chk_fail": "SafeFunctionCheck", "malloc_printerr": "HeapError",
          "free_consolidate": "HeapError"}
MESSAGES = ((re.compile(r"\*\*\* stack smashing detected"), "StackGuard"), (re.compile(r"\*\*\* .* detected"), "SafeFunctionCheck"),
            (re.compile(r"(?:malloc|free|realloc|calloc|memalign|munmap_chunk|mremap_chunk|malloc_consolidate|tcache\w*|sysmalloc)(?:\(\))?[: ]|"
                        r"corrupted |double free|chunk_main_arena|break adjusted|unaligned "), "HeapError"))
BRANCHES = {"call": "CallAv", "branch": "BranchAv", "return": "ReturnAv"}
ACCESSES = {"write": "DestAv", "read": "SourceAv", "fetch": "SegFaultOnPc"}


def explain(name):
    return f"kind of fault: {name}: {WORDS.get(name, 'as AddressSanitizer calls it')}"


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def of_signal(number):
    return BY_SIGNAL.get(number, "UncategorizedSignal")


def of_names(names):
    """The kind of abort that the names of functions tell, or None."""
    plain = (name.removeprefix("__GI_") for name in names)  # as glibc's debug symbols call them
    return next((ABORTS[name] for name in plain if name in ABORTS), None)


def of_message(message):
    """The kind of abort that the C library's message tells, or None."""
    return next((kind for pattern, kind in MESSAGES if pattern.match(message or "")), None)


def of_jump(ip):
    return of_access("fetch", ip)


def of_access(access, address):
    """`access` is write, read, fetch (of an instruction), call, branch or return, or None if it is not known. So is the address."""
    kind = (ACCESSES | BRANCHES).get(access)
    if kind is None:
        return "AccessViolation"
    return kind + "NearNull" if address is not None and address < NULL_LIMIT and access != "return" else kind
