"""The importers of tools that have no exporter here."""
import json
import re
import unittest

from dashboard.tests.test_formats import Case

PYTEST = {"machine_info": {"cpu": {"brand_raw": "M 1"}}, "commit_info": {"id": "c0ffee", "time": "1970-01-01T00:00:02+00:00", "dirty": False}, "datetime": "1970-01-01T00:00:09",
          "benchmarks": [{"name": "fib", "fullname": "b.py::fib", "group": "slow", "param": None, "extra_info": {},
                          "stats": {"min": 1.0, "max": 4.0, "mean": 2.5, "median": 2.0, "stddev": 0.5, "rounds": 9, "iterations": 3, "ops": 0.4}}]}
JMH = [{"benchmark": "org.B.go", "mode": "thrpt", "threads": 2, "forks": 1, "params": {"n": "17"},
        "primaryMetric": {"score": 30.0, "scoreError": 3.0, "scoreConfidence": [27.0, 33.0], "scoreUnit": "ops/s", "rawData": [[30.0]]},
        "secondaryMetrics": {"·gc.alloc.rate": {"score": 5.0, "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"], "scoreUnit": "MB/sec"}}}]
HYPERFINE = {"results": [{"command": "sleep 1", "mean": 2.5, "stddev": None, "median": 2.0, "user": 0.5, "system": 0.25, "min": 1.0, "max": 4.0, "times": [1.0, 2.0, 4.0],
                          "memory_usage_byte": [10, 30, 20], "exit_codes": [0, 0, 3], "parameters": {"n": "5"}}]}
GO = """goos: linux
pkg: example.org/p
cpu: M 1
Unit points/op better=higher
BenchmarkFib/n=10-8   \t 100\t 25.5 ns/op\t 9.5 MB/s\t 16 B/op\t 3 points/op
BenchmarkFib/n=10-8   \t 200\t 27.5 ns/op\t 8.5 MB/s\t 16 B/op\t 3 points/op
BenchmarkSlow
    test.go:5: BenchmarkFib 7 is a log
--- FAIL: BenchmarkSlow
Benchmarking is fun 12 times
PASS
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<Catch2TestRun name="t"><TestCase name="Case &amp; more"><BenchmarkResults name="Fib 20" samples="100" resamples="1" iterations="2" clockResolution="18" estimatedDuration="8">
<!--All values in nano seconds--><mean value="43186.5" lowerBound="41402" upperBound="46246" ci="0.95"/><standardDeviation value="117" lowerBound="78" upperBound="177" ci="0.95"/>
</BenchmarkResults><BenchmarkResults name="broken"><failed message="threw"/></BenchmarkResults></TestCase></Catch2TestRun>"""
CONSOLE = """
-------------------------------------------------------------------------------
Case one
-------------------------------------------------------------------------------
t.cpp:5
...............................................................................

benchmark name                       samples       iterations    est run time
                                     mean          low mean      high mean
                                     std dev       low std dev   high std dev
-------------------------------------------------------------------------------
Fib 20                                         100             2     8.3712 ms
                                        41.731 us     900.5 ns      42.622 us
                                         3.256 us      2.163 us      5.353 us

a name that needs
two lines                                      100             1     8.3712 ms
                                            36 ns         35 ns         37 ns
                                             4 ns          1 ns          7 ns

===============================================================================
"""
ESTIMATES = {name: {"confidence_interval": {"confidence_level": 0.95, "lower_bound": 4.5, "upper_bound": 4.75}, "point_estimate": value, "standard_error": 0.1}
             for name, value in (("mean", 4.7), ("slope", 4.6))}
MESSAGES = "\n".join(json.dumps(each) for each in (
    {"reason": "benchmark-complete", "id": "g/f", "unit": "ns", "throughput": [{"per_iteration": 1024, "unit": "bytes"}],
     "typical": {"estimate": 3.5, "lower_bound": 3.0, "upper_bound": 4.0, "unit": "ns"}}, {"reason": "group-complete", "group_name": "g"}))
ASV = {"version": 2, "commit_hash": "c0ffee", "env_name": "py3", "date": 2000, "params": {"machine": "cheetah"},
       "result_columns": ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"],
       "results": {"m.time_f": [[1.5, float("nan"), None, 2.5], [["1", "2"], ["'a'", "'b'"]], "v", 9000, 1.0, [1.25, None, None, float("-inf")], [1.75, None, None, 3.0]],
                   "m.mem_g": [[64], [], "v"], "m.track_h": [[3.0], []]}}
BENCHMARKS = {"version": 2, "m.track_h": {"type": "track", "unit": "points"}}


