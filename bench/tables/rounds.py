#!/usr/bin/python3
"""Repeats what is not told: prints what of FILE to run again, a filter a line, or adds those repetitions to it.

`bench/run --peers` uses both. A row is run again, with all its contestants, if its interval lies on both sides of the
bound. Each has a line, and so a process, of its own: its repetitions then run within a second or so, and what else the
machine does slows all contestants alike. All files are Google Benchmark's JSON.
"""

import argparse
import json
import os
import sys
from collections import Counter

import ratios
import rivals


def name_of(case, contestant):
    variant = f"/{case.variant_name}:{case.variant}" if case.variant_name else ""
    return f"{case.bench}/{contestant}{variant}/{case.size_name}:{case.size}"


def filter_of(case, contestant="[a-z]+"):
    """A regular expression of the names of the case."""
    return f"^{name_of(case, contestant)}(/|$)"


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


def save(path, document):
    """The file is replaced at once, or left as it was."""
    part = f"{path}.part"
    try:
        with open(part, "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)


def append(path, more):
    document = load(path)
    for each in more:
        document["benchmarks"] = appended(document["benchmarks"], load(each)["benchmarks"])
    save(path, document)


def main():
    parser = argparse.ArgumentParser(
        prog="bench/tables/rounds.py",
        description=__doc__.strip(),
        epilog="Exit: 0 done, 2 wrong usage, or a file cannot be read or written.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="what was measured")
    parser.add_argument("--append", metavar="MORE", nargs="+", help="what was run again, to be added to FILE")
    options = parser.parse_args()
    try:
        for path in options.append or [options.file]:
            results = ratios.read(path)
        if options.append:
            append(path := options.file, options.append)
        else:
            print("".join(f"{filter_of(row.case)}\n" for row in rivals.undecided(results)), end="")
    except ratios.ReportError as error:
        print(f"rounds.py: {path}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"rounds.py: {path}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
