#!/usr/bin/python3
"""goals.py: the verdicts on a known file, and that a changed figure changes its verdict."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "tables/goals.py"
sys.path.insert(0, str(SCRIPT.parent))

import goals  # noqa: E402  (needs the path above)
import records  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
# Seconds at each size. Each goal is met, by a small margin.
REACHED = {
    "add/core": [1e-6, 1e-6, 1e-6, 1.5e-6],
    "add/limit": [1e-6, 5.5e-7, 5.5e-7, 8e-7],
    "add/merge": [2e-6, 1e-5, 5.5e-5, 1e-3],
    "add/pointers": [5.75e-5, 3.45e-4, 5.75e-3, 8.625e-2],
    "add/resort": [5.5e-5, 3.3e-4, 5.5e-3, 8.25e-2],
    "remove/core": [1e-6, 1e-6, 1e-6, 1.5e-6],
    "remove/limit": [1e-6, 7.5e-7, 7.5e-7, 1.1e-6],
    "remove/merge": [2e-6, 1e-5, 5.5e-5, 1e-3],
    "remove/pointers": [1.7e-4, 9.2e-4, 2.3e-2, 3.45e-1],
    "remove/resort": [1.6e-4, 9e-4, 2.2e-2, 3.3e-1],
    "find_latency/limit": [1e-8, 1.6e-8, 4.2e-8, 1.05e-8],
    "find_latency/line": [1e-8, 1e-8, 1e-8, 1e-8],
    "find_latency/core": [5e-8, 1.9e-8, 5e-8, 1.25e-8],
    "find_many/core": [1e-8, 1e-8, 1e-8, 1e-8],
    "find_many/pointers": [1e-7, 5.5e-7, 5.5e-7, 5.5e-7],
}
# Three repetitions: the second is as above, and no two have the same ratios.
FACTORS = {"core": (1, 1, 1), "limit": (1, 1, 1), "line": (1, 1, 1)}
OTHERS = (1.02, 1, 0.98)


def run(name, repetition, **fields):
    return {**records.run(name, 0, repetition, 1.0, "s"), **fields}


def known():
    runs = []
    for family, times in REACHED.items():
        factors = FACTORS.get(family.split("/")[1], OTHERS)
        for size, time in zip(SIZES, times):
            for index, factor in enumerate(factors):
                name = f"{family}/replicas:128/points:{size}/manual_time"
                runs.append(run(name, index, real_time=time * factor))
    for size in SIZES:
        held = {"average": 1, "worst": 19, "peak": 50, "batch": 50, "batch_peak": 50}
        runs.append(run(f"bytes/core/replicas:128/points:{size}/iterations:1/repeats:1", 0, **held))
    for replicas in (1, 128):
        for index in range(3):
            times = {"adds": 9, "median": 1e-6, "p99": 1e-6, "p99.9": 1e-5, "max": (index + 1) * 1e-3}
            name = f"grow/core/replicas:{replicas}/points:10000000/iterations:1/repeats:3/manual_time"
            runs.append(run(name, index, **times))
    return {"benchmarks": runs}


class Goals(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "in.json"

    def call(self, document, *arguments):
        self.path.write_text(json.dumps(document), encoding="utf-8")
        return subprocess.run(
            [SCRIPT, *arguments, self.path], capture_output=True, text=True, check=False
        )

    def verdicts(self, document):
        """(figure, points) -> (goal, measured, verdict)."""
        result = self.call(document, "--markdown")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        rows = [
            [cell.strip() for cell in line.split("|")[1:-1]]
            for line in result.stdout.splitlines()
            if line.startswith("|")
        ]
        self.assertEqual(rows[0], ["figure", "points", "goal", "measured", "verdict"])
        return {(row[0], row[1]): tuple(row[2:]) for row in rows[2:]}

    def test_all_goals_met(self):
        verdicts = self.verdicts(known())
        missing = [goal for goal, (_, _, verdict) in verdicts.items() if verdict == "not measured"]
        self.assertEqual(missing, [("bytes per point: shared, worst", str(size)) for size in SIZES])
        shown = [goal for goal, (_, _, verdict) in verdicts.items() if verdict == "-"]
        self.assertEqual(len(shown), 4)
        met = [goal for goal, (_, _, verdict) in verdicts.items() if verdict == "met"]
        self.assertEqual(len(met), len(verdicts) - 8)
        for figure, expected in {
            ("add: pointers/core", "100000"): (">= 300", "345 (338..352)", "met"),
            ("add: resort/core", "100000"): (">= 300", "330 (323..337)", "met"),
            ("remove: merge/core", "1000000"): (">= 50.0", "55.0 (53.9..56.1)", "met"),
            ("add: core/limit", "100000"): ("<= 2.00", "1.82", "met"),
            ("remove: core/limit", "10000000"): ("<= 1.50", "1.36", "met"),
            ("find_latency: core/limit", "1000000"): ("<= 1.30", "1.19", "met"),
            ("find_latency: core/line", "10000000"): ("<= 1.30", "1.25", "met"),
            ("find_many: pointers/core", "1000000"): (">= 50.0", "55.0 (53.9..56.1)", "met"),
            ("bytes per point: core, worst", "10000"): ("<= 20.0", "19.0", "met"),
            ("one add, replicas 1: core, p99.9", "10000000"): ("-", "10.0 us", "-"),
            ("one add, replicas 128: core, max", "10000000"): ("-", "2.00 ms (1.00..3.00)", "-"),
        }.items():
            self.assertEqual(verdicts[figure], expected)
        # Worked out by hand: 1, 1, 1 and 1.5 over three decades have the slope 1.5 log10(1.5) / 5.
        exponent = verdicts["add: exponent of core", "10 k to 10 M"]
        self.assertEqual(exponent, ("<= 0.150", "0.0528", "met"))

    def change(self, family, size, factors):
        document = known()
        for each in document["benchmarks"]:
            if each["run_name"].startswith(f"{family}/replicas:128/points:{size}/"):
                each["real_time"] *= factors[each["repetition_index"]]
        return self.verdicts(document)

    def test_each_time_can_miss_its_goal(self):
        before = self.verdicts(known())
        for family, size, *figures in (
            ("add/core", 10_000, "add: pointers/core", "add: resort/core"),
            ("add/pointers", 1_000_000, "add: pointers/core"),
            ("add/resort", 100_000, "add: resort/core"),
            ("remove/core", 10_000_000, "remove: pointers/core", "remove: resort/core", "remove: core/limit"),
            ("remove/pointers", 100_000, "remove: pointers/core"),
            ("remove/resort", 1_000_000, "remove: resort/core"),
            ("add/merge", 1_000_000, "add: merge/core"),
            ("remove/merge", 1_000_000, "remove: merge/core"),
            ("add/limit", 100_000, "add: core/limit"),
            ("add/limit", 1_000_000, "add: core/limit"),
            ("remove/limit", 10_000_000, "remove: core/limit"),
            ("find_latency/limit", 1_000_000, "find_latency: core/limit"),
            ("find_latency/core", 100_000, "find_latency: core/line", "find_latency: core/limit"),
            ("find_latency/line", 10_000_000, "find_latency: core/line"),
            ("find_many/core", 100_000, "find_many: pointers/core"),
            ("find_many/pointers", 10_000_000, "find_many: pointers/core"),
        ):
            with self.subTest(family=family, size=size):
                slower = family.split("/")[1] == "core"
                factor = 1.25 if slower else 0.8
                after = self.change(family, size, (factor, factor, factor))
                changed = {key: after[key][2] for key in after if after[key][2] != before[key][2]}
                self.assertEqual(changed, {(figure, str(size)): "missed" for figure in figures})

    def test_growth_can_miss_its_goal(self):
        after = self.change("remove/core", 10_000_000, (10, 10, 10))
        self.assertEqual(after["remove: exponent of core", "10 k to 10 M"][2], "missed")
        self.assertEqual(after["add: exponent of core", "10 k to 10 M"][2], "met")

    def test_bytes_can_miss_their_goal(self):
        document = known()
        for each in document["benchmarks"]:
            if each["run_name"].startswith("bytes/core/replicas:128/points:1000000/"):
                each["worst"] = 20.5
        verdicts = self.verdicts(document)
        self.assertEqual(verdicts["bytes per point: core, worst", "1000000"], ("<= 20.0", "20.5", "missed"))

    def test_shared_is_reported_if_measured(self):
        document = known()
        for each in document["benchmarks"]:
            each["run_name"] = each["run_name"].replace("bytes/core", "bytes/shared")
        verdicts = self.verdicts(document)
        self.assertEqual(verdicts["bytes per point: shared, worst", "10000"], ("<= 32.0", "19.0", "met"))

    def test_the_verdict_says_that_repetitions_disagree(self):
        after = self.change("add/resort", 10_000, (1, 1, 0.5))
        self.assertEqual(after["add: resort/core", "10000"][2], "met, not in all repetitions")
        after = self.change("add/resort", 10_000, (1, 0.5, 0.5))
        self.assertEqual(after["add: resort/core", "10000"][2], "missed, not in all repetitions")

    def test_the_verdict_says_what_was_not_measured(self):
        document = known()
        document["benchmarks"] = [
            each
            for each in document["benchmarks"]
            if not each["run_name"].startswith("add/core/replicas:128/points:10000/")
        ]
        verdicts = self.verdicts(document)
        self.assertEqual(verdicts["add: resort/core", "10000"], (">= 50.0", "-", "not measured"))
        exponent = verdicts["add: exponent of core", "10 k to 10 M"]
        self.assertEqual(exponent, ("<= 0.150", "-", "not measured"))

    def test_text(self):
        result = self.call(known())
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        title, *lines = result.stdout.strip().splitlines()
        self.assertEqual(title, "Goals, with 128 replicas: median (lowest..highest) of the repetitions")
        self.assertEqual(len({len(line) for line in lines}), 1)

    def test_errors(self):
        result = self.call({"benchmarks": []})
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"^goals\.py: .*holds no measurements.*\n$")

    def test_names_are_unique(self):
        names = [(goal.name, goal.size) for goal in goals.make_goals()]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
