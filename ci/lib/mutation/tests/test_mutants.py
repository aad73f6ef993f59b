"""ci/mutants on a library of one small file, with a weak test and with a strong one."""
import collections
import contextlib
import fcntl
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from mutation import mutants, outcomes, run as run_module
from mutation.commands.mutants import arguments
from mutation.run import Project, Runner, TestProgram
from shared.errors import CannotRun

HEADER = """
static inline int half(int number)
{
    return number / 2;
}
"""
SOURCE = """
#include "tiny.h"
#define UNUSED 12
int clamp(int number); /* 1 + 1 < 3 */
int clamp(int number)
{
    _Static_assert(UNUSED < 13, "never changed");
    volatile int spare = 3;
    if (number > 10) { // 10 < 11
        return 10;
    }
    return half(number * 2);
}
"""
OPERATORS = """
#include <stdbool.h>
#include "tiny.h"
#define MORE(x) ((x) + 2)
int all(int a, int b, bool flag);
int all(int a, int b, bool flag)
{
    int sum = MORE(a);
    bool same = a == b;
    for (int i = 0; i < a; i++) {
        sum += i;
        if (!flag) {
            break;
        }
    }
    if (a > 0 && b > 0) {
        sum = same ? -a : a % 3;
    }
    return sum + (a << 1);
}
"""
WEAK = """
int clamp(int number);
int main(void)
{
    return !(clamp(4) == 4 && clamp(99) == 10);
}
"""
STRONG = WEAK.replace("clamp(4) == 4", "clamp(4) == 4 && clamp(11) == 10 && clamp(3) == 3 && clamp(-20) == -20")
BOUNDARY = "tiny.c clamp: relational: number > 10 => number >= 10"
OFF_BY_ONE = "tiny.c clamp: constant: number > 10 => number > 11"


