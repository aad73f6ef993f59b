"""Implements ci/fuzz-speed."""
import os
import random
import shutil
import statistics

from shared import command_line
from shared.commits import unpack
from shared.programs import run
from shared.progress import Progress
from shared.repository import ROOT
from shared.trees import BUILD

FOLDER = BUILD / "fuzz-speed"
OPERATIONS = 64
TREES = {"explore": "without sanitizers", "fuzz": "with sanitizers"}
BYTES = 1200  # far more than 64 operations have
SECONDS = 1.0  # of processor time for one timing
NOTHING = "2d06800538d394c2"  # XXH3 of no bytes: the target answered nothing, because the program costs too much


# PROGRAMS

def operations(tool, data, path):
    """How many operations the program of these bytes has."""
    path.write_bytes(data)
    trace = run(tool, "convert", path)
    return sum(1 for line in trace.splitlines() if line and not line.startswith(("#", "ring ")))


def cut(tool, data, path):
    """The shortest beginning of the bytes that has enough operations."""
    low, high = 0, len(data)
    while low < high:
        middle = (low + high) // 2
        if operations(tool, data[:middle], path) < OPERATIONS:
            low = middle + 1
        else:
            high = middle
    return data[:low]


def is_run(target, path):
    return NOTHING not in run(target, path, env=dict(os.environ, RINGPROOF_DIGEST="1"))


def draw(tool, target, count, seed, folder):
    """Writes `count` programs as files. The seed decides, so they are the same everywhere."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    drawn = random.Random(f"fuzz-speed {seed}")
    files = []
    progress = Progress("drawing programs")
    while len(files) < count:
        path = folder / f"{len(files):04}"
        data = cut(tool, drawn.randbytes(BYTES), path)
        if operations(tool, data, path) == OPERATIONS and is_run(target, path):
            files.append(path)
        else:
            path.unlink()
        progress.show(f"{len(files)} of {count}")
    return files


# BUILDS

def build(commit, tree, folder):
    """Builds the target at a commit, unless that was done before."""
    source = folder / commit
    target = source / "build" / tree / "fuzz/ring_ops"
    if not (source / "unpacked").exists():
        shutil.rmtree(source, ignore_errors=True)
        unpack(commit, source)
        (source / "unpacked").touch()
    print(f"building {tree} of {commit[:10]}", flush=True)
    run("cmake", "--preset", tree, cwd=source)
    run("cmake", "--build", "--preset", tree, "--target", "ring_ops", cwd=source)
    return target


# TIME

def processor_seconds(target, files, times):
    before = os.times()
    run(target, f"-runs={times}", *files, env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def speed(target, files, times):
    """Programs in a second of processor time, without the time that the target takes to start."""
    start = processor_seconds(target, files, 1)
    return len(files) * (times - 1) / max(processor_seconds(target, files, times) - start, 0.01)


def times_for(target, files):
    """How often to run each program."""
    return 1 + max(1, int(SECONDS * speed(target, files, 11) / len(files)))


def compare(targets, files, rounds, progress):
    """Programs a second of both targets in each round. They take turns, so that both meet the same noise."""
    times = [times_for(target, files) for target in targets]
    rows = []
    for number in range(rounds):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        row = {which: speed(targets[which], files, times[which]) for which in order}
        rows.append((row[0], row[1]))
        progress.show(f"round {number + 1} of {rounds}")
    return rows


def summary(rows):
    """Medians, and the median, least and greatest ratio of the rounds."""
    ratios = sorted(new / old for old, new in rows)
    return {"base": statistics.median(old for old, _ in rows), "head": statistics.median(new for _, new in rows),
            "ratio": statistics.median(ratios), "least": ratios[0], "greatest": ratios[-1]}


def run_all(options, folder):
    files = draw(BUILD / "release/fuzz/ringproof", BUILD / "explore/fuzz/ring_ops", options.programs, options.seed, folder / "programs")
    results = {}
    for tree in TREES:
        targets = [build(commit, tree, folder) for commit in (options.base, options.head)]
        results[tree] = summary(compare(targets, files, options.rounds, Progress(f"timing {tree}")))
    return results


def measure(options):
    print(f"seed {options.seed}; {options.programs} programs of {OPERATIONS} operations; base {options.base[:10]}, head {options.head[:10]}", flush=True)
    results = run_all(options, options.output.resolve())
    print(f"{'programs a second':20}{'base':>10}{'head':>10}   head/base, and its range in {options.rounds} rounds")
    for tree, row in results.items():
        print(f"{TREES[tree]:20}{row['base']:10,.0f}{row['head']:10,.0f}   {row['ratio']:.2f} ({row['least']:.2f} to {row['greatest']:.2f})")
    command_line.print_json(options, {"seed": options.seed, "programs": options.programs, "operations": OPERATIONS,
                                      "base": options.base, "head": options.head, "trees": results})
    return 0
