"""Verdicts for messages that name only the signal, or that memory ran out."""
import signal

from autopsy import fault_class
from autopsy.signature import is_half_code, shown


def judge_signal(facts):
    number, name = facts["signal"], fault_class.signal_name(facts["signal"])
    kind = fault_class.of_signal(number)
    if facts["form"] == "out of memory":
        return "not this", "killed for memory, no crash", None, ["the kernel ended it because memory ran out; it did nothing wrong itself"]
    if number == signal.SIGSEGV:
        lines = ["the line has no addresses; the kernel's line with `segfault at`, if there is one, says more"]
        if facts["ip"] is not None:
            half = is_half_code(facts["ip"])
            lines = [f"its registers follow: ip is {shown(facts['ip'])}, which {'could' if half else 'could not'} be half a code address "
                     "and a ring index"]
        elif facts["form"] == "fatal":
            lines = ["the registers follow on other lines: give those too, or the core dump"]
        return "cannot tell", f"{name}: died at an unknown place", kind, lines
    if number == signal.SIGABRT:
        return "cannot tell", f"{name}: the program aborted itself", kind, [
            "a driver built with a stack protector ends like this when the sort overruns its arrays; most aborts have other causes"]
    return "not this", f"{name}: no memory fault", kind, ["this defect ends with SIGSEGV, or SIGABRT with a stack protector"]
