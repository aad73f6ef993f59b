"""The importers: each reads what its tool writes, says what it leaves out, and ends with one sentence on what is odd. The
documents are the smallest that have each thing once."""
import json
import pathlib
import tempfile
import unittest

from dashboard import export
from dashboard.formats.registry import FORMATS
from shared.errors import CannotRun

FIELDS = ("benchmark", "measure", "unit", "value", "low", "high", "better")


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, document, name="file"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(document, bytes):
            document = (document if isinstance(document, str) else json.dumps(document)).encode()
        path.write_bytes(document)
        return path

    def read(self, format_name, document):
        return FORMATS[format_name].read(document if isinstance(document, pathlib.Path) else self.path(document))

    def rows(self, format_name, document):
        return [tuple(row[name] for name in FIELDS) for row in self.read(format_name, document).rows]

    def refused(self, format_name, document, sentence):
        with self.assertRaisesRegex(CannotRun, sentence) as raised:
            self.read(format_name, document)
        self.assertNotIn("\n", str(raised.exception))

    def left_out(self, format_name, document):
        return self.read(format_name, document).left_out_in_words()


class GoogleBenchmark(Case):
    def run_of(self, name="find", **changed):
        return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": 1, "threads": 1, "iterations": 10,
                "real_time": 7.0, "cpu_time": 6.0, "time_unit": "us", **changed}

    def test_everything_that_was_measured(self):
        entry = self.run_of(label="warm", bytes_per_second=5e6, hits=3.0, max_bytes_used=64)
        self.assertEqual(self.rows("google-benchmark", {"context": {}, "benchmarks": [entry]}), [
            ("find", "time", "us", 7, 7, 7, "smaller"), ("find", "cpu time", "us", 6, 6, 6, "smaller"),
            ("find", "bytes_per_second", "bytes/s", 5e6, 5e6, 5e6, "bigger"), ("find", "hits", "", 3, 3, 3, "neither"),
            ("find", "max_bytes_used", "bytes", 64, 64, 64, "smaller")])
        self.assertEqual(self.read("google-benchmark", self.folder / "file").rows[0]["about"], {"iterations": 10, "threads": 1, "label": "warm"})

    def test_nothing_is_invented(self):
        written, _ = FORMATS["google-benchmark"].write([{"benchmark": "find", "measure": "time", "unit": "ns", "value": 2.0, "low": 1.0, "high": 3.0}])
        self.assertEqual(written["benchmarks"], [{"name": "find", "run_name": "find", "run_type": "iteration", "real_time": 2.0, "time_unit": "ns"}])

    def test_repetitions_and_their_aggregates(self):
        runs = [self.run_of(real_time=time, iterations=number) for number, time in enumerate((2.0, 1.5, 4.0), 5)]
        mean = self.run_of("find_mean", run_name="find", run_type="aggregate", aggregate_name="mean", real_time=99)
        variation = self.run_of("find_cv", run_name="find", run_type="aggregate", aggregate_name="cv", real_time=float("nan"))
        document = {"benchmarks": [*runs, mean, variation]}
        self.assertEqual(self.rows("google-benchmark", document)[0], ("find", "time", "us", 2, 1.5, 4, "smaller"))
        self.assertEqual(self.read("google-benchmark", document).rows[0]["about"], {"threads": 1, "repetitions": 3})
        for words in ("aggregates of repetitions (1)", "coefficients of variation (1)", "single repetitions"):
            self.assertIn(words, self.left_out("google-benchmark", document))

    def test_only_aggregates(self):
        entries = [self.run_of(f"find_{name}", run_name="find", run_type="aggregate", aggregate_name=name, repetitions=5, real_time=time)
                   for name, time in (("mean", 10.0), ("median", 9.0), ("stddev", 2.0))]
        self.assertEqual(self.rows("google-benchmark", {"benchmarks": entries})[0], ("find", "time", "us", 9, 7, 11, "smaller"))

    def test_before_run_type(self):
        old = lambda name, time, iterations=10, **more: {"name": name, "iterations": iterations, "real_time": time, "cpu_time": time, "time_unit": "ns", **more}
        repeated = [old("a", 100), old("a", 102), old("a_mean", 101), old("a_median", 101), old("a_stddev", 1, 0)]
        self.assertEqual(self.rows("google-benchmark", {"benchmarks": repeated})[0], ("a", "time", "ns", 101, 100, 102, "smaller"))
        self.assertEqual(len(self.rows("google-benchmark", {"benchmarks": repeated})), 2)
        self.assertEqual(self.rows("google-benchmark", {"benchmarks": repeated[2:]})[0], ("a", "time", "ns", 101, 100, 102, "smaller"))
        fitted = [old("a/8", 100), {"name": "a_BigO", "cpu_coefficient": 12, "real_coefficient": 12, "big_o": "N", "time_unit": "ns"}, {"name": "a_RMS", "rms": 0.03}]
        self.assertEqual([row[0] for row in self.rows("google-benchmark", {"benchmarks": fitted})], ["a/8", "a/8"])
        self.assertIn("BigO", self.left_out("google-benchmark", {"benchmarks": fitted}))
        called_so = [old("stats_mean", 5, 100), old("stats_stddev", 9, 50), old("sort_median", 3)]
        self.assertEqual([row[0] for row in self.rows("google-benchmark", {"benchmarks": called_so})][::2], ["stats_mean", "stats_stddev", "sort_median"])

    def test_skipped_and_failed_are_no_times_of_0(self):
        document = {"benchmarks": [self.run_of("gpu", skipped=True, skip_message="no gpu", real_time=0.0), self.run_of("net", error_occurred=True, real_time=0.0)]}
        self.assertEqual(self.rows("google-benchmark", document), [])
        self.assertIn("skipped or failed (2, such as 'gpu')", self.left_out("google-benchmark", document))

    def test_odd_input(self):
        for document, sentence in (([], 'no list "benchmarks"'), ({"benchmarks": [1]}, r"benchmarks\[0\]: 1 is not an object"),
                                   ({"benchmarks": [{"real_time": 1}]}, r"benchmarks\[0\]: no name"),
                                   ({"benchmarks": [self.run_of(time_unit="h")]}, r"benchmarks\[0\] \('find'\): unknown time_unit 'h'"),
                                   ({"benchmarks": [self.run_of(real_time="7")]}, r"real_time: '7' is not a finite number"),
                                   ({"benchmarks": [self.run_of(real_time=float("inf"))]}, "real_time: Infinity is not a finite number"),
                                   ({"benchmarks": [self.run_of(hits=float("nan"))]}, "hits: NaN is not a finite number")):
            self.refused("google-benchmark", document, sentence)


