"""Implements ci/planted.

A bug is a patch in fuzz/faults/core, harness or driver, or a subject that is wrong as it stands.
Lines above the diff say what it breaks, and how that would be met `In production:`; `Target: NAME` and
`Subject: NAME` which fuzz target, on which subject, is to find it (ring_ops and core unless told; `check` is none).
Whatever the patch changes is compiled with the command that the engine's tree has for it, and comes before the archives in the target's link command, so that no tree is built twice.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import time

from fuzzing import engines, jobs
from shared import trees
from shared.errors import CannotRun
from shared.repository import ROOT

FAULTS = ROOT / "fuzz/faults"
TREES = {"libfuzzer": trees.BUILD / "fuzz", "afl": trees.BUILD / "afl-asan"}


class Bug:
    def __init__(self, patch, target="ring_ops", subject="core"):
        text = patch.read_text() if patch else ""
        field = lambda name, other: (re.findall(rf"^{name}: (?:check )?(\S+)", text, re.M) or [other])[0]
        self.patch = patch
        self.name = patch.stem if patch else subject
        named = (re.findall(r"^Target: (.*)", text, re.M) or [target])[0].split()
        self.target = next((name for name in named if name != "check"), "ring_ops")
        self.subject = field("Subject", subject)
        self.files = re.findall(r"^\+\+\+ b/(\S+)", text, re.M)


class Control(Bug):
    """A target without a bug: what is found in it is found anywhere."""

    def __init__(self, target, subject):
        super().__init__(None, target, subject)
        self.name = f"(none) {target} {subject}"


def all_bugs():
    bugs = [Bug(patch) for folder in ("core", "harness") for patch in sorted((FAULTS / folder).glob("*.patch"))]
    bugs += [Bug(patch, "driver_commands") for patch in sorted((FAULTS / "driver").glob("*.patch"))]
    return bugs + [Bug(None, subject="legacy")]


def folder_of(file):
    """What includes a patched file, or is included by it with the patch: all of the core, or its own folder."""
    return pathlib.PurePath("core") if file.startswith("core/") else pathlib.PurePath(file).parent


def sources_in(folder):
    found = (ROOT / folder).rglob("*.[ch]") if folder.name == "core" else (ROOT / folder).glob("*.[ch]")
    return [path.relative_to(ROOT) for path in sorted(found) if "tests" not in path.relative_to(ROOT).parts]


def build(bug, engine, into):
    """The target with the bug in it."""
    tree = TREES[engine]
    lines = trees.commands(tree, f"fuzz/{bug.target}")
    if not bug.patch:
        return tree / "fuzz" / bug.target
    into.mkdir(parents=True, exist_ok=True)
    copied = [source for folder in {folder_of(file) for file in bug.files} for source in sources_in(folder)]
    for source in copied:
        (into / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, into / source)
    trees.run(f"patch --quiet --strip=1 --directory={shlex.quote(str(into))} --input={shlex.quote(str(bug.patch))}", tree)
    headers = [file for file in bug.files if file.endswith(".h")]
    files = [str(source) for source in copied if source.suffix == ".c"] if headers else bug.files
    objects = []
    for file in files:
        compile_ = [line for line in lines if re.search(rf" -c {re.escape(str(ROOT / file))}$", line)]
        if not compile_:
            if headers:
                continue
            raise CannotRun(f"{bug.name}: {file} is no part of {bug.target}")
        compiled = into / (file.replace("/", "-") + ".o")
        line = re.sub(r" -o \S+ -c \S+$", f" -w -I{ROOT / pathlib.PurePath(file).parent} -o {compiled} -c {into / file}", compile_[0])
        # Lists of what to instrument name sources by their folders, as they are below `into`, too.
        trees.run(re.sub(r" -M[DTF]( \S+\.o(\.d)?)?", "", line), tree)
        objects.append(str(compiled))
    binary = into / bug.target
    link = lines[-1]
    first_object = re.search(r" (fuzz/CMakeFiles/target\.dir\S+)", link)
    link = link.replace(first_object[0], f" {' '.join(objects)}{first_object[0]}", 1)
    trees.run(link.replace(f" -o fuzz/{bug.target} ", f" -o {binary} ", 1), tree)
    return binary


def look(engine, binary, bug, seconds, seed, work):
    """One look: whether it was found, after how many seconds and programs."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "in").mkdir(parents=True)
    environment = engines.environment(bug.subject, bug.target)
    began = time.monotonic()
    if engine == "libfuzzer":
        log = run_engine(engines.libfuzzer(binary, work / "in", f"{work}/", seconds, seed), environment, work, seconds)
        found = any(engines.is_raw(path) for path in work.iterdir())
        programs = re.findall(r"stat::number_of_executed_units: (\d+)", log)
    else:
        environment.update(AFL_BENCH_UNTIL_CRASH="1")
        log = run_engine(engines.afl(binary, work / "in", work / "out", seconds, seed), environment, work, seconds)
        # AFL++ ends so soon that its statistics are not written any more: the file's name has the count.
        crashes = sorted(work.glob("out/default/crashes/id*")) + sorted(work.glob("out/default/hangs/id*"))
        stats = work / "out/default/fuzzer_stats"
        if not crashes and not stats.exists():
            raise CannotRun(f"afl-fuzz did not start on {bug.name}:\n{log[-2000:]}")
        found = bool(crashes)
        programs = re.findall(r",execs:(\d+)", crashes[0].name) if found else re.findall(r"^execs_done +: (\d+)", stats.read_text(), re.M)
    return found, time.monotonic() - began, int(programs[0]) if programs else 0


