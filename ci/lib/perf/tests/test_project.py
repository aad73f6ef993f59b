"""ci/perf on another project, which the test makes: its verdict, and every way in which such a project can be wrong."""
import contextlib
import io
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest
from unittest import mock

from perf import measure, project, ruler, turns
from perf.tests import foreign
from shared import programs
from shared.errors import CannotRun
from shared.repository import ROOT


class Header(unittest.TestCase):
    def test_the_example_of_the_page_is_a_ruler(self):
        page = project.HEADER.read_text().split("THE PROTOCOL")[0]
        example = "\n".join(line[7:] for line in page.splitlines() if line.startswith(" *     ") or line == " *")
        example = example.replace('#include "ruler.h"', '#include "ruler.h"\nstatic int cells[1000];\nstatic void *table_find(int i)\n{\n    return cells + i;\n}')
        with tempfile.TemporaryDirectory() as folder:
            source, program = pathlib.Path(folder) / "ruler.c", pathlib.Path(folder) / "ruler"
            source.write_text(re.sub(" //.*", "", example))
            for compiler in ("gcc -std=c99", "clang -std=c99", "gcc -std=c17 -D_GNU_SOURCE", "g++ -x c++ -Wno-missing-field-initializers"):
                with self.subTest(compiler):
                    programs.run(*compiler.split(), "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror", "-O2", f"-I{project.HEADER.parent}", "-o", program, source)
                    self.assertEqual(ruler.workloads(ruler.of_program(program)), {"find": 1000})
            counted = measure.count(ruler.of_program(program), "find")["Ir"]
            self.assertTrue(1000 < counted < 20_000, counted)
            for words in ((), ("count",), ("count", "nosuch"), ("weigh", "find"), ("list", "find"), ("count", "find", "find")):
                with self.assertRaisesRegex(CannotRun, r"exit 2\nusage: list \| count NAME \| time NAME"):
                    programs.run(program, *words)


class Verdict(foreign.Foreign, unittest.TestCase):
    def test_a_sort_that_became_slower(self):
        status, printed = self.gate()
        self.assertEqual(status, 1, printed)
        self.assertRegex(printed, r"\nsort +slower +instructions ")
        self.assertIn("SLOWER: sort; make it faster, or accept it by a line in a file for --acknowledged: `sort instructions ", printed)
        status, printed = self.gate("HEAD~1", base="HEAD")
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"\nsort +faster ")
        self.assertTrue(printed.endswith("not slower\n"))
        built = ruler.Ruler(("./ruler",), next((self.top / "built").glob("project-*/head")))
        ratio, took = measure.time_against(built, built, "sort", random.Random(1))
        self.assertTrue(ratio > 0 and took > 0)

    def test_only_what_is_measured_counts(self):
        """The loop that fills the numbers is not counted: much work there is no change."""
        self.write("ruler.c", foreign.RULER.replace("ruler_begin();", "for (volatile int i = 0; i < 100000; i++) {}\n    ruler_begin();"))
        self.git("checkout", "-q", "-B", "main", "HEAD~1")
        self.commit("more preparation")
        status, printed = self.gate(build_command=foreign.BUILD.replace("$GATE_PROJECT/", ""))
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"\nsort +same .* \+0\.00% ")

    def test_rounds_that_differ(self):
        self.write("ruler.c", "#include <stdlib.h>\n#include <unistd.h>\n" + foreign.RULER.replace(
            "    ruler_end();", "    for (volatile int i = 0; i < 1000 * (getpid() % 97); i++) {}\n    ruler_end();"))
        status, printed = self.gate(base="HEAD", build_command=foreign.BUILD.replace("c99", "gnu99"))
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"(?s)sort +unstable +instructions .*\nsort: its rounds differ in instructions: give each the same work")

    def test_a_hook_of_git(self):
        """Git sets variables in hooks, which would take every command of git to the hook's repository."""
        with mock.patch.dict(os.environ, {"GIT_DIR": str(self.top / "nowhere"), "GIT_INDEX_FILE": "nothing"}):
            self.assertIn("there are: sort", self.gate("--only", "nosuch", base="HEAD")[1])

    def test_a_folder_of_a_repository(self):
        (self.root / "lib").mkdir()
        for name in ("ruler.c", "sort.c", "sort.h"):
            self.git("mv", name, "lib")
        self.commit("moved")
        self.git("commit", "-q", "--allow-empty", "-m", "nothing")
        words = ["--project", self.root / "lib", "--build", foreign.BUILD, "--ruler", "./ruler"]
        self.assertIn("there are: sort", self.perf(*words, "HEAD~1", "--only", "nosuch")[1])
        self.assertIn("lib/ is no folder in base ", self.perf(*words, "HEAD~2")[1])

    def test_variables_of_the_ruler(self):
        self.write("ruler.c", foreign.RULER.replace("int main(int argc, char **argv)\n{", '#include <stdlib.h>\nint main(int argc, char **argv)\n{\n'
                                                    '    if (getenv("WHAT") == 0 || argv[1][0] != \'-\') {\n        return 3;\n    }\n    argv++, argc--;'))
        self.assertIn("there are: sort", self.gate("--only", "nosuch", ruler="WHAT='a b' ./ruler -")[1])
        self.assertIn("./ruler - list: exit 3", self.gate(ruler="./ruler -")[1])


