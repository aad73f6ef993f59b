#!/usr/bin/python3
"""rivals.py, rounds.py and instructions.py: the verdict of each row, what was left out and why, what is measured again, and
what is counted.

Usage: test_rivals.py BENCH_RING
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None
sys.dont_write_bytecode = True
TABLES = Path(__file__).resolve().parent.parent / "tables"
sys.path.insert(0, str(TABLES))

import instructions  # noqa: E402
import ratios  # noqa: E402  (needs the path above)
import records  # noqa: E402
import rivals  # noqa: E402
import rounds  # noqa: E402

NINE = list(range(92, 101))
# Nine repetitions each, in microseconds. The interval of nine leaves out the lowest and the highest.
KNOWN = {
    "add/core/replicas:40/points:120": [100] * 9,
    "add/merge/replicas:40/points:120": [200] * 9,
    "add/pointers/replicas:40/points:120": [50, *[100] * 7, 400],
    "add/core/replicas:128/points:1000": [106, 100, *[106] * 7],
    "add/merge/replicas:128/points:1000": [100] * 9,
    "add/pointers/replicas:128/points:1000": [200] * 9,
    "find/core/replicas:40/points:120": [100] * 9,
    "find/merge/replicas:40/points:120": NINE,
    "find/resort/replicas:40/points:120": [300] * 9,
    "ketama_add/core/nodes:3": [100] * 9,
    "ketama_add/ketama/nodes:3": [100] * 9,
    "digest/md5/nettle/bytes:16": [1] * 9,
}
HEAP = {"core": 19.0, "resort": 16.0}


def known():
    runs = records.runs(KNOWN, "us")
    for name, value in HEAP.items():
        runs.append(records.run(f"heap/{name}/replicas:40/points:120/iterations:1/repeats:1", 99, 0, 1.0, "us", heap=value))
    return {"benchmarks": runs}


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "in.json"
        self.more = Path(directory.name) / "more.json"

    def results(self, document):
        self.path.write_text(json.dumps(document), encoding="utf-8")
        return ratios.read(self.path)


class Verdicts(Files):
    def test_verdicts(self):
        self.assertEqual(
            rivals.verdict_lines(self.results(known())),
            [
                ["benchmark", "nodes", "replicas", "points", "core", "best other", "core/best other", "verdict"],
                ["add", "3", "40", "120", "100 us", "pointers", "1.00", "not slower"],
                ["add", "8", "128", "1000", "106 us", "merge", "1.06", "slower"],
                ["find", "3", "40", "120", "100 us", "merge", "1.04 (1.01..1.08)", "not told: +-3%"],
                ["ketama_add", "3", "160", "480", "100 us", "ketama", "1.00", "not slower"],
                ["heap", "3", "40", "120", "19.0", "resort", "1.19", "slower"],
            ],
        )
        title = rivals.verdict_title(self.results(known()))
        self.assertIn("2 not slower, 2 slower, 1 not told.", title)

    def test_the_bound(self):
        for factor, verdict in ((1.04, "not slower"), (1.06, "slower")):
            document = known()
            for run in document["benchmarks"]:
                if run["run_name"] == "ketama_add/core/nodes:3":
                    run["real_time"] *= factor
            row = rivals.verdict_lines(self.results(document))[4]
            self.assertEqual((row[0], row[-1]), ("ketama_add", verdict))

    def test_a_rival_that_is_faster_comes_before_one_that_may_be(self):
        document = known()
        for run in document["benchmarks"]:
            if run["run_name"].startswith("add/pointers/replicas:128"):
                run["real_time"] = 20 if run["repetition_index"] % 2 else 200
        row = rivals.verdict_lines(self.results(document))[2]
        self.assertEqual(row[-3:], ["merge", "1.06", "slower"])

    def test_the_interval(self):
        """By hand: of 9 values, 1 lies outside on each side with a probability of 2 * (1 + 9) / 512 = 4 %; 2 with 18 %."""
        for values, lowest, highest in ((range(5), 0, 4), (range(6), 0, 5), (range(9), 1, 7), (range(36), 11, 24)):
            interval = ratios.median_interval(values)
            self.assertEqual((interval["lowest"], interval["highest"]), (lowest, highest))


class Slower(Files):
    def test_what_is_slower_and_why(self):
        rows = rivals.slower_lines(self.results(known()))
        self.assertEqual(rows[0], ["benchmark", "points", "rows", "core/best other", "why"])
        self.assertEqual(rows[1], ["add", "1000..1000", "1", "1.06..1.06", rivals.NO_REASON])
        self.assertEqual([row[:4] for row in rows[2:]], [["heap", "120..120", "1", "1.19..1.19"]])
        self.assertIn("1 KB a ring", rows[2][4])

    def test_each_size_has_its_reason(self):
        document = known()
        for bench, points in (("walk", 1000), ("walk", 4000), ("walk", 10000)):
            document["benchmarks"] += records.runs({f"{bench}/{name}/replicas:128/points:{points}": times
                                                    for name, times in (("core", [points] * 9), ("resort", [points // 2] * 9))}, "us")
        walks = [row for row in rivals.slower_lines(self.results(document)) if row[0] == "walk"]
        self.assertEqual([row[1:4] for row in walks], [["1000..4000", "2", "2.00..2.00"], ["10000..10000", "1", "2.00..2.00"]])

    def test_a_small_ring_is_what_the_ring_takes_for_one(self):
        header = (TABLES.parent.parent / "core/arcs/arcs.h").read_text(encoding="utf-8")
        self.assertIn(f"#define RUN_MAX {rivals.SMALL} ", header)

    def test_instructions_that_decide_are_shown(self):
        document = known()
        names = ("find/core/replicas:40/points:120", "find/merge/replicas:40/points:120")
        document["instructions"] = [{"run_name": name, "instructions": count} for name, count in zip(names, (150, 100))]
        self.assertIn("1.50..1.50", next(row for row in rivals.slower_lines(self.results(document)) if row[0] == "find"))

    def test_no_table_if_nothing_is(self):
        document = known()
        document["benchmarks"] = [run for run in document["benchmarks"] if run["run_name"].startswith(("find/", "ketama_"))]
        self.assertEqual([section.heading for section in rivals.sections(self.results(document))], ["never slower", "what is left out"])


class LeftOut(Files):
    def test_left_out(self):
        rows = rivals.left_out_lines(self.results(known()))
        self.assertEqual(rows[0], ["left out", "benchmarks", "points", "why"])
        self.assertIn(["all", "find, heap", "1000", rivals.UNKNOWN], rows)
        self.assertIn(["resort", "add, ketama_add", "all", rivals.UNKNOWN], rows)
        self.assertIn(["ketama", "add, find, heap", "all", rivals.why("ketama", "add", 120)], rows)
        self.assertIn(["pointers", "ketama_add", "all", rivals.why("pointers", "ketama_add", 480)], rows)
        self.assertIn(["merge", "ketama_add, heap", "all", rivals.UNKNOWN], rows)
        self.assertNotIn("digest", str(rows))

    def test_a_size_that_one_rival_lacks(self):
        document = known()
        document["benchmarks"] = [
            run for run in document["benchmarks"] if not run["run_name"].startswith("add/pointers/replicas:128/points:1000")
        ]
        self.assertIn(["pointers", "add", "1000", rivals.UNKNOWN], rivals.left_out_lines(self.results(document)))
        for run in document["benchmarks"]:
            run["run_name"] = run["run_name"].replace("points:1000", "points:10000000")
        reason = "seconds for one change; `bench/run --goals` has add and remove"
        self.assertIn(["pointers", "add", "10000000", reason], rivals.left_out_lines(self.results(document)))


class Rounds(Files):
    def test_what_is_measured_again(self):
        (row,) = rivals.undecided(self.results(known()))
        again = [name for name in KNOWN if re.search(rounds.filter_of(row.case), name)]
        self.assertEqual(again, ["find/core/replicas:40/points:120", "find/merge/replicas:40/points:120", "find/resort/replicas:40/points:120"])

    def call(self, *arguments):
        return subprocess.run([TABLES / "rounds.py", *arguments], capture_output=True, text=True, check=False)

    def test_another_round(self):
        """The row is told apart with the repetitions of both rounds."""
        self.results(known())
        runs = records.runs({name: times * 3 for name, times in KNOWN.items() if name.startswith("find/")}, "us")
        for run in runs:
            run["real_time"] = 200 if "/merge/" in run["run_name"] else run["real_time"]
        self.more.write_text(json.dumps({"benchmarks": runs}), encoding="utf-8")
        self.assertEqual(self.call(self.path).stdout, "^find/[a-z]+/replicas:40/points:120(/|$)\n")
        result = self.call(self.path, "--append", self.more)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        both = ratios.read(self.path)
        case = next(case for case in both.times if case.bench == "find")
        self.assertEqual({name: len(times) for name, times in both.times[case].items()}, dict.fromkeys(("core", "merge", "resort"), 36))
        self.assertEqual(self.call(self.path).stdout, "")
        self.assertEqual(both.benches(both.times), self.results(known()).benches(both.times))

    def test_errors(self):
        self.results(known())
        before = self.path.read_bytes()
        for arguments, message in (
            ((self.more,), "more.json: cannot be read: No such file"),
            ((self.path, "--append", self.more), "more.json: cannot be read: No such file"),
        ):
            result = self.call(*arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertRegex(result.stderr, rf"^rounds\.py: .*{message}.*\n$")
        self.assertEqual(self.path.read_bytes(), before)


class Instructions(Files):
    """Of the rows, only one is not told apart: find, with the core and merge."""

    def setUp(self):
        super().setUp()
        document = known()
        for run in document["benchmarks"]:
            run["iterations"] = 300
        self.results(document)
        self.document = document
        self.folder = self.path.parent

    def call(self, path=f":{os.environ['PATH']}"):
        command = [TABLES / "instructions.py", "/absent", self.path]
        return subprocess.run(command, env={"PATH": f"{self.folder}{path}"}, capture_output=True, text=True, check=False)

    def verdicts(self):
        return [line[-1] for line in rivals.verdict_lines(ratios.read(self.path))[1:]]

    def test_they_decide(self):
        for merge, verdict in ((96, "not slower: 1.04 of its instructions"), (94, "slower: 1.06 of its instructions")):
            self.results(self.document)
            records.fake_valgrind(self.folder, {"core": 100, "merge": merge})
            result = self.call()
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
            (counts,) = ratios.read(self.path).instructions.values()
            self.assertEqual(counts, {"core": 100, "merge": merge})
            self.assertEqual(self.verdicts(), ["not slower", "slower", verdict, "not slower", "slower"])

    def test_times_that_tell_are_not_overruled(self):
        names = ("add/core/replicas:128/points:1000", "add/merge/replicas:128/points:1000")
        self.document["instructions"] = [{"run_name": name, "instructions": 100} for name in names]
        self.results(self.document)
        self.assertEqual(self.verdicts(), ["not slower", "slower", "not told: +-3%", "not slower", "slower"])

    def test_the_figures_are_those_of_one_iteration(self):
        """By the real program: a lookup takes some hundred instructions."""
        case = next(case for case in ratios.read(self.path).times if case.bench == "find")
        one, two = (instructions.collected(PROGRAM, case, "core", times) for times in (50, 100))
        self.assertTrue(50 * 100 < two - one < 50 * 1000, (one, two))
        case = next(case for case in ratios.read(self.path).times if case.bench == "add" and case.size == 120)
        one, two = (instructions.collected(PROGRAM, case, "core", times) for times in (50, 100))
        self.assertAlmostEqual(two / one, 2, delta=0.1)  # timed by hand: nothing of the preparation is counted

    def test_errors(self):
        before = self.path.read_bytes()
        records.fake_valgrind(self.folder, {"core": 100})
        result = self.call()
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"^instructions\.py: .*: Callgrind counted no instructions of find/merge in /absent, which ended with 3: killed\n$")
        (self.folder / "valgrind").unlink()
        self.assertRegex(self.call(path="").stderr, r"^instructions\.py: valgrind: No such file or directory: install valgrind\n$")
        self.assertEqual(self.path.read_bytes(), before)


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(__doc__)
    unittest.main()