def run_engine(command, environment, work, seconds):
    with open(work / "log", "w+b") as log:
        try:
            subprocess.run([*jobs.ENDS_WITH_THIS, *map(str, command)], cwd=work, env=environment, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=subprocess.STDOUT, timeout=seconds + 60, check=False)
        except subprocess.TimeoutExpired:
            pass
        log.seek(0)
        return log.read().decode(errors="replace")


def trial(engine, bug, number, options, work):
    binary = build_once(engine, bug, work)
    seed = int.from_bytes(hashlib.sha1(f"{options.seed} {engine} {bug.name} {number}".encode()).digest()[:4], "big") >> 1 or 1
    found, seconds, programs = look(engine, binary, bug, options.seconds, seed, work / f"trial{number}")
    shutil.rmtree(work / f"trial{number}", ignore_errors=True)
    return {"bug": bug.name, "engine": engine, "trial": number, "seed": seed, "found": found,
            "seconds": round(seconds, 2), "programs": programs}


def build_once(engine, bug, work):
    """Concurrent trials of one bug share its binary."""
    binary = TREES[engine] / "fuzz" / bug.target if not bug.patch else work / bug.target
    return binary if binary.exists() else build(bug, engine, work)


def summarise(results):
    """For each bug and engine: how many of its trials found it, medians of those, or None."""
    table = {}
    for result in results:
        table.setdefault((result["bug"], result["engine"]), []).append(result)
    summary = {}
    for key, trials in table.items():
        found = [one for one in trials if one["found"]]
        # The median over all trials is a time only if most of them found it.
        median = len(found) * 2 > len(trials)
        seconds = sorted(one["seconds"] if one["found"] else float("inf") for one in trials)
        summary[key] = {"found": len(found), "trials": len(trials),
                        "seconds": statistics.median_low(seconds) if median else None,
                        "programs": int(statistics.median(one["programs"] for one in found)) if median else None}
    return summary


def cell(entry):
    if entry is None:
        return f"{'':27}"
    share = f"{entry['found']}/{entry['trials']}"
    if entry["seconds"] is None:
        return f"{share:>5} {'SURVIVED':>20} "
    return f"{share:>5} {entry['seconds']:7.1f} s {entry['programs']:10} "


def print_table(bugs, chosen, summary):
    width = max(len(bug.name) for bug in bugs)
    print(f"{'bug':{width}}  {'target':15}  {'subject':7} " + "".join(f"{engine + ': found, s, programs':>27}" for engine in chosen))
    for bug in bugs:
        cells = "".join(cell(summary.get((bug.name, engine))) for engine in chosen)
        print(f"{bug.name:{width}}  {bug.target:15}  {bug.subject:7} {cells}")


def empty_folder(folder):
    """Makes it, or empties the one that an earlier run left: no other."""
    marks = [folder / ".planted", folder / "results.json"]
    if folder.exists() and any(folder.iterdir()) and not any(mark.exists() for mark in marks):
        raise CannotRun(f"{folder} is not empty, and not of an earlier run: name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marks[0].touch()


def run(options):
    chosen = options.engine or sorted(TREES, reverse=True)
    bugs = [bug for bug in all_bugs() if options.only.search(bug.name)]
    if not bugs:
        raise CannotRun("no bug's name matches --only")
    controls = [Control(*each) for each in sorted({(bug.target, bug.subject) for bug in bugs if bug.patch})
                if not options.no_control]
    options.output = options.output.resolve()  # commands run elsewhere
    empty_folder(options.output)
    print(f"{len(bugs)} bugs, {options.trials} trials of {options.seconds} s at most, on {' and '.join(chosen)}; seed {options.seed}")
    for engine in chosen:
        for bug in bugs:
            build_once(engine, bug, options.output / engine / bug.name)
        print(f"built for {engine}", flush=True)
    looks = [(engine, control, 0) for control in controls for engine in chosen]
    looks += [(engine, bug, number) for bug in bugs for engine in chosen for number in range(options.trials)]
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = [pool.submit(trial, engine, bug, number, options, options.output / engine / bug.name)
                   for engine, bug, number in looks]
        shown = time.monotonic()
        for done in concurrent.futures.as_completed(waiting):
            result = done.result()
            if result["bug"].startswith("(none)"):
                if result["found"]:
                    raise CannotRun(f"{result['engine']} finds something without a bug, too: {result['bug']}: "
                                    "mend that first, or no figure means anything")
                continue
            results.append(result)
            if not result["found"]:
                print(f"    {result['bug']} was not found by {result['engine']} in trial {result['trial']}", flush=True)
            if time.monotonic() - shown > 10:
                shown = time.monotonic()
                print(f"    {len(results)} of {len(looks)} looks", flush=True)
    summary = summarise(results)
    print_table(bugs, chosen, summary)
    (options.output / "results.json").write_text(json.dumps(
        {"seconds": options.seconds, "trials": options.trials, "seed": options.seed, "results": results}, indent=1) + "\n")
    survivors = sorted({bug for (bug, _), entry in summary.items() if entry["seconds"] is None})
    for engine in chosen:
        medians = [entry["seconds"] for (_, its), entry in summary.items() if its == engine and entry["seconds"] is not None]
        print(f"{engine}: {len(medians)} of {len(bugs)} bugs found; median of medians "
              f"{statistics.median(medians) if medians else 0:.1f} s, longest {max(medians, default=0):.1f} s")
    if survivors:
        print(f"SURVIVED: {', '.join(survivors)}: a hole in the oracle or the generator: mend that, never the bug")
    return 1 if survivors else 0
