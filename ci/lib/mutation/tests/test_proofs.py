"""ci/mutants --proofs, with a contract that says much or little in place of the provers."""
import collections
import contextlib
import io
import json
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from mutation import mutants, proofs
from mutation.commands.mutants import arguments
from mutation.run import Project
from shared.errors import CannotRun

SOURCE = """
#include "tiny.h"
int other(int number);
int other(int number)
{
    return number + 1;
}
int clamp(int number);
int clamp(int number)
{
    if (number > 10) {
        return 10;
    }
    return half(number);
}
"""
HEADER = """
static inline int half(int number)
{
    return number / 2;
}
"""
LISTED = "core/tiny.c clamp\ncore/tiny.c half\nelsewhere/tiny.c other\n"
EQUIVALENT = "tiny.c clamp: relational: number > 10 => number >= 10"


class Proofs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "core").mkdir()
        (self.folder / "core/tiny.c").write_text(SOURCE)
        (self.folder / "core/tiny.h").write_text(HEADER)
        (self.folder / "elsewhere").mkdir()
        (self.folder / "elsewhere/tiny.c").write_text(SOURCE.replace("tiny.h", "../core/tiny.h"))
        self.asked = []

    def prover(self, weak=""):
        """Proves a function of which nothing has changed, and the one with this name in any case."""
        def asked(*words):
            self.asked.append(words)
            if words == ("--list",):
                return subprocess.CompletedProcess(words, 0, LISTED, "")
            _, function, folder, _ = words
            same = (folder / "core/tiny.c").read_text() == SOURCE and (folder / "core/tiny.h").read_text() == HEADER
            return subprocess.CompletedProcess(words, 0 if same or function == weak else 1, "", "")
        return asked

    def run_with(self, prover, *words, others=False):
        """The exit status, what was printed, and the outcomes by id."""
        project = Project(self.folder / "core", self.folder / "work", self.folder / "equivalent", [], [], {"plain": ["-O2"]}, None)
        with mock.patch("mutation.proofs.asked", prover):
            project = proofs.widened(project) if others else project
        options = arguments(["--jobs", "2", "--proofs", *words])
        options.json = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()) as out, mock.patch("mutation.proofs.asked", prover):
            status = mutants.run(project, options, lambda: self.fail("it needs no test programs"))
        return status, out.getvalue(), {each["id"]: each["outcome"] for each in json.loads(options.json.getvalue())["mutants"]}

    def test_a_strong_contract(self):
        (self.folder / "equivalent").write_text(f"{EQUIVALENT}\n    The same result.\n")
        status, out, outcomes = self.run_with(self.prover())
        self.assertEqual(status, 0, out)
        self.assertEqual(outcomes.pop(EQUIVALENT), "equivalent")
        self.assertEqual(set(outcomes.values()), {"noticed", "invalid"})
        self.assertFalse([name for name in outcomes if " other:" in name], "it is not proved")
        self.assertIn("proofs notice at least 95 % in 2 of 2 functions of the ring\n", out)
        self.assertIn("core/tiny.h", {source for source, *_ in self.asked})

    def test_functions_elsewhere_are_shown_and_not_judged(self):
        status, out, outcomes = self.run_with(self.prover(), others=True)
        self.assertEqual(status, 0)
        self.assertEqual(outcomes["elsewhere/tiny.c other: arithmetic: number + 1 => number - 1"], "survived", "the prover does not look there")
        self.assertIn("SURVIVED elsewhere/tiny.c:6\n", out)
        self.assertIn("in 2 of 2 functions of the ring; others are not judged\n", out)
        self.assertIn(("elsewhere/tiny.c", "other"), {words[:2] for words in self.asked})

    def test_a_weak_contract_leaves_survivors(self):
        status, out, outcomes = self.run_with(self.prover(weak="half"))
        self.assertEqual(status, 1)
        self.assertEqual(outcomes["tiny.h half: constant: number / 2 => number / 3"], "survived")
        self.assertIn("SURVIVED core/tiny.h:4\n    tiny.h half: constant: number / 2 => number / 3\n", out)
        self.assertIn("in 1 of 2 functions of the ring; not in tiny.h half: say more in their contracts\n", out)

    def test_verdicts_are_kept(self):
        first = self.run_with(self.prover())
        asked = len(self.asked)
        self.assertEqual(self.run_with(self.prover()), first)
        self.assertEqual(len(self.asked), asked + 1, "only the list is asked for again")

    def test_a_verdict_depends_on_what_its_source_includes(self):
        def proves_all(*words):
            self.asked.append(words)
            return subprocess.CompletedProcess(words, 0, LISTED, "")

        self.run_with(proves_all, others=True)
        for path, elsewhere in (("core/tiny.c", False), ("elsewhere/tiny.c", True), ("core/tiny.h", True)):
            (self.folder / path).write_text(f"{(self.folder / path).read_text()}\n/* changed */\n")
            self.asked.clear()
            self.run_with(proves_all, others=True)
            self.assertEqual("elsewhere/tiny.c" in {words[0] for words in self.asked}, elsewhere, path)

    def test_functions_with_mutants_that_wait_are_not_counted_as_good(self):
        def outcome(_, mutant, reasons):  # pylint: disable=unused-argument
            return "waiting" if mutant.function == "half" else "noticed"

        with mock.patch("mutation.proofs.Proofs.outcome", outcome):
            status, out, outcomes = self.run_with(self.prover())
        self.assertEqual((status, set(outcomes.values())), (0, {"waiting", "noticed"}))
        self.assertIn("were not tried in time; run the command again to try them", out)
        self.assertIn("in 1 of 2 functions of the ring; not all were tried in tiny.h half\n", out)

    def test_a_run_that_tries_nothing(self):
        with self.assertRaisesRegex(CannotRun, "no mutant was tried in this time: give more with --for"):
            self.run_with(self.prover(), "--for", "0s")

    def test_no_function_is_proved(self):
        with self.assertRaisesRegex(CannotRun, "none of these mutants is in a function that ci/prove proves"):
            self.run_with(self.prover(), "--only", " other:")

    def test_the_sources_must_be_proved_within_the_limit(self):
        (self.folder / "core/tiny.h").write_text(HEADER.replace("2", "3"))
        with self.assertRaisesRegex(CannotRun, f"clamp is not proved within {proofs.LIMIT} s a goal"):
            self.run_with(self.prover())

    def test_score(self):
        self.assertEqual(proofs.score(collections.Counter({"noticed": 19, "survived": 1, "equivalent": 5})), 95)


if __name__ == "__main__":
    unittest.main()
