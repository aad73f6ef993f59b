"""Turns repro/depth/map.tsv into maps of nodes by replicas: where the stack of the historical sort was large enough, and
what happened where it was not."""
from shared.errors import CannotRun

COLUMNS = ["nodes", "replicas", "operation", "position", "entries", "outcome"]
ENTRIES = 1024  # on the stack
# From best to worst. The marks tell them apart without colours.
OUTCOMES = {
    "safe": ("", f"safe: {ENTRIES} entries were enough"),
    "silent": ("~", "silent: memory was overwritten, without a visible effect"),
    "wrong": ("≠", "wrong: the sort returned, but left a wrong ring"),
    "crashed": ("✕", "crashed"),
}
OPERATIONS = {"add": "Adding the last node", "remove": "Removing the first, a middle or the last node: the worst of the three"}


def read_rows(text):
    """The lines of the table, as dictionaries."""
    lines = text.splitlines()
    if "# " + "\t".join(COLUMNS) not in lines:
        raise CannotRun(f"no line names the columns {', '.join(COLUMNS)}; make the file again with depth --all")
    rows = []
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        row = dict(zip(COLUMNS, line.split("\t")))
        if line.count("\t") + 1 != len(COLUMNS) or row["operation"] not in OPERATIONS or row["outcome"] not in OUTCOMES:
            raise CannotRun(f"line {number}: not a measurement: {line!r}")
        for column in ("nodes", "replicas", "entries"):
            if not row[column].isdecimal():
                raise CannotRun(f"line {number}: {column} is not a number: {line!r}")
            row[column] = int(row[column])
        if (row["entries"] <= ENTRIES) != (row["outcome"] == "safe"):
            raise CannotRun(f"line {number}: {row['entries']} of {ENTRIES} entries cannot be {row['outcome']}")
        rows.append(row)
    if not rows:
        raise CannotRun("no measurement; make the file again with depth --all")
    return rows


def make_cell(rows):
    """One cell of the map from its measurements, or None if there are none."""
    if not rows:
        return None
    outcome = max((row["outcome"] for row in rows), key=list(OUTCOMES).index)
    entries = max(row["entries"] for row in rows)
    nodes, replicas = rows[0]["nodes"], rows[0]["replicas"]
    each = "; ".join(f"{row['position']}: {row['entries']} entries, {row['outcome']}" for row in rows)
    return {
        "entries": entries,
        "outcome": outcome,
        "mark": OUTCOMES[outcome][0],
        "percent": min(100, entries * 100 // ENTRIES),
        "title": f"{nodes} nodes × {replicas} replicas = {nodes * replicas} points. {each}",
    }


def make_map(operation, rows):
    rows = [row for row in rows if row["operation"] == operation]
    replicas = sorted({row["replicas"] for row in rows})
    return {
        "title": OPERATIONS[operation],
        "replicas": replicas,
        "lines": [
            {"nodes": nodes, "cells": [
                make_cell([row for row in rows if (row["nodes"], row["replicas"]) == (nodes, column)])
                for column in replicas]}
            for nodes in sorted({row["nodes"] for row in rows})],
    }


def make_maps(text):
    """The maps, their legend, and the first comment of the table, for the page."""
    rows = read_rows(text)
    return {
        "maps": [make_map(operation, rows) for operation in OPERATIONS],
        "legend": [{"outcome": outcome, "mark": mark, "meaning": meaning} for outcome, (mark, meaning) in OUTCOMES.items()],
        "origin": next(line.lstrip("# ") for line in text.splitlines() if line.startswith("#")),
    }