class Mutants(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "core").mkdir()
        self.write("core/tiny.h", HEADER)
        self.write("core/tiny.c", SOURCE)
        self.write("test.c", WEAK)
        self.ran = []

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def programs(self, _project, _flavour, library):
        program = self.folder / "program"
        subprocess.run(["gcc", "-o", program, self.folder / "test.c", library], check=True)
        return [TestProgram("test", "unit", [program])]

    def run_tool(self, *words):
        """The exit status, what was printed, and the outcomes by id."""
        project = Project(self.folder / "core", self.folder / "work", self.folder / "equivalent", [], [],
                          {"plain": ["-O2"]}, self.programs)
        options = arguments(["--jobs", "2", *words])
        options.json = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = mutants.run(project, options, lambda: self.ran.append("build"))
        shown = json.loads(options.json.getvalue())["mutants"] if options.json.getvalue() else []
        return status, out.getvalue(), {each["id"]: each["outcome"] for each in shown}

    def test_a_weak_test_leaves_survivors(self):
        status, out, outcomes = self.run_tool()
        self.assertEqual(status, 1)
        self.assertEqual(outcomes[OFF_BY_ONE], "survived")
        self.assertEqual(outcomes["tiny.c clamp: condition: number > 10 => false"], "unit")
        self.assertIn(f"core/tiny.c:9\n    {OFF_BY_ONE}", out)

    def test_each_operator_makes_its_mutants(self):
        self.write("core/tiny.c", OPERATORS)
        _, out, _ = self.run_tool("--list", "tiny.c")
        listed = {line.split(": ", 1)[1] for line in out.splitlines()}
        for each in ("deletion: sum += i => ;", "deletion: break => ;", "logical: a > 0 && b > 0 => (a > 0) || (b > 0)",
                     "logical: a > 0 && b > 0 => a > 0", "logical: a > 0 && b > 0 => b > 0", "assignment: sum += i => sum -= i",
                     "negation: !flag => flag", "negation: -a => a", "value: a == b => true", "value: a == b => false",
                     "loop: i < a => true", "step: i++ => i--", "condition: !flag => false", "arithmetic: a % 3 => a * 3",
                     "arithmetic: a << 1 => a >> 1", "relational: i < a => i <= a", "constant: a << 1 => a << 2"):
            self.assertIn("tiny.c all: " + each, listed)
        for each in ("+ => -", "2 => 3", "2 => 1"):
            self.assertIn("tiny.c MORE: macro: " + each, listed)

    def test_two_runs_do_not_share_a_folder(self):
        (self.folder / "work").mkdir()
        with open(self.folder / "work/lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with self.assertRaisesRegex(CannotRun, "another run works in .*; wait"):
                self.run_tool()
        self.assertEqual(self.run_tool("--for", "0s")[0], 0)

    def test_a_table_of_which_a_fraction_was_judged_has_no_percentage(self):
        rows = {"run.c": collections.Counter({"mutants": 300, "waiting": 288, "unit": 12}), "ring.c": collections.Counter({"mutants": 2, "unit": 2})}
        with contextlib.redirect_stdout(io.StringIO()) as out:
            outcomes.print_table(rows, {"run.c": 300, "ring.c": 2, "merge.c": 9})
        self.assertRegex(out.getvalue(), r"run\.c .* 12 of 300 tried\nring\.c .* 100\.00 %\nall .* 14 of 302 tried\n")
        self.assertEqual(outcomes.score(collections.Counter({"mutants": 3, "survived": 1, "check": 1, "equivalent": 1}), 3), "50.00 %")
        self.assertEqual(outcomes.score(collections.Counter({"mutants": 3, "invalid": 3}), 3), "-")
        for some in (("--for", "0s"), ("--sample", "5"), ("--only", "relational")):
            printed = self.run_tool(*some)[1]
            self.assertRegex(printed, r"\nall .* of \d+ tried\n")
            self.assertNotIn("%", printed)

    def test_a_compiler_that_was_killed_is_no_verdict(self):
        (self.folder / "bin").mkdir()
        gcc = self.folder / "bin/gcc"
        self.write("bin/gcc", f"#!/bin/sh\ncase $* in *job*|*-o*plain*) [ ! -e {self.folder}/kills ] || kill -9 $$ ;; esac\nexec /usr/bin/gcc \"$@\"\n")
        gcc.chmod(0o755)
        with mock.patch.dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}"):
            with mock.patch.object(run_module.Run, "prepare", lambda run, before=run_module.Run.prepare: (before(run), self.write("kills", ""))):
                with self.assertRaisesRegex(CannotRun, "ended by signal 9"):
                    self.run_tool()
        (self.folder / "kills").unlink()
        self.assertEqual(self.run_tool()[2][OFF_BY_ONE], "survived")

    def test_a_full_disk_is_no_verdict(self):
        run = Runner.run
        with mock.patch.object(run_module.disk, "full_one", lambda *_: "there"), \
                mock.patch.object(Runner, "run", lambda *words, limited=True: "exit 1" if limited else run(*words, limited=False)):
            with self.assertRaisesRegex(CannotRun, "the disk is full .there."):
                self.run_tool("--only", "constant: number")
        self.assertEqual(self.run_tool()[2][OFF_BY_ONE], "survived")

    def test_headers_have_mutants(self):
        _, _, outcomes = self.run_tool("tiny.h")
        self.assertEqual(outcomes["tiny.h half: arithmetic: number / 2 => number * 2"], "unit")
        self.assertNotIn(OFF_BY_ONE, outcomes)

    def test_comments_types_and_assertions_have_none(self):
        status, out, _ = self.run_tool("--list")
        self.assertEqual((status, self.ran), (0, []))  # nothing was built
        self.assertNotIn("13", out)
        self.assertNotIn("1 + 1", out)
        self.assertNotIn("10 < 11", out)

    def test_a_strong_test_and_a_reason_leave_no_survivors(self):
        self.write("test.c", STRONG)
        _, _, outcomes = self.run_tool()
        left = [each for each, outcome in outcomes.items() if outcome == "survived"]
        self.assertEqual(left, [f"tiny.c clamp: constant: volatile int spare = 3 => volatile int spare = {other}" for other in (4, 2)])
        self.assertEqual(outcomes[BOUNDARY], "same")  # 10 is 10, clamped or not
        self.write("equivalent", "# why\n\n" + "\n".join(left) + "\n    nobody\n    reads it\n")
        status, out, outcomes = self.run_tool()
        self.assertEqual(status, 0, out)
        self.assertIn("equivalent", outcomes.values())

    def test_an_equivalent_mutant_that_is_killed_is_stale(self):
        killed = "tiny.c clamp: condition: number > 10 => false"
        self.write("test.c", STRONG)
        self.write("equivalent", f"{BOUNDARY}\n  ten is ten\n{killed}\n  wrong\n")
        status, out, _ = self.run_tool()
        self.assertEqual(status, 1)
        self.assertIn("STALE equivalent: it is killed, by test: exit 1\n    " + killed, out)

    def test_an_equivalent_mutant_that_does_not_exist_is_stale(self):
        self.write("equivalent", "tiny.c gone: deletion: x = 1 => ;\n    it was there once\n")
        status, out, _ = self.run_tool("--only", "condition: number > 10 => false")
        self.assertEqual(status, 1)
        self.assertIn("STALE equivalent: no such mutant", out)

    def test_an_equivalent_mutant_needs_a_reason(self):
        self.write("equivalent", BOUNDARY + "\n")
        with self.assertRaisesRegex(CannotRun, "no reason"):
            self.run_tool()

    def test_an_endless_loop_is_killed(self):
        self.write("core/tiny.c", "int clamp(int n);\nint clamp(int n)\n{\n    volatile int i = 0;\n"
                                  "    while (i < 1) {\n        i++;\n    }\n    return n > 10 ? 10 : n;\n}\n")
        _, _, outcomes = self.run_tool("--only", "loop|step", "tiny.c")
        self.assertEqual(outcomes["tiny.c clamp: loop: i < 1 => true"], "unit")

    def test_known_results_are_not_run_again(self):
        first = self.run_tool()[2]
        runs = []
        self.addCleanup(setattr, Runner, "run", Runner.run)
        run = Runner.run
        Runner.run = lambda *words, **more: runs.append(more) or run(*words, **more)
        self.assertEqual(self.run_tool()[2], first)
        self.assertEqual(runs, [{"limited": False}])  # on the unchanged library
        self.write("core/tiny.c", "/* lines move */\n\n" + SOURCE)
        self.assertEqual(self.run_tool()[2], first)
        self.assertEqual(len(runs), 2)

    def test_a_changed_test_program_is_run(self):
        self.assertEqual(self.run_tool()[2][OFF_BY_ONE], "survived")
        self.write("test.c", STRONG)
        self.assertEqual(self.run_tool()[2][OFF_BY_ONE], "unit")

    def test_mutants_that_are_not_tried_in_time_wait(self):
        status, printed, outcomes = self.run_tool("--for", "0s")
        self.assertEqual((status, set(outcomes.values())), (0, {"waiting"}))
        self.assertIn(f"{len(outcomes)} were not tried in time", printed)
        self.assertEqual(self.run_tool()[2][OFF_BY_ONE], "survived")

    def test_a_sample_is_the_same_for_a_seed(self):
        first = self.run_tool("--sample", "5", "--seed", "3")[2]
        self.assertEqual(len(first), 5)
        self.assertEqual(self.run_tool("--sample", "5", "--seed", "3")[2], first)
        self.assertNotEqual(set(self.run_tool("--sample", "5", "--seed", "4")[2]), set(first))

    def test_a_test_that_fails_on_the_unchanged_library_is_reported(self):
        self.write("test.c", WEAK.replace("== 10", "== 11"))
        with self.assertRaisesRegex(CannotRun, "on the unchanged library"):
            self.run_tool()

    def test_an_option_only_that_matches_nothing_is_reported_before_anything_is_built(self):
        with self.assertRaisesRegex(CannotRun, "no mutant's name matches --only"):
            self.run_tool("--only", "nosuch")
        self.assertEqual(self.ran, [])
        self.run_tool("--only", "relational")
        self.assertEqual(self.ran, ["build"])

    def test_an_unknown_file_is_reported(self):
        with self.assertRaisesRegex(CannotRun, "no file of core: other.c"):
            self.run_tool("other.c")


if __name__ == "__main__":
    unittest.main()
