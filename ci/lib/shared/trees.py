"""Build trees, and the commands in them: for programs that differ from a tree's in one thing."""
import subprocess

from shared.errors import CannotRun
from shared.repository import ROOT

BUILD = ROOT / "build"


def commands(tree, target):
    """The shell commands that build a target, the last one being its link."""
    shown = subprocess.run(["ninja", "-C", str(tree), "-t", "commands", target], capture_output=True, text=True, check=False)
    if shown.returncode != 0:
        raise CannotRun(f"{tree} does not build {target}: {shown.stderr.strip() or shown.stdout.strip()}")
    return shown.stdout.splitlines()


def run(command, tree):
    """Such a command, changed."""
    done = subprocess.run(command, shell=True, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotRun(f"{command}\n{done.stdout}{done.stderr}")
