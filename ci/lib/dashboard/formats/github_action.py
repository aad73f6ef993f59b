"""JSON of the tools customSmallerIsBetter and customBiggerIsBetter of github-action-benchmark: a list of entries."""
from dashboard.formats.github_entries import names_of, read_entry, to_entry
from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading

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


def write(records):
    return [to_entry(record, name, hidden=COMMIT) for record, name in zip(records, names_of(records))], records