class GithubAction(Case):
    def entry(self, **changed):
        return {"name": "q", "unit": "ms", "value": 200, **changed}

    def bounds(self, spread, **changed):
        (row,) = self.read("github-action-benchmark", [self.entry(range=spread, **changed)]).rows
        return row["low"], row["high"]

    def test_ranges(self):
        for spread, bounds in (("± 5%", (190, 210)), ("±5 %", (190, 210)), ("+/- 1,234", (-1034, 1434)), ("+- 1.5", (198.5, 201.5)), (5, (195, 205)),
                               ("3", (197, 203)), ("stddev: 2e1", (180, 220)), ("199-203", (199, 203)), ("[150 .. 250]", (150, 250)),
                               ("± 100 us", (199.9, 200.1)), ("± 7 ms", (193, 207))):
            self.assertEqual(self.bounds(spread), bounds, spread)

    def test_ranges_that_are_unclear_stay_texts(self):
        for spread, changed in (("1-3", {}), ("some", {}), ("", {}), ("± 5 apples", {}), ("± 1e999", {}), ("stddev: 0.1", {"unit": "iter/sec"}), ("1,2", {})):
            document = [self.entry(range=spread, **changed)]
            self.assertEqual(self.bounds(spread, **changed), (200, 200), spread)
            self.assertEqual(self.read("github-action-benchmark", document).rows[0]["range"], spread)
            self.assertIn("the spread of ranges that are kept as texts (1, such as ", self.left_out("github-action-benchmark", document))

    def test_names_are_names(self):
        names = ["std::vector<int>: push_back", "q: wall", "q: cpu"]
        self.assertEqual([row[:2] for row in self.rows("github-action-benchmark", [self.entry(name=name) for name in names])], [(name, "time") for name in names])
        several = [self.entry(unit=unit) for unit in ("ns/op", "B/op", "allocs/op")]
        rows = self.read("github-action-benchmark", several).rows
        self.assertEqual([row["measure"] for row in rows], ["time", "B/op", "allocs/op"])
        written, _ = FORMATS["github-action-benchmark"].write(rows)
        self.assertEqual([(each["name"], each["unit"]) for each in written], [("q", "ns/op"), ("q", "B/op"), ("q", "allocs/op")])

    def test_directions(self):
        self.assertEqual([row[-1] for row in self.rows("github-action-benchmark", [self.entry(name=unit, unit=unit) for unit in ("req/s", "ms", "points")])],
                         ["bigger", "smaller", "smaller"])

    def test_the_name_of_a_tool_says_the_direction(self):
        document = [self.entry(unit="points"), self.entry(name="r", unit="ms")]
        for tool, better in (("customBiggerIsBetter", "bigger"), ("customSmallerIsBetter", "smaller")):
            rows = self.read(tool, document).rows
            self.assertEqual([row["better"] for row in rows], [better, better])
            self.assertEqual([len(FORMATS[each].write(rows)[0]) for each in ("customBiggerIsBetter", "customSmallerIsBetter")], [2, 0] if better == "bigger" else [0, 2])

    def test_repeated_entries_are_repetitions(self):
        document = [self.entry(value=value) for value in (3, 1, 2)]
        self.assertEqual(self.rows("github-action-benchmark", document), [("q", "time", "ms", 2, 1, 3, "smaller")])
        self.assertEqual(len(self.rows("github-action-benchmark", [self.entry(unit="ms"), self.entry(unit="us")])), 2)

    def test_odd_input(self):
        self.assertEqual(self.rows("github-action-benchmark", [self.entry(value="1,200")])[0][3], 1200)  # the action reads texts, too
        for document, sentence in (({}, r"\{\} is not a list"), ([1], r"\[0\]: 1 is not an object"), ([{"name": "x", "value": 1}], "no unit"),
                                   ([self.entry(value=float("nan"))], r"\[0\] \('q'\).value: NaN is not a finite number"), ([self.entry(value="fast")], "'fast' is not a finite"),
                                   ([self.entry(value=True)], "true is not a finite number"), ([self.entry(value=10**400)], "0000... is not a finite number"),
                                   ([self.entry(range=[1])], r"range: \[1\] is not a text"), ([self.entry(range=float("nan"))], "range: NaN is not a finite number"),
                                   ([self.entry(extra="x\nringproof: {")], "the line of extra"),
                                   (b"\xff\xfea", "UTF"), (b"[\xff]", "not a text in UTF-8"), ("[" * 100000, "not JSON"), ("", "not JSON"), ('[{"b":1,"a":1,"a":2}]', "name 'a' twice"),
                                   ("9" * 5000, "a number has more than [0-9]+ digits$")):
            self.refused("github-action-benchmark", document, sentence)
        self.refused("github-action-benchmark", self.folder / "none", "No such file")
        self.refused("github-action-benchmark", self.folder, "Is a directory")

    def test_a_byte_order_mark(self):
        for encoding in ("utf-8-sig", "utf-16"):
            self.assertEqual(len(self.rows("github-action-benchmark", json.dumps([self.entry()]).encode(encoding))), 1)


