"""The ring library, and the test programs that its mutants are run against."""
import dataclasses
import pathlib
import re

from mutation.run import Project, TestProgram, run_tool
from shared import trees
from shared.errors import CannotRun
from shared.repository import ROOT

TREES = {"plain": "release", "sanitized": "asan"}
LARGE = ("answers", "arcs")  # not run with sanitizers: they take several times as long as the others together
SUBJECTS = ("core", "tiny", "merge")
OPERATIONS = {"plain": 20000, "sanitized": 5000}


def link_program(tree, target, library, into):
    """Links a program as the tree does, except that it loads the ring as the shared library `library`."""
    line = trees.commands(tree, target)[-1]
    made = into / pathlib.Path(target).name
    trees.run(re.sub(r" core/libringproof[\w-]*\.a", f" {library}", line).replace(f" -o {target} ", f" -o {made} ", 1), tree)
    return made


def programs(project, flavour, library):
    tree = trees.BUILD / TREES[flavour]
    into = project.work / "programs" / flavour
    into.mkdir(parents=True, exist_ok=True)
    link = lambda target: link_program(tree, target, library, into)
    of_ring = lambda file: file != "shared/ring_shared.c"
    names = [path.stem.removeprefix("test_") for path in sorted((ROOT / "core/tests").glob("test_*.c"))]
    of_shared = lambda file: file in ("shared/ring_shared.c", "include/ringproof/ring_shared.h")
    programs = [TestProgram(name, "unit", [link(f"core/tests/test_core_{name}")],
                            files=None if name == "shared" else of_ring)
                for name in names if flavour == "plain" or name not in LARGE]
    programs.append(TestProgram("stress_shared", "unit", [link("fuzz/threads/stress_shared"), "--seconds", "1"], files=of_shared))
    ring_ops = link("fuzz/ring_ops")
    ringproof = link("fuzz/ringproof")
    corpus = tree / "corpus/ring_ops"
    for subject in SUBJECTS:
        programs.append(TestProgram(f"ring_ops {subject}", "corpus", [ring_ops, corpus], {"RINGPROOF_SUBJECT": subject},
                                    [corpus], of_ring))
        programs.append(TestProgram(f"check {subject}", "check", [ringproof, "check", "--subject", subject, "--ops",
                                                                  str(OPERATIONS[flavour]), "--seed", "1"], files=of_ring))
    return programs


def project():
    return Project(folder=ROOT / "core", work=ROOT / "build/mutants", equivalents=ROOT / "core/tests/equivalent_mutants",
                   flags=["-Icore/include", "-DNDEBUG"],  # as it is shipped: tests must notice, not assertions
                   libraries=[],
                   flavours={"plain": ["-O2"],
                             "sanitized": ["-O1", "-fsanitize=address,undefined", "-fsanitize=bounds-strict",
                                           "-fno-sanitize-recover=all"]},
                   programs=programs)


def with_libraries():
    """The project, with the flags of installed libraries."""
    shown = run_tool(["pkg-config", "--cflags", "nettle", "libxxhash", "liburcu-memb"])
    linked = run_tool(["pkg-config", "--libs", "nettle", "libxxhash", "liburcu-memb"])
    if shown.returncode or linked.returncode:
        raise CannotRun(f"pkg-config failed; install the packages of ci/packages: {shown.stderr}{linked.stderr}")
    bare = project()
    return dataclasses.replace(bare, flags=[*bare.flags, *shown.stdout.split()], libraries=linked.stdout.split())
