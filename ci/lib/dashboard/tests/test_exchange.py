"""ci/history: the formats of other tools, and the command."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from dashboard import formats
from shared.errors import CannotRun
from shared.repository import ROOT

GOOGLE = {"context": {"num_cpus": 2}, "benchmarks": [
    {"name": "find/points:1000/repeats:3", "run_name": "find/points:1000", "run_type": "iteration", "real_time": time,
     "cpu_time": 1, "time_unit": "us", "iterations": 10} for time in (2.0, 1.5, 4.0)] + [
    {"name": "find/points:1000_mean", "run_name": "find/points:1000", "run_type": "aggregate", "real_time": 99,
     "time_unit": "us"},
    {"name": "add", "run_type": "iteration", "real_time": 7, "time_unit": "ns"},
    {"name": "broken", "run_type": "iteration", "error_occurred": True, "real_time": 0, "time_unit": "ns"}]}
ACTION = [{"name": "find: time", "unit": "ns", "value": 50.5, "range": "± 1.5", "extra": "x"},
          {"name": "size", "unit": "bytes", "value": 10}]
BMF = {"find": {"latency": {"value": 88.0, "lower_value": 87.42, "upper_value": 88.88}},
       "my_binary": {"file-size": {"value": 42}}}


def record(**changed):
    return {"commit": "c0ffee", "time": 1, "subject": "why", "machine": "abc", "benchmark": "find", "measure": "time",
            "unit": "ns", "value": 2.0, "low": 1.0, "high": 3.0, **changed}


class Formats(unittest.TestCase):
    def test_google_benchmark(self):
        self.assertEqual(formats.from_google_benchmark(GOOGLE), [
            ("find/points:1000", "time", "ns", 2000, 1500, 4000), ("add", "time", "ns", 7, 7, 7)])
        for wrong in ([], {}, {"benchmarks": [{"name": "x", "time_unit": "h", "real_time": 1}]},
                      {"benchmarks": [{"name": "x", "time_unit": "s"}]}):
            with self.assertRaises(CannotRun):
                formats.from_google_benchmark(wrong)

    def test_github_action_benchmark(self):
        self.assertEqual(formats.from_github_action(ACTION), [
            ("find", "time", "ns", 50.5, 49.0, 52.0), ("size", "value", "bytes", 10, 10, 10)])
        for wrong in ({}, [1], [{"name": "x", "value": 1}], [{"name": "x", "unit": "y", "value": "1"}]):
            with self.assertRaises(CannotRun):
                formats.from_github_action(wrong)

    def test_bmf(self):
        self.assertEqual(formats.from_bmf(BMF), [
            ("find", "latency", "ns", 88.0, 87.42, 88.88), ("my_binary", "file-size", "file-size", 42, 42, 42)])
        for wrong in ([], {"x": 1}, {"x": {"latency": 5}}, {"x": {"latency": {}}}, {"x": {"latency": {"value": "5"}}}):
            with self.assertRaises(CannotRun):
                formats.from_bmf(wrong)

    def test_each_format_can_be_written_and_read_again(self):
        for name, (read, write) in formats.FORMATS.items():
            with self.subTest(name):
                rows = read(json.loads(json.dumps(write([record(low=2.0, high=2.0)]))))
                self.assertEqual([(row[0], *row[2:]) for row in rows], [("find", "ns", 2.0, 2.0, 2.0)])


@unittest.skipUnless((ROOT / ".git").exists(), "needs a git clone, to look up commits")
class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def history(self, *words, status=0):
        command = [ROOT / "ci/history", "--history", self.folder / "kept", *words]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_import_and_export(self):
        for name, document in (("google-benchmark", GOOGLE), ("github-action-benchmark", ACTION), ("bmf", BMF)):
            (self.folder / name).write_text(json.dumps(document))
            self.assertIn("2 records appended", self.history("import", name, self.folder / name))
        self.assertIn("6 records of 1 commits and 1 machines, 0 lines damaged", self.history("check"))
        exported = json.loads(self.history("export", "bmf"))
        self.assertEqual(exported["my_binary"]["file-size"]["value"], 42)
        self.assertEqual(exported["find/points:1000"]["latency"], {"value": 2000.0, "lower_value": 1500.0, "upper_value": 4000.0})

    def test_errors_are_reported(self):
        self.assertIn("kept: no such folder; measure", self.history("check", status=2))
        (self.folder / "kept").mkdir()
        self.assertIn("the history has no records of", self.history("export", "bmf", status=2))
        (self.folder / "odd").write_text("{")
        self.assertIn("not JSON", self.history("import", "bmf", self.folder / "odd", status=2))
        self.assertIn("No such file", self.history("import", "bmf", self.folder / "none", status=2))
        self.assertIn("no such commit", self.history("export", "bmf", "--commit", "nonsense", status=2))
        (self.folder / "kept/abc-0000.jsonl").write_text("half a li")
        self.assertIn("abc-0000.jsonl:1: incomplete", self.history("check", status=1))


if __name__ == "__main__":
    unittest.main()
