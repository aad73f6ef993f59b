"""Prints how often the historical driver crashed, by build, and in how many of the crashes ci/autopsy proved it, as a table in
Markdown. Exit: 0 in all of them, 1 not in all, 2 the folder cannot be read.

usage: autopsy.rates FOLDER    FOLDER/BUILD/RUN/ is as autopsy.vm_crashes leaves it.
"""

import collections
import json
import pathlib
import re
import signal
import sys

from autopsy.file_states import STATES

DEFECT, DRIVER = "this defect", "hash_ring_drv.so"
SHOWN = 3  # wrong verdicts of a build


def counts(values):
    """Each value with its count: '20 of 20 at 00006d4b'."""
    counted = collections.Counter(values).most_common()
    return ", ".join(f"{count} of {len(values)} {value}" for value, count in counted)


def where_of(seen, log):
    """Where a VM died, from what ci/autopsy saw and from what the VM printed."""
    jump = seen.get("jump") or {}
    if jump.get("happened"):
        return f"at {jump['low_half']:08x}"
    if seen.get("signal") == signal.SIGABRT:
        message = re.search(r"^\*\*\* (.+) \*\*\*: terminated", log, re.M)
        return f"aborted: {message[1]}" if message else "aborted"
    for frame in seen["frames"]:
        if frame["function"]:
            return f"in {frame['function']}()"
        if pathlib.Path(frame["module"] or "").name == DRIVER:
            return "in the driver"
    return "in a function without a name"


def read_verdict(path):
    """What ci/autopsy printed. If it is nothing, it failed, and a verdict says so."""
    text = path.read_text()
    return json.loads(text) if text else {"verdict": "no verdict", "frames": []}


def how(run):
    if (run / "survived").exists():
        return {"where": "survived", "verdicts": None}
    if not (run / f"{STATES[0]}.json").exists():
        hung = re.search(r"^no end within .*", (run / "log").read_text(errors="replace"), re.M)
        return {"where": hung[0] if hung else "ended without a core dump", "verdicts": None}
    seen = {state: read_verdict(run / f"{state}.json") for state in STATES}
    return {"where": where_of(seen[STATES[0]], (run / "log").read_text(errors="replace")),
            "verdicts": {state: found["verdict"] for state, found in seen.items()}}


def proved(verdicts):
    """'20 of 20', or also what the others are."""
    right = f"{verdicts.count(DEFECT)} of {len(verdicts)}"
    wrong = collections.Counter(verdict for verdict in verdicts if verdict != DEFECT).most_common()
    return ", ".join([right, *(f"{count} {verdict}" for verdict, count in wrong)]) if verdicts else "no crash"


def row(name, runs):
    crashes = [run["verdicts"] for run in runs.values() if run["verdicts"]]
    return [name, f"{len(crashes)} of {len(runs)}", counts([run["where"] for run in runs.values()]),
            *(proved([verdicts[state] for verdicts in crashes]) for state in STATES)]


def wrong(name, runs):
    """A line for each verdict that is not this defect."""
    return [f"{name}: VM {run}, driver {state}: {verdict}" for run, seen in runs.items() if seen["verdicts"]
            for state, verdict in seen["verdicts"].items() if verdict != DEFECT]


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        folders = sorted(pathlib.Path(arguments[1]).iterdir(), key=lambda build: (not build.name.startswith("gcc"), build.name))
        builds = {build.name: {run.name: how(run) for run in sorted(build.iterdir(), key=lambda run: int(run.name))}
                  for build in folders}
    except (OSError, ValueError, KeyError) as error:
        print(f"autopsy.rates: {arguments[1]}: {error}; run ci/beam-crash to its end", file=sys.stderr)
        return 2
    head = ["built by", "crashes", "where it died", f"{DEFECT}: driver {STATES[0]}", *STATES[1:]]
    rows = [head, *(row(name, runs) for name, runs in builds.items())]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |" for cells in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print("\n".join(lines))
    found = [wrong(name, runs) for name, runs in builds.items()]
    for verdicts in found:
        print("".join(f"autopsy.rates: {line}\n" for line in verdicts[:SHOWN]), end="", file=sys.stderr)
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
