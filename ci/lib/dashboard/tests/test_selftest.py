"""ci/dashboard --selftest: its series, how it counts, what it says of odd files. Small folders stand for public ones."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import numpy

from dashboard import change_points
from dashboard.selftest import histories, report, rivals
from shared.errors import CannotRun
from shared.repository import ROOT


def random():
    return numpy.random.default_rng(3)


def data_js(*columns, unit="ns"):
    """The text of a data.js with a benchmark for each column of values."""
    entries = [{"benches": [{"name": f"b{at}", "value": value, "unit": unit} for at, value in enumerate(row)]} for row in zip(*columns)]
    return "window.BENCHMARK_DATA = " + json.dumps({"repoUrl": "https://forge.example/p", "entries": {"suite": entries}})


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)


class Series(InFolder):
    def setUp(self):
        super().setUp()
        self.values = numpy.round(1000 + 5 * random().normal(size=200))
        self.values[80:] += 400

    def test_real_steps_are_gone(self):
        self.assertEqual([step.place for step in change_points.steps_of(self.values)], [80])
        for mix in (histories.shuffled, histories.in_stretches):
            made = histories.without_steps(self.values, mix, random())
            self.assertLess(numpy.ptp(made), 100)
            self.assertEqual(len(made), 200)

    def test_outliers_and_rounding_stay(self):
        self.values[[20, 120]] *= 3
        made = histories.rounded_like(histories.without_steps(self.values, histories.shuffled, random()), self.values)
        self.assertEqual(numpy.count_nonzero(made > 2 * numpy.median(made)), 2)
        numpy.testing.assert_array_equal(made, numpy.round(made))

    def test_stretches_keep_neighbours(self):
        noise = numpy.arange(100.0)
        kept = lambda mixed: numpy.mean(numpy.isin(numpy.diff(mixed), (1, -99)))
        self.assertGreater(kept(histories.in_stretches(noise, random())), 0.85)
        self.assertLess(kept(histories.shuffled(noise, random())), 0.1)

    def test_a_planted_step(self):
        flat = numpy.full(60, 100.0)
        for seed in range(20):
            made, place, up = histories.with_a_step(flat, 10, numpy.random.default_rng(seed))
            self.assertTrue(6 <= place <= 54)
            self.assertAlmostEqual(made[-1], 110 if up else 100 / 1.1)
            self.assertEqual(numpy.count_nonzero(made == 100), place)

    def test_what_is_taken(self):
        short, constant, odd = [5.0, 6.0] * 10, [5] * 40, ["x", None, True, -1, 0] * 8
        self.write("p@1.js", data_js([float(number) for number in range(1, 41)], constant, odd))
        self.write("q.js", data_js(short))
        self.write("notes.txt", "")
        (name, address, series), = histories.read(self.folder, random())
        self.assertEqual((name, address, [(unit, len(values)) for unit, values in series]), ("p@1", "https://forge.example/p", [("ns", 40)]))

    def test_at_most_some_of_a_project(self):
        self.write("p.js", data_js(*[[number + at for number in range(1, 41)] for at in range(40)]))
        self.assertEqual(len(histories.read(self.folder, random())[0][2]), histories.MOST)

    def test_odd_files(self):
        for text, reason in (("", "not a data.js"), ("{", "not a data.js"), ("{}", "no entries"), ('{"entries": []}', "no entries"), ('{"entries": {"s": [{}]}}', "no entries"),
                             ('{"entries": {"s": [{"benches": [{"value": 1}]}]}}', "no entries"), ('{"entries": {}}', "no file"), ("[1]", "not a data.js")):
            self.write("x.js", text)
            with self.assertRaisesRegex(CannotRun, reason):
                histories.read(self.folder, random())


class Counting(InFolder):
    def setUp(self):
        super().setUp()
        self.given = [("ns", 1000 + 5 * random().normal(size=100)) for _ in range(10)]
        self.enterContext(mock.patch.object(rivals, "PYTHON", self.folder / "python"))

    def rates(self, steps):
        with mock.patch.object(report, "own_steps", lambda series, units: [steps(values) for values in series]):
            return [report.without(self.given, histories.shuffled, random())["ci/dashboard"], report.planted(self.given, histories.shuffled, 10, random())["ci/dashboard"]]

    def test_programs_that_are_wrong(self):
        self.assertEqual(self.rates(lambda values: []), [0, 0])
        self.assertEqual(self.rates(lambda values: [1])[0], 10)
        self.assertEqual(self.rates(lambda values: [step.place for step in change_points.steps_of(values)]), [0, 10])

    def test_the_planted_step_and_others(self):
        values = numpy.repeat([100.0, 110.0], 50)
        self.assertTrue(report.is_found(values, [50], 50, True))
        self.assertTrue(report.is_found(values, [20, 55], 50, True))
        for places, up in (([56], True), ([44], True), ([50], False), ([], True), ([20], True)):
            self.assertFalse(report.is_found(values, places, 50, up))

    def test_shares(self):
        self.assertEqual(report.share(None, 10), "not installed")
        self.assertEqual(report.share(5, 10), "5: 50.0% (18.7 to 81.3 %)")

    def program(self, text):
        (self.folder / "python").write_text(f"#!{sys.executable}\n{text}\n")
        (self.folder / "python").chmod(0o755)

    def test_other_programs(self):
        self.assertEqual(report.without(self.given, histories.shuffled, random())["Otava"], None)
        self.program("import json, sys; print(json.dumps({'Otava 9': [[5]] * len(json.load(sys.stdin)), 'ruptures': None}))")
        self.assertEqual(report.without(self.given, histories.shuffled, random()), {"ci/dashboard": 0, "Otava 9": 10, "ruptures": None})
        self.program("raise SystemExit('planted')")
        with self.assertRaisesRegex(CannotRun, "make it again: (.|\n)*planted"):
            rivals.steps_of([[1.0]])

    def test_other_programs_that_are_not_installed(self):
        done = subprocess.run([sys.executable, "-S", "-c", f"import sys, types; sys.modules['numpy'] = types.ModuleType('numpy'); exec(open({str(rivals.SCRIPT)!r}).read())"],
                              input="[[1, 2]]", capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(done.stdout), {"Otava": None, "ruptures, linear kernel": None, "ruptures, rbf kernel": None})

    def test_the_command(self):
        done = subprocess.run([ROOT / "ci/dashboard", "--no-setup", "--selftest", self.folder], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no file *.js there has a series of 30 values", done.stderr)
        shown = subprocess.run([ROOT / "ci/dashboard", "--help"], capture_output=True, text=True, check=True).stdout
        self.assertIn(f"default {change_points.LEAST * 100:g}:", " ".join(shown.split()))

    def test_the_tables(self):
        self.write("p@abc.js", data_js(*[[float(value) for value in values] for _, values in self.given[:4]]))
        with mock.patch.object(report.normal, "markdown", lambda: ""), mock.patch("builtins.print") as printed:
            self.assertEqual(report.run(self.folder), 0)
        text = printed.call_args_list[-1].args[0]
        self.assertIn("| shuffled: steps of 30 % found | 4: 100.0% (39.8 to 100.0 %) | not installed | not installed |", text)
        self.assertIn("| p@abc | https://forge.example/p | 4 | 400 |", text)


if __name__ == "__main__":
    unittest.main()
