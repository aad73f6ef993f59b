"""What an x86-64 instruction did to memory: gdb prints it, in Intel's syntax. The registers are those of the core dump."""

import re

from autopsy.signature import USER_LIMIT

PREFIXES = {"rep", "repz", "repnz", "repe", "repne", "lock", "bnd", "notrack", "xacquire", "xrelease", "data16", "addr32", "cs", "ds", "rex", "rex.W"}
# Of these, the first operand is read.
READERS = re.compile(r"(?:cmp|test|push|bt|mul|imul|div|idiv|fld\w*|fild|fadd|fsub|fmul|fdiv|fcom\w*|fi(?:add|sub|mul|div)\w*|(?:v?u?comis[sd])|"
                     r"prefetch\w*|ldmxcsr|fxrstor\w*|xrstor\w*|frstor|scas\w*|cmps\w*|lods\w*|outs\w*|v?ptest|lgdt|lidt|verr|verw)$")
BOTH = ("xchg", "xadd")  # these write to memory wherever it stands
BRANCHES = {"call": "call", "jmp": "branch", "ret": "return", "retf": "return", "iret": "return", "iretq": "return"}
MEMORY = re.compile(r"(?:(?P<size>[A-Z]{4,7}) PTR )?(?:(?P<segment>[cdefgs]s):)?(?:\[(?P<inside>[^\]]*)\]|(?<=s:)(?P<absolute>0x[0-9a-f]+)$)")
TERM = re.compile(r"(?P<sign>[+-]?)(?:(?P<register>r[a-z0-9]{1,2}|r1[0-5])(?:\*(?P<scale>[1248]))?|(?P<number>0x[0-9a-f]+))")
SIZES = {"XMMWORD": 16, "YMMWORD": 32, "ZMMWORD": 64}
ALIGNED = re.compile(r"v?mov(?:aps|apd|dqa\d*|ntdq|ntdqa|ntps|ntpd)$")
UNALIGNED = re.compile(r"(?:v|mov[hlu]|movdqu|lddqu|pcmp[ei]str)")  # all other instructions of 16 bytes need alignment
MASK = (1 << 64) - 1
REACH = 64  # bytes that one instruction can touch


def parse(text):
    """Mnemonic and operands of what gdb prints for x/i, or None."""
    words = text.split("\t", 1)[-1].split("#")[0].split(" <")[0].split()
    while words and words[0] in PREFIXES:
        words.pop(0)
    if not words or not re.fullmatch(r"[a-z][a-z0-9.]*", words[0]):
        return None
    return {"mnemonic": words[0], "operands": [operand.strip() for operand in re.split(r",(?![^\[]*\])", " ".join(words[1:])) if operand.strip()]}


def address_of(operand, registers):
    """The address of an operand in memory, or None if it is none, or relative to the instruction's end."""
    match = MEMORY.match(operand)
    if match is None:
        return None
    base = int(registers.get(f"{match['segment']}_base", "0"), 16) if match["segment"] in ("fs", "gs") else 0
    if match["absolute"]:
        return base + int(match["absolute"], 16) & MASK
    if "".join(term[0] for term in TERM.finditer(match["inside"])) != match["inside"]:
        return None
    for term in TERM.finditer(match["inside"]):
        register = term["register"]
        if register is not None and (register not in registers or register == "rip"):
            return None
        value = int(registers[register], 16) * int(term["scale"] or 1) if register else int(term["number"], 16)
        base += -value if term["sign"] == "-" else value
    return base & MASK


def is_canonical(address):
    return address < USER_LIMIT or address > MASK - USER_LIMIT


def in_memory(parsed, registers):
    """Place and address of each operand in memory."""
    return [(place, address_of(operand, registers)) for place, operand in enumerate(parsed["operands"])
            if MEMORY.match(operand) and parsed["mnemonic"] != "lea"]


def chosen(parsed, registers, fault):
    """Place and address of the operand that faulted: at that address, or, if the kernel gives none, where no program has memory."""
    found = in_memory(parsed, registers)
    if fault is None:
        return next(((place, address) for place, address in found if address is not None and not is_canonical(address)),
                    found[0] if len(found) == 1 else None)
    return next(((place, address) for place, address in found if address is not None and 0 <= fault - address < REACH),
                found[0] if len(found) == 1 else None)


def access(parsed, registers, fault, sp):
    """How it accessed memory: write, read, call, branch, return, or None; and the address, as far as it is known."""
    mnemonic = parsed["mnemonic"]
    if mnemonic in BRANCHES:
        operand = chosen(parsed, registers, fault)
        return BRANCHES[mnemonic], fault if fault is not None else operand[1] if operand else None
    if mnemonic.startswith(("push", "enter")) and fault is not None and abs(fault - sp) < REACH:
        return "write", fault
    operand = chosen(parsed, registers, fault)
    if operand is None:
        return None, fault
    place, address = operand
    writes = mnemonic in BOTH or (place == 0 and not READERS.match(mnemonic))
    return "write" if writes else "read", fault if fault is not None else address


def branches_far(parsed, registers):
    """Whether it is a branch to where no program has code, as far as that is known: a return's target is on the stack."""
    kind = BRANCHES.get(parsed["mnemonic"])
    target = parsed["operands"][0] if parsed["operands"] else ""
    return kind == "return" or (kind is not None and target in registers and not is_canonical(int(registers[target], 16)))


def alignment(parsed, registers):
    """The alignment that it needs and does not have, or None."""
    mnemonic = parsed["mnemonic"]
    for place, address in in_memory(parsed, registers):
        need = SIZES.get(parsed["operands"][place].split(" ")[0])
        if need is None or address is None or not is_canonical(address) or address % need == 0:
            continue
        if ALIGNED.match(mnemonic) or (need == 16 and not UNALIGNED.match(mnemonic)):
            return need
    return None
