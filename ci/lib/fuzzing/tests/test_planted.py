"""ci/planted: the table of trials, and how the command ends. No engine runs here."""
import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest
from unittest import mock

from fuzzing import planted
from fuzzing.commands import planted as command
from shared import locks
from shared.errors import CannotRun
from shared.repository import ROOT

PATCH = """What it breaks.

In production: what is noticed.
Target: check batches
Subject: tiny

--- a/core/run.c
+++ b/core/run.c
"""


def trials(*outcomes):
    """Rows of results. An outcome is the seconds and programs of a trial, or None if it missed the fault."""
    return [{"fault": "wrap", "engine": "afl", "trial": number, "found": outcome is not None,
             "seconds": outcome[0] if outcome else 60.2, "programs": outcome[1] if outcome else 9000}
            for number, outcome in enumerate(outcomes)]


def has_a_consequence(patch):
    """Whether the head of a patch says what a user would notice."""
    head = re.split(r"^(?:---|\+\+\+) ", patch, flags=re.M)[0]
    return re.search(r"^In production: \S", head, re.M) is not None


def all_but_controls(_engine, fault, _number):
    return not fault.name.startswith("(none)")


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def replace(self, name, other):
        self.addCleanup(setattr, planted, name, getattr(planted, name))
        setattr(planted, name, other)

    def run_planted(self, outcome, *words):
        """Runs the command. `outcome` is a function that tells whether an engine catches a fault in a trial."""
        def trial(engine, fault, number, _options, work):
            self.assertTrue(work.is_absolute())  # commands run in other folders
            found = outcome(engine, fault, number)
            return {"fault": fault.name, "engine": engine, "trial": number, "seed": 1, "found": found, "seconds": 1.5, "programs": 70}
        self.replace("trial", trial)
        self.replace("build_once", lambda *_: None)
        sys.argv = ["ci/planted", "--no-setup", "--only", "^find_does_not_wrap$", "--output", str(self.folder / "out"), *words]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = command.main()
        return status, out.getvalue()

    def test_there_is_a_median_only_if_most_trials_catch_the_fault(self):
        summary = planted.summarise(trials((1, 10), (9, 90), (2, 20)))["wrap", "afl"]
        self.assertEqual(summary, {"found": 3, "trials": 3, "seconds": 2, "programs": 20})
        summary = planted.summarise(trials((1, 10), None, (2, 20)))["wrap", "afl"]
        self.assertEqual((summary["found"], summary["seconds"]), (2, 2))
        self.assertIsNone(planted.summarise(trials((1, 10), None, None))["wrap", "afl"]["seconds"])
        self.assertIsNone(planted.summarise(trials((1, 10), None))["wrap", "afl"]["seconds"])

    def test_a_fault_that_one_engine_misses_fails(self):
        status, out = self.run_planted(all_but_controls)
        self.assertEqual(status, 0)
        self.assertIn("afl: 1 of 1 faults caught", out)
        self.assertEqual(len(json.loads((self.folder / "out/results.json").read_text())["results"]), 6)
        status, out = self.run_planted(lambda engine, fault, number: all_but_controls(engine, fault, number) and (engine != "afl" or number == 0))
        self.assertEqual(status, 1)
        self.assertIn("MISSED: find_does_not_wrap", out)
        self.assertIn("libfuzzer: 1 of 1 faults caught", out)

    def test_a_relative_folder_works(self):
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        self.assertEqual(self.run_planted(all_but_controls, "--output", "there")[0], 0)
        self.assertTrue((self.folder / "there/results.json").exists())

    def test_an_engine_that_finds_something_without_a_fault_fails(self):
        with self.assertRaisesRegex(CannotRun, "finds something without a fault"):
            self.run_planted(lambda *_: True)

    def test_the_head_of_a_patch_names_target_and_subject(self):
        path = self.folder / "odd.patch"
        path.write_text(PATCH)
        fault = planted.Fault(path)
        self.assertEqual((fault.name, fault.target, fault.subject, fault.files), ("odd", "batches", "tiny", ["core/run.c"]))

    def test_every_fault_says_what_a_user_would_notice(self):
        patches = [path for part in ("fuzz", "repro") for path in (ROOT / part).rglob("*.patch")]
        self.assertGreater(len(patches), 100)
        self.assertEqual([path.stem for path in patches if not has_a_consequence(path.read_text())], [])
        self.assertTrue(has_a_consequence(PATCH))
        self.assertFalse(has_a_consequence(PATCH.replace("what is noticed.", "")))
        self.assertFalse(has_a_consequence("+++ b/core/run.c\n" + PATCH))

    def test_a_second_run_leaves_the_folder_of_the_first_alone(self):
        results = self.folder / "out/results.json"
        with locks.emptied(self.folder / "out", ".planted"):
            results.write_text("the first's")
            with self.assertRaisesRegex(CannotRun, "another run works in .*out .process [0-9]+.; wait for its end"):
                self.run_planted(all_but_controls)
            self.assertEqual(results.read_text(), "the first's")
        self.assertEqual(self.run_planted(all_but_controls)[0], 0)

    def test_what_a_full_disk_misses_is_no_result(self):
        self.replace("build_once", lambda *_: "target")
        self.replace("search", lambda *_: (False, 1, 1))
        options = argparse.Namespace(seed=1, seconds=1)
        self.assertFalse(planted.trial("afl", planted.Control("ring_ops", "core"), 0, options, self.folder)["found"])
        with mock.patch.object(planted.disk, "full_one", lambda *_: "there"), self.assertRaisesRegex(CannotRun, "the disk is full .there."):
            planted.trial("afl", planted.Control("ring_ops", "core"), 0, options, self.folder)

    def test_other_folders_are_not_emptied(self):
        (self.folder / "out").mkdir()
        (self.folder / "out/thesis").write_text("years of work")
        with self.assertRaisesRegex(CannotRun, "no earlier run made it"):
            self.run_planted(lambda *_: False)
        self.assertTrue((self.folder / "out/thesis").exists())


if __name__ == "__main__":
    unittest.main()
