"""JSON of the tools customSmallerIsBetter and customBiggerIsBetter of github-action-benchmark: a list of entries."""
from dashboard.formats.github_entries import read_entry, to_entry
from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading, measure_of

COMMIT = ("commit", "time", "subject", "author", "url")


def read(path):
    reading = Reading()
    units_of, foreign = {}, []
    for entry in json_of(path).items():
        ours = read_entry(entry, reading)
        row = reading.rows[-1]
        foreign += [] if ours else [row]
        units_of.setdefault(row["benchmark"], set()).add(row["unit"])
    for row in foreign:
        if len(units_of[row["benchmark"]]) > 1:
            row.setdefault("about", {})["name"] = row["benchmark"]  # so that an export writes the names that were read
    return reading.merge_repetitions()


def name_of(record, several):
    """A name that tells the measures of a benchmark apart."""
    kept = record.get("about", {}).get("name")
    if isinstance(kept, str) and kept:
        return kept
    return f"{record['benchmark']}: {record['measure']}" if several or record["measure"] != measure_of(record["unit"]) else record["benchmark"]


def write(records):
    measures = {}
    for record in records:
        measures.setdefault(record["benchmark"], set()).add((record["measure"], record["unit"]))
    return [to_entry(record, name_of(record, len(measures[record["benchmark"]]) > 1), hidden=COMMIT) for record in records], records
