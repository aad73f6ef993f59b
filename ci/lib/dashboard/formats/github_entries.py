"""An entry of github-action-benchmark: name, unit, value, range, extra. In a file for the tools customSmallerIsBetter and
customBiggerIsBetter, and in data.js. See README.md and src/extract.ts of benchmark-action/github-action-benchmark.

What a record has and an entry has no place for is in the last line of `extra`, after MARK, so that nothing is lost."""
import json
import re

from dashboard import units
from dashboard.formats import ranges
from dashboard.formats.nodes import Node
from dashboard.formats.reading import Reading, measure_of
from shared.record import better_of, is_number, wrong_with

MARK = "ringproof: "
ELSEWHERE = {"commit": "c", "time": 0, "subject": "", "machine": "m"}  # what an import adds to an entry
TOOLS = {"cargo": "smaller", "go": "neither", "benchmarkjs": "bigger", "pytest": "bigger", "googlecpp": "smaller", "catch2": "smaller",
         "julia": "smaller", "jmh": "smaller", "benchmarkdotnet": "smaller", "benchmarkluau": "smaller",
         "customBiggerIsBetter": "bigger", "customSmallerIsBetter": "smaller"}


def better_by(tool, unit):
    """Of the two custom tools, the name says it. Of others, the unit, where it is known; else what the action takes for it."""
    if tool in ("customBiggerIsBetter", "customSmallerIsBetter"):
        return TOOLS[tool]
    return units.better_of_unit(unit, TOOLS.get(tool, "smaller"))


def value_of(node):
    """A number, or a text that is one: the action reads both."""
    if isinstance(node.value, str) and re.fullmatch(rf"[+-]?{ranges.NUMBER}", node.value.strip()):
        return Node(ranges.number(node.value.strip()), node.where).number()
    return node.number()


def words_of(node):
    return str(node.value) if is_number(node.value) else node.text()


def unpacked(entry):
    """The fields in the line of `extra` that to_entry() added, and the rest of it."""
    extra = entry.optional("extra", words_of) or ""
    begin, _, last = extra.rpartition("\n")
    if not last.startswith(MARK):
        return {}, extra
    try:
        fields = Node(json.loads(last[len(MARK):]), entry.where).object()
    except (ValueError, RecursionError):
        entry.wrong(f"the line of extra that begins with {MARK!r} is not an object of JSON")
    return fields, begin


def read_range(node, value, unit, tool, reading):
    """The lower and upper bound that `range` gives, and the text to keep. Catch2 chooses a unit for the standard deviation,
    which the action drops: 338 beside 24.2 us is in ns."""
    if node is None:
        return value, value, None
    if isinstance(node.value, (int, float)):
        by = abs(node.number())
        return value - by, value + by, None
    found = ranges.bounds(node.text(), value, unit) if tool != "catch2" else None
    if not found:
        reading.leave_out("the spread of ranges that are kept as texts", example=node.value)
    return *(found or (value, value)), node.value


def read_entry(entry, reading, tool=None, **common):
    """Adds the row of an entry. Returns whether to_entry() wrote it."""
    name, unit = words_of(entry.get("name")), words_of(entry.get("unit"))
    entry = entry.named(name)
    reading.leave_unread(entry, {"name", "unit", "value", "range", "extra"})
    value, fields, extra = value_of(entry.get("value")), *unpacked(entry)
    low, high, written = read_range(entry.find("range"), value, unit, tool, Reading() if fields else reading)
    reading.add(name, measure_of(unit), unit, value, low, high, better=better_by(tool, unit), range=written,
                about={"extra": extra or None, "tool": tool}, **common)
    row = {**reading.rows[-1], **fields}
    reading.rows[-1] = row = {field: each for field, each in row.items() if each is not None}
    if fields and (wrong := wrong_with({**ELSEWHERE, **row})):
        entry.wrong(f"the line of extra that begins with {MARK!r} makes it {wrong}")
    return bool(fields)


def names_of(records):
    """The names of entries, one for each record: the benchmark's and, where it has several measures, the measure's. Names that
    were read come back as they were."""
    measures = {}
    for record in records:
        measures.setdefault(record["benchmark"], set()).add((record["measure"], record["unit"]))
    for record in records:
        about, plain = record.get("about", {}), record["benchmark"]
        if isinstance(about.get("name"), str) and about["name"]:
            yield about["name"]
        elif about.get("tool") in TOOLS or (len(measures[plain]) == 1 and record["measure"] == measure_of(record["unit"])):
            yield plain
        else:
            yield f"{plain}: {record['measure']}"


def to_entry(record, name, tool=None, hidden=(), **common):
    """The entry of a record. `hidden` are fields that are said elsewhere; `common` is what read_entry() will be given."""
    record = {"better": better_of(record), **record}
    about = record.get("about", {})
    entry = {"name": name, "unit": record["unit"], "value": record["value"]}
    if "range" in record:
        entry["range"] = record["range"]
    elif record["low"] != record["value"] or record["high"] != record["value"]:
        entry["range"] = f"± {max(record['value'] - record['low'], record['high'] - record['value'])}"
    extra = about.get("extra")
    if isinstance(extra, str) and MARK not in extra:
        entry["extra"] = extra
    back = Reading()
    read_entry(Node(entry, name), back, tool, **common)
    row = back.rows[0]
    lost = {field: record.get(field) for field in sorted({*row, *record}.difference(hidden)) if row.get(field) != record.get(field)}
    if lost:
        entry["extra"] = "\n".join([*filter(None, [entry.get("extra")]), MARK + json.dumps(lost, sort_keys=True)])
    return entry
