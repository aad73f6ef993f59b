"""Who sent a signal, and what the kernel says of a fault: si_code, si_pid and si_uid of NT_SIGINFO."""

import signal

SI_KERNEL = 128
# How a process sends a signal. These have its number and its user.
WAYS = {0: "kill", -1: "sigqueue", -3: "a message queue (mq_notify)", -4: "asynchronous I/O", -6: "tgkill"}
# What the kernel sends without a fault.
EVENTS = {-2: "SI_TIMER: a timer of the program expired", -5: "SI_SIGIO: a file became ready"}
FAULTS = {
    signal.SIGSEGV: {1: "SEGV_MAPERR: nothing is mapped at the address", 2: "SEGV_ACCERR: what is mapped there forbids the access",
                     3: "SEGV_BNDERR: a bounds check failed", 4: "SEGV_PKUERR: a protection key forbids the access",
                     10: "SEGV_CPERR: the shadow stack differs"},
    signal.SIGBUS: {1: "BUS_ADRALN: the address is not aligned",
                    2: "BUS_ADRERR: a mapped file ends before the address, or its disk or memory has no room",
                    3: "BUS_OBJERR: the device failed", 4: "BUS_MCEERR_AR: the machine's memory is damaged there",
                    5: "BUS_MCEERR_AO: the machine's memory is damaged"},
    signal.SIGFPE: {1: "FPE_INTDIV: an integer was divided by zero, or the quotient was too large", 2: "FPE_INTOVF: an integer overflowed",
                    3: "FPE_FLTDIV: a floating-point number was divided by zero", 4: "FPE_FLTOVF: a floating-point number overflowed",
                    5: "FPE_FLTUND: a floating-point number underflowed", 6: "FPE_FLTRES: a floating-point result is inexact",
                    7: "FPE_FLTINV: an invalid floating-point operation", 8: "FPE_FLTSUB: a subscript is out of range"},
    signal.SIGILL: {1: "ILL_ILLOPC: an illegal opcode", 2: "ILL_ILLOPN: an illegal operand, or ud2, which compilers put where code must not go on",
                    3: "ILL_ILLADR: an illegal way of addressing", 4: "ILL_ILLTRP: an illegal trap", 5: "ILL_PRVOPC: a privileged opcode",
                    6: "ILL_PRVREG: a privileged register", 7: "ILL_COPROC: a coprocessor failed", 8: "ILL_BADSTK: the internal stack failed"},
    signal.SIGTRAP: {1: "TRAP_BRKPT: a breakpoint", 2: "TRAP_TRACE: a single step", 3: "TRAP_BRANCH: a branch",
                     4: "TRAP_HWBKPT: a hardware breakpoint"},
    signal.SIGSYS: {1: "SYS_SECCOMP: a seccomp filter forbids the system call"},
}


def read(form, data, pid, swapped=False):
    """Signal, code, address and sender in NT_SIGINFO. `pid` is the process that died, or None; `swapped` for MIPS."""
    number, *codes = form.unpack("iii", data)
    code, union = codes[not swapped], 16 if form.wide else 12
    found = {"signal": number, "code": code, "address": None, "sender": None}
    if code in EVENTS or code == SI_KERNEL:  # which have neither a sender nor an address
        return found
    if code > 0:
        return found | {"address": form.unpack("W", data, union)[0]}
    sender, user = form.unpack("iI", data, union)
    itself = None if pid is None else sender == pid
    return found | {"sender": {"pid": sender, "uid": user, "how": WAYS.get(code, f"sigqueue (si_code {code})"), "itself": itself}}


def is_foreign(facts):
    """Whether another process sent the signal. Not if it cannot be told."""
    return facts.get("sender") is not None and facts["sender"]["itself"] is False


def is_sent(facts):
    return facts.get("sender") is not None


def explain(facts):
    """Who sent the signal, in words."""
    sender, code = facts.get("sender"), facts["code"]
    if sender is not None:
        if sender["itself"]:
            return f"the program sent it to itself with {sender['how']}"
        # Numbers of processes are those that the dead one saw.
        who = f"pid {sender['pid']}" if sender["pid"] else "a process outside its container, whose number is hidden,"
        doubt = "" if sender["itself"] is False else ", which may be the program itself"
        return f"sent by {who} (uid {sender['uid']}) with {sender['how']}{doubt}"
    if code is None:
        return "who sent it is not in the core dump"
    if code == SI_KERNEL:
        return "sent by the kernel, without an address (SI_KERNEL)"
    return f"raised by the kernel, {name_cause(facts) or f'si_code {code}'}"


def name_cause(facts):
    """The kernel's name of the fault, and what it means, or None."""
    return EVENTS.get(facts["code"]) or FAULTS.get(facts["signal"], {}).get(facts["code"])
