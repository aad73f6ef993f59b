"""The report on counts of one small source."""
import contextlib
import io
import json
import pathlib
import tempfile
import unittest

from coverage import unreached

SOURCE = """int sign(int number)
{
    if (number < 0)
        return -1;
    return 1;
}
"""


def line(number, count, branches=(), noncode=False):
    return {"line_number": number, "count": count, "gcovr/noncode": noncode,
            "branches": [{"count": taken} for taken in branches]}


class Coverage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        unreached.ROOT = pathlib.Path(folder.name)
        (unreached.ROOT / "core").mkdir()
        self.source = unreached.ROOT / "core/sign.c"
        self.source.write_text(SOURCE)

    def report(self, *lines):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = unreached.report({"core/sign.c": list(lines)} if lines else {})
        return status, out.getvalue()

    def test_everything_is_reached(self):
        status, text = self.report(line(1, 9), line(2, 0, noncode=True), line(3, 9, [4, 5]), line(4, 4), line(5, 5))
        self.assertEqual(status, 0)
        self.assertIn("4 of 4         2 of 2", text)
        self.assertIn("all lines and branches are reached", text)

    def test_one_missed_branch_fails(self):
        status, text = self.report(line(1, 9), line(3, 9, [0, 9]), line(5, 9))
        self.assertEqual(status, 1)
        self.assertIn("core/sign.c:3: 1 of 2 branches not taken: if (number < 0)\n", text)
        self.assertIn("not fully reached: 1 lines", text)

    def test_one_missed_line_fails(self):
        status, text = self.report(line(1, 9), line(3, 9, [9, 9]), line(4, 0), line(5, 9))
        self.assertEqual(status, 1)
        self.assertIn("core/sign.c:4: not run: return -1;\n", text)

    def test_a_source_without_counts_fails(self):
        status, text = self.report()
        self.assertEqual(status, 1)
        self.assertIn("core/sign.c: not measured", text)

    def test_marks_are_shown_with_their_reasons(self):
        self.source.write_text(SOURCE.replace("-1;", "-1; /* GCOVR_EXCL_LINE: there is no such number */"))
        status, text = self.report(line(1, 9), line(3, 9, [9, 9]), line(4, 0, noncode=True), line(5, 9))
        self.assertEqual(status, 0)
        self.assertIn("core/sign.c:4: marked as unreachable: return -1; /* GCOVR_EXCL_LINE: there is no such number */",
                      text)

    def test_other_files_are_refused(self):
        for text in ("", "{}", '{"files": [{"file": "core/sign.c"}]}', json.dumps([1])):
            path = unreached.ROOT / "counts"
            path.write_text(text)
            with contextlib.redirect_stderr(io.StringIO()) as printed:
                self.assertEqual(unreached.main([str(path)]), 2)
            self.assertIn("not what gcovr", printed.getvalue())
        with contextlib.redirect_stderr(io.StringIO()) as printed:
            self.assertEqual(unreached.main([]), 2)
        self.assertIn("usage", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
