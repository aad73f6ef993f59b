"""The page of ci/nightly: from what the run has left so far, without a server, scripts or fonts from elsewhere."""
import json
import pathlib
import statistics
import time

from fuzzing import engines
from shared import files, pages

WIDTH, HEIGHT = 320, 90  # of a chart, in its own units
COLOURS = {"libfuzzer": "var(--one)", "afl": "var(--two)", "afl-asan": "var(--three)"}


def read_lines(path):
    """The lines that are whole: the last one may have been cut when a run was killed."""
    rows = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def read_findings(output):
    """What ci/findings made of the raw files, or, as long as it has not, the raw files."""
    findings = []
    for folder in sorted((output / "findings").glob("*/")):
        read = lambda name, where=folder: (where / name).read_text(errors="replace") if (where / name).exists() else ""
        findings.append({"name": folder.name, "trace": read("trace") or read("trace.txt"), "reproduce": read("reproduce"),
                         "report": read("report.txt"), "seen": read("seen")})
    if not findings:
        for path in sorted((output / "raw").glob("*/*")):
            if engines.is_raw(path):
                findings.append({"name": f"{path.parent.name} {path.name[:24]}", "reproduce": f"see {path}"})
    return findings


def count_findings(output):
    return len(read_findings(output))


def line_points(values, width=WIDTH, height=HEIGHT):
    """The points of a polyline from (x, y) pairs, y from 0."""
    if not values:
        return ""
    right = max(x for x, _ in values) or 1
    top = max(y for _, y in values) or 1
    return " ".join(f"{x / right * width:.1f},{height - y / top * (height - 4):.1f}" for x, y in values)


def coverage_over_time(rows):
    """For each engine and subject: hours of fuzzing, and the best coverage until then."""
    lines = {}
    for row in rows:
        line = lines.setdefault((row["engine"], row["subject"]), [(0, 0)])
        line.append((line[-1][0] + row["seconds"] / 3600, max(line[-1][1], row["edges"])))
    return [{"engine": engine, "subject": subject, "colour": COLOURS.get(engine, "currentColor"), "edges": line[-1][1],
             "points": line_points(line[1:] if len(line) > 2 else [(0, line[-1][1]), line[-1]])}
            for (engine, subject), line in sorted(lines.items())]


def speeds(rows):
    table = {}
    for row in rows:
        if row["programs"] > 0:
            table.setdefault((row["subject"], row["engine"]), []).append(row["speed"])
    return [{"subject": subject, "engine": engine, "median": int(statistics.median(values)), "low": min(values),
             "high": max(values), "jobs": len(values)} for (subject, engine), values in sorted(table.items())]


def per_target(history):
    targets = []
    for name in sorted({row["target"] for row in history}):
        rows = [row for row in history if row["target"] == name]
        targets.append({"name": name, "programs": sum(row["programs"] for row in rows), "corpus": rows[-1]["corpus"],
                        "hours": sum(row["seconds"] for row in rows) / 3600, "coverage": coverage_over_time(rows), "speeds": speeds(rows)})
    return targets


def planted(rows):
    bugs = {}
    for row in rows:
        bugs.setdefault(row["bug"], {}).setdefault(row["engine"], []).append(row)
    table = []
    for bug, by_engine in sorted(bugs.items()):
        cells = []
        for engine in ("libfuzzer", "afl"):
            trials = by_engine.get(engine, [])
            found = [row for row in trials if row["found"]]
            cells.append({"trials": len(trials), "found": len(found),
                          "median": statistics.median(row["seconds"] for row in found) if found else None,
                          "last": trials[-1]["seconds"] if trials and trials[-1]["found"] else None,
                          "points": line_points([(i, row["seconds"]) for i, row in enumerate(found)], 60, 16) if len(found) > 1 else ""})
        table.append({"bug": bug, "cells": cells})
    return table


def mutants(output):
    """What the last night knew of them, and the score of each night: killed, of those that can be."""
    path = output / "mutants.json"
    nights = []
    for row in read_lines(output / "mutants.jsonl"):
        killed = sum(row.get(stage, 0) for stage in ("unit", "corpus", "check"))
        nights.append({"killed": killed, "survived": row.get("survived", 0), "waiting": row.get("waiting", 0),
                       "justified": row.get("justified", 0)})
    survivors = [mutant for mutant in json.loads(path.read_text())["mutants"] if mutant["outcome"] == "survived"] if path.exists() else []
    return {"nights": nights, "last": nights[-1] if nights else None, "survivors": survivors,
            "points": line_points([(i, night["killed"]) for i, night in enumerate(nights)], 60, 16) if len(nights) > 1 else ""}


def render(output):
    """Writes index.html; returns the summary in words."""
    history = read_lines(output / "history.jsonl")
    state = json.loads((output / "state.json").read_text()) if (output / "state.json").exists() else {}
    findings = read_findings(output)
    bugs = planted(read_lines(output / "planted.jsonl"))
    programs = sum(row["programs"] for row in history)
    hours = sum(row["seconds"] for row in history) / 3600
    missed = [bug["bug"] for bug in bugs if any(cell["trials"] > 0 and cell["found"] == 0 for cell in bug["cells"])]
    summary = (f"{programs} programs in {hours:.2f} core hours, {len(findings)} findings; "
               f"planted bugs: {len(bugs) - len(missed)} of {len(bugs)} found")
    page = pages.template(pathlib.Path(__file__).with_suffix(".html")).render(
        summary=summary, state=state, findings=findings, targets=per_target(history), bugs=bugs, mutants=mutants(output), width=WIDTH, height=HEIGHT,
        written=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()))
    files.replace(output / "index.html", page.encode())
    return summary
