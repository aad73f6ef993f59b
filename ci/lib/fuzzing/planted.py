"""Implements ci/planted.

A planted fault is a patch in fuzz/faults/core, harness, driver or nif, or a subject that is wrong as it is. Lines above the diff
say what is broken, and what a user would notice (`In production:`). `Target: NAME` and `Subject: NAME` say which fuzz target
must catch it on which subject; the defaults are ring_ops and core. The target `check` is ringproof check, not a fuzz target.

A faulty build needs no tree of its own: the patched sources are compiled with the commands of the engine's tree, and linked
before the tree's archives.
"""
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import time

from fuzzing import engines
from shared import disk, files, locks, pools, trees
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

FAULTS = ROOT / "fuzz/faults"
TREES = {"libfuzzer": trees.BUILD / "fuzz", "afl": trees.BUILD / "afl-asan"}


class Fault:
    def __init__(self, patch, target="ring_ops", subject="core"):
        text = patch.read_text() if patch else ""
        field = lambda name, other: (re.findall(rf"^{name}: (?:check )?(\S+)", text, re.M) or [other])[0]
        self.patch = patch
        self.name = patch.stem if patch else subject
        named = (re.findall(r"^Target: (.*)", text, re.M) or [target])[0].split()
        self.target = next((name for name in named if name != "check"), "ring_ops")
        self.subject = field("Subject", subject)
        self.files = re.findall(r"^\+\+\+ b/(\S+)", text, re.M)


class Control(Fault):
    """A target without a fault, in which engines must find nothing."""

    def __init__(self, target, subject):
        super().__init__(None, target, subject)
        self.name = f"(none) {target} {subject}"


def all_faults():
    faults = [Fault(patch) for folder in ("core", "harness") for patch in sorted((FAULTS / folder).glob("*.patch"))]
    for folder, target in (("driver", "driver_commands"), ("nif", "nif_calls")):
        faults += [Fault(patch, target) for patch in sorted((FAULTS / folder).glob("*.patch"))]
    return faults + [Fault(None, subject="legacy")]


def folder_of(file):
    """The folder whose files are copied together with a patched one: core/, or the file's own folder."""
    return pathlib.PurePath("core") if file.startswith("core/") else pathlib.PurePath(file).parent


def sources_in(folder):
    found = (ROOT / folder).rglob("*.[ch]") if folder.name == "core" else (ROOT / folder).glob("*.[ch]")
    return [path.relative_to(ROOT) for path in sorted(found) if "tests" not in path.relative_to(ROOT).parts]


def build(fault, engine, into):
    """Builds the target with the fault, and returns the program."""
    tree = TREES[engine]
    lines = trees.commands(tree, f"fuzz/{fault.target}")
    if not fault.patch:
        return tree / "fuzz" / fault.target
    into.mkdir(parents=True, exist_ok=True)
    copied = [source for folder in {folder_of(file) for file in fault.files} for source in sources_in(folder)]
    for source in copied:
        (into / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, into / source)
    trees.run(f"patch --quiet --strip=1 --fuzz=0 --directory={shlex.quote(str(into))} --input={shlex.quote(str(fault.patch))}", tree)
    headers = [file for file in fault.files if file.endswith(".h")]
    files = [str(source) for source in copied if source.suffix == ".c"] if headers else fault.files
    objects = []
    for file in files:
        compile_ = [line for line in lines if re.search(rf" -c {re.escape(str(ROOT / file))}$", line)]
        if not compile_:
            if headers:
                continue
            raise CannotRun(f"{fault.name}: {file} is not part of {fault.target}; correct the patch or its Target: line")
        compiled = into / (file.replace("/", "-") + ".o")
        line = re.sub(r" -o \S+ -c \S+$", f" -w -I{ROOT / pathlib.PurePath(file).parent} -o {compiled} -c {into / file}", compile_[0])
        # `into` has the same folders, because lists of instrumented sources name them.
        trees.run(re.sub(r" -M[DTF]( \S+\.o(\.d)?)?", "", line), tree)
        objects.append(str(compiled))
    binary = into / fault.target
    link = lines[-1]
    first_object = re.search(r" (fuzz/CMakeFiles/target\.dir\S+)", link)
    link = link.replace(first_object[0], f" {' '.join(objects)}{first_object[0]}", 1)
    trees.run(link.replace(f" -o fuzz/{fault.target} ", f" -o {binary} ", 1), tree)
    return binary


