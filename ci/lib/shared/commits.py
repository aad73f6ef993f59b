"""Commits by name."""
import subprocess

from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT


def unpack(commit, folder):
    """Writes the files of a commit into a new folder."""
    folder.mkdir(parents=True)
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=True).stdout
    run("tar", "-x", "-C", folder, input=archive)


def commit_named(name):
    """The full hash of a commit, branch, tag or expression such as HEAD~1."""
    try:
        return run("git", "-C", ROOT, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except CannotRun:
        raise CannotRun(f"no such commit: {name}; if this clone is shallow, run: git fetch --unshallow") from None
