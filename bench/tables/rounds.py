#!/usr/bin/python3
"""Repeats what is not told: prints which benchmarks of FILE to run again, or adds their repetitions to it.

`bench/run --peers` uses both. A row is run again, with all its contestants, if its interval lies on both sides of the
bound. FILE is Google Benchmark's JSON.
"""

import argparse
import json
import os
import sys
from collections import Counter

import ratios
import rivals


def undecided(results):
    """The cases without a verdict."""
    return [row.case for row in rivals.rows_of(results) if row.verdict.startswith("not told")]


def filter_of(cases):
    """A regular expression of the names of these cases, or "" if there are none."""
    names = [
        f"{case.bench}/[a-z]+/{case.variant_name}:{case.variant}/{case.size_name}:{case.size}"
        if case.variant_name else f"{case.bench}/[a-z]+/{case.size_name}:{case.size}"
        for case in cases
    ]
    return f"^({'|'.join(names)})(/|$)" if names else ""


def appended(runs, more):
    """Both, with the repetitions of `more` numbered after those of `runs`, and only where `runs` has the benchmark."""
    kept = [run for run in runs if run["run_type"] == "iteration"]
    counts = Counter(run["run_name"] for run in kept)
    family = {run["run_name"]: run["family_index"] for run in kept}
    for run in more:
        name = run["run_name"]
        if run["run_type"] == "iteration" and name in family:
            index = run["repetition_index"] + counts[name]
            kept.append({**run, "repetition_index": index, "family_index": family[name]})
    return kept


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def append(path, more):
    document = load(path)
    document["benchmarks"] = appended(document["benchmarks"], load(more)["benchmarks"])
    part = f"{path}.part"
    try:
        with open(part, "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)


def main():
    parser = argparse.ArgumentParser(
        prog="bench/tables/rounds.py",
        description=__doc__.strip(),
        epilog="Exit: 0 done, 2 wrong usage, or a file cannot be read or written.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="what was measured")
    parser.add_argument("--append", metavar="MORE", help="the next round, to be added to FILE")
    options = parser.parse_args()
    path = options.append or options.file
    try:
        results = ratios.read(path)
        if options.append:
            append(path := options.file, options.append)
        else:
            print(filter_of(undecided(results)))
    except ratios.ReportError as error:
        print(f"rounds.py: {path}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"rounds.py: {options.file}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