def search(engine, binary, fault, seconds, seed, work):
    """Runs an engine until it finds something or the time is up. Returns whether it did, and after how many seconds and programs."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "in").mkdir(parents=True)
    environment = engines.environment(fault.subject, fault.target)
    began = time.monotonic()
    if engine == "libfuzzer":
        log = run_engine(engines.libfuzzer(binary, work / "in", f"{work}/", seconds, seed), environment, work, seconds)
        found = any(engines.is_raw(path) for path in work.iterdir())
        programs = re.findall(r"stat::number_of_executed_units: (\d+)", log)
    else:
        environment.update(AFL_BENCH_UNTIL_CRASH="1")
        log = run_engine(engines.afl(binary, work / "in", work / "out", seconds, seed), environment, work, seconds)
        # After a crash AFL++ ends before it writes its statistics, but the name of the file has the count.
        crashes = sorted(work.glob("out/default/crashes/id*")) + sorted(work.glob("out/default/hangs/id*"))
        stats = work / "out/default/fuzzer_stats"
        if not crashes and not stats.exists():
            raise CannotRun(f"afl-fuzz did not start on {fault.name}:\n{log[-2000:]}")
        found = bool(crashes)
        programs = re.findall(r",execs:(\d+)", crashes[0].name) if found else re.findall(r"^execs_done +: (\d+)", stats.read_text(), re.M)
    return found, time.monotonic() - began, int(programs[0]) if programs else 0


def run_engine(command, environment, work, seconds):
    with open(work / "log", "w+b") as log:
        try:
            subprocess.run([*engines.ENDS_WITH_THIS, *map(str, command)], cwd=work, env=environment, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=subprocess.STDOUT, timeout=seconds + 60, check=False)
        except subprocess.TimeoutExpired:
            pass
        log.seek(0)
        return log.read().decode(errors="replace")


def trial(engine, fault, number, options, work):
    """Builds the fault if necessary, searches for it once, and returns a row of results."""
    binary = build_once(engine, fault, work)
    seed = int.from_bytes(hashlib.sha1(f"{options.seed} {engine} {fault.name} {number}".encode()).digest()[:4], "big") >> 1 or 1
    found, seconds, programs = search(engine, binary, fault, options.seconds, seed, work / f"trial{number}")
    if not found:
        disk.need_room(work)  # an engine that cannot write may miss anything
    shutil.rmtree(work / f"trial{number}", ignore_errors=True)
    return {"fault": fault.name, "engine": engine, "trial": number, "seed": seed, "found": found,
            "seconds": round(seconds, 2), "programs": programs}


def build_once(engine, fault, work):
    """Returns the program, which the trials of a fault share."""
    binary = TREES[engine] / "fuzz" / fault.target if not fault.patch else work / fault.target
    return binary if binary.exists() else build(fault, engine, work)


def summarise(results):
    """By fault and engine: in how many trials it was caught, and the median time and number of programs, or None."""
    table = {}
    for result in results:
        table.setdefault((result["fault"], result["engine"]), []).append(result)
    summary = {}
    for key, trials in table.items():
        found = [one for one in trials if one["found"]]
        # There is a median over all trials only if most of them caught the fault.
        median = len(found) * 2 > len(trials)
        seconds = sorted(one["seconds"] if one["found"] else float("inf") for one in trials)
        summary[key] = {"found": len(found), "trials": len(trials),
                        "seconds": statistics.median_low(seconds) if median else None,
                        "programs": int(statistics.median(one["programs"] for one in found)) if median else None}
    return summary


def cell(entry):
    if entry is None:
        return f"{'':28}"
    share = f"{entry['found']}/{entry['trials']}"
    if entry["seconds"] is None:
        return f"{share:>5} {'MISSED':>21} "
    return f"{share:>5} {entry['seconds']:8.1f} s {entry['programs']:10} "


def print_table(faults, chosen, summary):
    width = max(len(fault.name) for fault in faults)
    print(f"{'fault':{width}}  {'target':15}  {'subject':7} " + "".join(f"{engine + ': caught, s, programs':>28}" for engine in chosen))
    for fault in faults:
        cells = "".join(cell(summary.get((fault.name, engine))) for engine in chosen)
        print(f"{fault.name:{width}}  {fault.target:15}  {fault.subject:7} {cells}")


def judge(options):
    """Judges the arguments. The folder must be new, or one that an earlier run made."""
    if not chosen_faults(options):
        raise CannotRun("no planted fault's name matches --only; they are the patches in fuzz/faults/")
    folder = options.output
    if folder.exists() and any(folder.iterdir()) and not any((folder / mark).exists() for mark in (".planted", "results.json")):
        raise CannotRun(f"{folder} is not empty, and no earlier run made it; name another folder")


def chosen_faults(options):
    return [fault for fault in all_faults() if options.only.search(fault.name)]


def run(options):
    chosen = options.engine or sorted(TREES, reverse=True)
    options.seconds = round(options.duration)  # engines count whole seconds
    faults = chosen_faults(options)
    controls = [Control(*each) for each in sorted({(fault.target, fault.subject) for fault in faults if fault.patch})
                if not options.no_control]
    options.output = options.output.resolve()  # commands run in other folders
    with locks.emptied(options.output, ".planted"):
        return run_alone(options, chosen, faults, controls)


def run_alone(options, chosen, faults, controls):
    print(f"{len(faults)} planted faults; trials with each of {' and '.join(chosen)}: {options.trials}, of up to {options.seconds} s; "
          f"seed {options.seed}", flush=True)
    for engine in chosen:
        progress = Progress(f"building for {engine}")
        for number, fault in enumerate(faults):
            progress.show(f"{number} of {len(faults)} faults")
            build_once(engine, fault, options.output / engine / fault.name)
    trials = [(engine, control, 0) for control in controls for engine in chosen]
    trials += [(engine, fault, number) for fault in faults for engine in chosen for number in range(options.trials)]
    results = []
    with pools.pool(options.jobs) as pool:
        waiting = [pool.submit(trial, engine, fault, number, options, options.output / engine / fault.name)
                   for engine, fault, number in trials]
        for done in Progress("trials").completed(waiting, lambda: f", {sum(not result['found'] for result in results)} missed"):
            result = done.result()
            if result["fault"].startswith("(none)"):
                if result["found"]:
                    raise CannotRun(f"{result['engine']} finds something without a fault, too: {result['fault']}; "
                                    "fix that first: until then no trial means anything")
                continue
            results.append(result)
            if not result["found"]:
                print(f"    {result['engine']} missed {result['fault']} in trial {result['trial']}", flush=True)
    summary = summarise(results)
    print_table(faults, chosen, summary)
    files.replace(options.output / "results.json", json.dumps(
        {"seconds": options.seconds, "trials": options.trials, "seed": options.seed, "results": results}, indent=1).encode() + b"\n")
    missed = sorted({fault for (fault, _), entry in summary.items() if entry["seconds"] is None})
    for engine in chosen:
        medians = [entry["seconds"] for (_, its), entry in summary.items() if its == engine and entry["seconds"] is not None]
        print(f"{engine}: {len(medians)} of {len(faults)} faults caught; median of the medians "
              f"{statistics.median(medians) if medians else 0:.1f} s, longest {max(medians, default=0):.1f} s")
    if missed:
        print(f"MISSED: {', '.join(missed)}; improve the targets or the way inputs are made, never the fault")
    return 1 if missed else 0
