"""Finds the fault that a handler of the program dealt with before it raised the signal again, as crash reporters do. The kernel
put the registers on the stack for the handler, and they are still there: above the stack pointer if the signal killed the program
in the handler, below it if the signal was blocked until the handler returned to where the fault was."""

import signal
import struct

from autopsy import memory
from autopsy.core_file import mapping_at
from autopsy.sender import SI_KERNEL

# Of struct ucontext, from uc_mcontext on. siginfo is behind it only if the program asked for it.
NAMES = "r8 r9 r10 r11 r12 r13 r14 r15 rdi rsi rbp rbx rdx rax rcx rsp rip eflags segments err trapno oldmask cr2".split()
BEFORE, SIZE = 8 * NAMES.index("rsp"), 8 * len(NAMES)
RESUME = 1 << 16  # in eflags after a fault, but not after a system call such as kill()
PAGE_FAULT, USER, WRITE = 14, 4, 2
# Signal and si_code by the processor's trap.
TRAPS = {0: (signal.SIGFPE, 1), 6: (signal.SIGILL, 2), 13: (signal.SIGSEGV, SI_KERNEL), PAGE_FAULT: (signal.SIGSEGV, None), 17: (signal.SIGBUS, 1)}


def interrupted(core, facts):
    """Stack pointer and address at the fault, where the registers begin to be looked for, and the instruction."""
    above = next(iter(facts["interrupted"]), None)
    frame = next((frame for frame in facts["frames"] if above is not None and frame["sp"] == above), None)
    if frame is not None:
        return above, frame["pc"], core["sp"], facts["interrupted_instruction"]
    return core["sp"], core["ip"], max(0, core["sp"] - memory.BELOW), facts["instruction"]


def read(data, core):
    """The fault, if it is the one of the signal, or of one after which the handler aborted."""
    found = dict(zip(NAMES, struct.unpack_from(f"<{len(NAMES)}Q", data)))
    number, code = TRAPS.get(found["trapno"], (None, None))
    if number is None or core["signal"] not in (number, signal.SIGABRT) or not found["eflags"] & RESUME:
        return None
    address = access = None
    if found["trapno"] == PAGE_FAULT:
        if not found["err"] & USER:
            return None
        address, access = found["cr2"], "write" if found["err"] & WRITE else "read"
        code = 1 if mapping_at(core, address) is None else 2
    registers = core["registers"] | {name: f"0x{found[name]:016x}" for name in NAMES[:NAMES.index("segments")]}
    return {"signal": int(number), "code": code, "address": address, "sender": None, "ip": found["rip"], "sp": found["rsp"], "access": access,
            "registers": registers, "ip_mapping": mapping_at(core, found["rip"]),
            "address_mapped": address is not None and mapping_at(core, address) is not None}


def find(path, core, facts):
    """What the facts were at the fault, or None."""
    if not core["sender"] or not core["sender"]["itself"]:
        return None
    stack, ip, start, instruction = interrupted(core, facts)
    for _, data in memory.read(path, core, start, start + memory.ABOVE):
        place = data.find(struct.pack("<QQ", stack, ip)) - BEFORE
        if 0 <= place <= len(data) - SIZE and (found := read(data[place:], core)):
            return found | {"instruction": instruction}
    return None
