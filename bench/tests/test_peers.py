#!/usr/bin/python3
"""peers.py: the direction of each ratio of a known file, and a named error if the core is missing."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
SCRIPT = Path(__file__).resolve().parent.parent / "tables/peers.py"
sys.path.insert(0, str(SCRIPT.parent))

import peers  # noqa: E402  (needs the path above)
import ratios  # noqa: E402
import records  # noqa: E402

# Two repetitions each. The first contestant of the second benchmark is a limit.
KNOWN = {
    "build_batch/core/replicas:128/points:1000": [4, 8],
    "build_batch/merge/replicas:128/points:1000": [8, 32],
    "build_batch/resort/replicas:128/points:1000": [16, 16],
    "build_batch/copy/replicas:128/points:1000": [1, 1],
    "find_latency/line/replicas:128/points:1000": [2, 2],
    "find_latency/core/replicas:128/points:1000": [6, 10],
    "find_latency/merge/replicas:128/points:1000": [12, 20],
    "digest/md5/nettle/bytes:16": [1, 1],
}


def known(leave_out=""):
    runs = records.runs(KNOWN, "us")
    return {"benchmarks": [run for run in runs if not (leave_out and leave_out in run["run_name"])]}


class Peers(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / "in.json"

    def call(self, document):
        self.path.write_text(json.dumps(document), encoding="utf-8")
        return subprocess.run([SCRIPT, self.path], capture_output=True, text=True, check=False)

    def check(self, document=None):
        self.path.write_text(json.dumps(document or known()), encoding="utf-8")
        lines = peers.lines_of(peers.report(ratios.read(self.path)))
        self.assertEqual(
            lines,
            [
                ["benchmark", "replicas", "size", "core", "merge/core", "resort/core", "core/copy", "core/line"],
                ["build_batch", "128", "1000 points", "6.00 us", *["3.00 (2.00..4.00)"] * 2, "6.00 (4.00..8.00)", "-"],
                ["find_latency", "128", "1000 points", "8.00 us", "2.00", "-", "-", "4.00 (3.00..5.00)"],
            ],
        )

    def test_figures(self):
        self.check()

    def test_interleaving_does_not_change_the_order_of_columns(self):
        self.check({"benchmarks": known()["benchmarks"][::-1]})

    def test_a_limit_taken_for_a_contestant_is_noticed(self):
        with mock.patch("peers.LIMITS", ("line",)), self.assertRaises(AssertionError):
            self.check()

    def test_text(self):
        result = self.call(known())
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        everything, verdicts, left_out = result.stdout.strip().split("\n\n")
        self.assertEqual([len(each.splitlines()) for each in (everything, verdicts, left_out)], [4, 4, 6])

    def test_errors(self):
        for document, message in ((known("/core/"), "holds no benchmark of the core"), ({}, "is not a report")):
            result = self.call(document)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertRegex(result.stderr, rf"^peers\.py: .*{message}.*\n$")


if __name__ == "__main__":
    unittest.main()
