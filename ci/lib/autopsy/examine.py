"""Implements ci/autopsy: finds out what it was given, examines it, and prints the verdict."""
import os
import sys

from autopsy import core_verdict, log_verdict, text
from autopsy.core_file import mapping_at, read_core
from autopsy.frames import read_frames
from autopsy.kernel_log import read_line, read_lines
from autopsy.signature import upper_half
from shared import command_line
from shared.errors import CannotRun

STATUS = {"this defect": 0, "consistent with it": 1, "cannot tell": 4, "not this": 3}  # most like the defect first


def modules_like(core, address):
    """Names of the files that are mapped in the same 4 GB as an address."""
    files = {entry["file"] for entry in core["files"] if upper_half(entry["start"]) == upper_half(address)}
    return sorted(os.path.basename(name) for name in files)


def collect(path, executable):
    core = read_core(path)
    facts = {"kind": "core", "core": path} | core
    if "unreadable" in core:
        return facts
    if executable is not None and not os.access(executable, os.R_OK):
        raise CannotRun(f"{executable}: no such executable, or it cannot be read; leave it out to use the one that the core dump names")
    facts["executable"] = executable or core["executable"]
    facts["executable_found"] = facts["executable"] is not None and os.access(facts["executable"], os.R_OK)
    facts["ip_mapping"] = mapping_at(core, core["ip"])
    facts["address_mapped"] = core["address"] is not None and mapping_at(core, core["address"]) is not None
    facts["modules"] = modules_like(core, core["ip"])
    return facts | read_frames(path, core, facts["executable"] if facts["executable_found"] else None)


def judge_log(lines):
    """The verdict and facts of the line that is most like the defect, and the verdicts of the others."""
    judged = sorted(((log_verdict.judge(facts), facts) for facts in lines),
                    key=lambda pair: list(STATUS).index(pair[0]["verdict"]))
    return judged[0], [judgement for judgement, _ in judged[1:]]


def examine(arguments):
    """The verdict, the facts, and the verdicts of other lines."""
    if arguments == ["-"]:
        lines = read_lines(sys.stdin.buffer.read().decode(errors="replace"))
        if not lines:
            raise CannotRun("no segfault line of the kernel on standard input; look for one in dmesg, journalctl -k or "
                            "/var/log/kern.log")
        (judgement, facts), others = judge_log(lines)
        return judgement, facts, others
    line = read_line(" ".join(arguments))
    if line is not None:
        return log_verdict.judge(line), line, []
    if len(arguments) > 2:
        raise CannotRun("takes CORE [EXECUTABLE], a segfault line of the kernel, or -; see ci/autopsy --help")
    facts = collect(arguments[0], arguments[1] if len(arguments) > 1 else None)
    return core_verdict.judge(facts), facts, []


def run(options):
    judgement, facts, others = examine(options.words)
    command_line.print_json(options, text.as_json(judgement, facts) | {"others": others})
    try:
        text.print_verdict(judgement, facts, others)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has ended; the exit code still tells the verdict
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return STATUS[judgement["verdict"]]