class Tools(Case):
    def test_pytest_benchmark(self):
        row, = self.read("pytest-benchmark", PYTEST).rows
        self.assertEqual(row, {"benchmark": "b.py::fib", "measure": "time", "unit": "s", "value": 2.0, "low": 1.0, "high": 4.0, "better": "smaller", "commit": "c0ffee", "time": 2,
                               "measured": 9, "machine": "M 1", "about": {"mean": 2.5, "stddev": 0.5, "rounds": 9, "iterations": 3, "group": "slow"}})
        bare = {"benchmarks": [{"name": "fib", "stats": {"mean": 2.5}}]}
        self.assertEqual(self.rows("pytest-benchmark", bare), [("fib", "time", "s", 2.5, 2.5, 2.5, "smaller")])
        for document, sentence in (({}, "no benchmarks"), ({"benchmarks": [{"name": "x"}]}, r"benchmarks\[0\] \('x'\): no stats"), ({**PYTEST, "datetime": "x"}, "datetime: 'x' is not a time")):
            self.refused("pytest-benchmark", document, sentence)

    def test_jmh(self):
        self.assertEqual(self.rows("jmh", JMH), [("org.B.go (n=17)", "throughput", "ops/s", 30, 27, 33, "bigger"), ("org.B.go (n=17)", "·gc.alloc.rate", "MB/sec", 5, 5, 5, "smaller")])
        for mode, measure in (("avgt", "time"), ("sample", "sampled time"), ("ss", "single-shot time")):
            self.assertEqual(self.rows("jmh", [{**JMH[0], "mode": mode, "secondaryMetrics": {}}])[0][1::5], (measure, "smaller"))
        for document, sentence in (({}, "not a list"), ([{**JMH[0], "mode": "x"}], "unknown mode 'x'"), ([{**JMH[0], "primaryMetric": {"score": "NaN", "scoreUnit": "s"}}], "'NaN' is not a finite number")):
            self.refused("jmh", document, sentence)

    def test_hyperfine(self):
        self.assertEqual(self.rows("hyperfine", HYPERFINE), [
            ("sleep 1", "time", "s", 2, 1, 4, "smaller"), ("sleep 1", "user time", "s", 0.5, 0.5, 0.5, "smaller"), ("sleep 1", "system time", "s", 0.25, 0.25, 0.25, "smaller"),
            ("sleep 1", "memory", "bytes", 20, 10, 30, "smaller")])
        self.assertIn("exit codes other than 0 (1)", self.left_out("hyperfine", HYPERFINE))
        for document, sentence in (({}, "no results"), ({"results": [{}]}, r"results\[0\]: no command"), ({"results": [{"command": "x"}]}, "no mean"),
                                   ({"results": [{**HYPERFINE["results"][0], "exit_codes": 5}]}, "exit_codes: 5 is not a list")):
            self.refused("hyperfine", document, sentence)

    def test_a_name_of_go_that_ends_in_many_digits(self):
        name = f"BenchmarkHash-{'9' * 5000}"
        self.assertEqual([row[0] for row in self.rows("go", f"{name} 10 5 ns/op\n")], [name])

    def test_go(self):
        self.assertEqual(self.rows("go", GO), [
            ("BenchmarkFib/n=10", "time", "ns/op", 26.5, 25.5, 27.5, "smaller"), ("BenchmarkFib/n=10", "MB/s", "MB/s", 9, 8.5, 9.5, "bigger"),
            ("BenchmarkFib/n=10", "B/op", "B/op", 16, 16, 16, "smaller"), ("BenchmarkFib/n=10", "points/op", "points/op", 3, 3, 3, "bigger")])
        row = self.read("go", GO).rows[0]
        self.assertEqual((row["machine"], row["suite"], row["about"]), ("M 1", "example.org/p", {"procs": 8, "goos": "linux", "repetitions": 2}))
        events = "\n".join(json.dumps({"Action": "output", "Package": "example.org/p", "Output": piece}) for piece in ("BenchmarkA-8 \t", "10 \t 5 ns/op\n", "PASS\n"))
        self.assertEqual(self.rows("go", events), [("BenchmarkA", "time", "ns/op", 5, 5, 5, "smaller")])
        self.assertEqual([row[0] for row in self.rows("go", "BenchmarkA 1 5 ns/op\nBenchmarkA-2 1 3 ns/op\n")], ["BenchmarkA", "BenchmarkA-2"])
        for document, sentence in (("BenchmarkA 10 5 ns/op 7\n", r"line 1: the benchmark 'BenchmarkA' has a value without a unit"), ("\nBenchmarkA 10 x ns/op\n", "line 2.*'x' is not a number"),
                                   ("BenchmarkA 10 NaN ns/op\n", "line 1 .*NaN is not a finite number"), ('{"Action":"output"}\n{', "line 2: not an object of JSON")):
            self.refused("go", document, sentence)

    def test_catch2_xml(self):
        row, = self.read("catch2", XML).rows
        self.assertEqual(row, {"benchmark": "Fib 20", "measure": "time", "unit": "ns", "value": 43186.5, "low": 41402, "high": 46246, "better": "smaller",
                               "about": {"test case": "Case & more", "stddev": 117, "samples": 100, "iterations": 2}})
        self.assertIn("benchmarks that failed (1, such as 'broken')", self.left_out("catch2", XML))
        same = XML.replace("</Catch2TestRun>", XML[XML.index("<TestCase"):].replace("Case &amp; more", "Other"))
        self.assertEqual([row[0] for row in self.rows("catch2", same)], ["Case & more: Fib 20", "Other: Fib 20"])
        for document, sentence in ((XML[:-30], "not XML: .*incomplete"), (XML.replace('"43186.5"', '"fast"'), "'Fib 20', mean value: 'fast' is not a number"), (XML.replace('"43186.5"', '"nan"'), "NaN"),
                                   ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "not XML that can be read safely: EntitiesForbidden")):
            self.refused("catch2", document, sentence)

    def test_catch2_console(self):
        self.assertEqual(self.rows("catch2", CONSOLE), [("Fib 20", "time", "us", 41.731, 0.9005, 42.622, "smaller"), ("a name that needs two lines", "time", "ns", 36, 35, 37, "smaller")])
        self.assertEqual(self.read("catch2", CONSOLE).rows[0]["about"], {"test case": "Case one", "samples": 100, "iterations": 2, "stddev": 3.256})
        beside = re.sub(r"\n +4 ns", "\nlines    4 ns", re.sub(r"\n +36 ns", "\ntwo      36 ns", CONSOLE.replace("needs\ntwo lines", "needs")))
        self.assertEqual([row[0] for row in self.rows("catch2", beside)], ["Fib 20", "a name that needs two lines"])
        sections = CONSOLE.replace("Case one", "Case one\n  its section")
        self.assertEqual(self.read("catch2", sections).rows[0]["about"]["test case"], "Case one its section")
        for document, sentence in (("nothing", "no benchmarks"), (CONSOLE.replace("36 ns", "36 xs"), "line 18: no mean.*'a name that needs two lines'"), (CONSOLE[:CONSOLE.index("  41.731")], "no mean")):
            self.refused("catch2", document, sentence)

    def test_criterion_folder(self):
        self.path(ESTIMATES, "g/f/new/estimates.json")
        self.path({"full_id": "g/f: x", "throughput": {"Bytes": 1024}}, "g/f/new/benchmark.json")
        self.path({**ESTIMATES, "slope": None}, "old/new/estimates.json")
        self.path({}, "g/f/base/estimates.json")
        self.assertEqual(self.rows("criterion", self.folder), [("g/f: x", "time", "ns", 4.6, 4.5, 4.75, "smaller"), ("old", "time", "ns", 4.7, 4.5, 4.75, "smaller")])
        self.assertEqual(self.read("criterion", self.folder).rows[0]["about"], {"throughput": "1024 Bytes per iteration"})
        self.path("{", "z/new/estimates.json")
        self.refused("criterion", self.folder, "z/new/estimates.json: not JSON")
        self.refused("criterion", self.folder / "g/f/base", "no NAME/new/estimates.json")

    def test_criterion_messages(self):
        self.assertEqual(self.rows("criterion", MESSAGES), [("g/f", "time", "ns", 3.5, 3, 4, "smaller")])
        self.refused("criterion", MESSAGES + "\n{", "line 3: not JSON")
        self.refused("criterion", '{"reason": "benchmark-complete", "id": "x"}', r"line 1:  ?\('x'\): no typical")

    def test_asv(self):
        self.path(ASV, "results/cheetah/c0ffee-py3.json")
        self.path(BENCHMARKS, "results/benchmarks.json")
        self.path({"machine": "cheetah"}, "results/cheetah/machine.json")
        expected = [("m.time_f(1, 'a')", "time", "s", 1.5, 1.25, 1.75, "smaller"), ("m.time_f(2, 'b')", "time", "s", 2.5, 2.5, 3, "smaller"),
                    ("m.mem_g", "memory", "bytes", 64, 64, 64, "smaller"), ("m.track_h", "value", "points", 3, 3, 3, "neither")]
        self.assertEqual(self.rows("asv", self.folder / "results"), expected)
        self.assertEqual(self.rows("asv", self.folder / "results/cheetah/c0ffee-py3.json"), expected)
        row = self.read("asv", self.folder / "results").rows[0]
        self.assertEqual([row[name] for name in ("commit", "time", "machine", "suite", "measured")], ["c0ffee", 2, "cheetah", "py3", 9])
        self.assertIn("failed or were skipped (2, such as \"m.time_f(1, 'b')\")", self.left_out("asv", self.folder / "results"))
        self.assertEqual(self.rows("asv", {"commit_hash": "c", "date": 2000, "results": {"time_a": 1.5, "time_b": None, "time_c": {"result": [2], "params": []}}})[0][:4], ("time_a", "time", "s", 1.5))
        old = {"commit_hash": "c", "date": 2000, "results": {"time_c": {"result": [2], "params": [], "stats": [{"ci_99": [1.5, 2.5], "q_25": 1.7}]}}}
        self.assertEqual(self.rows("asv", self.path(old, "old/c0ffee-py2.7-numpy.json")), [("time_c", "time", "s", 2, 1.5, 2.5, "smaller")])
        self.assertEqual(self.read("asv", self.folder / "old").rows[0]["suite"], "py2.7-numpy")
        self.refused("asv", {**ASV, "results": {"x": [[1, 2], [["1"]]]}}, "results.x: 2 results, but another number")
        self.path("{", "results/cheetah/bad.json")
        self.refused("asv", self.folder / "results", "cheetah/bad.json: not JSON")


if __name__ == "__main__":
    unittest.main()
