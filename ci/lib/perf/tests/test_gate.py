"""ci/perf on a clone with a planted slowdown, and its verdicts on invented times."""
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from perf import build, measure, ruler, verdict, workloads
from perf.commands import gate as gate_command
from shared import commits, locks, programs
from shared.errors import CannotRun
from shared.repository import ROOT

PERF = ["ci/perf", "--no-setup"]
AMOUNTS = "#define SLOW_FIND 100\n#define SLOW_ADD 0\n#define SLOW_REMOVE 0\n"


def times(factor, noise, seed):
    chance = random.Random(seed)
    return [100 * factor * (1 + abs(chance.gauss(0, noise))) for _ in range(20)]


class Verdicts(unittest.TestCase):
    def test_instructions_differ_from_the_limit_on(self):
        self.assertEqual(verdict.of_instructions(10_000, 10_084), "same")
        self.assertEqual(verdict.of_instructions(10_000, 10_086), "slower")
        self.assertEqual(verdict.of_instructions(10_000, 9_916), "same")
        self.assertEqual(verdict.of_instructions(10_000, 9_914), "faster")

    def test_counts_that_differ_from_run_to_run_say_nothing(self):
        self.assertEqual(verdict.of_counts([10_000, 10_100]), "slower")
        self.assertEqual(verdict.of_counts([10_000, 10_100, 10_001, 10_140]), "slower")
        self.assertEqual(verdict.of_counts([10_000, 10_100, 10_050, 10_100]), "unstable")
        self.assertEqual(verdict.of_counts([10_000, 10_100, 10_000, 10_050]), "unstable")
        self.assertEqual(verdict.of_counts([10_000, 12_000, 10_200, 12_000], 0.1), "slower")

    def test_times_differ_if_the_difference_is_large_and_certain(self):
        base = times(1, 0.02, 1)
        self.assertEqual(verdict.of_times(base, times(1, 0.02, 2)), "same")
        self.assertEqual(verdict.of_times(base, times(1.10, 0.02, 2)), "slower")
        self.assertEqual(verdict.of_times(base, times(0.90, 0.02, 2)), "faster")
        self.assertEqual(verdict.of_times(base, times(1.03, 0.001, 2)), "same")
        self.assertEqual(verdict.of_times(times(1, 1, 1), times(1.15, 1, 2)), "unstable")

    def test_a_second_run_must_confirm_a_difference(self):
        self.assertEqual(verdict.of_two_runs("slower", "slower"), "slower")
        self.assertEqual(verdict.of_two_runs("faster", "faster"), "faster")
        for second in ("same", "unstable", "faster"):
            self.assertEqual(verdict.of_two_runs("slower", second), "unstable")

    def test_a_limit_of_ones_own(self):
        self.assertEqual(verdict.of_instructions(1000, 1090, 0.1), "same")
        self.assertEqual(verdict.of_times(times(1, 0.02, 1), times(1.10, 0.02, 2), 0.2), "same")
        self.assertEqual(verdict.of_times(times(1, 0.001, 1), times(1.03, 0.001, 2), 0.01), "slower")

    def test_the_verdict_of_both_figures(self):
        for instructions, time, said in (
                ("slower", "faster", ("trade", "both")), ("faster", "slower", ("trade", "both")), ("slower", "slower", ("slower", "both")),
                ("same", "slower", ("slower", "time")), ("same", "faster", ("faster", "time")), ("slower", "same", ("slower", "instructions")),
                ("slower", "unstable", ("slower", "instructions")), ("faster", "unstable", ("faster", "instructions")),
                ("unstable", "slower", ("slower", "time")), ("unstable", "same", ("unstable", "instructions")), ("same", "layout", ("layout", "time")),
                ("same", "unstable", ("unstable", "time")), ("same", "same", ("same", "both"))):
            self.assertEqual(verdict.of_both(instructions, time), said)

    def test_an_interval_holds_the_change_as_often_as_it_says(self):
        holds = 0
        for seed in range(300):
            low, high = verdict.interval_of_times(times(1, 0.05, seed), times(1.1, 0.05, 1000 + seed))
            self.assertLess(low, high)
            holds += low <= 0.1 <= high
        self.assertTrue(275 <= holds <= 297, holds)
        self.assertGreater(verdict.interval_of_times(times(1, 0.01, 1), times(1.1, 0.01, 2))[0], 0.05)


class Turns(unittest.TestCase):
    """Programs that print invented times, on a machine whose speed halves and doubles again every ten answers."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, name, took, answers=1000, status=0):
        path = self.folder / name
        path.write_text(f"""#!/bin/sh
n=0
while [ $n -lt {answers} ] && read -r _; do
    n=$((n + 1))
    echo answer >> {self.folder}/answers
    echo $(({took} * (1 + $(wc -l < {self.folder}/answers) / 10 % 2)))
