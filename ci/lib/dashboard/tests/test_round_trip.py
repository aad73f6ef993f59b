"""What is exported can be imported again, for any records: the same, or with a loss that is named. And no input, however
odd, ends an importer in another way than with one sentence."""
import copy
import json
import pathlib
import random
import tempfile
import unittest

from hypothesis import HealthCheck, configuration, given, settings
from hypothesis import strategies as st

from dashboard import exchange, export
from dashboard.formats.github_entries import ELSEWHERE
from dashboard.formats.reading import IDENTITY
from dashboard.formats.registry import EXPORTS, FORMATS, WHOLE
from dashboard.tests import test_tools
from shared.errors import CannotRun
from shared.record import KNOWN, LATEST, better_of, wrong_with

KEPT = tempfile.TemporaryDirectory()  # what hypothesis keeps would go into the folder where the test runs
configuration.set_hypothesis_home_dir(KEPT.name)
COMMIT = {"commit", "time", "subject", "author", "url"}
# What the README of a format, or its schema, has no field for. What is not here must come back as it was.
MAY_LOSE = {"records": set(), "data.js": set(), **dict.fromkeys(["github-action-benchmark", "customBiggerIsBetter", "customSmallerIsBetter"], COMMIT),
            "bmf": COMMIT | {"machine", "suite", "better", "unit", "range", "measured", "about", "measure", "value", "low", "high"},
            "google-benchmark": COMMIT | {"machine", "suite", "better", "unit", "low", "high", "range", "measured", "about"}}

WORDS = st.one_of(st.sampled_from(["find", "q: wall", "std::vector<int>: x", "a_mean", "±5 %", "time", "cpu time", "latency", "ringproof: {", "a\nringproof: {}"]),
                  st.text("aZ0 :/(),.-_%\"'<&{}[]\\\n\r\t\0±µ→字😀\u2028\x7f", min_size=1, max_size=8))
FIGURES = st.one_of(st.integers(-10**6, 10**6), st.floats(allow_nan=False, allow_infinity=False, width=32))
TIMES = st.one_of(st.integers(0, LATEST), st.floats(0, LATEST))
RECORDS = st.fixed_dictionaries(
    {"commit": st.sampled_from(["c0ffee", "beef"]), "time": TIMES, "subject": st.one_of(st.just("why"), WORDS), "machine": st.just("m"), "benchmark": WORDS,
     "measure": st.one_of(st.sampled_from(["time", "instructions", "cpu time", "latency"]), WORDS), "unit": st.one_of(st.sampled_from(["ns", "us", "sec", "req/s", "", "ns/op"]), WORDS),
     "value": FIGURES, "low": FIGURES, "high": FIGURES},
    optional={"better": st.sampled_from(["smaller", "bigger", "neither"]), "suite": st.sampled_from(["s", "t"]), "range": st.one_of(st.sampled_from(["± 5%", "1-3"]), WORDS),
              "measured": TIMES, "author": st.fixed_dictionaries({}, optional={"name": WORDS, "email": WORDS}), "url": st.just("https://forge.example/c"),
              "about": st.dictionaries(st.sampled_from(["extra", "tool", "label", "iterations", "threads", "name", "x"]), st.one_of(WORDS, FIGURES, st.booleans()), max_size=3)}).map(
        lambda record: {**record, "low": min(record["low"], record["high"]), "high": max(record["low"], record["high"])})
FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def distinct(records):
    """As ci/history export chooses them: each measure once."""
    return list({tuple(record.get(name) for name in IDENTITY): record for record in records}.values())


class RoundTrip(unittest.TestCase):
    def check(self, name, records):
        """The records that come back, beside those that were written."""
        try:
            text, kept = export.document_of(records, name)
        except CannotRun as error:
            self.assertIn("choose one with --suite", str(error))
            return
        lost = export.losses(text, records, kept, name)
        for row, record in zip(export.read_again(text, name), kept, strict=True):
            row, record = ({"better": better_of(each), **each} for each in (row, record))
            for field in {*row, *record}:
                if row.get(field) != record.get(field):
                    self.assertIn(field, MAY_LOSE[name])
                    self.assertIn(f"{field} (", lost)
        self.assertEqual(len(kept) < len(records), "as a whole" in lost)
        if not MAY_LOSE[name]:
            self.assertEqual((lost, len(kept)), ("", len(records)))

    @FEW
    @given(st.lists(RECORDS, min_size=1, max_size=4))
    def test_any_records(self, records):
        for record in records:
            self.assertIsNone(wrong_with(record))
        for name in EXPORTS:
            one_commit = [record for record in records if record["commit"] == records[0]["commit"]]
            self.check(name, distinct(records if name in WHOLE else [{**record, "measured": 1} for record in one_commit]))