class DataJs(Case):
    def data(self, *runs, suite="Rust"):
        return "window.BENCHMARK_DATA = " + json.dumps({"lastUpdate": 0, "repoUrl": "", "entries": {suite: runs}})

    def run_of(self, tool="cargo", identity="c0ffee", benches=None, date=5000, **commit):
        return {"commit": {"author": {"name": "N", "email": "e", "username": "u"}, "committer": {"name": "N", "email": "e"}, "distinct": True, "id": identity,
                           "message": "why\n\nmore", "timestamp": "1970-01-01T01:00:02+01:00", "tree_id": "t", "url": "https://forge.example/c0ffee", **commit},
                "date": date, "tool": tool, "benches": benches or [{"name": "b", "value": 254, "range": "+/- 35", "unit": "ns/iter"}]}

    def test_commits(self):
        row, = self.read("data.js", self.data(self.run_of())).rows
        self.assertEqual(row, {"commit": "c0ffee", "time": 2, "subject": "why", "author": {"name": "N", "email": "e", "username": "u"}, "url": "https://forge.example/c0ffee",
                               "machine": "unknown", "suite": "Rust", "measured": 5.0, "benchmark": "b", "measure": "time", "unit": "ns/iter", "value": 254,
                               "low": 219.0, "high": 289.0, "range": "+/- 35", "better": "smaller", "about": {"tool": "cargo"}})
        self.assertEqual(self.left_out("data.js", self.data(self.run_of())), "the rest of messages after their first lines (1), the fields distinct, tree_id")

    def test_the_direction_of_each_tool(self):
        for tool, unit, better in (("cargo", "ns/iter", "smaller"), ("cargo", "MS/s", "bigger"), ("go", "ns/op", "smaller"), ("go", "MB/s", "bigger"), ("go", "points", "neither"),
                                   ("benchmarkjs", "ops/sec", "bigger"), ("pytest", "iter/sec", "bigger"), ("pytest", "sec", "smaller"), ("googlecpp", "ns/iter", "smaller"),
                                   ("catch2", "us", "smaller"), ("julia", "ns", "smaller"), ("jmh", "ops/s", "bigger"), ("jmh", "ns/op", "smaller"),
                                   ("benchmarkdotnet", "ns", "smaller"), ("benchmarkluau", "ms", "smaller"), ("customBiggerIsBetter", "s", "bigger"),
                                   ("customSmallerIsBetter", "req/s", "smaller"), ("pytest", "points", "bigger"), ("benchmarkjs", "points", "bigger"),
                                   ("cargo", "points", "smaller"), ("jmh", "points", "smaller")):
            row, = self.read("data.js", self.data(self.run_of(tool, benches=[{"name": "b", "value": 1, "unit": unit}]))).rows
            self.assertEqual(row["better"], better, (tool, unit))

    def test_a_spread_whose_unit_is_lost(self):
        row, = self.read("data.js", self.data(self.run_of("catch2", benches=[{"name": "b", "value": 24.199, "unit": "us", "range": "± 338"}]))).rows
        self.assertEqual([row[name] for name in ("low", "high", "range")], [24.199, 24.199, "± 338"])

    def test_several_measures_of_go(self):
        first = {"name": "B", "value": 5, "unit": "ns/op\t     16 B/op\t  2 allocs/op", "extra": "1 times"}
        self.assertEqual([row[1:4] for row in self.rows("data.js", self.data(self.run_of("go", benches=[first])))], [("time", "ns/op", 5), ("B/op", "B/op", 16), ("allocs/op", "allocs/op", 2)])
        alone = [{**first, "name": f"B - {unit}", "unit": unit} for unit in ("ns/op", "B/op", "allocs/op")]
        self.assertEqual([row[0] for row in self.rows("data.js", self.data(self.run_of("go", benches=[first, *alone])))], ["B", "B - ns/op", "B - B/op", "B - allocs/op"])

    def test_a_commit_without_a_time_or_an_address(self):
        row, = self.read("data.js", self.data(self.run_of(timestamp=None, url="javascript:alert(1)", message=None, author=None))).rows
        self.assertEqual((row["time"], row["subject"]), (5.0, ""))
        self.assertFalse({"url", "author"} & set(row))

    def test_odd_input(self):
        for document, sentence in (("var x = 1", "does not begin with window.BENCHMARK_DATA"), ("window.BENCHMARK_DATA = {", "not JSON"), ("{}", "no entries"),
                                   (self.data(self.run_of("make")), r"entries.Rust\[0\]: unknown tool 'make'; known are cargo"), (self.data({}), r"entries.Rust\[0\]: no date"),
                                   (self.data(self.run_of(timestamp="soon")), "commit.timestamp: 'soon' is not a time"), (self.data({**self.run_of(), "commit": {}}), "commit: no id"),
                                   (self.data(self.run_of(benches=[{"name": "b", "unit": "ns", "value": None}])), r"benches\[0\] \('b'\): no value")):
            self.refused("data.js", document, sentence)


    def test_the_measures_of_a_benchmark_have_names_of_their_own(self):
        records = [{"commit": "c", "time": 1, "subject": "", "machine": "m", "benchmark": "b", "measure": measure, "unit": unit, "value": 2, "low": 2, "high": 2}
                   for measure, unit in (("time", "ns"), ("instructions", "instructions"))]
        for name in ("data.js", "github-action-benchmark"):
            text, _ = export.document_of(records, name)
            self.assertIn('"name": "b: time"', text)
            self.assertIn('"name": "b: instructions"', text)
            self.assertIn('"name": "b"', export.document_of(records[:1], name)[0])
        read = self.read("data.js", self.data(self.run_of("go", benches=[{"name": "B", "value": 1, "unit": unit} for unit in ("ns/op", "B/op")]))).rows
        text = export.document_of(read, "data.js")[0]
        self.assertEqual((text.count('"name": "B"'), text.count('"date": 5000,')), (2, 1))


