#!/usr/bin/python3
"""Prints the ring against all others: each contestant's time over the ring's, and the ring's over each limit's. Then a
verdict for each row, and what was not measured.

Reads the JSON that `bench/run --peers --output` writes. bench/README.md explains how the figures are made.
"""

import sys

import ratios
import rivals

CORE = "core"
# Work that every ring in that benchmark has to do: nothing can be faster.
LIMITS = ("limit", "line", "copy", "digest")


def against_core(times, contestants):
    """The ratios of one case, by column: spreads over the repetitions."""
    core = times[CORE]
    columns = {}
    for name in contestants:
        each = times.get(name)
        if each is None:
            continue
        if name in LIMITS:
            columns[f"core/{name}"] = ratios.spread(core[index] / each[index] for index in core)
        elif name != CORE:
            columns[f"{name}/core"] = ratios.spread(each[index] / core[index] for index in core)
    return columns


def report(results):
    """Rows, in the order of registration: case, seconds of the core, ratios by column."""
    rows = []
    for bench in results.benches(results.times):
        for case in results.cases(results.times, bench):
            times = results.times[case]
            if CORE in times and len(times) > 1:
                row = {"case": case, "seconds": ratios.spread(times[CORE].values())}
                rows.append({**row, "ratios": against_core(times, results.contestants(bench))})
    if not rows:
        raise ratios.ReportError("holds no benchmark of the core and a contestant: use bench/run --peers")
    return rows


def lines_of(rows):
    columns = list(dict.fromkeys(name for row in rows for name in row["ratios"]))
    columns.sort(key=lambda name: name.startswith("core/"))  # limits last
    lines = [["benchmark", "replicas", "size", CORE, *columns]]
    for row in rows:
        case = row["case"]
        cells = [ratios.spread_cell(row["ratios"].get(name)) for name in columns]
        size = f"{case.size} {case.size_name}"
        replicas = str(case.variant or "-")
        lines.append([case.bench, replicas, size, ratios.human(row["seconds"]["median"]), *cells])
    return lines


TITLE = (
    "Ratios of times, median (lowest..highest). X/core is the time of X divided by the time of core. "
    "core/LIMIT is the time of core divided by the time of the limit"
)


def sections(results):
    yield ratios.Section("Against everything", TITLE, lines_of(report(results)))
    yield from rivals.sections(results)


def main():
    return ratios.print_sections("peers.py", __doc__, sections)


if __name__ == "__main__":
    sys.exit(main())
