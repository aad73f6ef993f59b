"""Reads the frames of the crashed thread with gdb."""

import json
import os
import pathlib
import re
import shutil
import subprocess

from autopsy.core_file import file_at
from shared.errors import CannotRun

SCRIPT = pathlib.Path(__file__).with_name("in_gdb.py")
# A network file system may hang. ci/autopsy must not.
SECONDS = 600
# Core dump and programs are not trusted: gdb runs no script that lies beside them and downloads nothing.
SAFE = ["-nx", "-batch", "-iex", "set auto-load off", "-iex", "set debuginfod enabled off"]
# gdb's warnings if the files are not the ones that ran.
MISMATCH = re.compile(r"warning: (.*(?:not match|doesn't match|newer than).*)")


def run_gdb(core_path, executable, unused):
    if shutil.which("gdb") is None:
        raise CannotRun("gdb is missing, which reads the frames; as root, run: apt-get install gdb "
                        "(a segfault line of the kernel needs no gdb)")
    quiet = ["-iex", "set auto-solib-add off"] if unused else []
    command = ["gdb", *SAFE, *quiet, *([f"--se={executable}"] if executable else []), f"--core={core_path}", "-x", str(SCRIPT)]
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
                              env=os.environ | {"RINGPROOF_UNUSED": json.dumps(unused)}, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"gdb did not end within {SECONDS} s; copy core dump and executable to a local disk and run again") from error


def parse_output(result):
    lines = result.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        last = (result.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        if "Python" in last or "python" in last:
            last += " (this gdb lacks Python: install the package gdb instead of gdb-minimal)"
        raise CannotRun(f"gdb could not read the core dump: {last}")
    return json.loads(lines[-1])


def read_frames(path, core, executable, unused=()):
    """The frames, the sort's locals, and gdb's warnings. Names of modules come from the core dump if it has them. Symbols of
    the unused files are not read."""
    result = run_gdb(path, executable, sorted(unused))
    found = parse_output(result)
    for frame in found["frames"]:
        frame["module"] = file_at(core, frame["pc"]) or frame["module"]
    return found | {"warnings": [match[1] for match in MISMATCH.finditer(result.stderr)]}