# One document of each format, for the test of odd input.
BENCHES = [{"name": "b", "value": 254, "range": "+/- 35", "unit": "ns/op 16 B/op", "extra": 'x\nringproof: {"low": 3}'}]
DOCUMENTS = {
    "google-benchmark": {"context": {}, "benchmarks": [
        {"name": "a", "real_time": 1.0, "cpu_time": 2.0, "time_unit": "us", "iterations": 5, "hits": 3.0, "label": "x"}, {"name": "a_mean", "real_time": 1.0},
        {"name": "a_stddev", "real_time": 1.0}, {"name": "g", "run_name": "g", "run_type": "aggregate", "aggregate_name": "mean", "real_time": 2.0}]},
    "github-action-benchmark": BENCHES,
    "data.js": {"entries": {"s": [{"commit": {"id": "c", "message": "m", "author": {"name": "n"}, "committer": {"email": "e"}, "timestamp": "2020-01-01", "url": "https://x"},
                                   "date": 5000, "tool": "go", "benches": BENCHES}]}},
    "bmf": {"b": {"latency": {"value": 1.0, "lower_value": 0.5}}}, "records": {**ELSEWHERE, "benchmark": "b", "measure": "m", "unit": "", "value": 1, "low": 1, "high": 1, "about": {"x": 1}, "author": {"name": "n"}}, "pytest-benchmark": test_tools.PYTEST, "jmh": test_tools.JMH,
    "hyperfine": test_tools.HYPERFINE, "asv": test_tools.ASV, "criterion": json.loads(test_tools.MESSAGES.split("\n", maxsplit=1)[0]), "go": test_tools.GO, "catch2": test_tools.XML}
ODD = [None, True, -1, 0, 10**400, float("nan"), float("-inf"), "", "x", "NaN", "1e999", "\ud800", [], [1], [[]], {}, {"a": None}, {"name": []}]


def places(value, path=()):
    """All places in a document."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def changed_at(document, path):
    """A copy of a document, and what is at this place in it."""
    document = copy.deepcopy(document)
    within = document
    for key in path:
        within = within[key]
    return document, within


def changed(document, path, made):
    """The document with one place that is odd, or missing."""
    if not path:
        return made.choice(ODD)
    document, within = changed_at(document, path[:-1])
    if made.random() < 0.2:
        del within[path[-1]]
    else:
        within[path[-1]] = made.choice(ODD)
    return document


class OddInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "file"

    def judge(self, name, data):
        """Whether it was refused, with one line."""
        self.path.write_bytes(data)
        try:
            rows = FORMATS[name].read(self.path).rows
            for row in rows:
                exchange.check_row({"commit": "c", "time": 1, "subject": "", "machine": "m", **row})
        except CannotRun as error:
            self.assertNotIn("\n", str(error))
            return True
        return False

    def test_changed_documents(self):
        made = random.Random(3)
        for name, document in DOCUMENTS.items():
            refused = 0
            for _ in range(120):
                if isinstance(document, str):
                    at, to = sorted(made.randrange(len(document)) for _ in range(2))
                    data = (document[:at] + made.choice(["", "<", "NaN", "\n", "-1", "&x;", "\0"]) + document[min(to, at + made.randrange(20)):]).encode()
                else:
                    data = json.dumps(changed(document, made.choice(list(places(document))), made)).encode()
                refused += self.judge(name, data)
            self.assertTrue(3 < refused, (name, refused))

    def test_a_field_that_is_not_read_is_named(self):
        for name, document in DOCUMENTS.items():
            for path in places(document) if not isinstance(document, str) else ():
                more, within = changed_at(document, path)
                if isinstance(within, dict):
                    within["zzz"] = "text"
                    self.path.write_text(json.dumps(more), encoding="utf-8")
                    try:
                        reading = FORMATS[name].read(self.path)
                        named = reading.left_out_in_words() + json.dumps(reading.rows)
                        self.assertTrue(any(key in reading.unread for key in ("zzz", *path)) or "zzz" in named, (name, path))
                    except CannotRun as error:
                        self.assertTrue("zzz" in str(error) or name == "records")

    def test_the_line_that_an_export_adds(self):
        for field in (*KNOWN, "other"):
            for value in (*ODD, {"name": 1}, {"x": []}):
                line = "ringproof: " + json.dumps({field: value})
                self.judge("github-action-benchmark", json.dumps([{"name": "b", "value": 1, "unit": "ns", "extra": line}]).encode())

    def test_bytes(self):
        made = random.Random(4)
        for name, document in DOCUMENTS.items():
            whole = (document if isinstance(document, str) else json.dumps(document)).encode()
            for _ in range(60):
                data = bytearray(whole[:made.randrange(len(whole))] if made.random() < 0.3 else whole)
                for _ in range(made.randrange(4)):
                    if data:
                        data[made.randrange(len(data))] = made.randrange(256)
                self.judge(name, bytes(data))


if __name__ == "__main__":
    unittest.main()
