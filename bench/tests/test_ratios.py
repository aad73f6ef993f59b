#!/usr/bin/python3
"""ratios.py: the figures of a known file, and a named error for each kind of broken file."""

import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from scipy import stats

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "tables/ratios.py"
sys.path.insert(0, str(SCRIPT.parent))

import ratios  # noqa: E402  (needs the path above)
import records  # noqa: E402

SUFFIX = "/replicas:128/points:{}/manual_time"
# Three repetitions of each contestant, in the order of their indices. No two ratios are equal, so that a wrong
# pairing of contestants or repetitions shows.
KNOWN = [
    ("add/core" + SUFFIX.format(1000), 0, "us", [2, 4, 8]),
    ("add/core" + SUFFIX.format(10000), 0, "us", [20, 40, 80]),
    ("add/resort" + SUFFIX.format(1000), 1, "us", [6, 16, 40]),
    ("add/resort" + SUFFIX.format(10000), 1, "us", [60, 160, 400]),
    ("add/legacy" + SUFFIX.format(1000), 2, "ms", [0.2, 0.04, 0.16]),
    ("add/legacy" + SUFFIX.format(10000), 2, "ms", [20, 4, 16]),
    ("digest/sha1/nettle/bytes:8", 3, "ns", [50, 50, 50]),
    ("digest/sha1/libmd/bytes:8", 4, "ns", [100, 150, 200]),
]
# The counters of grow/core, for each repetition, and of bytes/core.
GROWN = [
    {"adds": 78125, "median": 1e-6 * n, "p99": 2e-6, "p99.9": 3e-6 * n, "max": 4e-3 / n}
    for n in (3, 2, 5)
]
BYTES = {"average": 15, "worst": 17.5, "peak": 18, "batch": 13.25, "batch_peak": 26}
EXPECTED_TEXT = """\
Median time, and ratios of times: median (lowest..highest) of the repetitions
benchmark  replicas  points     core       resort/core      legacy/core
add             128    1000  4.00 us  4.00 (3.00..5.00)  20.0 (10.0..100)
add             128   10000  40.0 us  4.00 (3.00..5.00)  200 (100..1000)

Exponent of points in the time, with its 95% confidence interval, fitted from 1000 on
benchmark  replicas  core  resort  legacy
add             128  1.00 (0.32..1.68)  1.00 (0.07..1.93)  2.00 (1.14..2.86)

Median time, and ratios of times: median (lowest..highest) of the repetitions
benchmark    bytes   nettle       libmd/nettle
digest/sha1      8  50.0 ns  3.00 (2.00..4.00)

Time of one addition, from that many points on: median (lowest..highest) of the repetitions
grow  replicas    points   adds                      median      p99                       p99.9                        max
core       128  10000000  78125  3.00 us (2.00..5.00)  2.00 us  9.00 us (6.00..15.0)  1.33 ms (0.800..2.00)

Bytes per point. While the ring doubles: average and worst between calls, peak during them; then one batch
bytes  replicas  points  average  worst  peak  batch  batch_peak
core        128   10000     15.0   17.5  18.0   13.2        26.0

"""


def run(name, family, unit, repetition, time):
    return {"name": name, **records.run(name, family, repetition, time, unit, repetitions=3, cpu_time=1000 * time)}


def known():
    runs = [
        run(name, family, unit, repetition, time)
        for name, family, unit, times in KNOWN
        for repetition, time in enumerate(times)
    ]
    name = "grow/core/replicas:128/points:10000000/iterations:1/repeats:3/manual_time"
    runs += [run(name, 5, "s", index, 9) | counts for index, counts in enumerate(GROWN)]
    name = "bytes/core/replicas:128/points:10000/iterations:1/repeats:1"
    runs.append(run(name, 6, "s", 0, 9) | BYTES)
    # As in an interleaved run: in no order, with aggregates between them.
    aggregate = {"run_type": "aggregate", "run_name": "add/core/replicas:128", "big_o": "N"}
    return {"context": {}, "benchmarks": [*runs[1::2], aggregate, *runs[::2]]}


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.path = self.directory / "in.json"

    def write(self, document):
        self.path.write_text(json.dumps(document), encoding="utf-8")

    def call(self, *arguments):
        return subprocess.run(
            [SCRIPT, *arguments, self.path], capture_output=True, text=True, check=False
        )


