"""ci/autopsy-selftest must notice a wrong verdict, and a crash that did not happen."""

import contextlib
import io
import unittest

from autopsy.selftest import selftest
from autopsy.selftest.selftest import DEFECT, NOT, SURVIVED

ARRAYS = {"held": 1021, "holes": 979, "chance": -25.3}


class Selftest(unittest.TestCase):
    def conclude(self, *rows):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = selftest.conclude(list(rows))
        return status, printed.getvalue()

    def test_verdicts(self):
        right = [("the crash of 2014", "", DEFECT, [DEFECT], ARRAYS), ("null", "", NOT, [NOT], None)]
        status, printed = self.conclude(*right, ("clang", "", SURVIVED, [DEFECT], None))
        self.assertEqual(status, 0)
        self.assertIn("at least 1021 of 1023 levels hold", printed)
        self.assertIn("1 autopsies of the crash of 2014, 1 of other crashes, 1 builds survived: 0 wrong", printed)
        for wrong in (("counter", "", DEFECT, [NOT], ARRAYS), ("half", "", "consistent with it", [NOT], None),
                      ("deleted", "", NOT, [DEFECT], None), ("null", "", "no crash", [NOT], None), ("null", "", "ended with 2: []", [NOT], None)):
            self.assertEqual(self.conclude(*right, wrong)[0], 1)
            self.assertIn("WRONG", selftest.line_of(*wrong))
        self.assertEqual(self.conclude(("clang", "", SURVIVED, [DEFECT], None))[0], 1)  # nothing was tested

    def test_it_has_at_least_60_other_crashes(self):
        names = selftest.names_of_others()
        stepped = len(selftest.STEPPED) * (len(selftest.STEPS) - 1)
        self.assertGreaterEqual(len(names) + stepped, 60)
        self.assertLessEqual(set(selftest.STEPPED), set(names))


if __name__ == "__main__":
    unittest.main()