done
exit {status}
""")
        path.chmod(0o755)
        return ruler.of_program(path)

    def test_the_speed_of_the_machine_cancels_out(self):
        base, head = self.program("base", 1000), self.program("head", 1100)
        times = measure.time_side_by_side([base, head], base, "any", 4, random.Random(1))
        self.assertTrue(1000 <= times[0][0] <= 2000)
        self.assertEqual(times, [times[0][:1] * 4, [times[0][0] * 1.1] * 4])

    def test_a_program_that_ends_early_is_reported(self):
        base = self.program("base", 1000)
        for answers, status in ((3, 0), (3, 1), (1000, 1)):
            head = self.program("stops", 1000, answers, status)
            with self.assertRaisesRegex(CannotRun, f"stops time any ended early, with exit status {status}"):
                measure.time_against(base, head, "any", random.Random(1))


class Workloads(unittest.TestCase):
    def test_names_are_read_from_the_source(self):
        names = workloads.names()
        self.assertIn("find_large", names)
        self.assertEqual(workloads.chosen(re.compile("^find_n")), ["find_n_3", "find_n_10"])
        with self.assertRaisesRegex(CannotRun, "no workload's name matches --only; there are: add, "):
            workloads.chosen(re.compile("nosuch"))
        workloads.expect(dict.fromkeys(names, 1))

    def test_a_program_with_other_workloads_is_reported(self):
        for wrong in (workloads.names()[1:], [*workloads.names(), "new"]):
            with self.assertRaisesRegex(CannotRun, "has other workloads than the program"):
                workloads.expect(dict.fromkeys(wrong, 1))


class OlderLibraries(unittest.TestCase):
    def test_a_library_of_before_the_name_ringproof_is_measured(self):
        """It was ring::static of find_package(ring), and had <ring.h>."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            include = folder / "prefix/include/libring"
            config = folder / "prefix/lib/cmake/ring/ring-config.cmake"
            for path in (include, config.parent):
                path.mkdir(parents=True)
            shutil.copy(ROOT / "core/include/ringproof/ring.h", include)
            sources = [path for path in (ROOT / "core").glob("**/*.c") if not {"tests", "shared"} & set(path.relative_to(ROOT).parts)]
            programs.run("gcc", "-shared", "-fPIC", "-I", ROOT / "core/include", *sources, "-o", folder / "libring.so", "-lnettle", "-lxxhash")
            config.write_text(f"add_library(ring::static SHARED IMPORTED)\nset_target_properties(ring::static PROPERTIES "
                              f"IMPORTED_LOCATION {folder}/libring.so INTERFACE_INCLUDE_DIRECTORIES {include})\n")
            self.assertIn("find", workloads.built(build.gate(folder)))
            config.unlink()
            shutil.rmtree(folder / "prefix/include")
            with self.assertRaisesRegex(CannotRun, "ring"):
                build.gate(folder)


@unittest.skipUnless((ROOT / ".git").exists(), "needs a git clone, to compare commits")
class Commits(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.clone = pathlib.Path(folder.name) / "clone"
        self.run_in(ROOT, "git", "clone", "-q", ROOT, self.clone)
        # Test the files of this tree, committed or not.
        for part in ("ci", "bench", "core"):
            self.run_in(ROOT, "cp", "-r", ROOT / part, self.clone)
        # The planted slowdown is large, so few turns show it.
        source = self.clone / "ci/lib/perf/measure.py"
        source.write_text(re.sub("^SECONDS = .*", "SECONDS = 0", source.read_text(), flags=re.M))
        self.commit("before")

    def run_in(self, folder, *command, status=0):
        done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def commit(self, message):
        who = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
        self.run_in(self.clone, "git", "add", "-A")
        self.run_in(self.clone, "git", *who, "commit", "-q", "--allow-empty", "-m", message)

    def perf(self, *words, status):
        return self.run_in(self.clone, *PERF, *words, "--only", "^find$", status=status)

    def test_a_slowdown_is_reported_and_can_be_acknowledged(self):
        self.run_in(self.clone, "patch", "-s", "-p1", "-i", "bench/gate/slowdown.patch")
        header = self.clone / "core/slowdown.h"
        header.write_text(header.read_text().replace("#include", AMOUNTS + "#include", 1))
        self.commit("slower")
        done = subprocess.run([*PERF, "HEAD~1", "--only", "^find$", "--json"], cwd=self.clone, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("SLOWER: find", done.stderr)
        result = json.loads(done.stdout)["results"][0]
        self.assertEqual(result["instructions"], "slower")
        self.assertGreater(result["head"]["Ir"] / result["base"]["Ir"], 1.5)
        accepted = self.clone / "bench/gate/acknowledged"
        before = accepted.read_text()
        accepted.write_text(before + "find both 900% answers are checked twice\n")
        self.assertIn("acknowledged: answers are checked twice", self.perf("HEAD~1", status=0))
        for line, message in (("c0ffee find", "a line is not a workload, instructions or time or both, a percentage"), ("fnid both 9% why", "no workload fits fnid")):
            accepted.write_text(before + line + "\n")
            self.assertIn(message, self.perf("HEAD~1", status=2))
        self.run_in(self.clone, "git", "checkout", "-q", "bench/gate/acknowledged")
        printed = self.perf("HEAD", "HEAD~1", status=0)
        self.assertIn("faster", printed)

    def test_equal_programs_and_errors(self):
        self.commit("nothing")
        self.assertIn("the same program, bit by bit\nnot slower", self.perf("HEAD~1", status=0))
        self.assertIn("no such commit: nonsense", self.perf("nonsense", status=2))
        with open(self.clone / "core/find.c", "a", encoding="utf-8") as file:
            file.write("#error planted\n")
        self.commit("does not compile")
        self.assertIn("#error planted", self.perf("HEAD~1", status=2))
        self.assertIn("no workload's name matches", self.run_in(
            self.clone, *PERF, "HEAD~1", "HEAD~1", "--only", "nothing", status=2))


class TwoAtOnce(unittest.TestCase):
    def test_a_second_run_refuses(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(build, "BUILT", pathlib.Path(folder)), \
                mock.patch.object(commits, "commit_named", lambda name, root=None: name), mock.patch.object(sys, "argv", ["ci/perf", "HEAD", "--no-setup"]), \
                locks.alone(pathlib.Path(folder) / "lock"), self.assertRaisesRegex(CannotRun, "another run works in "):
            gate_command.main()


if __name__ == "__main__":
    unittest.main()
