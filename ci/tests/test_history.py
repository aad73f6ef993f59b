#!/usr/bin/python3
"""ci/history.py and ci/history_formats.py: what must never be lost, and what others write and read."""
import json
import multiprocessing
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import history  # noqa: E402
import history_formats  # noqa: E402
from history import HistoryError  # noqa: E402

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


SMALL = 1000  # bytes: so that shards fill up all the time


def append_many(folder, first):
    history.SHARD_MAX = SMALL
    for number in range(first, first + 50):
        history.append([record(time=number)], folder)


class History(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def contents(self):
        return {path.name: path.read_bytes() for path in self.folder.glob("*.jsonl")}

    def times(self):
        records, problems = history.read(self.folder)
        self.assertEqual(problems, [])
        return [each["time"] for each in records]

    def test_what_is_appended_is_read(self):
        records = [record(), record(machine="def", time=2)]
        history.append(records, self.folder)
        history.append([record(time=3)], self.folder)
        self.assertEqual(self.times(), [1, 3, 2])
        self.assertEqual(sorted(self.contents()), ["abc-0000.jsonl", "def-0000.jsonl"])

    def test_shards_are_small(self):
        history.append([record(time=number, subject="x" * 1000) for number in range(600)], self.folder)
        self.assertEqual(self.times(), list(range(600)))
        sizes = [len(content) for content in self.contents().values()]
        self.assertEqual(len(sizes), 3)
        self.assertLessEqual(max(sizes), history.SHARD_MAX)
        before = self.contents()
        with self.assertRaisesRegex(HistoryError, "does not fit"):
            history.append([record(), record(subject="x" * 300_000)], self.folder)
        self.assertEqual(self.contents(), before)

    def test_concurrent_appends_lose_nothing(self):
        workers = [multiprocessing.Process(target=append_many, args=(self.folder, 100 * worker)) for worker in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(sorted(self.times()), [100 * worker + number for worker in range(6) for number in range(50)])
        self.assertLessEqual(max(len(content) for content in self.contents().values()), SMALL)

    def test_half_a_line_is_told_and_costs_nothing_else(self):
        history.append([record(time=1), record(time=2)], self.folder)
        path = self.folder / "abc-0000.jsonl"
        path.write_bytes(path.read_bytes()[:-20])
        history.append([record(time=3)], self.folder)
        records, problems = history.read(self.folder)
        self.assertEqual([each["time"] for each in records], [1, 3])
        self.assertEqual(problems, ["abc-0000.jsonl:2: half written, or damaged: left out"])

    def test_bytes_that_are_no_text_and_records_that_are_none(self):
        history.append([record(time=1)], self.folder)
        with open(self.folder / "abc-0000.jsonl", "ab") as shard:
            shard.write(b"\xff\xfe\x00\n[1]\n" + json.dumps(record(value="much")).encode() + b"\n")
        history.append([record(time=2)], self.folder)
        records, problems = history.read(self.folder)
        self.assertEqual([each["time"] for each in records], [1, 2])
        self.assertEqual([each.split(":")[1] for each in problems], ["2", "3", "4"])

    def test_a_full_disk_leaves_all_as_it_was(self):
        history.append([record(time=1)], self.folder)
        before = self.contents()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, limits)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with self.assertRaisesRegex(HistoryError, "nothing was appended"):
            history.append([record(subject="x" * 500) for _ in range(5)], self.folder)
        self.assertEqual(self.contents(), before)

    def test_a_record_that_lacks_something_is_refused(self):
        for wrong in (record(value="2"), record(commit=3), record(low=True), {"commit": "x"}):
            with self.assertRaises(HistoryError):
                history.append([record(), wrong], self.folder)
        self.assertEqual(self.contents(), {})

    def test_the_machine_is_known_again_at_another_frequency(self):
        keys = []
        for frequency, size in (("2400.000", "1024K"), ("3105.553", "1024K"), ("2400.000", "2048K")):
            (self.folder / "cpuinfo").write_text(f"vendor_id\t: Made\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: M 1\ncpu MHz\t\t: {frequency}\n")
            cache = self.folder / "cache/index2"
            cache.mkdir(parents=True, exist_ok=True)
            for name, text in (("level", "2"), ("type", "Unified"), ("size", size)):
                (cache / name).write_text(text + "\n")
            keys.append(history.machine(self.folder / "cpuinfo", self.folder / "cache"))
        self.assertEqual(keys[0], keys[1])
        self.assertNotEqual(keys[0], keys[2])
        self.assertEqual(keys[0][1], "Made, 26, 2, M 1, L2 Unified 1024K")


class Formats(unittest.TestCase):
    def test_google_benchmark(self):
        self.assertEqual(history_formats.from_google_benchmark(GOOGLE), [
            ("find/points:1000", "time", "ns", 2000, 1500, 4000), ("add", "time", "ns", 7, 7, 7)])
        for wrong in ([], {}, {"benchmarks": [{"name": "x", "time_unit": "h", "real_time": 1}]},
                      {"benchmarks": [{"name": "x", "time_unit": "s"}]}):
            with self.assertRaises(HistoryError):
                history_formats.from_google_benchmark(wrong)

    def test_github_action_benchmark(self):
        self.assertEqual(history_formats.from_github_action(ACTION), [
            ("find", "time", "ns", 50.5, 49.0, 52.0), ("size", "value", "bytes", 10, 10, 10)])
        for wrong in ({}, [1], [{"name": "x", "value": 1}], [{"name": "x", "unit": "y", "value": "1"}]):
            with self.assertRaises(HistoryError):
                history_formats.from_github_action(wrong)

    def test_bmf(self):
        self.assertEqual(history_formats.from_bmf(BMF), [
            ("find", "latency", "ns", 88.0, 87.42, 88.88), ("my_binary", "file-size", "file-size", 42, 42, 42)])
        for wrong in ([], {"x": 1}, {"x": {"latency": 5}}, {"x": {"latency": {}}}, {"x": {"latency": {"value": "5"}}}):
            with self.assertRaises(HistoryError):
                history_formats.from_bmf(wrong)

    def test_what_is_written_is_read_again(self):
        for name, (read, write) in history_formats.FORMATS.items():
            with self.subTest(name):
                rows = read(json.loads(json.dumps(write([record(low=2.0, high=2.0)]))))
                self.assertEqual([(row[0], *row[2:]) for row in rows], [("find", "ns", 2.0, 2.0, 2.0)])


@unittest.skipUnless((pathlib.Path(history.__file__).parent.parent / ".git").exists(), "commits are named, and this is no clone")
class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def history(self, *words, status=0):
        command = [pathlib.Path(history.__file__).parent / "history", "--folder", self.folder / "kept", *words]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_what_others_measured_comes_in_and_goes_out(self):
        for name, document in (("google-benchmark", GOOGLE), ("github-action-benchmark", ACTION), ("bmf", BMF)):
            (self.folder / name).write_text(json.dumps(document))
            self.assertIn("2 records appended", self.history("import", name, self.folder / name))
        self.assertIn("6 records of 1 commits and 1 machines, 0 lines damaged", self.history("check"))
        exported = json.loads(self.history("export", "bmf"))
        self.assertEqual(exported["my_binary"]["file-size"]["value"], 42)
        self.assertEqual(exported["find/points:1000"]["latency"], {"value": 2000.0, "lower_value": 1500.0, "upper_value": 4000.0})

    def test_what_cannot_be_done_is_told(self):
        self.assertIn("nothing is known of", self.history("export", "bmf", status=2))
        (self.folder / "odd").write_text("{")
        self.assertIn("no JSON", self.history("import", "bmf", self.folder / "odd", status=2))
        self.assertIn("No such file", self.history("import", "bmf", self.folder / "none", status=2))
        self.assertIn("no such commit", self.history("export", "bmf", "--commit", "nonsense", status=2))
        (self.folder / "kept").mkdir(exist_ok=True)
        (self.folder / "kept/abc-0000.jsonl").write_text("half a li")
        self.assertIn("abc-0000.jsonl:1: half written", self.history("check", status=1))


if __name__ == "__main__":
    unittest.main()
