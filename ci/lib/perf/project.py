"""Another git repository: two of its commits, checked out and built by its own command."""
import dataclasses
import hashlib
import os
import pathlib
import re
import shlex
import shutil

from perf import build, layouts, ruler
from shared import commits, programs
from shared.errors import CannotRun
from shared.repository import ROOT

BUILD_SECONDS = 3600
HEADER = ROOT / "bench/gate/ruler.h"
EXPLAINED = """\
OTHER PROJECTS. --project DIR, --build CMD and --ruler CMD gate another git repository, in C or another compiled language:

    ci/perf --project ~/table --build 'cc -O2 -I. -I"$GATE_INCLUDE" -o ruler "$GATE_PROJECT"/bench/ruler.c table.c' --ruler ./ruler HEAD~1

BASE and HEAD are checked out into two folders under build/perf, without submodules. Nothing in your folder is changed. In each
checkout, sh runs the command of --build, for an hour at most. It finds

    $GATE_INCLUDE  the folder of ruler.h, which makes a C program a ruler. Its comment is the protocol: bench/gate/ruler.h
    $GATE_PROJECT  your own folder. A ruler from there is the same for both commits, and works for commits that are older than it
    $GATE_GAP      an assembly file. If CMD links it before all others, as in cc -o ruler "$GATE_GAP" ruler.c table.c, gaps of other
                   sizes in it make the other layouts of the verdict layout. Without it, that verdict is never given

--ruler names the program that was built, relative to the checkout, with its first arguments, and with variables before it as in a
shell, such as LD_LIBRARY_PATH=lib.

On GitHub, .github/workflows/perf.yml writes a comment with --markdown, and perf_comment.yml posts it: copy both."""


@dataclasses.dataclass(frozen=True)
class Project:
    root: pathlib.Path
    below: str  # the folder that --project names, within the repository
    build: str
    words: tuple
    variables: tuple


def of_options(options):
    """The project that the options name, or None for ringproof itself."""
    given = [name for name in ("project", "build", "ruler") if getattr(options, name) is not None]
    if not given:
        commits.expect_own("to gate your repository, give --project DIR, --build CMD and --ruler CMD (see --help)")
        return None
    for name in ("project", "build", "ruler"):
        if name not in given:
            raise CannotRun(f"--{given[0]} needs --{name}, too: --project DIR, --build CMD and --ruler CMD gate another repository; see --help")
    if options.record:
        raise CannotRun("--record appends to the history of ringproof, and --project names another repository; take --json, and keep its output")
    ask = lambda what: programs.run("git", "-C", options.project, "rev-parse", what).removesuffix("\n")
    try:
        root, below = pathlib.Path(ask("--show-toplevel")), ask("--show-prefix")
    except CannotRun as error:
        raise CannotRun(f"--project {options.project} is no git repository with a work tree; git says: {str(error).strip().splitlines()[-1]}") from None
    return Project(root, below, options.build, *command(options.ruler))


def command(text):
    """The words of a command, and the variables before them."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise CannotRun(f"--ruler {text}: {error}; write it as for a shell") from None
    variables = []
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        variables.append(tuple(words.pop(0).split("=", 1)))
    if not words:
        raise CannotRun("--ruler: no program; name the program that --build makes, such as ./ruler")
    return tuple(words), tuple(variables)


def made(project, name, commit, order=None):
    """Checks out and builds a commit, and returns its ruler, in a random layout with `order`. The folders of base and head have
    names of one length: a path in a program may change its instructions."""
    place = build.BUILT / f"project-{hashlib.sha256(str(project.root).encode()).hexdigest()[:12]}"
    include, folder = place / "include", place / name
    include.mkdir(parents=True, exist_ok=True)
    shutil.copy(HEADER, include)
    (include / f"{name}.s").write_text(layouts.gap(order), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    programs.run("git", "clone", "--quiet", "--shared", "--no-checkout", project.root, folder)
    programs.run("git", "-C", folder, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--detach", commit)
    where = folder / project.below
    if not where.is_dir():
        raise CannotRun(f"{project.below} is no folder in {name} {commit[:12]}; name a folder of --project that both commits have")
    variables = {**os.environ, "GATE_PROJECT": str(project.root / project.below), "GATE_INCLUDE": str(include), "GATE_GAP": str(include / f"{name}.s")}
    try:
        programs.run("sh", "-c", project.build, seconds=BUILD_SECONDS, env=variables, cwd=where)
    except CannotRun as error:
        raise CannotRun(f"--build failed at {name} {commit[:12]}, in {where}: {error}") from None
    built = ruler.Ruler(project.words, where, project.variables)
    ruler.expect_program(built)
    return built


def rulers(project, base, head):
    """The rulers of both commits, a function that builds them in other layouts, or None, and the operations in a round of each
    workload that both have."""
    if changed := commits.changed_files(project.root):
        print(f"note: not measured are changes that are not committed, here of {changed} files in {project.root}, unless --build takes them"
              " from $GATE_PROJECT", flush=True)
    both = []
    for name, commit in (("base", base), ("head", head)):
        print(f"building {name}", flush=True)
        both.append(made(project, name, commit))
    again = lambda order: [made(project, name, commit, order) for name, commit in (("bas2", base), ("hea2", head))]
    return both, again if "GATE_GAP" in project.build else None, shared_workloads(*map(ruler.workloads, both))


def shared_workloads(base, head):
    """Workloads that are new in head are only named. One that is lost or changed is an error: it would hide a slowdown."""
    lost = [name for name in base if name not in head]
    changed = [name for name in base if head.get(name, base[name]) != base[name]]
    for names, what in ((lost, "lack workloads of base"), (changed, "have other numbers of operations in head")):
        if names:
            raise CannotRun(f"the rulers of base and head differ, and cannot be compared: they {what}: {', '.join(names)};"
                            " let --build take one ruler for both commits, from $GATE_PROJECT")
    if new := [name for name in head if name not in base]:
        print(f"note: only head has {', '.join(new)}, which cannot be compared", flush=True)
    return base
