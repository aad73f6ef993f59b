"""JSON of the tools customSmallerIsBetter and customBiggerIsBetter of github-action-benchmark: a list of entries."""
from dashboard.formats.github_entries import TOOLS, names_of, read_entry, to_entry
from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading
from shared.record import better_of

COMMIT = ("commit", "time", "subject", "author", "url")


def read(path, tool=None):
    """`tool` is one of the two, if it is known: it says which values are better."""
    reading = Reading()
    units_of, foreign = {}, []
    for entry in json_of(path).items():
        ours = read_entry(entry, reading, tool)
        row = reading.rows[-1]
        foreign += [] if ours else [row]
        units_of.setdefault(row["benchmark"], set()).add(row["unit"])
    for row in foreign:
        if len(units_of[row["benchmark"]]) > 1:
            row.setdefault("about", {})["name"] = row["benchmark"]  # so that an export writes the names that were read
    return reading.merge_repetitions()


def write(records, tool=None):
    """With a tool, only the records of its direction."""
    records = [record for record in records if tool is None or better_of(record) == TOOLS[tool]]
    return [to_entry(record, name, tool, hidden=COMMIT) for record, name in zip(records, names_of(records))], records
