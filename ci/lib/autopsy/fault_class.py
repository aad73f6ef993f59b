"""What kind of fault it was, in the words of CASR and of gdb's plugin exploitable. Where the two differ, CASR's stands first."""

WORDS = {
    "SegFaultOnPc": "a jump to where there is no code",
    "SegFaultOnPcNearNull": "a jump to an address at or near zero",
    "DestAv": "a write to memory that the program may not write",
    "DestAvNearNull": "a write at or near zero",
    "SourceAv": "a read of memory that the program may not read",
    "SourceAvNearNull": "a read at or near zero",
    "StackOverflow": "the stack is used up",
    "BadInstruction": "an illegal instruction",
    "FPE": "a division by zero, or another fault of arithmetic (exploitable: FloatingPointException)",
    "AccessViolation": "a forbidden access of which no more is known",
    "StackGuard": "the stack protector found an array overrun (exploitable: StackBufferOverflow)",
    "SafeFunctionCheck": "a checked function of the C library found a buffer too small (exploitable: AbortSignal)",
    "HeapError": "the C library found the heap corrupted",
    "AbortSignal": "the program aborted itself",
    "UncategorizedSignal": "a signal that is none of these",
}


def explain(name):
    return f"kind of fault: {name}: {WORDS.get(name, 'as AddressSanitizer calls it')}"
