"""Reads the frames of the crashed thread with gdb."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import typing

from autopsy.core_file import file_at
from autopsy.machines import X86_64, debugger
from autopsy.sources import warn
from shared.errors import CannotRun

SCRIPTS = [pathlib.Path(__file__).with_name(name) for name in ("in_gdb.py", "in_gdb_cause.py")]
NOTHING = {"instruction": None, "interrupted_instruction": None, "message": None}  # without which there still is a verdict
# A network file system may hang. ci/autopsy must not.
SECONDS = 600
WITH_DEBUGINFOD = 300
# Core dump and programs are not trusted: gdb runs no script that lies beside them. It downloads only if the user has set
# $DEBUGINFOD_URLS.
SAFE = ["-nx", "-batch", "-iex", "set auto-load off"]
# gdb's warnings if the files are not the ones that ran.
MISMATCH = re.compile(r"warning: (.*(?:not match|doesn't match|newer than).*)")


class Symbols(typing.NamedTuple):
    """What gdb reads: the folder that is its root, folders with debug information, and the program or None."""
    view: str
    debug: str
    executable: str | None


def needed_debugger(machine):
    name = debugger(machine)
    if shutil.which(name) is None:
        more = " (a segfault line of the kernel needs no gdb)" if machine == X86_64 else ""
        raise CannotRun(f"{name} is missing, which reads the frames; as root, run: apt-get install {name}{more}")
    return name


def run_gdb(name, core_path, symbols, downloads):
    command = [name, *SAFE, "-iex", f"set debuginfod enabled {'on' if downloads else 'off'}", "-iex", f"set sysroot {symbols.view}",
               "-iex", f"set debug-file-directory {symbols.debug}", *([f"--se={os.path.abspath(symbols.executable)}"] if symbols.executable else []),
               f"--core={os.path.abspath(core_path)}", *(word for script in SCRIPTS for word in ("-x", str(script)))]
    seconds = WITH_DEBUGINFOD if downloads else SECONDS
    try:
        # Names of libraries can be relative.
        return subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, cwd=symbols.view,
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        if downloads:
            warn(f"gdb with debuginfod did not end within {seconds} s; it runs again without")
            return run_gdb(name, core_path, symbols, False)
        raise CannotRun(f"gdb did not end within {seconds} s; copy core dump and executable to a local disk and run again") from error


def parse_output(result):
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    found = NOTHING | {name: value for line in lines[-len(SCRIPTS):] for name, value in json.loads(line).items()}
    if "frames" not in found:
        last = (result.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        if "Python" in last or "python" in last:
            last += " (this gdb lacks Python: install the package gdb instead of gdb-minimal)"
        raise CannotRun(f"gdb could not read the core dump: {last}")
    return found


def read_frames(path, core, symbols):
    """The frames, the sort's locals, and gdb's warnings. Names of modules come from the core dump if it has them. Of other machines
    than x86-64 more than the place of the crash is not needed: `no_frames` says why there is no more."""
    why = "gdb found none"
    try:
        found = frames_by_gdb(path, core, symbols)
        if found["frames"] or core["machine"] == X86_64:
            return found | {"no_frames": None}
    except CannotRun as error:
        if core["machine"] == X86_64:
            raise
        why = str(error)
    first = {"pc": core["ip"], "sp": core["sp"], "function": None, "module": file_at(core, core["ip"] or 0), "source": None}
    return NOTHING | {"frames": [first], "locals": {}, "interrupted": [], "warnings": [], "no_frames": why}


def frames_by_gdb(path, core, symbols):
    result = run_gdb(needed_debugger(core["machine"]), path, symbols, bool(os.environ.get("DEBUGINFOD_URLS", "").strip()))
    found = parse_output(result)
    for frame in found["frames"]:
        frame["module"] = file_at(core, frame["pc"]) or (frame["module"] or "").removeprefix(symbols.view) or None
    return found | {"warnings": [match[1] for match in MISMATCH.finditer(result.stderr)]}
