#!/usr/bin/python3
"""Prints what the contestants of each benchmark take, relative to the first of them.

Reads the JSON of Google Benchmark with all its repetitions. bench/README.md says how the figures
come about.
"""

import argparse
import json
import math
import re
import statistics
import sys
from collections import defaultdict, namedtuple

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
NAME = re.compile(
    r"(?P<bench>[^:]+)/(?P<contestant>[^/:]+)"
    r"(/(?P<variant_name>\w+):(?P<variant>\d+))?/(?P<size_name>\w+):(?P<size>\d+)"
    r"(/manual_time|/real_time)?"
)
# Below that, what a call costs in any case flattens the slope.
FIT_FROM = 1000

Case = namedtuple("Case", "bench variant_name variant size_name size")


class ReportError(Exception):
    """The file cannot be reported on. The message says why."""


class Results:
    """times[case][contestant][repetition] in seconds; orders are those of registration."""

    def __init__(self):
        self.times = defaultdict(lambda: defaultdict(dict))
        self.family = {}

    def benches(self):
        return sorted({case.bench for case in self.times}, key=self.first_family)

    def first_family(self, bench):
        return min(index for (name, _), index in self.family.items() if name == bench)

    def contestants(self, bench):
        found = {name: index for (of, name), index in self.family.items() if of == bench}
        return sorted(found, key=found.get)

    def cases(self, bench):
        return sorted(
            (case for case in self.times if case.bench == bench),
            key=lambda case: (case.variant or 0, case.size),
        )


def read_run(results, run):
    if run["run_type"] != "iteration":
        return
    name = run["run_name"]
    if run.get("error_occurred"):
        raise ReportError(f"{name} failed: {run.get('error_message', 'no reason given')}")
    match = NAME.fullmatch(name)
    if match is None:
        raise ReportError(f"{name!r} is not NAME/CONTESTANT[/VARIANT:v]/SIZE:s")
    variant = match["variant"]
    case = Case(
        match["bench"],
        match["variant_name"],
        int(variant) if variant else None,
        match["size_name"],
        int(match["size"]),
    )
    repetitions = results.times[case][match["contestant"]]
    if run["repetition_index"] in repetitions:
        raise ReportError(f"{name} has repetition {run['repetition_index']} twice")
    seconds = run["real_time"] * SECONDS[run["time_unit"]]
    if not seconds > 0:
        raise ReportError(f"{name} took no time: measure longer")
    repetitions[run["repetition_index"]] = seconds
    key = (match["bench"], match["contestant"])
    results.family[key] = min(run["family_index"], results.family.get(key, math.inf))


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ReportError(f"is not JSON: {error}") from error
    results = Results()
    try:
        for run in document["benchmarks"]:
            read_run(results, run)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"is not a report of Google Benchmark: {error!r}") from error
    if not results.times:
        raise ReportError("holds no measurements, or aggregates alone")
    for case, contestants in results.times.items():
        counts = {frozenset(repetitions) for repetitions in contestants.values()}
        if len(counts) > 1:
            raise ReportError(f"the contestants of {case.bench} were not repeated alike")
        if len(counts.pop()) < 2:
            raise ReportError("holds no repetitions: use --benchmark_repetitions=5")
    return results


def spread(values):
    values = list(values)
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def row(case, contestants, times):
    """Times of the first contestant, and the ratios of the others to it."""
    base = times.get(contestants[0])
    ratios = {}
    for other in contestants[1:]:
        if base is not None and other in times:
            ratios[other] = spread(times[other][index] / base[index] for index in base)
    return {
        **case._asdict(),
        "base": contestants[0],
        "seconds": spread(base.values()) if base is not None else None,
        "ratios": ratios,
    }


def slope(points):
    """Of log(time) over log(size), by least squares. None: fewer than two sizes."""
    logs = [(math.log(size), math.log(time)) for size, time in points if size >= FIT_FROM]
    if len(logs) < 2:
        return None
    return statistics.linear_regression(*zip(*logs)).slope


