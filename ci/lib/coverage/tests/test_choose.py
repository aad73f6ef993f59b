"""The tests that ci/coverage --only chooses, before anything is built."""
import re
import unittest

from coverage import choose
from shared.errors import CannotRun


class Choose(unittest.TestCase):
    def test_the_sources_tell_which_tests_there_will_be(self):
        names = choose.expected()
        self.assertIn("coverage.core.arcs", names)
        self.assertEqual(choose.choose(re.compile("placement$"), names, names[::-1]), ["coverage.core.placement"])

    def test_a_regex_that_is_none_or_matches_nothing_is_refused(self):
        with self.assertRaisesRegex(CannotRun, r"--only '\(' is no regular expression"):
            choose.main(["("])
        with self.assertRaisesRegex(CannotRun, "no test's name matches --only; there are: coverage.core.answers"):
            choose.main(["nosuch"])

    def test_a_build_with_other_tests_than_the_sources_is_reported(self):
        names = choose.expected()
        for known in (names[1:], [*names, "coverage.core.new"]):
            with self.assertRaisesRegex(CannotRun, r"correct expected\(\) in .*choose.py; they differ in: coverage.core.(answers|new)$"):
                choose.choose(re.compile("."), names, known)


if __name__ == "__main__":
    unittest.main()
