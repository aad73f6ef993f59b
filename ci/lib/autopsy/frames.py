"""Asks gdb for the frames of the thread that died."""

import json
import pathlib
import re
import shutil
import subprocess

from autopsy.core_file import file_at
from shared.errors import CannotRun

SCRIPT = pathlib.Path(__file__).with_name("in_gdb.py")
# A network file system that hangs must not hang whoever is called at night.
SECONDS = 600
# Somebody else's core and programs: nothing that lies beside them is run, and nothing is fetched.
SAFE = ["-nx", "-batch", "-iex", "set auto-load off", "-iex", "set debuginfod enabled off"]
# What it says if the files are not those that the process ran.
MISMATCH = re.compile(r"warning: (.*(?:not match|doesn't match|newer than).*)")


def run_gdb(core_path, executable):
    if shutil.which("gdb") is None:
        raise CannotRun("gdb is missing, and frames cannot be read without it: as root, apt-get install gdb "
                           "(a segfault line of the kernel needs no gdb)")
    command = ["gdb", *SAFE, *([f"--se={executable}"] if executable else []), f"--core={core_path}", "-x", str(SCRIPT)]
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
                              timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"gdb did not end within {SECONDS} s: copy core and executable to a local disk, and run again") from error


def parse_output(result):
    lines = result.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        last = (result.stderr.strip().splitlines() or ["it says nothing"])[-1]
        if "Python" in last or "python" in last:
            last += " (this gdb has no Python: install the package gdb, not gdb-minimal)"
        raise CannotRun(f"gdb could not read the core: {last}")
    return json.loads(lines[-1])


def read_frames(path, core, executable):
    """The frames, the sort's locals, and warnings; modules as the core names them, if it does."""
    result = run_gdb(path, executable)
    found = parse_output(result)
    for frame in found["frames"]:
        frame["module"] = file_at(core, frame["pc"]) or frame["module"]
    return found | {"warnings": [match[1] for match in MISMATCH.finditer(result.stderr)]}
