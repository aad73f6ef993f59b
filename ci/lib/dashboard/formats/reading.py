"""What an importer returns: rows, which are the fields of records that the tool gave, and what it left out."""
import statistics

from dashboard import units
from dashboard.formats.nodes import short

NAMED = 20  # unread fields that are named
SERIES = ("machine", "suite", "benchmark", "measure", "unit")
IDENTITY = ("commit", *SERIES, "measured")


class Reading:
    def __init__(self):
        self.rows = []
        self.left_out = {}  # [how often, an example] by what
        self.unread = {}  # names of fields, as keys

    def leave_out(self, what, times=1, example=None):
        if times:
            self.left_out.setdefault(what, [0, example])[0] += times

    def leave_unread(self, node, read):
        """Notes the fields of an object that an importer does not read, unless they are empty."""
        self.unread |= {name: None for name, value in node.object().items() if name not in read and value not in (None, "", [], {})}

    def left_out_in_words(self):
        words = [f"{what} ({times}{'' if example is None else f', such as {short(example)}'})" for what, (times, example) in self.left_out.items()]
        names = [name if name.isidentifier() else short(name) for name in self.unread]
        if names:
            words.append(f"the fields {', '.join(names[:NAMED])}" + (f" and {len(names) - NAMED} others" if len(names) > NAMED else ""))
        return ", ".join(words)

    def add(self, benchmark, measure, unit, value, low=None, high=None, *, better=None, about=None, **more):
        """Fields that are None are not in the row."""
        row = {"benchmark": benchmark, "measure": measure, "unit": unit, "value": value, "low": value if low is None else low,
               "high": value if high is None else high, "better": better or units.better_of_unit(unit), **more}
        about = {name: each for name, each in (about or {}).items() if each is not None}
        self.rows.append({name: each for name, each in {**row, "about": about or None}.items() if each is not None})

    def merge_repetitions(self):
        """One row for rows that have the same identity: their median, lowest and highest."""
        groups = {}
        for row in self.rows:
            groups.setdefault(tuple(row.get(name) for name in IDENTITY), []).append(row)
        self.rows = [merged(group) for group in groups.values()]
        self.leave_out("single repetitions, of which the median, the lowest and the highest are kept",
                       sum(len(group) for group in groups.values() if len(group) > 1))
        return self


def merged(group):
    if len(group) == 1:
        return group[0]
    first = group[0]
    same = {name: value for name, value in first.get("about", {}).items() if all(row.get("about", {}).get(name) == value for row in group)}
    row = {**first, "value": statistics.median(row["value"] for row in group), "low": min(row["low"] for row in group),
           "high": max(row["high"] for row in group), "about": {**same, "repetitions": len(group)}}
    row.pop("range", None)
    return row


def measure_of(unit):
    """A name for what a unit measures, for tools that name only the unit."""
    return "time" if units.time_unit(unit) else unit.strip() or "value"
