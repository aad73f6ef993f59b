"""Asks ci/lib.sh, which knows how packages are installed and trees are built."""
import signal
import subprocess
import sys

from shared.repository import ROOT


def run(command, *lines):
    """Runs lines of shell, with what lib.sh defines, in the name of ci/COMMAND. Where one fails, it has said why, and this
    process ends with its status."""
    script = "\n".join((". ci/lib.sh", *lines))
    with subprocess.Popen(["sh", "-euc", script, f"ci/{command}"], cwd=ROOT) as shell:
        # It ends what it has started.
        before = signal.signal(signal.SIGTERM, lambda *_: shell.terminate())
        status = shell.wait()
        signal.signal(signal.SIGTERM, before)
    if status != 0:
        sys.exit(status if status > 0 else 128 - status)


def prepare(options, command, *lines):
    """The same, unless --no-setup was given: see command_line.add_setup()."""
    if options.setup:
        run(command, *lines)
