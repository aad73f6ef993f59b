"""ci/planted: what its table says of looks, and how it ends. Engines are not run."""
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest

from fuzzing import planted
from fuzzing.commands import planted as command
from shared.errors import CannotRun
from shared.repository import ROOT

PATCH = """What it breaks.

In production: what is seen.
Target: check batches
Subject: tiny

--- a/core/run.c
+++ b/core/run.c
"""


def looks(*outcomes):
    """Each the seconds of a look and its programs, or None: not found."""
    return [{"bug": "wrap", "engine": "afl", "trial": number, "found": outcome is not None,
             "seconds": outcome[0] if outcome else 60.2, "programs": outcome[1] if outcome else 9000}
            for number, outcome in enumerate(outcomes)]


def says_how_it_is_met(patch):
    head = re.split(r"^(?:---|\+\+\+) ", patch, flags=re.M)[0]
    return re.search(r"^In production: \S", head, re.M) is not None


def all_but_controls(_engine, bug, _number):
    return not bug.name.startswith("(none)")


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def replace(self, name, other):
        self.addCleanup(setattr, planted, name, getattr(planted, name))
        setattr(planted, name, other)

    def run_planted(self, outcome, *words):
        """`outcome`: whether an engine finds a bug in a trial."""
        def look(engine, bug, number, _options, work):
            self.assertTrue(work.is_absolute())  # commands run elsewhere
            found = outcome(engine, bug, number)
            return {"bug": bug.name, "engine": engine, "trial": number, "seed": 1, "found": found, "seconds": 1.5, "programs": 70}
        self.replace("trial", look)
        self.replace("build_once", lambda *_: None)
        sys.argv = ["ci/planted", "--no-setup", "--only", "^find_does_not_wrap$", "--output", str(self.folder / "out"), *words]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = command.main()
        return status, out.getvalue()

    def test_medians_are_of_most_trials_or_there_is_none(self):
        summary = planted.summarise(looks((1, 10), (9, 90), (2, 20)))["wrap", "afl"]
        self.assertEqual(summary, {"found": 3, "trials": 3, "seconds": 2, "programs": 20})
        summary = planted.summarise(looks((1, 10), None, (2, 20)))["wrap", "afl"]
        self.assertEqual((summary["found"], summary["seconds"]), (2, 2))
        self.assertIsNone(planted.summarise(looks((1, 10), None, None))["wrap", "afl"]["seconds"])
        self.assertIsNone(planted.summarise(looks((1, 10), None))["wrap", "afl"]["seconds"])

    def test_a_bug_that_one_engine_misses_survives(self):
        status, out = self.run_planted(all_but_controls)
        self.assertEqual(status, 0)
        self.assertIn("afl: 1 of 1 bugs found", out)
        self.assertEqual(len(json.loads((self.folder / "out/results.json").read_text())["results"]), 6)
        status, out = self.run_planted(lambda engine, bug, number: all_but_controls(engine, bug, number) and (engine != "afl" or number == 0))
        self.assertEqual(status, 1)
        self.assertIn("SURVIVED: find_does_not_wrap", out)
        self.assertIn("libfuzzer: 1 of 1 bugs found", out)

    def test_a_relative_folder_will_do(self):
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        self.assertEqual(self.run_planted(all_but_controls, "--output", "there")[0], 0)
        self.assertTrue((self.folder / "there/results.json").exists())

    def test_what_is_found_without_a_bug_ends_it(self):
        with self.assertRaisesRegex(CannotRun, "finds something without a bug"):
            self.run_planted(lambda *_: True)

    def test_heads_say_who_is_to_see_it(self):
        path = self.folder / "odd.patch"
        path.write_text(PATCH)
        bug = planted.Bug(path)
        self.assertEqual((bug.name, bug.target, bug.subject, bug.files), ("odd", "batches", "tiny", ["core/run.c"]))

    def test_every_bug_says_how_it_would_be_met(self):
        patches = [path for part in ("fuzz", "repro") for path in (ROOT / part).rglob("*.patch")]
        self.assertGreater(len(patches), 100)
        self.assertEqual([path.stem for path in patches if not says_how_it_is_met(path.read_text())], [])
        self.assertTrue(says_how_it_is_met(PATCH))
        self.assertFalse(says_how_it_is_met(PATCH.replace("what is seen.", "")))
        self.assertFalse(says_how_it_is_met("+++ b/core/run.c\n" + PATCH))

    def test_a_folder_of_somebody_else_is_left_alone(self):
        (self.folder / "out").mkdir()
        (self.folder / "out/thesis").write_text("years of work")
        with self.assertRaisesRegex(CannotRun, "not of an earlier run"):
            self.run_planted(lambda *_: False)
        self.assertTrue((self.folder / "out/thesis").exists())


if __name__ == "__main__":
    unittest.main()
