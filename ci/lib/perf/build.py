"""Builds the ring library of any commit, and links it with the workloads in this tree's bench/gate. So all commits run the
same workloads."""
import hashlib
import os
import pathlib
import shutil

from perf import ruler
from shared.commits import unpack
from shared.programs import run
from shared.repository import ROOT

BUILT = ROOT / "build/perf"
WORKLOADS = ROOT / "bench/gate"


def digest(*paths):
    content = hashlib.sha256()
    for path in paths:
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()[:12]


def configure_and_build(source, tree, *more):
    run("cmake", "-S", source, "-B", tree, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_COMPILER=gcc", *more)
    run("cmake", "--build", tree)


def library(commit, patch=None, flags="", folder=None):
    """Builds and installs the library of a commit, unless that was done before, and returns its folder. `prefix` is in it
    only if everything succeeded. `patch` is applied to the sources, and `flags` are added for the compiler."""
    if folder is None:
        name = commit if patch is None else f"{commit}-{patch.stem}-{hashlib.sha256(flags.encode() + patch.read_bytes()).hexdigest()[:12]}"
        folder = BUILT / name
    if (folder / "prefix").is_dir():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "source"
    unpack(commit, source)
    if patch is not None:
        run("patch", "--quiet", "--strip=1", f"--directory={source}", f"--input={patch}")
    configure_and_build(source, folder / "tree", "-DRINGPROOF_HARNESS=OFF", f"-DCMAKE_C_FLAGS={flags}",
                        f"-DCMAKE_INSTALL_PREFIX={folder}/new", "-DCMAKE_INSTALL_LIBDIR=lib")
    run("cmake", "--install", folder / "tree")
    os.rename(folder / "new", folder / "prefix")
    return folder


def gate(folder):
    """The ruler of the library in that folder."""
    sources = sorted(path for path in WORKLOADS.iterdir() if path.suffix in (".c", ".h", ".txt")) + [ROOT / "bench/base/mix.h"]
    tree = folder / f"gate-{digest(*sources)}"
    configure_and_build(WORKLOADS, tree, f"-DCMAKE_PREFIX_PATH={folder}/prefix")
    return ruler.of_program(tree / "ring_gate")


def programs(gates):
    """Groups rulers that are equal bit by bit, as those of commits that do not change the library are."""
    same = {}
    for gate_ in gates:
        same.setdefault(hashlib.sha256(pathlib.Path(gate_.words[0]).read_bytes()).digest(), []).append(gate_)
    return list(same.values())
