"""ci/perf, on a clone with a planted slowdown; and its verdicts, on made up times."""
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

from perf import measure, verdict
from shared.errors import CannotRun
from shared.repository import ROOT

PERF = ["ci/perf", "--no-setup"]
AMOUNTS = "#define SLOW_FIND 100\n#define SLOW_ADD 0\n#define SLOW_REMOVE 0\n"


def times(factor, noise, seed):
    chance = random.Random(seed)
    return [100 * factor * (1 + abs(chance.gauss(0, noise))) for _ in range(20)]


class Verdicts(unittest.TestCase):
    def test_instructions_from_one_percent_on_as_addresses_lie(self):
        self.assertEqual(verdict.of_instructions(10_000, 10_084), "same")
        self.assertEqual(verdict.of_instructions(10_000, 10_086), "slower")
        self.assertEqual(verdict.of_instructions(10_000, 9_916), "same")
        self.assertEqual(verdict.of_instructions(10_000, 9_914), "faster")

    def test_times_need_the_test_and_the_effect(self):
        base = times(1, 0.02, 1)
        self.assertEqual(verdict.of_times(base, times(1, 0.02, 2)), "same")
        self.assertEqual(verdict.of_times(base, times(1.10, 0.02, 2)), "slower")
        self.assertEqual(verdict.of_times(base, times(0.90, 0.02, 2)), "faster")
        self.assertEqual(verdict.of_times(base, times(1.03, 0.001, 2)), "same")
        self.assertEqual(verdict.of_times(times(1, 1, 1), times(1.15, 1, 2)), "unstable")

    def test_a_second_run_must_agree(self):
        self.assertEqual(verdict.of_two_runs("slower", "slower"), "slower")
        self.assertEqual(verdict.of_two_runs("faster", "faster"), "faster")
        for second in ("same", "unstable", "faster"):
            self.assertEqual(verdict.of_two_runs("slower", second), "unstable")


class Turns(unittest.TestCase):
    """Programs whose times are made up: on a machine that is twice as slow after every tenth answer, and then not."""

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
        return path

    def test_the_state_of_the_machine_cancels_out(self):
        base, head = self.program("base", 1000), self.program("head", 1100)
        times = measure.time_side_by_side([base, head], base, "any", 4, random.Random(1))
        self.assertTrue(1000 <= times[0][0] <= 2000)
        self.assertEqual(times, [times[0][:1] * 4, [times[0][0] * 1.1] * 4])

    def test_a_program_that_stops_is_told(self):
        base = self.program("base", 1000)
        for answers, status in ((3, 0), (3, 1), (1000, 1)):
            head = self.program("stops", 1000, answers, status)
            with self.assertRaisesRegex(CannotRun, f"stops time any: it stopped, exit {status}"):
                measure.time_against(base, head, "any", random.Random(1))


@unittest.skipUnless((ROOT / ".git").exists(), "commits are compared, and this is no clone")
class Commits(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.clone = pathlib.Path(folder.name) / "clone"
        self.run_in(ROOT, "git", "clone", "-q", ROOT, self.clone)
        # What is tested is what stands here, committed or not.
        for part in ("ci", "bench", "core"):
            self.run_in(ROOT, "cp", "-r", ROOT / part, self.clone)
        # What is planted here is large: as few turns as there may be will do.
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

    def test_a_slowdown_is_told_and_can_be_acknowledged(self):
        self.run_in(self.clone, "patch", "-s", "-p1", "-i", "bench/gate/slowdown.patch")
        header = self.clone / "core/slowdown.h"
        header.write_text(header.read_text().replace("#include", AMOUNTS + "#include", 1))
        self.commit("slower")
        said = self.perf("HEAD~1", "--json", self.clone / "out.json", status=1)
        self.assertIn("SLOWER: find", said)
        result = json.loads((self.clone / "out.json").read_text())["results"][0]
        self.assertEqual(result["instructions"], "slower")
        self.assertGreater(result["head"]["Ir"] / result["base"]["Ir"], 1.5)
        head = self.run_in(self.clone, "git", "rev-parse", "HEAD").strip()
        with open(self.clone / "bench/gate/acknowledged", "a", encoding="utf-8") as file:
            file.write(f"{head[:12]} find answers are checked twice\n")
        said = self.perf("HEAD~1", status=0)
        self.assertIn("acknowledged: answers are checked twice", said)
        with open(self.clone / "bench/gate/acknowledged", "a", encoding="utf-8") as file:
            file.write("c0ffee find\n")
        self.assertIn("not a commit, a workload and a reason: c0ffee find", self.perf("HEAD~1", status=2))
        self.run_in(self.clone, "git", "checkout", "-q", "bench/gate/acknowledged")
        said = self.perf("HEAD", "HEAD~1", status=0)
        self.assertIn("faster", said)

    def test_what_needs_not_or_cannot_be_measured(self):
        self.commit("nothing")
        self.assertIn("the same program, bit by bit\nnot slower", self.perf("HEAD~1", status=0))
        self.assertIn("no such commit: nonsense", self.perf("nonsense", status=2))
        with open(self.clone / "core/find.c", "a", encoding="utf-8") as file:
            file.write("#error planted\n")
        self.commit("does not compile")
        self.assertIn("#error planted", self.perf("HEAD~1", status=2))
        self.assertIn("no workload's name matches", self.run_in(
            self.clone, *PERF, "HEAD~1", "HEAD~1", "--only", "nothing", status=2))


if __name__ == "__main__":
    unittest.main()
