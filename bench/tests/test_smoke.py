#!/usr/bin/python3
"""Every benchmark runs and has its row in the tables. No test looks at how long they take.

Usage: test_smoke.py BENCH_RING
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
PROGRAM = sys.argv.pop() if len(sys.argv) > 1 else None

ALL = ("core", "merge", "resort", "legacy")
WITH_POINTERS = (*ALL, "pointers")
# Contestants, of benchmarks with rings of 1 point; of others that have 16, 128 and 512 replicas; of others.
ONE_POINT = {
    "add": (*WITH_POINTERS, "limit"),
    "remove": (*WITH_POINTERS, "limit"),
    "find": WITH_POINTERS,
    "find_2": ALL,
    "find_n": ALL,
    "find_10": ALL,
    "build_one_by_one": WITH_POINTERS,
    "build_batch": (*WITH_POINTERS, "copy"),
    "free": WITH_POINTERS,
}
ANY_REPLICAS = {
    "find_position": ("core", "merge", "pointers"),
    "churn": WITH_POINTERS,
    "add_batch": (*WITH_POINTERS, "copy"),
}
USUAL_REPLICAS = {
    "find_latency": ("limit", "line", "core", "merge", "pointers"),
    "find_many": ("core", "merge", "pointers"),
    "find_many_keys": ("core", "merge", "pointers", "resort"),
    "remove_first": WITH_POINTERS,
    "remove_middle": WITH_POINTERS,
    "remove_last": WITH_POINTERS,
    "walk": ("core", "merge", "resort", "pointers"),
}
SMALL_RINGS = ONE_POINT | ANY_REPLICAS | USUAL_REPLICAS
QUESTIONS = ["find_if", "moves", "set_replicas", "shares"]
RULES = ["find_xxh3", "find_sha1", "find_md5", "find_md5_compat32"]
KETAMA = ["ketama_find", "ketama_add", "ketama_remove", "ketama_build", "ketama_free"]
COUNTS = {
    (bench, contestant, replicas)
    for bench, replicas in (("grow", 1), ("grow", 128), ("bytes", 128))
    for contestant in ("core", "merge")
} | {("bytes", "shared", 128)} | {
    (bench, contestant, 128)
    for bench in ("add_times", "remove_times")
    for contestant in ("core", "merge", "resort")
} | {
    ("heap", contestant, replicas)
    for contestant in ("core", "merge", "resort", "pointers")
    for replicas in (40, 128)
} | {("ketama_heap", contestant, None) for contestant in ("core", "merge", "resort", "ketama")}
CHANGES = {"core": 20000, "merge": 2000, "resort": 2000}
ADDS = {("core", 1): 1000, ("core", 128): 7, ("merge", 1): 256, ("merge", 128): 7}
DIGESTS = ["digest/sha1", "digest/md5"]


class Smoke(unittest.TestCase):
    def test_all_rows(self):
        with tempfile.TemporaryDirectory() as directory:
            measured = Path(directory) / "measured.json"
            arguments = [
                "--benchmark_filter=points:1(000)?(/|$)|replicas:40/points:120(/|$)|(bytes|nodes):",
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
        expected = {
            (bench, replicas, points, *contestants)
            for benches, all_replicas, all_points in (
                (ONE_POINT, (16, 128, 512), (1, 1000)),
                (ANY_REPLICAS, (16, 128, 512), (1000,)),
                (USUAL_REPLICAS, (128,), (1000,)),
                (SMALL_RINGS, (40,), (120,)),
            )
            for bench, contestants in benches.items()
            for replicas in all_replicas
            for points in all_points
        }
        expected |= {(bench, 128, 1000, "core", "merge") for bench in QUESTIONS}
        for size in (8, 16, 32, 64):
            expected |= {(bench, None, size, "nettle", "libmd", "openssl") for bench in DIGESTS}
            expected.add(("digest/xxh3", None, size, "xxhash"))
        for size in (8, 16, 32, 64, 128, 256):
            expected |= {(bench, None, size, "core", "digest") for bench in RULES}
        for size in (1, 3, 10, 30, 99):
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
        self.assertGreater(checked, len(ONE_POINT))

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
            elif bench.endswith("heap"):
                # 8 bytes of a position, and a few more; ketama has a whole client, even for one server.
                self.assertGreater(counts["heap"], 8)
                self.assertLess(counts["heap"], 1000)
            else:
                self.assertLessEqual(counts["average"], counts["worst"])
                self.assertLessEqual(counts["worst"], counts["peak"])
                self.assertLessEqual(counts["batch"], counts["batch_peak"])


class Run(unittest.TestCase):
    def expect(self, message, *arguments, **settings):
        result = subprocess.run(
            [BENCH / "run", *arguments], capture_output=True, text=True, check=False, **settings
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

    def test_valgrind_is_missed_before_anything_is_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("dirname", "getopt"):
                (Path(folder) / name).symlink_to(shutil.which(name))
            for words in (["--peers", PROGRAM], ["--results", "--output", f"{folder}/out.md"]):
                self.expect("no valgrind, which counts instructions: install it", *words, env={"PATH": folder})


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(__doc__)
    unittest.main()
