"""Writes records in the format of another tool, and says what an import of it would not give back."""
import json
import pathlib
import tempfile

from dashboard.formats.registry import FORMATS, WHOLE
from shared.errors import CannotRun
from shared.record import better_of


def refuse_mixtures(records, name):
    """A format without machines and suites would mix them up."""
    for field in ("machine", "suite"):
        pairs = {(record["benchmark"], record.get(field, "")) for record in records}
        several = sorted({each for _, each in pairs})
        if len(pairs) > len({benchmark for benchmark, _ in pairs}):
            raise CannotRun(f"{name} has no place for several {field}s: choose one with --{field}: {', '.join(several)}")


def document_of(records, name):
    """The text of the document, and the records that are in it. Records of a benchmark are put together."""
    if name not in WHOLE:
        refuse_mixtures(records, name)
        first = {}
        for at, record in enumerate(records):
            first.setdefault(record["benchmark"], at)
        records = sorted(records, key=lambda record: first[record["benchmark"]])
    document, kept = FORMATS[name].write(records)
    return document if isinstance(document, str) else json.dumps(document, indent=1, ensure_ascii=False), kept


def read_again(text, name):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "exported"
        path.write_text(text, encoding="utf-8")
        return FORMATS[name].read(path).rows


def losses(text, records, kept, name):
    """What an import of the document would not give back, in words; "" if it gives back all."""
    changed = {}
    for row, record in zip(read_again(text, name), kept, strict=True):
        row, record = ({"better": better_of(each), **each} for each in (row, record))
        for field in {*row, *record}:
            if row.get(field) != record.get(field):
                changed[field] = changed.get(field, 0) + 1
    words = [f"{field} ({'all' if changed[field] == len(kept) else changed[field]} records)" for field in sorted(changed)]
    if len(kept) < len(records):
        words.append(f"{len(records) - len(kept)} records as a whole")
    return ", ".join(words)
