#!/usr/bin/python3
"""Every benchmark runs and has its row in the tables. No test looks at how long they take.

Usage: test_smoke.py BENCH_RING
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None

UPDATES = ["add", "remove"]
RINGS = ["find", "find_2", "find_n", "find_10", "build_one_by_one", "free"]
REMOVALS = ["remove_first", "remove_middle", "remove_last"]
QUESTIONS = ["find_if", "moves", "set_replicas", "shares"]
RULES = ["find_xxh3", "find_sha1", "find_md5", "find_md5_compat32"]
KETAMA = ["ketama_find", "ketama_add", "ketama_remove", "ketama_build"]
WITHOUT_ONE_POINT = {
    ("find_latency", 128, 1000, "limit", "line", "core", "merge"),
    ("find_many", 128, 1000, "core", "merge", "pointers"),
    ("find_many_keys", 128, 1000, "core", "merge", "pointers"),
} | {(bench, 128, 1000, "core", "merge") for bench in QUESTIONS} | {
    (bench, 128, 1000, "core", "merge", "resort", "legacy") for bench in REMOVALS
}
for each in (16, 128, 512):
    WITHOUT_ONE_POINT |= {
        ("find_position", each, 1000, "core", "merge", "pointers"),
        ("churn", each, 1000, "core", "merge", "resort", "legacy"),
        ("add_batch", each, 1000, "core", "merge", "resort", "legacy", "copy"),
    }
COUNTS = {
    (bench, contestant, replicas)
    for bench, replicas in (("grow", 1), ("grow", 128), ("bytes", 128))
    for contestant in ("core", "merge")
} | {("bytes", "shared", 128)} | {
    (bench, contestant, 128)
    for bench in ("add_times", "remove_times")
    for contestant in ("core", "merge", "resort")
}
CHANGES = {"core": 20000, "merge": 2000, "resort": 2000}
ADDS = {("core", 1): 1000, ("core", 128): 7, ("merge", 1): 256, ("merge", 128): 7}
DIGESTS = ["digest/sha1", "digest/md5"]


class Smoke(unittest.TestCase):
    def test_all_rows(self):
        with tempfile.TemporaryDirectory() as directory:
            measured = Path(directory) / "measured.json"
            arguments = [
                "--benchmark_filter=points:1(000)?(/|$)|(bytes|nodes):",
                "--benchmark_min_time=0.001",
                "--benchmark_repetitions=2",
                "--benchmark_enable_random_interleaving=true",
                f"--benchmark_out={measured}",
            ]
            subprocess.run([PROGRAM, *arguments], stdout=subprocess.DEVNULL, check=True)
            table = subprocess.run([BENCH / "tables/ratios.py", "--json", measured], capture_output=True, check=True).stdout
            runs = json.loads(measured.read_text(encoding="utf-8"))["benchmarks"]
        reported = json.loads(table)
        rows = {
            (row["bench"], row["variant"], row["size"], row["base"], *row["ratios"])
            for each in reported["tables"]
            for row in each["rows"]
        }
        expected = WITHOUT_ONE_POINT | {
            (bench, replicas, points, "core", "merge", "resort", "legacy", *more)
            for benches, more in ((UPDATES, ["pointers", "limit"]), (RINGS, []), (["build_batch"], ["copy"]))
            for bench in benches
            for replicas in (16, 128, 512)
            for points in (1, 1000)
        }
        for size in (8, 16, 32, 64):
            expected |= {(bench, None, size, "nettle", "libmd", "openssl") for bench in DIGESTS}
            expected.add(("digest/xxh3", None, size, "xxhash"))
        for size in (8, 16, 32, 64, 128, 256):
            expected |= {(bench, None, size, "core", "digest") for bench in RULES}
        for size in (10, 50, 99):
            expected |= {(bench, None, size, "core", "merge", "resort", "ketama") for bench in KETAMA}
        self.assertEqual(rows, expected)
        self.check_counters(runs)
        self.check_counts(reported["counts"])

    def check_counters(self, runs):
        checked = 0
        for each in runs:
            if re.search("/core/replicas:128/points:1000(/|$)", each["name"]):
                if each["run_type"] == "iteration":
                    counters = (each["points"], each["nodes"], each["replicas"])
                    self.assertEqual(counters, (1000, 8, 128))
                    checked += 1
        self.assertGreater(checked, len(UPDATES + RINGS))

    def check_counts(self, tables):
        rows = {
            (each["bench"], row["contestant"], row["variant"]): {
                name: spread["median"] for name, spread in row["counts"].items()
            }
            for each in tables
            for row in each["rows"]
        }
        self.assertEqual(set(rows), COUNTS)
        for (bench, contestant, replicas), counts in rows.items():
            if bench.endswith("_times"):
                self.assertEqual(counts.pop("changes"), CHANGES[contestant])
                self.assertEqual(sorted(counts.values()), list(counts.values()))
            elif bench == "grow":
                self.assertEqual(counts.pop("adds"), ADDS[contestant, replicas])
                self.assertEqual(sorted(counts.values()), list(counts.values()))
            else:
                self.assertLessEqual(counts["average"], counts["worst"])
                self.assertLessEqual(counts["worst"], counts["peak"])
                self.assertLessEqual(counts["batch"], counts["batch_peak"])


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
        self.expect("which program?", "--goals")
        self.expect("which program?", "--peers")
        self.expect("which program?", "--digests")
        self.expect("option '--output' requires an argument", "--output")
        self.expect("--out is called --output now", "--out", "here", "bench_ring")
        self.expect("no folder for /absent/here: create it", "--output", "/absent/here", "bench_ring")
        self.expect("/tmp is a folder: name a file", "--output", "/tmp", "bench_ring")
        self.expect("no program ./absent: build it", "absent")
        self.expect("no program /absent/bench_ring: build it", "--short", "/absent/bench_ring")
        self.expect("unrecognized option '--fast'", "--fast", "bench_ring")


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(__doc__)
    unittest.main()
