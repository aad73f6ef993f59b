"""The series of the page: order, direction, units, groups."""
import json
import math
import os
import pathlib
import subprocess
import tempfile
import unittest
import warnings
from unittest import mock

from dashboard import change_points, commit_order, series, units
from dashboard.series import data_of
from shared import commits


def record(commit="c0ffee", **changed):
    return {"commit": commit, "time": 1, "subject": "why", "machine": "m", "benchmark": "find", "measure": "time", "unit": "ns",
            "value": 2.0, "low": 1.0, "high": 3.0, **changed}


def only(records, root=None):
    """The one series of these records, and its commits."""
    machine, = data_of(records, root)
    one, = machine["series"]
    return one, [commit[0] for commit in machine["commits"]]


class Order(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def commit(self, time, parent=None):
        """A commit that has a clock of its own."""
        run = lambda *words, **more: subprocess.run(["git", "-C", self.root, *words], capture_output=True, text=True, check=True, **more).stdout.strip()
        if not (self.root / ".git").exists():
            run("init", "-q")
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (
            ("NAME", "n"), ("EMAIL", "e"), ("DATE", f"@{time} +0000"))}
        tree = run("hash-object", "-t", "tree", "-w", "--stdin", input="")
        return run("commit-tree", tree, *(["-p", parent] if parent else []), input=f"at {time}\n", env=who)

    def test_the_order_of_records_does_not_matter(self):
        """The newest commit was appended first."""
        records = [record(f"{number:040x}", time=number, value=number) for number in (20, 1, 2, 3)]
        one, commits = only(records)
        self.assertEqual((one["value"], [int(each, 16) for each in commits]), ([1, 2, 3, 20], [1, 2, 3, 20]))

    def test_parents_come_before_children_whatever_the_clock_says(self):
        first = self.commit(5000)
        second = self.commit(3000, first)
        third = self.commit(4000, second)
        records = [record(third, time=4000, value=3), record(first, time=5000, value=1), record(second, time=3000, value=2)]
        self.assertEqual(only(records, self.root)[0]["value"], [1, 2, 3])
        self.assertEqual(only(records)[0]["value"], [2, 3, 1])

    def test_commits_that_the_repository_lacks_are_placed_by_time(self):
        first = self.commit(1000)
        third = self.commit(3000, first)
        times = {third: 3000, "f" * 40: 2000, first: 1000, "not-a-hash": 9000, "-x": 10}
        self.assertEqual(commit_order.in_order(times, self.root), ["-x", first, "f" * 40, third, "not-a-hash"])

    def test_a_bare_repository(self):
        subprocess.run(["git", "init", "-q", "--bare", self.root / "bare"], check=True)
        self.assertEqual(commits.repository_of(self.root / "bare"), (self.root / "bare").resolve())

    def test_in_a_hook_of_another_repository(self):
        first = self.commit(5000)
        second = self.commit(3000, first)
        with mock.patch.dict(os.environ, {"GIT_DIR": "/nowhere/.git"}):
            self.assertEqual(commit_order.in_order({second: 3000, first: 5000}, self.root), [first, second])

    def test_no_git_at_all(self):
        self.assertIsNone(commits.repository_of(self.root / "not/there"))
        self.assertEqual(commit_order.in_order({"b": 2, "c": 2, "a": 1}), ["a", "b", "c"])


class Series(unittest.TestCase):
    def test_direction(self):
        self.assertEqual(only([record()])[0]["better"], "smaller")
        for better in ("bigger", "neither"):
            self.assertEqual(only([record(better=better)])[0]["better"], better)
        self.assertEqual(only([record(), record("d", time=2, better="bigger")])[0]["better"], "bigger")

    def test_times_in_several_units_are_one_series(self):
        one, _ = only([record("b", time=2, unit="us/op", value=1.5), record("a", time=1, unit="ns/op", value=500)])
        self.assertEqual((one["unit"], one["value"], one["low"]), ("us/op", [0.5, 1.5], [0.001, 1.0]))

    def test_two_times_of_one_run_are_two_series(self):
        machine, = data_of([record(unit=unit, value=value) for unit, value in (("ns", 5), ("us", 7))])
        self.assertEqual([(each["unit"], each["value"]) for each in machine["series"]], [("ns", [5]), ("us", [7])])

    def test_other_units_are_other_series(self):
        machine, = data_of([record(measure="value", unit=unit) for unit in ("ns/op", "B/op", "allocs/op")])
        self.assertEqual([each["unit"] for each in machine["series"]], ["B/op", "allocs/op", "ns/op"])

    def test_the_latest_measurement_of_a_commit_counts(self):
        self.assertEqual(only([record(value=1), record(value=2)])[0]["value"], [2])
        self.assertEqual(only([record(value=1, measured=9), record(value=2, measured=8)])[0]["value"], [1])

    def test_suites_are_shown_apart(self):
        self.assertEqual([each["name"] for each in data_of([record(), record(suite="Rust"), record(suite="Go")])], ["m", "Rust, m", "Go, m"])

    def test_the_address_of_a_commit(self):
        machine, = data_of([record(url="https://forge.example/c0ffee")])
        self.assertEqual(machine["commits"], [["c0ffee", 1, "why", "https://forge.example/c0ffee"]])
        json.dumps(machine, allow_nan=False)