class Known(Files):
    def check(self, document):
        self.write(document)
        rings, digests = ratios.report(ratios.read(self.path))
        self.assertEqual(rings["contestants"], ["core", "resort", "legacy"])
        self.assertEqual([row["size"] for row in rings["rows"]], [1000, 10000])
        small, large = rings["rows"]
        self.assert_spread(small["seconds"], 4e-6, 2e-6, 8e-6)
        self.assert_spread(small["ratios"]["resort"], 4, 3, 5)
        self.assert_spread(small["ratios"]["legacy"], 20, 10, 100)
        self.assert_spread(large["ratios"]["resort"], 4, 3, 5)
        self.assert_spread(large["ratios"]["legacy"], 200, 100, 1000)
        (fitted,) = rings["exponents"]
        slopes = {name: fit["slope"] for name, fit in fitted["exponents"].items()}
        for name, slope in {"core": 1, "resort": 1, "legacy": 2}.items():
            self.assertAlmostEqual(slopes[name], slope)
        # Worked out by hand: the logs are off by -ln 2, 0 and ln 2 at each of two sizes, which leaves 4 degrees of
        # freedom, for which Student's t is 2.7764.
        half = 2.776445 * math.log(2) / (math.log(10) / 2 * math.sqrt(6))
        self.assertAlmostEqual(fitted["exponents"]["core"]["low"], 1 - half, places=5)
        self.assertAlmostEqual(fitted["exponents"]["core"]["high"], 1 + half, places=5)
        self.assertEqual(digests["contestants"], ["nettle", "libmd"])
        self.assertEqual(digests["exponents"], [])
        self.assert_spread(digests["rows"][0]["ratios"]["libmd"], 3, 2, 4)

    def assert_spread(self, spread, median, lowest, highest):
        self.assertAlmostEqual(spread["median"], median)
        self.assertAlmostEqual(spread["lowest"], lowest)
        self.assertAlmostEqual(spread["highest"], highest)

    def test_figures(self):
        self.check(known())

    def test_mixed_up_contestants_are_noticed(self):
        names = {"/core/": "/resort/", "/resort/": "/legacy/", "/legacy/": "/core/"}
        document = known()
        for each in document["benchmarks"]:
            for name, other in names.items():
                if name in each["run_name"]:
                    each["run_name"] = each["run_name"].replace(name, other)
                    break
        with self.assertRaises(AssertionError):
            self.check(document)

    def test_mixed_up_repetitions_are_noticed(self):
        document = known()
        for each in document["benchmarks"]:
            if "/legacy/" in each["run_name"]:
                each["repetition_index"] = 2 - each["repetition_index"]
        with self.assertRaises(AssertionError):
            self.check(document)

    def test_mixed_up_units_are_noticed(self):
        with mock.patch.dict(ratios.SECONDS, ms=1e-6), self.assertRaises(AssertionError):
            self.check(known())

    def test_mixed_up_median_is_noticed(self):
        mean = ratios.statistics.mean
        with mock.patch("ratios.statistics.median", mean), self.assertRaises(AssertionError):
            self.check(known())

    def test_another_width_of_the_interval_is_noticed(self):
        with mock.patch("ratios.CONFIDENCE", 0.9), self.assertRaises(AssertionError):
            self.check(known())

    def test_the_normal_quantile_instead_of_students_t_is_noticed(self):
        def normal(share, _freedom):
            return stats.norm.ppf(share)

        with mock.patch("scipy.stats.t.ppf", normal), self.assertRaises(AssertionError):
            self.check(known())

    def test_text(self):
        self.write(known())
        result = self.call()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(
            [line.split() for line in result.stdout.splitlines()],
            [line.split() for line in EXPECTED_TEXT.splitlines()],
        )
        for table in result.stdout.split("\n\n"):
            self.assertLessEqual(len({len(line) for line in table.strip().splitlines()[1:]}), 1)
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 110)

    def test_markdown(self):
        self.write(known())
        lines = self.call("--markdown").stdout.splitlines()
        cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:5]]
        self.assertEqual(
            cells[0], ["benchmark", "replicas", "points", "core", "resort/core", "legacy/core"]
        )
        self.assertRegex("".join(cells[1]), r"^-[-:]*$")
        self.assertEqual(
            cells[2], ["add", "128", "1000", "4.00 us", "4.00 (3.00..5.00)", "20.0 (10.0..100)"]
        )

    def test_json(self):
        self.write(known())
        written = json.loads(self.call("--json").stdout)
        results = ratios.read(self.path)
        self.assertEqual(written["tables"], ratios.report(results))
        self.assertEqual(written["counts"], ratios.report_counts(results))

    def test_counts(self):
        self.write(known())
        grown, held = ratios.report_counts(ratios.read(self.path))
        self.assertEqual((grown["bench"], held["bench"]), ("grow", "bytes"))
        (row,) = grown["rows"]
        self.assertEqual((row["contestant"], row["variant"], row["size"]), ("core", 128, 10000000))
        self.assert_spread(row["counts"]["median"], 3e-6, 2e-6, 5e-6)
        self.assert_spread(row["counts"]["max"], 4e-3 / 3, 8e-4, 2e-3)
        (row,) = held["rows"]
        for name, value in BYTES.items():
            self.assert_spread(row["counts"][name], value, value, value)

    def test_counts_do_not_change_the_times(self):
        document = known()
        counted = ("grow", "bytes")
        timed = [each for each in document["benchmarks"] if not each["run_name"].startswith(counted)]
        self.write(document)
        tables = ratios.report(ratios.read(self.path))
        self.write({"benchmarks": timed})
        self.assertEqual(tables, ratios.report(ratios.read(self.path)))

    def test_names(self):
        for name, found in (
            ("heap/core/replicas:40/points:120/iterations:1/repeats:1", ("heap", "core", "40", "120")),
            ("ketama_heap/core/nodes:10/iterations:1/repeats:1", ("ketama_heap", "core", None, "10")),
            ("free/core/replicas:16/points:1/min_time:0.001/manual_time", ("free", "core", "16", "1")),
            ("ketama_free/core/nodes:1/min_time:0.000/manual_time", ("ketama_free", "core", None, "1")),
        ):
            match = ratios.NAME.fullmatch(name)
            self.assertEqual(tuple(match[each] for each in ("bench", "contestant", "variant", "size")), found)

    def test_a_missing_contestant_leaves_a_gap(self):
        document = known()
        document["benchmarks"] = [
            each
            for each in document["benchmarks"]
            if not ("/legacy/" in each["run_name"] and "points:10000" in each["run_name"])
        ]
        self.write(document)
        lines = self.call().stdout.splitlines()
        self.assertEqual(lines[3].split()[-1], "-")
        self.assertEqual(lines[7].split()[-1], "-")


