"""Writes the page of ci/nightly from the files that the run has left so far. The page needs no server, scripts or fonts."""
import json
import pathlib
import statistics
import time

from fuzzing import engines
from shared import files, pages

WIDTH, HEIGHT = 320, 90  # of a chart, in its own units
COLOURS = {"libfuzzer": "var(--one)", "afl": "var(--two)", "afl-asan": "var(--three)"}


def read_planted(output):
    """Trials of planted faults. Earlier versions of ci/nightly called a fault a bug."""
    return [{"fault": row.get("bug"), **row} for row in files.read_lines(output / "planted.jsonl")]


def read_findings(output):
    """The findings, or the raw files as long as ci/findings has not run."""
    findings = []
    for folder in sorted((output / "findings").glob("*/")):
        read = lambda name, where=folder: (where / name).read_text(errors="replace") if (where / name).exists() else ""
        findings.append({"name": folder.name, "trace": read("trace") or read("trace.txt"), "reproduce": read("reproduce"),
                         "report": read("report.txt"), "seen": read("seen")})
    if not findings:
        for path in sorted((output / "raw").glob("*/*")):
            if engines.is_raw(path):
                findings.append({"name": f"{path.parent.name} {path.name[:24]}", "reproduce": f"not examined yet: {path}"})
    return findings


def count_findings(output):
    return len(read_findings(output))


def line_points(values, width=WIDTH, height=HEIGHT):
    """The points of an SVG polyline for pairs (x, y). Its y axis begins at 0."""
    if not values:
        return ""
    right = max(x for x, _ in values) or 1
    top = max(y for _, y in values) or 1
    return " ".join(f"{x / right * width:.1f},{height - y / top * (height - 4):.1f}" for x, y in values)


def coverage_over_time(rows):
    """A line for each engine and subject: the best coverage so far, over hours of fuzzing."""
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
    faults = {}
    for row in rows:
        faults.setdefault(row["fault"], {}).setdefault(row["engine"], []).append(row)
    table = []
    for fault, by_engine in sorted(faults.items()):
        cells = []
        for engine in ("libfuzzer", "afl"):
            trials = by_engine.get(engine, [])
            found = [row for row in trials if row["found"]]
            cells.append({"trials": len(trials), "found": len(found),
                          "median": statistics.median(row["seconds"] for row in found) if found else None,
                          "last": trials[-1]["seconds"] if trials and trials[-1]["found"] else None,
                          "points": line_points([(i, row["seconds"]) for i, row in enumerate(found)], 60, 16) if len(found) > 1 else ""})
        table.append({"fault": fault, "cells": cells})
    return table


def mutants(output):
    """The counts of each night, and the survivors of the last one."""
    path = output / "mutants.json"
    nights = []
    for row in files.read_lines(output / "mutants.jsonl"):
        killed = sum(row.get(stage, 0) for stage in ("unit", "corpus", "check"))
        nights.append({"killed": killed, "survived": row.get("survived", 0), "waiting": row.get("waiting", 0),
                       "equivalent": row.get("equivalent", row.get("justified", 0))})  # earlier versions wrote `justified`
    survivors = [mutant for mutant in json.loads(path.read_text())["mutants"] if mutant["outcome"] == "survived"] if path.exists() else []
    return {"nights": nights, "last": nights[-1] if nights else None, "survivors": survivors,
            "points": line_points([(i, night["killed"]) for i, night in enumerate(nights)], 60, 16) if len(nights) > 1 else ""}


def render(output):
    """Writes index.html, and returns the summary."""
    history = files.read_lines(output / "history.jsonl")
    state, status = (json.loads((output / name).read_text()) if (output / name).exists() else {} for name in ("state.json", "status.json"))
    findings = read_findings(output)
    faults = planted(read_planted(output))
    programs = sum(row["programs"] for row in history)
    hours = sum(row["seconds"] for row in history) / 3600
    missed = [fault["fault"] for fault in faults if any(cell["trials"] > 0 and cell["found"] == 0 for cell in fault["cells"])]
    summary = (f"{programs} programs in {hours:.2f} CPU hours, {len(findings)} findings; "
               f"planted faults: {len(faults) - len(missed)} of {len(faults)} caught")
    page = pages.template(pathlib.Path(__file__).with_suffix(".html")).render(
        summary=summary, state=state, status=status, findings=findings, targets=per_target(history), faults=faults, mutants=mutants(output), width=WIDTH, height=HEIGHT,
        written=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()))
    files.replace(output / "index.html", page.encode())
    return summary
