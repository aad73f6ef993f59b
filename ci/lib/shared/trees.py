"""The commands of a build tree, to build a program with one change."""
import subprocess

from shared.errors import CannotRun
from shared.repository import ROOT

BUILD = ROOT / "build"


def commands(tree, target):
    """The shell commands that build a target. The last one links it."""
    shown = subprocess.run(["ninja", "-C", str(tree), "-t", "commands", target], capture_output=True, text=True, check=False)
    if shown.returncode != 0:
        raise CannotRun(f"no {target} in {tree}: {shown.stderr.strip() or shown.stdout.strip()}")
    return shown.stdout.splitlines()


def run(command, tree):
    """Runs such a command, after the caller has changed it."""
    done = subprocess.run(command, shell=True, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"this failed: {command}\n{done.stdout}{done.stderr}")