class Refused(foreign.Foreign, unittest.TestCase):
    def refused(self, message, *words, **more):
        status, printed = self.gate(*words, **more)
        self.assertEqual(status, 2, printed)
        self.assertRegex(printed, message)

    def test_another_repository_is_not_taken_for_ringproof(self):
        with self.standing_in(self.root):
            status, printed = self.perf("HEAD~1")
            self.assertEqual(status, 2)
            self.assertRegex(printed, f"belongs to the repository {self.root}.*to gate your repository, give --project DIR, --build CMD and --ruler CMD")
            for command in ("perf-backfill --only nosuch", "fuzz-speed nosuch"):  # which are refused, too, but later
                done = subprocess.run([ROOT / "ci" / command.split()[0], *command.split()[1:], "--no-setup"], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"this folder belongs to the repository {self.root}", done.stderr)

    def test_options_that_do_not_fit(self):
        for words, message in (
                (["--build", "make"], "--build needs --project, too"), (["--ruler", "./r"], "--ruler needs --project, too"),
                (["--project", self.root, "--build", "make"], "--project needs --ruler, too"),
                (["--project", self.top, "--build", "make", "--ruler", "./r"], "is no git repository with a work tree; git says: fatal"),
                (["--project", self.root, "--build", "make", "--ruler", "'"], "No closing quotation; write it as for a shell"),
                (["--project", self.root, "--build", "make", "--ruler", "A=1"], "--ruler: no program"),
                (["--project", self.root, "--build", "make", "--ruler", "./r", "--record"], "--record appends to the history of ringproof"),
                (["--json", "--markdown", "-"], "both want standard output")):
            with self.subTest(message):
                status, printed = self.perf(*words, "HEAD")
                self.assertEqual(status, 2)
                self.assertIn(message, printed)
        self.refused(f"no such commit: nosuch in {self.root}", base="nosuch")
        self.refused("no such commit: nosuch", "nosuch")

    def test_builds_that_fail(self):
        self.refused(r"--build failed at base [0-9a-f]{12}, in .*/base.* exit 3\nnot today", build_command="echo not today; exit 3")
        self.write("sort.c", "#error planted\n")
        self.commit("broken")
        self.refused(r"(?s)--build failed at head [0-9a-f]{12}, in .*/head.*#error planted")
        with mock.patch.object(project, "BUILD_SECONDS", 0.2):
            self.refused("--build failed at base .*: not done after 0.2 s", build_command="sleep 60 & wait")

    def test_programs_that_are_no_rulers(self):
        for made, message in (
                ("true", "no such file after the build"), ("touch ruler", "is not executable"),
                (": >ruler; chmod +x ruler", "./ruler cannot be started: Exec format error"),
                ("printf '#!/bin/sh\\n' >ruler; chmod +x ruler", "is a script, and Callgrind counts only a program itself")):
            self.refused(message, build_command=made)
        self.refused("no workload's name matches --only; there are: sort", "--only", "nosuch")

    def test_nonsense_of_a_ruler(self):
        whole = 'int main(int argc, char **argv)\n{\n    if (argc < 3) {\n        puts("sort 1");\n        return 0;\n    }\n    %s\n}\n'
        for main, message in (
                ('int main(void)\n{\n    puts("sort");\n}\n', "./ruler list printed 'sort': not a workload's name, a space and its number"),
                ('int main(void)\n{\n    puts("sort 0");\n}\n', "list printed 'sort 0'"),
                ('int main(void)\n{\n    puts("sort|1 2");\n}\n', "list printed"),
                ('int main(void)\n{\n    puts("sort 1\\nsort 1");\n}\n', "a second line of one workload"),
                ('int main(void)\n{\n    return 0;\n}\n', "list printed no workload"),
                ('int main(void)\n{\n    return 5;\n}\n', "list: exit 5"),
                (whole % "return 0;", "Callgrind counted no instructions of sort")):
            with self.subTest(message):
                self.write("ruler.c", "#include <stdio.h>\n" + main)
                self.refused(message)

    def test_workloads_that_are_lost_or_changed(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            self.assertEqual(project.shared_workloads({"sort": 200}, {"again": 5, "sort": 200}), {"sort": 200})
        self.assertEqual(printed.getvalue(), "note: only head has again, which cannot be compared\n")
        with self.assertRaisesRegex(CannotRun, "they have other numbers of operations in head: sort; let"):
            project.shared_workloads({"sort": 200, "again": 5}, {"sort": 100, "again": 5})
        own = foreign.BUILD.replace("$GATE_PROJECT/", "")
        self.write("ruler.c", foreign.RULER.replace('"sort"', '"sort_it"'))
        self.commit("another name")
        self.refused("they lack workloads of base: sort; let --build take one ruler for both", build_command=own)

    def test_what_is_not_committed_is_not_measured(self):
        self.write("sort.c", "#error planted\n")
        status, printed = self.gate(build_command="cat sort.c; exit 1")
        self.assertEqual(status, 2)
        self.assertIn("changes that are not committed, here of 1 files in ", printed)
        self.assertNotIn("planted", printed)


class Time(foreign.Foreign, unittest.TestCase):
    """What a ruler does wrong when it is timed."""

    def answer(self, line, *words):
        self.write("sort.c", f"#include <stdio.h>\n#include <unistd.h>\nint main(void)\n{{\n    while (getchar() == '\\n') {{\n        {line}\n"
                             "        fflush(stdout);\n    }\n    return 0;\n}\n")
        subprocess.run(["cc", "-o", self.root / "ruler", self.root / "sort.c"], check=True)
        fake = ruler.Ruler(("./ruler",), self.root)
        with mock.patch.object(turns, "ROUND_SECONDS", 0.3), self.assertRaises(CannotRun) as caught:
            with turns.waiting(fake, "sort") as process:
                turns.answer(process)
                for word in words:
                    exec(word, {"process": process})  # pylint: disable=exec-used
        return str(caught.exception)

    def test_answers_that_are_no_times(self):
        for line in ("puts(\"fast\");", "puts(\"nan\");", "puts(\"inf\");", "puts(\"-1\");", "puts(\"0.000\");", "puts(\"1e300\");", "puts(\"\");"):
            with self.subTest(line):
                self.assertRegex(self.answer(line), "time sort printed '.*' for a round, and not its nanoseconds per operation")

    def test_answers_that_do_not_come(self):
        self.assertIn("printed no line within 0.3 s for a round", self.answer("pause();"))
        self.assertIn("printed no line within 0.3 s for a round", self.answer("printf(\"12\");"))

    def test_an_answer_without_end(self):
        self.assertIn("printed 'xxxxx", self.answer("for (;;) putchar('x');"))

    def test_a_program_that_does_not_end(self):
        self.assertIn("did not end within 0.3 s", self.answer('puts("12"); fflush(stdout); while (getchar() != 0) {}'))

    def test_a_program_that_ends_early(self):
        self.assertIn("ended early, with exit status 7", self.answer("return 7;"))


class Json(unittest.TestCase):
    def test_json_is_all_that_is_printed(self):
        done = subprocess.run([ROOT / "ci/perf", "--no-setup", "nosuch", "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no such commit", done.stderr)


if __name__ == "__main__":
    unittest.main()
