"""Judges delivered fuzz targets, each by itself, where nothing but the C and C++ libraries is installed: it must start, replay
its seed corpus, and have been compiled with coverage and with the right sanitizer, and no other."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import zipfile

from services import project, roots
from shared import pools
from shared.programs import run

# The thresholds of google/oss-fuzz, infra/base-images/base-runner/bad_build_check. How many calls of a sanitizer's runtime there are
# at least in a program that was compiled with it, and at most in another.
EDGES_LEAST = 100
CALLS = {"asan": (1000, 0), "msan": (1000, 3), "ubsan": (169, 200)}
SANITIZERS = {"address": "asan", "memory": "msan", "undefined": "ubsan", "coverage": None}
# The services' own settings.
ENVIRONMENT = {"ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:allocator_may_return_null=1:detect_odr_violation=0",
               "UBSAN_OPTIONS": "print_stacktrace=1:silence_unsigned_overflow=1"}
MINUTES = 5


def targets(out):
    return sorted(path for path in out.iterdir() if path.is_file() and os.access(path, os.X_OK))


def calls(target):
    """How often each runtime is called, and whether AFL++'s map is used."""
    code = run("objdump", "--disassemble", "--no-show-raw-insn", target)
    found = re.findall(r"\tcall +[0-9a-f]+ <__(asan|msan|ubsan)", code)
    return {name: found.count(name) for name in CALLS}, code.count("<__afl_area_ptr")


def wrong_sanitizer(found, sanitizer):
    wanted = SANITIZERS[sanitizer]
    for name, (least, most) in CALLS.items():
        if name == wanted and found[name] < least:
            yield f"calls {name} {found[name]} times: it was not compiled with -fsanitize={sanitizer}"
        if name != wanted and found[name] > most:
            yield f"calls {name} {found[name]} times, but was to be compiled with -fsanitize={sanitizer}"


def replay(target, engine, runner, seeds):
    """Runs a target on its seed corpus as run_fuzzer does. Returns the status and what it printed."""
    place = "/elsewhere"
    if engine == "libfuzzer":
        words = [*project.options(pathlib.Path(f"{target}.options")), "-runs=0", "-rss_limit_mb=2560", "/seeds"]
        words = [word.replace(str(target.parent), place) for word in words]
    else:
        words = [f"/seeds/{path.name}" for path in sorted(seeds.iterdir())]
    command = roots.enter(runner, [f"{place}/{target.name}", *words], [(target.parent, place), (seeds, "/seeds")], ENVIRONMENT.items())
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=60 * MINUTES, check=False)
    return done.returncode, done.stdout


def unpack(archive, seeds, most):
    """Unpacks the seed corpus, or at most so many of its inputs, evenly chosen."""
    names = sorted(archive.namelist())
    archive.extractall(seeds, names[::max(1, -(-len(names) // most))] if most else names)


def complaints(target, engine, sanitizer, runner, most):
    with tempfile.TemporaryDirectory() as folder:
        seeds = pathlib.Path(folder)
        packed = pathlib.Path(f"{target}_seed_corpus.zip")
        if not packed.exists() or not pathlib.Path(f"{target}.options").exists():
            return ["has no seed corpus or no .options"]
        with zipfile.ZipFile(packed) as archive:
            unpack(archive, seeds, most)
        status, said = replay(target, engine, runner, seeds)
        wrong = []
        if status != 0:
            return [f"does not start, or does not replay its seed corpus (status {status}):\n{said[-1500:]}"]
        inputs = len(list(seeds.iterdir()))
        files = re.search(r"INFO: seed corpus: files: (\d+)", said)
        ran = said.count("Execution successful.") if engine == "afl" else int(files[1]) if files else 0
        if ran != inputs:
            wrong.append(f"ran {ran} of {inputs} inputs of its seed corpus")
        if engine == "libfuzzer":
            edges = sum(map(int, re.findall(r"INFO: Loaded \d+ modules.*?\((\d+) ", said)))
            if sanitizer != "coverage" and edges < EDGES_LEAST:
                wrong.append(f"was compiled without coverage: {edges} edges")
    found, of_afl = calls(target)
    if engine == "afl" and of_afl < EDGES_LEAST:
        wrong.append(f"was compiled without AFL++'s coverage: {of_afl} edges")
    return wrong + list(wrong_sanitizer(found, sanitizer))


def judge(out, engine, sanitizer, runner, most=None):
    """Sentences about all targets in a folder. None if all is well. `most`: how many inputs of each seed corpus are replayed."""
    found = targets(out)
    if not found:
        return ["there are no targets"]
    with pools.pool(os.cpu_count()) as pool:
        each = pool.map(lambda target: complaints(target, engine, sanitizer, runner, most), found)
        return [f"{target.name} {what}" for target, wrong in zip(found, each) for what in wrong]
