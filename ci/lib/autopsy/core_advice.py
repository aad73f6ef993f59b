"""What to do next with a core dump. Each piece names only what helps with the crash at hand."""

import shlex
import signal

from autopsy import build_id, elf, program_frame, sender
from autopsy.fault_class import signal_name
from autopsy.machines import X86_64, debugger

REPLACE = ("replace the library: no setting cures it, since it sorts the whole ring after each change on a stack that is never checked; until then "
           "keep rings smaller than those that overflow in repro/depth/results.md")
COMPLETE = ("get a complete core dump of the next crash: make room on the disk, and lift the limits (ulimit -c unlimited; LimitCORE=infinity in the "
            "unit; ProcessSizeMax= and ExternalSizeMax= in coredump.conf)")
LINE = "; meanwhile try the kernel's line: dmesg | ci/autopsy -"
LOGGED = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)  # the kernel prints lines about these
# Signals that no fault of the program causes, and what helps.
LIMITS = {signal.SIGXCPU: "it used up its CPU time: raise the limit (ulimit -t, or LimitCPU= in the unit), or find what it computes",
          signal.SIGXFSZ: "it wrote a file beyond the limit: raise it (ulimit -f, or LimitFSIZE= in the unit)"}
VM_ENDS = ("erts_exit", "erl_exit", "erts_exit_vv", "erl_exit_vv")
KINDS = {
    "StackOverflow": "find the functions that call each other without an end, or the large arrays: {gdb}, then: bt 20; a larger stack only "
                     "helps if there is an end",
    "HeapError": "run it with valgrind or AddressSanitizer: the heap was damaged before, by other code than that which noticed; {gdb}, then: bt full",
    "StackGuard": "look at the arrays in {frame}: {gdb}, then: bt full",
    "SafeFunctionCheck": "look at the buffers in {frame}: {gdb}, then: bt full",
    "exception": "see why {frame} throws, and who should catch it: {gdb}, then: bt full",
    "AbortSignal": "see what {frame} checks before it aborts: {gdb}, then: bt full",
}


def gdb(facts):
    """The command that opens the core dump. gdb reads neither pipes nor packed files."""
    core = facts["core"] if (build_id.head_of(facts["core"]) or b"").startswith(elf.MAGIC) else "CORE"
    program = build_id.name_on_disk(facts["executable"]) if facts["executable_found"] else "EXECUTABLE"
    return f"{debugger(facts.get('machine', X86_64))} {shlex.quote(program)} {shlex.quote(core)}"


def for_sent(facts):
    who = facts["sender"]
    if not sender.is_foreign(facts):
        return f"find out why it sends itself {signal_name(facts['signal'])}; a handler may do so after a fault: {gdb(facts)}, then: bt full"
    where = f"look for pid {who['pid']} in the logs (journalctl _PID={who['pid']})" if who["pid"] else "look outside the container"
    return (f"find out who sent it, such as a watchdog, a supervisor or a person: {where}; what the program did then: {gdb(facts)}, "
            "then: thread apply all bt")


def for_other(facts, kind):
    """For a crash that is not this defect."""
    if facts.get("handled"):
        facts = facts | facts["handled"]
    if any(program_frame.base_name(frame) in VM_ENDS for frame in facts["frames"]):
        return f"if the VM wrote erl_crash.dump, its slogan says why: ci/autopsy erl_crash.dump; if not: {gdb(facts)}, then: bt full"
    if sender.is_sent(facts) and (sender.is_foreign(facts) or kind == "UncategorizedSignal"):
        return for_sent(facts)
    if facts["signal"] in LIMITS:
        return LIMITS[facts["signal"]]
    if facts["signal"] == signal.SIGQUIT and facts["code"] == sender.SI_KERNEL:
        return "nothing: somebody pressed Ctrl-\\ at its terminal"
    if facts["signal"] == signal.SIGSYS and "orig_rax" in facts.get("registers", ()):
        return f"allow the system call in the seccomp filter, or do not make it: its number is {int(facts['registers']['orig_rax'], 16)}"
    if facts["signal"] == signal.SIGBUS and facts["code"] == 2:
        return ("see whether somebody cut a mapped file short, or its disk (or /dev/shm, or the memory for huge pages) is full; which file: "
                f"{gdb(facts)}, then: bt full, info proc mappings")
    first = facts.get("first_frame")
    names = set(map(program_frame.base_name, facts["frames"]))
    if names & {"std::terminate", "__cxa_throw"} and "__cxa_pure_virtual" not in names:
        kind = "exception"
    frame = program_frame.shown(first) if first else "the program"
    return KINDS.get(kind, "debug it as another crash: {gdb}, then: bt full").format(gdb=gdb(facts), frame=frame)


def for_stack(facts):
    """If the proof is not in the core dump."""
    if facts["truncated"]:
        return COMPLETE + (LINE if facts["signal"] in LOGGED and not sender.is_sent(facts) else "")
    if not any(load["writable"] and load["start"] <= facts["sp"] < load["end"] for load in facts.get("loads", ())):
        return f"see where the stack was lost, since the stack pointer is no longer in it: {gdb(facts)}, then: info registers, info threads"
    return "let the next core dump have the stack: echo 0x33 >/proc/PID/coredump_filter, or CoredumpFilter=0x33 in the unit"


def for_names(facts):
    """If the stack is there, and only names can tell whose it is."""
    if not any(frame["function"] for frame in facts["frames"] if frame["module"]) or any(
            facts["checked"].get(frame["module"]) != "same" for frame in facts["frames"] if frame["module"]):
        return ("get the files that ran, or their debug symbols (the same build id), put them where they were, and run ci/autopsy again: "
                "names can tell whose stack this is")
    return f"see what the function that has these words on its stack does: {gdb(facts)}, then: bt full"


def for_unreadable():
    return COMPLETE + LINE


def next_step(facts, verdict, kind):
    if verdict == "this defect":
        return REPLACE
    if verdict == "not this":
        return for_other(facts, kind)
    return for_names(facts) if facts["stack"]["complete"] else for_stack(facts)
