"""Makes crashes with known causes, and their core dumps. gdb writes the core dumps, so the machine's own settings for them do
not matter."""

import pathlib
import subprocess

from shared.errors import CannotRun
from shared.repository import ROOT

HERE = pathlib.Path(__file__).parent
SECONDS = 300  # on a busy machine
INCLUDES = ["-I", ROOT / "core/include", "-I", ROOT / "fuzz/include"]
RING = ["repro/legacy/ring.c", "repro/legacy/sort.c", "core/placement.c", "fuzz/base/memory.c", "fuzz/program/rules.c"]
LIBRARIES = ["-lnettle", "-lxxhash"]
GDB = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "set startup-with-shell off",
       "-ex", "set disable-randomization off"]


def run(command, **options):
    try:
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", check=False,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, **options)
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"{' '.join(map(str, command))}: did not end within {SECONDS} s; run it by hand to see why") from error


def compile_c(compiler, flags, sources, output, libraries=()):
    built = run([compiler, "-std=c11", "-D_GNU_SOURCE", *flags, *sources, "-o", output, *libraries])
    if built.returncode != 0:
        raise CannotRun(f"{compiler} cannot build {output}: {built.stderr.strip()}")
    return output


def program(compiler, name, flags, output):
    """One of the programs beside this file."""
    return compile_c(compiler, flags, [HERE / f"{name}.c"], output, ["-lpthread", "-ldl"])


def incident(compiler, flags, folder):
    """The crash of 2014: a program, and the library with the defect, which gets the flags. Returns both."""
    folder.mkdir(parents=True)
    library = compile_c(compiler, ["-fPIC", "-shared", *INCLUDES, *flags], [ROOT / source for source in RING],
                        folder / "hash_ring_drv.so", LIBRARIES)
    main = compile_c(compiler, ["-O1", *INCLUDES, f"-Wl,-rpath,{folder}"], [ROOT / "repro/crash.c", library], folder / "crash", LIBRARIES)
    return main, library


def crash(command, core):
    """Runs a command until it crashes, and keeps its core dump. Returns None if it did not crash."""
    result = run([*GDB, "-ex", "run", "-ex", f"generate-core-file {core}", "--args", *command])
    if not core.exists() and "exited" not in result.stdout:
        raise CannotRun(f"gdb wrote no core dump of {command[0]}: {result.stdout}{result.stderr}")
    return core if core.exists() else None