def exponents(results, bench, contestants):
    rows = []
    for variant in sorted({case.variant or 0 for case in results.cases(bench)}):
        cases = [case for case in results.cases(bench) if (case.variant or 0) == variant]
        fitted = {}
        for contestant in contestants:
            fitted[contestant] = slope(
                (case.size, statistics.median(results.times[case][contestant].values()))
                for case in cases
                if contestant in results.times[case]
            )
        if any(value is not None for value in fitted.values()):
            rows.append({"bench": bench, "variant": variant or None, "exponents": fitted})
    return rows


def report(results):
    """Tables: those benchmarks together that have the same first contestant and parameters."""
    tables = {}
    for bench in results.benches():
        contestants = results.contestants(bench)
        cases = results.cases(bench)
        key = (contestants[0], cases[0].variant_name, cases[0].size_name)
        table = tables.setdefault(key, {"contestants": [], "rows": [], "exponents": []})
        table["contestants"] += [name for name in contestants if name not in table["contestants"]]
        table["rows"] += [row(case, contestants, results.times[case]) for case in cases]
        table["exponents"] += exponents(results, bench, contestants)
    for (_, variant_name, size_name), table in tables.items():
        table.update(variant_name=variant_name, size_name=size_name)
    return list(tables.values())


def digits(value):
    """Three significant digits, without an exponent."""
    places = 2 - math.floor(math.log10(value)) if value > 0 else 2
    return f"{round(value, places):.{max(places, 0)}f}"


def human(seconds):
    for unit, size in SECONDS.items():
        if seconds < 1000 * size or unit == "s":
            return f"{digits(seconds / size)} {unit}"
    return ""


def ratio_cell(ratio):
    if ratio is None:
        return "-"
    return f"{digits(ratio['median'])} ({digits(ratio['lowest'])}..{digits(ratio['highest'])})"


def ratio_lines(table):
    base, *others = table["contestants"]
    parameters = [name for name in (table["variant_name"], table["size_name"]) if name]
    lines = [["benchmark", *parameters, base, *(f"{other}/{base}" for other in others)]]
    for each in table["rows"]:
        values = [each["variant"]] if table["variant_name"] else []
        lines.append(
            [
                each["bench"],
                *(str(value) for value in (*values, each["size"])),
                human(each["seconds"]["median"]) if each["seconds"] else "-",
                *(ratio_cell(each["ratios"].get(other)) for other in others),
            ]
        )
    return lines


def exponent_lines(table):
    variant = [table["variant_name"]] if table["variant_name"] else []
    lines = [["benchmark", *variant, *table["contestants"]]]
    for each in table["exponents"]:
        cells = (each["exponents"].get(name) for name in table["contestants"])
        lines.append(
            [
                each["bench"],
                *([str(each["variant"])] if variant else []),
                *("-" if cell is None else f"{cell:.2f}" for cell in cells),
            ]
        )
    return lines


def write(lines, markdown):
    widths = [max(map(len, column)) for column in zip(*lines)]
    for number, cells in enumerate(lines):
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        print("| " + " | ".join(padded) + " |" if markdown else "  ".join(padded))
        if markdown and number == 0:
            rules = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
            print("| " + " | ".join(rules) + " |")
    print()


def print_tables(tables, markdown):
    for table in tables:
        if len(table["contestants"]) > 1:
            print("Median time, and ratios of times: median (lowest..highest) of the repetitions")
        else:
            print("Median time")
        if markdown:
            print()
        write(ratio_lines(table), markdown)
        if table["exponents"]:
            print(f"Exponent of {table['size_name']} in the time, fitted from {FIT_FROM} on")
            if markdown:
                print()
            write(exponent_lines(table), markdown)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="JSON of Google Benchmark, with repetitions")
    parser.add_argument("--json", metavar="OUT", help="write the tables there too, as JSON")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    options = parser.parse_args()
    try:
        tables = report(read(options.file))
    except ReportError as error:
        print(f"ratios.py: {options.file}: {error}", file=sys.stderr)
        return 2
    if options.json:
        try:
            with open(options.json, "w", encoding="utf-8") as out:
                json.dump({"tables": tables}, out, indent=2)
                out.write("\n")
        except OSError as error:
            message = f"{options.json}: cannot be written: {error.strerror}"
            print(f"ratios.py: {message}", file=sys.stderr)
            return 2
    print_tables(tables, options.markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
