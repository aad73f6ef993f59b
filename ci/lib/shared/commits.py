"""Commits by name."""
import os
import pathlib
import subprocess

from shared.errors import CannotRun
from shared.programs import run
from shared.repository import ROOT

OF_HOOKS = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"}  # name a repository


def unpack(commit, folder):
    """Writes the files of a commit into a new folder."""
    folder.mkdir(parents=True)
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], capture_output=True, check=True).stdout
    run("tar", "-x", "-C", folder, input=archive)


def commit_named(name, root=ROOT):
    """The full hash of a commit, branch, tag or expression such as HEAD~1."""
    try:
        return run("git", "-C", root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
    except CannotRun:
        where = "" if root == ROOT else f" in {root}"
        raise CannotRun(f"no such commit: {name}{where}; if this clone is shallow, run: git fetch --unshallow") from None


def leave_hook():
    """Forgets the repository that git names to its hooks: each command of git here says which one it means."""
    for name in run("git", "rev-parse", "--local-env-vars").split():
        os.environ.pop(name, None)


def git(repository, *words, given=None):
    """What git prints, or "" where there is no git, no repository, or no such thing in it."""
    environment = {name: value for name, value in os.environ.items() if name not in OF_HOOKS}
    try:
        done = subprocess.run(["git", "-C", str(repository), *words], input=given, capture_output=True, text=True, errors="replace", check=False,
                              env=environment)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def repository_of(folder):
    """The root of the git repository that a folder is in (of a bare one, its folder), or None. The folder need not exist yet."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    root = (git(there, "rev-parse", "--show-toplevel") or git(there, "rev-parse", "--absolute-git-dir")).strip()
    return pathlib.Path(root) if root else None


def expect_own(what):
    """Refuses to work on ringproof for a user who stands in another repository. `what` says what to do instead."""
    here = repository_of(pathlib.Path.cwd())
    if here and here != repository_of(ROOT):
        raise CannotRun(f"this folder belongs to the repository {here}, and this command would measure ringproof in {ROOT}; {what}")


def changed_files(root):
    """How many files that git knows have changes that are not committed."""
    return len(run("git", "-C", root, "status", "--porcelain", "--untracked-files=no").splitlines())
