"""Commits by name."""
from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT


def commit_named(name):
    """The full hash of a commit, branch, tag or expression such as HEAD~1."""
    try:
        return run("git", "-C", ROOT, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except CannotRun:
        raise CannotRun(f"no such commit: {name}; if this clone is shallow, run: git fetch --unshallow") from None
