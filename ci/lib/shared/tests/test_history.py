"""The history never loses a record."""
import json
import multiprocessing
import pathlib
import os
import resource
import tempfile
import unittest

from shared import history
from shared.errors import CannotRun

def record(**changed):
    return {"commit": "c0ffee", "time": 1, "subject": "why", "machine": "abc", "benchmark": "find", "measure": "time",
            "unit": "ns", "value": 2.0, "low": 1.0, "high": 3.0, **changed}


SMALL = 1000  # bytes: shards fill up often


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

    def test_appended_records_are_read(self):
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
        with self.assertRaisesRegex(CannotRun, "does not fit"):
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

    def test_an_incomplete_line_is_reported_and_no_other_is_lost(self):
        history.append([record(time=1), record(time=2)], self.folder)
        path = self.folder / "abc-0000.jsonl"
        path.write_bytes(path.read_bytes()[:-20])
        history.append([record(time=3)], self.folder)
        records, problems = history.read(self.folder)
        self.assertEqual([each["time"] for each in records], [1, 3])
        self.assertEqual(problems, ["abc-0000.jsonl:2: incomplete or damaged: skipped"])

    def test_damaged_lines_are_skipped(self):
        history.append([record(time=1)], self.folder)
        with open(self.folder / "abc-0000.jsonl", "ab") as shard:
            shard.write(b"\xff\xfe\x00\n[1]\n" + json.dumps(record(value="much")).encode() + b"\n")
        history.append([record(time=2)], self.folder)
        records, problems = history.read(self.folder)
        self.assertEqual([each["time"] for each in records], [1, 2])
        self.assertEqual([each.split(":")[1] for each in problems], ["2", "3", "4"])

    def test_a_full_disk_changes_nothing(self):
        history.append([record(time=1)], self.folder)
        before = self.contents()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, limits)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        with self.assertRaisesRegex(CannotRun, "nothing was appended"):
            history.append([record(subject="x" * 500) for _ in range(5)], self.folder)
        self.assertEqual(self.contents(), before)

    def test_a_folder_that_cannot_be_locked(self):
        (self.folder / ".lock").mkdir()
        with self.assertRaisesRegex(CannotRun, r"\.lock: Is a directory; .* nothing was appended"):
            history.append([record()], self.folder)
        (self.folder / "file").touch()
        with self.assertRaisesRegex(CannotRun, "file: File exists"):
            history.append([record()], self.folder / "file")

    def test_no_record_goes_where_it_is_not_read(self):
        (self.folder / "abc-9999.jsonl").write_bytes(b"\n" * (history.SHARD_MAX - 400))
        history.append([record(time=1)], self.folder)
        before = self.contents()
        with self.assertRaisesRegex(CannotRun, "is the last shard"):
            history.append([record(time=2, subject="x" * 500)], self.folder)
        self.assertEqual((self.contents(), self.times()), (before, [1]))

    def test_what_is_no_shard(self):
        path = self.folder / "abc-0000.jsonl"
        for make, remove in ((path.mkdir, path.rmdir), (lambda: path.symlink_to("nowhere"), path.unlink), (lambda: os.mkfifo(path), path.unlink)):
            make()
            with self.assertRaisesRegex(CannotRun, "abc-0000.jsonl is no file, or leads to none; remove it"):
                history.read(self.folder)
            remove()

    def test_any_machine_has_shards_of_its_own(self):
        names = ["AMD EPYC 7763 (64 cores)", "AMD/EPYC 7763 [64 cores]", "../up", "*", ".hidden", "a", "a-0000", "x" * 500, "机器"]
        history.append([record(machine=name) for name in names], self.folder)
        self.assertEqual(sorted(each["machine"] for each in history.read(self.folder)[0]), sorted(names))
        self.assertEqual(len(self.contents()), len(names))
        history.append([record(machine=name) for name in names], self.folder)
        self.assertEqual(len(self.contents()), len(names))

    def test_what_the_gate_measures(self):
        made = history.records_of({"commit": "c0ffee", "time": 1, "subject": "why"}, "find", 100, [3.0, 1.0, 2.0])
        self.assertEqual([(each["measure"], each["value"], each["low"], each["high"], each["better"]) for each in made],
                         [("instructions", 100, 100, 100, "smaller"), ("time", 2, 1, 3, "smaller")])
        history.append(made, self.folder)

    def test_an_incomplete_record_is_refused(self):
        for wrong in (record(value="2"), record(commit=3), record(low=True), record(value=float("nan")), {"commit": "x"}):
            with self.assertRaises(CannotRun):
                history.append([record(), wrong], self.folder)
        self.assertEqual(self.contents(), {})

    def test_the_machine_key_ignores_the_frequency(self):
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


if __name__ == "__main__":
    unittest.main()
