"""Calls the functions of ci/lib.sh, which install packages and build trees."""
import os
import subprocess

from shared import interrupts
from shared.errors import CannotRun
from shared.repository import ROOT

INTERRUPTED = {130: "SIGINT", 143: "SIGTERM", -2: "SIGINT", -15: "SIGTERM"}  # the exit status of an interrupted shell


def run(command, *lines):
    """Runs shell lines that may call functions of lib.sh, as ci/COMMAND. If one fails, raises CannotRun with the reason."""
    reading, writing = os.pipe()
    script = "\n".join((f". ci/lib.sh; reason_to=/dev/fd/{writing}", *lines))
    with os.fdopen(reading, "rb", buffering=0) as reasons, \
            subprocess.Popen(["sh", "-euc", script, f"ci/{command}"], cwd=ROOT, pass_fds=[writing]) as shell:
        os.close(writing)
        try:
            status = shell.wait()
        except BaseException:  # interrupted: the shell ends what it has started
            shell.terminate()
            shell.wait()
            raise
        # Programs that still run may keep the pipe open: read only what is there.
        os.set_blocking(reading, False)
        reason = (reasons.read(4096) or b"").decode(errors="replace").strip()
    if status in INTERRUPTED:
        raise interrupts.Interrupted(INTERRUPTED[status])
    if status != 0:
        raise CannotRun(reason or f"setting up ended with {status}: see above")


def prepare(options, command, *lines):
    """Does the same, except with --no-setup (command_line.add_setup())."""
    if options.setup:
        run(command, *lines)