class Errors(Files):
    def expect(self, message, *arguments):
        result = self.call(*arguments)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, rf"^ratios\.py: .*{message}.*\n$")

    def change(self, **fields):
        document = known()
        document["benchmarks"][0].update(fields)
        self.write(document)

    def test_no_file(self):
        self.expect("cannot be read: No such file")

    def test_not_json(self):
        self.path.write_text('{"benchmarks": [', encoding="utf-8")
        self.expect("is not JSON")

    def test_not_text(self):
        self.path.write_bytes(b"\xff\xfe")
        self.expect("is not JSON")

    def test_other_json(self):
        for document in ({}, [], 1, {"benchmarks": 1}, {"benchmarks": [1]}, {"benchmarks": [{}]}):
            self.write(document)
            self.expect("is not a report of Google Benchmark")

    def test_wrong_fields(self):
        for fields in ({"time_unit": "h"}, {"real_time": "1"}, {"run_name": None}):
            self.change(**fields)
            self.expect("is not a report of Google Benchmark")

    def test_nothing_measured(self):
        self.write({"benchmarks": []})
        self.expect("holds no measurements")

    def test_aggregates_alone(self):
        document = known()
        for each in document["benchmarks"]:
            each["run_type"] = "aggregate"
        self.write(document)
        self.expect("only aggregates")

    def test_no_repetitions(self):
        document = known()
        document["benchmarks"] = [
            each for each in document["benchmarks"] if each.get("repetition_index") == 0
        ]
        self.write(document)
        self.expect("holds no repetitions")

    def test_different_numbers_of_repetitions(self):
        document = known()
        del document["benchmarks"][0]
        self.write(document)
        self.expect("differ in their number of repetitions")

    def test_repetition_twice(self):
        document = known()
        document["benchmarks"].append(document["benchmarks"][0])
        self.write(document)
        self.expect("repetition 1 twice")

    def test_failed_run(self):
        self.change(error_occurred=True, error_message="the ring is gone")
        self.expect("failed: the ring is gone")

    def test_unknown_name(self):
        self.change(run_name="BM_something")
        self.expect("'BM_something' is not NAME/CONTESTANT")

    def test_nothing_counted(self):
        document = known()
        for each in document["benchmarks"]:
            each.pop("p99.9", None)
        self.write(document)
        self.expect("is not a report of Google Benchmark: KeyError\\('p99.9'\\)")

    def test_no_time(self):
        self.change(real_time=0)
        self.expect("took no time")


if __name__ == "__main__":
    unittest.main()
