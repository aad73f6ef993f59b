#!/usr/bin/python3
"""bench/run --results: the form of the file; a failure is reported and leaves the old file as it was.

Usage: test_results.py BENCH_RING BENCH_SHARED
"""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import records  # noqa: E402

RUN = Path(__file__).resolve().parent.parent / "run"
PROGRAMS = sys.argv[1:]
del sys.argv[1:]

OLD = "# what an earlier run wrote\n"
HEAD = """\
# Results of `{command}`

That command writes this file: do not edit it.

- short form, for a test: the figures mean nothing
- date: \\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC
- commit: ([0-9a-f]{{12}}(, with uncommitted changes)?|unknown: not a Git checkout)
- machine: \\d+ cores, .*, family .*, model .*; L1d .*
- compiler: \\w+ [\\d.]+, \\w+: .*
- Google Benchmark: built as (debug|release); the rings are compiled as said above
- duration: (\\d+ min )?\\d+ s

\\| run .* \\| load average when it began \\|
(\\| .* \\|\n){{5}}
"""
SECTIONS = [
    "Goals",
    "Goals: times of add, remove",
    "Goals: growth of add, remove",
    "Goals: times of find",
    "Goals: memory, bytes per point",
    "Against everything",
    "Against everything: single additions",
    "Against everything: never slower",
    "Against everything: what is left out",
    "Readers beside a writer: times of shared_find",
    "Readers beside a writer: times of shared_add",
    "Digests: times of digest/sha1, digest/md5",
]
# Their last cells are no figures.
WITH_WORDS = ("Goals\n", "Against everything: never slower\n", "Against everything: what is left out\n")
CELL = r"-|-?[\d.]+( [num]?s)?( \(-?[\d.]+\.\.-?[\d.]+\))?"


def limit_files():
    """A disk that is full after 100 bytes: writing more is an error, and no signal kills the program."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


# Two repetitions each, in microseconds: what a fake program measures.
KNOWN = {"add/core": [2, 4], "add/merge": [4, 12]}
UNTOLD = {"core": [2, 3], "merge": [2, 2]}
CONTEXT = {
    "num_cpus": 2,
    "caches": [{"type": "Data", "level": 1, "size": 32768}, {"type": "Unified", "level": 2, "size": 1 << 20}],
    "load_avg": [0.5, 0.5, 0.5],
    "library_build_type": "release",
    "compiler": "GNU 12.2.0, Release: -O3",
}
TIMES = """\
Median time, and ratios of times: median (lowest..highest) of the repetitions.

