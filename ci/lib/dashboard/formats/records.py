"""Records of the history itself: JSON lines, as record.schema.json describes them. Loses nothing."""
import json

from dashboard.formats.nodes import parsed, text_of
from dashboard.formats.reading import Reading
from shared.errors import CannotRun
from shared.record import wrong_with


def read(path):
    reading = Reading()
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if line.strip():
            try:
                record = parsed(line).value
            except CannotRun as error:
                raise CannotRun(f"line {number}: {error}") from None
            if wrong := wrong_with(record):
                raise CannotRun(f"line {number}: {wrong}")
            reading.rows.append(record)
    return reading


def write(records):
    return "".join(json.dumps(record, sort_keys=True) + "\n" for record in records).rstrip("\n"), records
