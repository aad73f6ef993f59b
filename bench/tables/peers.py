#!/usr/bin/python3
"""Prints the core against everything: contestants in its times, and the core in those of the limits.

Reads the JSON of Google Benchmark that `bench/run --peers` leaves. bench/README.md says how the figures
come about.
"""

import sys

import ratios

CORE = "core"
# What no ring of that benchmark can do without.
LIMITS = ("line", "copy", "digest")


def against_core(times):
    """Of one case: name of the column to spread of ratios."""
    core = times[CORE]
    columns = {}
    for name, each in times.items():
        if name in LIMITS:
            columns[f"core/{name}"] = ratios.spread(core[index] / each[index] for index in core)
        elif name != CORE:
            columns[f"{name}/core"] = ratios.spread(each[index] / core[index] for index in core)
    return columns


def report(results):
    """Rows in the order of registration: case, seconds of the core, ratios by column."""
    rows = []
    for bench in results.benches(results.times):
        for case in results.cases(results.times, bench):
            times = results.times[case]
            if CORE in times and len(times) > 1:
                row = {"case": case, "seconds": ratios.spread(times[CORE].values())}
                rows.append({**row, "ratios": against_core(times)})
    if not rows:
        raise ratios.ReportError("holds no benchmark of the core beside another: use bench/run --peers")
    return rows


def lines_of(rows):
    columns = list(dict.fromkeys(name for row in rows for name in row["ratios"]))
    columns.sort(key=lambda name: name.startswith("core/"))  # limits last
    lines = [["benchmark", "size", CORE, *columns]]
    for row in rows:
        case = row["case"]
        cells = [ratios.spread_cell(row["ratios"].get(name)) for name in columns]
        size = f"{case.size} {case.size_name}"
        lines.append([case.bench, size, ratios.human(row["seconds"]["median"]), *cells])
    return lines


def main():
    title = "Core against everything: ratios of times, median (lowest..highest); core/LIMIT is how far from it"
    return ratios.print_one_table("peers.py", __doc__, title, lambda results: lines_of(report(results)))


if __name__ == "__main__":
    sys.exit(main())