| benchmark | replicas | points |    core |        merge/core |
| --------- | -------: | -----: | ------: | ----------------: |
| add       |      128 |  10000 | 3.00 us | 2.50 (2.00..3.00) |
"""


def known():
    runs = records.runs({f"{name}/replicas:128/points:10000": times for name, times in KNOWN.items()}, "us")
    return {"context": CONTEXT, "benchmarks": runs}


class Results(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)
        self.file = self.directory / "results.md"
        self.file.write_text(OLD, encoding="utf-8")

    def call(self, *arguments, **settings):
        path = f"{self.directory}:{os.environ['PATH']}"
        settings = {"env": {**os.environ, "PATH": path}, **settings}
        return subprocess.run([RUN, *arguments], capture_output=True, text=True, check=False, **settings)

    def program(self, text):
        path = self.directory / "program"
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def fake(self, document):
        """A program that always measures this, and the file that keeps what it was asked for."""
        measured = self.directory / "known.json"
        asked = self.directory / "asked"
        measured.write_text(json.dumps(document), encoding="utf-8")
        program = self.program(f"""
            for each; do case $each in
            --benchmark_out=*) cp {measured} "${{each#*=}}" ;;
            --benchmark_filter=* | --benchmark_repetitions=*) echo "$each" >>{asked} ;;
            esac; done""")
        return program, asked

    def expect_failure(self, message, result):
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, message)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(self.file.read_text(encoding="utf-8"), OLD)
        left = {path.name for path in self.directory.iterdir()} - {"program"}
        self.assertEqual(left, {"results.md"})

    def test_form(self):
        result = self.call("--short", "--results", "--output", self.file, *PROGRAMS)
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        text = self.file.read_text(encoding="utf-8")
        command = f"bench/run --short --results --output {self.file}"
        self.assertEqual(text.splitlines()[0], f"# Results of `{command}`")
        self.assertRegex(text, "^" + HEAD.format(command=re.escape(command)))
        head, *sections = text.split("\n## ")
        headings = [section.splitlines()[0] for section in sections]
        self.assertEqual(len(headings), len(set(headings)))
        self.assertEqual([each for each in headings if each in SECTIONS], SECTIONS)
        for section in sections:
            self.check_section(section, command)
        self.assertEqual({path.name for path in self.directory.iterdir()}, {"results.md"})

    def check_section(self, section, command):
        _, blank, its_command, _, title, *_ = section.splitlines()
        self.assertEqual((blank, its_command), ("", f"`{command}`"))
        self.assertRegex(title, r"^[A-Z].*\.$")
        lines = [line for line in section.splitlines() if line.startswith("|")]
        self.assertEqual(len({line.count("|") for line in lines}), 1, section)
        self.assertRegex(lines[1], r"^[| :-]+$")
        self.assertGreater(len(lines), 2)
        self.assertNotIn("not measured in this run", section)
        if not section.startswith(WITH_WORDS):
            for line in lines[2:]:
                self.assertRegex(line.split("|")[-2].strip(), rf"^({CELL})$")

    def test_each_run_is_named_with_its_own_command(self):
        """A full run of a fake program, which keeps its arguments."""
        program, asked = self.fake(known())
        result = self.call("--results", "--output", self.file, program, program)
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        text = self.file.read_text(encoding="utf-8")
        commands = [f"bench/run{option} {program}" for option in (" --goals", " --peers", "", " --digests")]
        self.assertEqual(re.findall(r"^\| [A-Z].* \| +`(.*)` \| +\d+ s \| +0\.5 \|$", text, re.M), commands)
        names = ["Goals", "Readers beside a writer", "Digests"]
        for name, command in zip(names, [commands[0], *commands[2:]]):
            self.assertIn(f"## {name}: times of add\n\n`{command}`\n\n{TIMES}", text)
        self.assertRegex(text, rf"## Against everything\n\n`{commands[1]}`\n\nRatios of times.*\n\n\\| benchmark")
        self.assertNotIn("short", text)
        self.assertIn("machine: 2 cores, ", text)
        self.assertIn("L1d 32 KB, L2 1 MB\n", text)
        self.assertIn("compiler: GNU 12.2.0, Release: -O3\n", text)
        patterns = asked.read_text(encoding="utf-8")
        sizes = [f"points:10{{{each}}}" for each in ("4,7", "3,6", "3,7", "3,5", "4,6")]
        self.assertEqual(re.findall("points:10{.*?}", patterns), sizes)
        self.assertEqual(re.findall(r"repetitions=(\d+)", patterns), ["5", "9", "5", "5"])

    def test_what_is_not_told_apart_is_measured_again(self):
        document = known()
        document["benchmarks"] += records.runs({f"find/{name}/nodes:{size}": times for size in (1, 3) for name, times in UNTOLD.items()}, "us")
        program, asked = self.fake(document)
        records.fake_valgrind(self.directory, {"core": 106, "merge": 100})
        result = self.call("--peers", program)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"find +1 +160 +160 .*slower: 1.06 of its instructions")
        filters = re.findall("filter=(.*)", asked.read_text(encoding="utf-8"))
        self.assertEqual(filters[1:], ["^find/[a-z]+/nodes:1(/|$)", "^find/[a-z]+/nodes:3(/|$)"] * 3)
        self.assertEqual(re.findall(r"repetitions=(\d+)", asked.read_text(encoding="utf-8")), ["9", *["18"] * 6])

    def test_a_program_that_fails_when_it_measures_again(self):
        document = known()
        document["benchmarks"] += records.runs({f"find/{name}/nodes:1": times for name, times in UNTOLD.items()}, "us")
        program, _ = self.fake(document)
        program.write_text(program.read_text(encoding="utf-8").replace(
            "--benchmark_filter=*", "--benchmark_filter=^find*) echo gone >&2; exit 3 ;; --benchmark_filter=*"), encoding="utf-8")
        result = self.call("--peers", program)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, "gone\nbench/run: .*/program failed with 3: see above")

    def test_a_program_that_fails(self):
        program = self.program("echo 'the ring is gone' >&2; exit 3")
        result = self.call("--short", "--results", "--output", self.file, program, PROGRAMS[1])
        self.expect_failure("the ring is gone\nbench/run: .*/program failed with 3 .* 'goals'.* is as it was", result)

    def test_a_program_that_is_killed(self):
        result = self.call("--short", "--results", "--output", self.file, self.program("kill -9 $$"), PROGRAMS[1])
        self.expect_failure("bench/run: .*/program failed with 137 .*'goals'", result)

    def test_a_program_that_measures_nothing(self):
        result = self.call("--short", "--results", "--output", self.file, self.program("exit 0"), PROGRAMS[1])
        self.expect_failure(r"results\.py: goals: .* cannot be read: No such file", result)

    def test_no_program(self):
        self.expect_failure("no program /absent/a: build it", self.call("--results", "--output", self.file, "/absent/a", PROGRAMS[1]))
        self.expect_failure("no program /absent/b: build it", self.call("--results", "--output", self.file, PROGRAMS[0], "/absent/b"))
        self.expect_failure("which two programs", self.call("--results", "--output", self.file, PROGRAMS[0]))

    def test_options_that_do_not_go_together(self):
        self.expect_failure("--results goes with --short alone", self.call("--goals", "--results", "--output", self.file, *PROGRAMS))
        self.expect_failure("--results writes a file, which --output FILE names", self.call("--results", *PROGRAMS))

    def test_the_old_form(self):
        self.expect_failure("--results takes no file now: write --results --output here.md", self.call("--results=here.md"))
        self.expect_failure("--results writes a file, which --output FILE names", self.call("--results", self.file))

    def test_no_folder(self):
        result = self.call("--short", "--results", "--output", self.directory / "absent" / "results.md", *PROGRAMS)
        self.expect_failure("no folder for .*/absent/results.md: create it", result)

    def test_a_full_disk_while_measuring(self):
        command = ["--short", "--results", "--output", self.file, *PROGRAMS]
        result = self.call(*command, preexec_fn=limit_files, restore_signals=False)
        self.expect_failure(r"is not JSON, or not all of it.*is the disk full\?\nbench/run: .* is as it was", result)

    def test_a_full_disk_while_writing(self):
        """The measurements are there; only the results do not fit."""
        measured = self.directory / "program"
        filter_ = "--benchmark_filter=^digest/xxh3/.*:8$"
        arguments = [filter_, "--benchmark_min_time=0.001", "--benchmark_repetitions=2", f"--benchmark_out={measured}"]
        subprocess.run([PROGRAMS[0], *arguments], capture_output=True, check=True)
        script = [RUN.parent / "tables" / "results.py", "--command", "this", "--began", "0"]
        run = ["--run", "digests", "that", "1", measured, "--output"]
        for out, settings in ((self.file, {"preexec_fn": limit_files, "restore_signals": False}), ("/dev/full", {})):
            result = subprocess.run(
                [*script, *run, out], capture_output=True, text=True, check=False, env={**os.environ}, **settings
            )
            self.expect_failure(rf"^results\.py: {out}: cannot be written: (File too large|No space left on device)\n$", result)


if __name__ == "__main__":
    if len(PROGRAMS) != 2:
        sys.exit(__doc__)
    unittest.main()