# A level before a step and after it, the change, and its verdict where smaller is better.
LEVELS = ((100, 150, 0.5, "worse"), (-100, -50, 0.5, "worse"), (-50, -100, -1, "better"), (-5, 5, 2, "worse"), (5, -5, -2, "better"), (5, 0, -1, "better"),
          (-5, 0, 1, "worse"), (0, 5, math.inf, "worse"), (0, -5, -math.inf, "better"), (-1.7e308, 1.7e308, 2, "worse"))


class Levels(unittest.TestCase):
    """Of any sign: the heap grows by less than nothing where memory is freed."""
    def test_changes(self):
        for before, after, change, word in LEVELS:
            self.assertEqual(series.relative(before, after), change, (before, after))
            one = {"better": "smaller", "steps": [[1, 0, 1, 1, before, after]]}
            (_, ((_, _, _, worse),)), = series.changes_of({"series": [one]})
            self.assertEqual((series.verdict(one, change), worse), (word, word == "worse"))
        self.assertEqual(series.relative(0, 0), 0)


class OneBadSeries(unittest.TestCase):
    """It costs only its own panel."""
    def judged(self, *steps):
        with mock.patch.object(series.change_points, "steps_of", side_effect=steps):
            machine, = data_of([record(f"{at:x}", time=at, benchmark=name) for at in range(4) for name in ("a", "b")])
        json.dumps(machine, allow_nan=False)
        return [(each["steps"], each.get("problem")) for each in machine["series"]]

    def test_steps_that_cannot_be_shown(self):
        step, right = change_points.Step, [change_points.Step(1, 1, 1, 5.0, 6.0)]
        for wrong, said in (([step(2, 2, 2, 5.0, float("nan"))], "a level is not a finite number"), ([step(3, 3, 3, 1.0, 2.0), step(2, 2, 2, 2.0, 3.0)], "they are not in order"),
                            ([step(2, 2, 2, 1.0, 2.0), step(2, 2, 2, 2.0, 3.0)], "they are not in order"), (ValueError("no points"), "no points"), (OverflowError("too large"), "too large")):
            self.assertEqual(self.judged(wrong, right), [([], f"The steps of this series could not be found: {said}."), ([[1, 0, 1, 1, 5.0, 6.0]], None)])

    def test_extreme_values(self):
        for values in ([1e308, -1e308] * 20, [5e-324] * 9 + [1e-320] * 9, [0] * 30, [1e200 + at for at in range(30)]):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                machine, = data_of([record(f"{at:x}", time=at, value=value, low=value, high=value) for at, value in enumerate(values)])
            json.dumps(machine, allow_nan=False)


class Units(unittest.TestCase):
    def test_directions(self):
        for unit, better in (("ns", "smaller"), ("ns/iter", "smaller"), ("sec", "smaller"), ("B/op", "smaller"), ("instructions", "smaller"),
                             ("MB/s", "bigger"), ("req/s", "bigger"), ("iter/sec", "bigger"), ("ops/ms", "bigger"), ("Hz", "bigger"),
                             ("operations / second (ops/s)", "bigger"), ("frames per second", "bigger"), ("req/sec/core", "bigger"), ("minutes", "smaller"), ("jobs/h", "bigger"), ("s/op", "smaller"),
                             ("points", "neither"), ("", "neither"), ("percent", "neither")):
            self.assertEqual(units.better_of_unit(unit), better, unit)

    def test_times(self):
        for unit, name in (("nsec", "ns"), ("µs/op", "us"), ("seconds", "s"), ("MB/s", None), ("ops/s", None), ("m", None), ("", None)):
            self.assertEqual(units.time_unit(unit), name, unit)
        self.assertEqual(units.converted(1.5, "ms", "usec"), 1500)


if __name__ == "__main__":
    unittest.main()
