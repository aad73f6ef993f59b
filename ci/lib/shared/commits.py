"""Commits, by what people call them."""
from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT


def commit_named(name):
    """Its hash."""
    try:
        return run("git", "-C", ROOT, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except CannotRun:
        raise CannotRun(f"no such commit: {name}; a shallow clone may lack it: git fetch --unshallow") from None
