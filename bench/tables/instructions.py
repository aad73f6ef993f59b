#!/usr/bin/python3
"""Counts instructions where times do not tell: of the core and of the best other contestant, in each row of FILE that has no
verdict. Adds them to FILE, Google Benchmark's JSON.

PROGRAM is what measured FILE. Callgrind runs it on one benchmark, with N iterations and with 2 N. The difference, divided by
N, is what one iteration takes, without the preparation. `bench/run --peers` uses this.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import ratios
import rivals
import rounds

# A larger ring takes minutes to build under Callgrind.
POINTS_MOST = 1_000_000
ITERATIONS_MOST = 1000
PROGRESS_SECONDS = 10


def wanted(results):
    """(case, contestant) of each count."""
    for row in rivals.undecided(results):
        if row.case in results.times and rivals.ring_of(row.case)[-1] <= POINTS_MOST:
            yield from ((row.case, name) for name in (rivals.CORE, row.rival))


def collected(program, case, contestant, iterations):
    """The instructions of so many iterations, maybe with those of the preparation."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", f"--callgrind-out-file={out}", program,
                   f"--benchmark_filter={rounds.filter_of(case, contestant)}"]
        environment = {**os.environ, "BENCH_ITERATIONS": str(iterations)}
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        text = out.read_text(encoding="utf-8") if done.returncode == 0 and out.exists() else ""
    found = re.search(r"^totals: (\d+)$", text, re.M)
    if not found or int(found[1]) == 0:
        said = done.stderr.strip().rpartition("\n")[-1]
        raise ratios.ReportError(f"Callgrind counted no instructions of {case.bench}/{contestant} in {program}, which ended with {done.returncode}: {said}")
    return int(found[1])


def count(program, results, case, contestant):
    iterations = min(results.iterations[case][contestant], ITERATIONS_MOST)
    once, twice = (collected(program, case, contestant, times * iterations) for times in (1, 2))
    return (twice - once) / iterations


def count_all(program, results):
    """Records for the file."""
    cases = list(wanted(results))
    said = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = [pool.submit(count, program, results, *each) for each in cases]
        try:
            for done, each in enumerate(as_completed(counts), 1):
                each.result()
                if time.monotonic() - said >= PROGRESS_SECONDS:
                    said = time.monotonic()
                    print(f"counting instructions: {done} of {len(cases)}", file=sys.stderr)
        finally:
            pool.shutdown(cancel_futures=True)
    return [{"run_name": rounds.name_of(*each), "instructions": value.result()} for each, value in zip(cases, counts)]


def main():
    parser = argparse.ArgumentParser(
        prog="bench/tables/instructions.py",
        description=__doc__.strip(),
        epilog="Exit: 0 done, 2 wrong usage, or nothing could be counted.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("program", metavar="PROGRAM", help="such as build/release/bench/bench_ring")
    parser.add_argument("file", metavar="FILE", help="what was measured")
    options = parser.parse_args()
    try:
        counted = count_all(options.program, ratios.read(options.file))
        document = rounds.load(options.file)
        rounds.save(options.file, {**document, "instructions": document.get("instructions", []) + counted})
    except ratios.ReportError as error:
        print(f"instructions.py: {options.file}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        hint = ": install valgrind" if error.filename == "valgrind" else ""
        print(f"instructions.py: {error.filename or options.file}: {error.strerror}{hint}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
