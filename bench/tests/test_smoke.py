#!/usr/bin/python3
"""Every benchmark runs, and every row is in the table. Nothing here is about how long they take.

Usage: test_smoke.py BENCH_RING
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None

RINGS = ["add", "remove", "find", "find_n", "build_batch", "build_one_by_one"]
DIGESTS = ["digest/sha1", "digest/md5"]


class Smoke(unittest.TestCase):
    def test_all_rows(self):
        with tempfile.TemporaryDirectory() as directory:
            measured = Path(directory) / "measured.json"
            table = Path(directory) / "table.json"
            arguments = [
                "--benchmark_filter=points:1(000)?(/|$)|bytes:",
                "--benchmark_min_time=0.001",
                "--benchmark_repetitions=2",
                "--benchmark_enable_random_interleaving=true",
                f"--benchmark_out={measured}",
            ]
            subprocess.run([PROGRAM, *arguments], stdout=subprocess.DEVNULL, check=True)
            command = [BENCH / "ratios.py", "--json", table, measured]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            counted = json.loads(measured.read_text(encoding="utf-8"))["benchmarks"]
            tables = json.loads(table.read_text(encoding="utf-8"))["tables"]
        rows = {
            (row["bench"], row["variant"], row["size"], row["base"], *row["ratios"])
            for each in tables
            for row in each["rows"]
        }
        expected = {
            (bench, replicas, points, "core", "resort", "legacy")
            for bench in RINGS
            for replicas in (16, 128, 512)
            for points in (1, 1000)
        }
        for size in (8, 16, 32, 64):
            expected |= {(bench, None, size, "nettle", "libmd", "openssl") for bench in DIGESTS}
            expected.add(("digest/xxh3", None, size, "xxhash"))
        self.assertEqual(rows, expected)
        for each in counted:
            if "points:1000/" in each["name"] and "replicas:128" in each["name"]:
                if each["run_type"] == "iteration":
                    counters = (each["points"], each["nodes"], each["replicas"])
                    self.assertEqual(counters, (1000, 8, 128))


class Run(unittest.TestCase):
    def expect(self, message, *arguments):
        result = subprocess.run(
            [BENCH / "run", *arguments], capture_output=True, text=True, check=False
        )
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn(message, result.stderr)

    def test_errors(self):
        self.expect("which program?")
        self.expect("which program?", "--short")
        self.expect("no program ./absent: build it", "absent")
        self.expect("no program /absent/bench_ring: build it", "--short", "/absent/bench_ring")
        self.expect("unknown option --fast", "--fast", "bench_ring")


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(__doc__)
    unittest.main()
