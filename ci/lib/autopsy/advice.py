"""What to do next. Each piece names only what helps with the crash at hand."""
import signal

# Signals that leave a core dump.
DUMPING = (signal.SIGQUIT, signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGSEGV, signal.SIGXCPU,
           signal.SIGXFSZ, signal.SIGSYS)

ALLOW = "if none was kept, allow core dumps before the next crash: ulimit -c unlimited, or LimitCORE=infinity in the unit"


def find_core(facts):
    """How to get at the core dump. coredumpctl knows processes; the kernel prints the number of a thread."""
    pid = facts["pid"]
    time = facts["time"]
    when = " at that time" if time is None else f" {time} s after boot" if time.replace(".", "").isdecimal() else f" at {time}"
    if facts["of_process"] and pid is not None:
        return f"coredumpctl dump {pid} | ci/autopsy -"
    # A program's name there is the process's; threads have names of their own.
    look = f"find the process that died{when} in: coredumpctl list{' beam.smp' if facts['vm'] else ''}"
    number = f" ({pid} is the number of a thread, which can differ from the process's PID)" if pid is not None else ""
    return f"{look}{number}; then: coredumpctl dump PID | ci/autopsy -"


def for_core(facts):
    return f"{find_core(facts)}; without coredumpctl, look where /proc/sys/kernel/core_pattern says; {ALLOW}"


def place(facts):
    """The command that names the source line of an address in a file, or none."""
    mapping, ip = facts.get("mapping"), facts.get("ip")
    if mapping is None or ip is None or not 0 <= ip - mapping["start"] < mapping["size"]:
        return ""
    if facts["file_offset"] is not None:
        return f"addr2line -Cfipe {mapping['file']} 0x{facts['file_offset']:x} (with debug information) names the place; "
    return ""


def for_gdb(facts, why="debug it as another crash"):
    if facts["of_process"] and facts["pid"] is not None:
        return f"{why}: coredumpctl gdb {facts['pid']}, then: bt full"
    return f"{why}: {place(facts)}{find_core(facts).replace('dump PID | ci/autopsy -', 'gdb PID, then: bt full')}"


def for_no_core(facts):
    if facts["signal"] == signal.SIGKILL:
        return "find out who sent it: the kernel for memory (journalctl -k), a limit of the container or unit, or a person; it leaves no core dump"
    return "find out who sent it: such a signal comes from another process, and leaves no core dump"


def for_memory(facts):
    name = facts["program"] or "it"
    what = "erlang:memory() shows what grows in a VM" if facts["vm"] else f"see what in {name} grows"
    return f"the kernel's table of tasks above that line shows who used the memory; {what}, or give it more; there is no core dump"


def for_slogan(facts):
    slogan = (facts["slogan"] or "").lower()
    if "alloc" in slogan and "memory" in slogan:
        return "see =memory and the largest Stack+heap among =proc in erl_crash.dump; cdv erl_crash.dump shows both"
    return "look up the slogan: it says why the VM ended itself; cdv erl_crash.dump shows its processes"
