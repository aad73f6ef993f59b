"""Calls the functions of ci/lib.sh, which install packages and build trees."""
import signal
import subprocess
import sys

from shared.repository import ROOT


def run(command, *lines):
    """Runs shell lines that may call functions of lib.sh, as ci/COMMAND. If one fails, its message was printed, and this
    process exits with its status."""
    script = "\n".join((". ci/lib.sh", *lines))
    with subprocess.Popen(["sh", "-euc", script, f"ci/{command}"], cwd=ROOT) as shell:
        # The shell ends what it has started.
        before = signal.signal(signal.SIGTERM, lambda *_: shell.terminate())
        status = shell.wait()
        signal.signal(signal.SIGTERM, before)
    if status != 0:
        sys.exit(status if status > 0 else 128 - status)


def prepare(options, command, *lines):
    """Does the same, except with --no-setup (command_line.add_setup())."""
    if options.setup:
        run(command, *lines)
