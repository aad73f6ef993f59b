"""Prints how often the historical driver crashed, by build, as a table in Markdown.

usage: autopsy.rates FOLDER    FOLDER/BUILD/RUN/ has autopsy.json after a crash, `survived`, or neither.
"""

import collections
import json
import pathlib
import sys


def counts(values):
    """Each value with its count: '20 of 20 at 00006d4b'."""
    counted = collections.Counter(values).most_common()
    return ", ".join(f"{count} of {len(values)} {value}" for value, count in counted)


def how(run):
    if (run / "survived").exists():
        return {"crashed": False, "where": "survived", "verdict": "none"}
    try:
        seen = json.loads((run / "autopsy.json").read_text())
    except FileNotFoundError:
        return {"crashed": False, "where": "ended without a core dump", "verdict": "none"}
    jump = seen.get("jump") or {}
    if jump.get("happened"):
        where = f"at {jump['low_half']:08x}"
    else:
        named = [frame["function"] for frame in seen["frames"] if frame["function"]]
        where = f"in {named[0]}()" if named else "in a function without a name"
    return {"crashed": True, "where": where, "verdict": seen["verdict"]}


def row(build):
    runs = [how(run) for run in sorted(build.iterdir())]
    crashed = sum(run["crashed"] for run in runs)
    compiler, level = build.name.split("-", 1)
    return [f"{compiler} -{level}", f"{crashed} of {len(runs)}", counts([run["where"] for run in runs]),
            counts([run["verdict"] for run in runs])]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        builds = sorted(pathlib.Path(arguments[1]).iterdir(), key=lambda build: (not build.name.startswith("gcc"), build.name))
        rows = [["built by", "crashes", "where it died", "ci/autopsy"]] + [row(build) for build in builds]
    except (OSError, ValueError, KeyError) as error:
        print(f"autopsy.rates: {arguments[1]}: {error}; run ci/beam-crash to its end", file=sys.stderr)
        return 2
    widths = [max(len(cells[column]) for cells in rows) for column in range(4)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |" for cells in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
