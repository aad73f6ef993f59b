"""Verdicts for messages of kernels on other machines than x86. The crash of 2014 is known on x86-64 alone."""
from autopsy import fault_class
from autopsy.signature import NULL_LIMIT, holds_index, shown

NAMES = {"arm": "Arm", "arm64": "AArch64", "powerpc": "POWER", "riscv": "RISC-V", "mips": "MIPS"}
SIGNALS = {4: ("an illegal instruction", "BadInstruction"), 5: ("a trap", "TrapSignal"), 7: ("a bus error", "AccessViolation"),
           8: ("a division by zero, or another fault of arithmetic", "FPE")}
ARM64_WRITE, ARM64_CLASS, ARM64_FETCH = 1 << 6, 26, 0x20  # in the exception syndrome register
ARM_WRITE, ARM_FETCH = 1 << 11, 1 << 31  # in the fault status register


def access_of(facts):
    """fetch, read, write, or None if the message does not tell."""
    esr = facts["esr"]
    if facts["access"] is not None:
        return facts["access"]
    if facts["ip"] is not None and facts["ip"] == facts["address"]:
        return "fetch"
    if esr is None:
        return None
    if esr >> ARM64_CLASS in (ARM64_FETCH, ARM64_FETCH + 1) or esr & ARM_FETCH and esr >> ARM64_CLASS not in range(0x20, 0x26):
        return "fetch"
    write = ARM64_WRITE if esr >> ARM64_CLASS else ARM_WRITE
    return "write" if esr & write else "read"


def judge_machine(facts):
    machine, address = NAMES[facts["form"]], facts["address"]
    inside = f", in {facts['mapping']['file']}" if facts["mapping"] else ""
    known = f"the crash of 2014 is known on x86-64 alone; this is {machine}"
    if facts["signal"] in SIGNALS:
        what, kind = SIGNALS[facts["signal"]]
        return "not this", what + inside, kind, [known]
    access = access_of(facts)
    kind = fault_class.of_access(access, address)
    if address is None:
        return "cannot tell", f"a memory fault{inside}", kind, ["the line has no address; registers on the lines after it may", known]
    if address < NULL_LIMIT and not (access == "fetch" and holds_index(address)):
        near = "a call of a null or near-null pointer" if access == "fetch" else \
            f"a null or near-null pointer dereference{f' ({access})' if access else ''}"
        return "not this", near + inside, kind, [f"the address is {shown(address)}: at or near zero", known]
    if holds_index(address):
        return "cannot tell", f"a memory fault{inside}", kind, [
            f"the low half of the address, {shown(address)}, could be a ring index", known]
    return "not this", f"an access outside the program's memory{inside}", kind, [f"the address is {shown(address)}", known]