class Bmf(Case):
    def test_direction_by_measure(self):
        document = {"b": {"throughput": {"value": 100, "lower_value": 90}, "latency": {"value": 5e6}, "file-size": {"value": 42}, "jitter": {"value": 1}}}
        self.assertEqual(self.rows("bmf", document), [
            ("b", "throughput", "ops/s", 100, 90, 100, "bigger"), ("b", "latency", "ns", 5e6, 5e6, 5e6, "smaller"),
            ("b", "file-size", "bytes", 42, 42, 42, "smaller"), ("b", "jitter", "", 1, 1, 1, "neither")])

    def test_odd_input(self):
        for document, sentence in (([], "is not an object"), ({"x": 1}, "^x: 1 is not an object"), ({"x": {"latency": 5}}, "x.latency: 5 is not"), ({"x": {"latency": {}}}, "x.latency: no value"),
                                   ({"x": {"latency": {"value": "5"}}}, "x.latency.value: '5' is not a finite number"),
                                   ({"x": {"latency": {"value": float("nan")}}}, "x.latency.value: NaN"), ('{"b":{"a":{"value":1},"a":{"value":2}}}', "name 'a' twice")):
            self.refused("bmf", document, sentence)

    def test_a_time_in_another_unit_is_converted(self):
        record = {"benchmark": "b", "measure": "time", "unit": "us", "value": 2.0, "low": 1.0, "high": 3.0}
        self.assertEqual(FORMATS["bmf"].write([record])[0], {"b": {"latency": {"value": 2000, "lower_value": 1000, "upper_value": 3000}}})


class Export(Case):
    def test_several_machines_are_not_mixed(self):
        records = [{"commit": "c", "time": 1, "subject": "", "machine": machine, "benchmark": "b", "measure": "time", "unit": "ns", "value": 2, "low": 2, "high": 2} for machine in "xy"]
        for name in ("google-benchmark", "github-action-benchmark", "bmf"):
            with self.assertRaisesRegex(CannotRun, "choose one with --machine: x, y"):
                export.document_of(records, name)
        other = [{**records[1], "measure": "cpu time"}, records[0]]
        with self.assertRaisesRegex(CannotRun, "choose one with --machine"):
            export.document_of(other, "google-benchmark")
        for name in ("data.js", "records"):
            text, kept = export.document_of(records, name)
            self.assertEqual((len(kept), export.losses(text, records, kept, name)), (2, ""))


if __name__ == "__main__":
    unittest.main()
