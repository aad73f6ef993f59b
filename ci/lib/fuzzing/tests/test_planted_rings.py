"""ci/planted --rings: the list of rings, how a check's output is read, and how the command ends. No check runs here."""
import contextlib
import io
import json
import pathlib
import re
import sys
import tempfile
import unittest

from fuzzing import planted_rings
from fuzzing.commands import planted as command
from shared.errors import CannotRun

FINDING = {"type": "finding", "verdict": "difference", "what": "answer", "unsteady": False}


class PlantedRings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def replace(self, name, other):
        self.addCleanup(setattr, planted_rings, name, getattr(planted_rings, name))
        setattr(planted_rings, name, other)

    def run_rings(self, as_expected, *words):
        """Runs the command. `as_expected` is a function that tells whether a trial of a ring ends as it should."""
        def trial(ring, number, _options, _subject, work):
            self.assertTrue(work.is_absolute())
            return {"ring": ring.name, "wrong": ring.wrong, "trial": number, "seed": 1, "verdict": "difference", "note": "answer",
                    "as_expected": as_expected(ring, number), "seconds": 1.5, "trace": None}
        self.replace("trial", trial)
        self.replace("build", lambda *_: "")
        sys.argv = ["ci/planted", "--rings", "--no-setup", "--output", str(self.folder / "out"), *words]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = command.main()
        return status, out.getvalue()

    def test_every_fault_is_planted_and_every_entry_makes_sense(self):
        rings = planted_rings.all_rings()
        wrong = [ring for ring in rings if ring.wrong]
        self.assertGreaterEqual(len(wrong), 30)
        self.assertGreaterEqual(len(rings) - len(wrong), 10)
        for ring in rings:
            with self.subTest(ring.full_name()):
                self.assertTrue(ring.source.exists())
                self.assertEqual(ring.fault is not None, ring.wrong)
                self.assertIn(ring.expect, ("difference", "crash", "hang", "any"))
        words = (planted_rings.FOLDER / "faults.h").read_text().partition("NONE,")[2]
        in_c = set(re.findall(r"^    ([A-Z][A-Z0-9_]+)\b", words, re.M))
        in_python = set(re.findall(r"^(\w+)  ", (planted_rings.FOLDER / "ring.py").read_text(), re.M))
        self.assertGreater(min(len(in_c), len(in_python)), 6)
        self.assertEqual({ring.fault for ring in wrong if ring.base != "python"}, in_c)
        self.assertEqual({ring.fault for ring in wrong if ring.base == "python"}, in_python)

    def test_the_output_of_a_check_is_read(self):
        lines = "\n".join(map(json.dumps, ({"type": "check"}, FINDING, {"type": "summary"})))
        self.assertEqual(planted_rings.outcome(1, lines), ("difference", "answer"))
        self.assertEqual(planted_rings.outcome(1, json.dumps({**FINDING, "verdict": "agreed", "unsteady": True})),
                         ("agreed", "answer; does not show again"))
        self.assertEqual(planted_rings.outcome(0, '{"type": "summary"}'), ("agreed", ""))
        self.assertEqual(planted_rings.outcome(1, "no JSON"), ("none", "exit code 1"))
        self.assertEqual(planted_rings.outcome(2, ""), ("none", "exit code 2"))

    def test_a_ring_that_is_missed_once_fails(self):
        words = ("--only", "^(wrong takes_equal_own32|right nearest)$", "--seeds", "3")
        status, out = self.run_rings(lambda *_: True, *words)
        self.assertEqual(status, 0)
        self.assertIn("1 of 1 wrong rings found with every seed", out)
        self.assertIn("1 of 1 right rings agreed", out)
        written = json.loads((self.folder / "out/rings/results.json").read_text())
        self.assertEqual((len(written["rings"]), len(written["results"])), (2, 4))
        self.assertIn("| wrong takes_equal_own32 | own32 | 3/3 |", (self.folder / "out/rings/results.md").read_text())
        status, out = self.run_rings(lambda ring, number: not ring.wrong or number != 1, *words)
        self.assertEqual(status, 1)
        self.assertIn("MISSED: takes_equal_own32", out)
        status, out = self.run_rings(lambda ring, number: ring.wrong, *words)
        self.assertEqual(status, 1)
        self.assertIn("CALLED WRONG: nearest", out)

    def test_other_folders_are_not_emptied(self):
        (self.folder / "out/rings").mkdir(parents=True)
        (self.folder / "out/rings/thesis").write_text("years of work")
        with self.assertRaisesRegex(CannotRun, "no earlier run made it"):
            self.run_rings(lambda *_: True)
        self.assertTrue((self.folder / "out/rings/thesis").exists())

    def test_only_must_match(self):
        with self.assertRaisesRegex(CannotRun, "no ring's name matches --only"):
            self.run_rings(lambda *_: True, "--only", "nosuch")


if __name__ == "__main__":
    unittest.main()
