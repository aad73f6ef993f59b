"""What all commands in ci/ share: options, exit codes and progress lines."""
import concurrent.futures
import contextlib
import io
import pathlib
import subprocess
import tempfile
import unittest

from shared import command_line, progress
from shared.errors import CannotRun


class CommandLine(unittest.TestCase):
    def ends(self, function, *errors):
        """The exit code, and what was printed."""
        with contextlib.redirect_stderr(io.StringIO()) as printed, self.assertRaises(SystemExit) as ended:
            command_line.finish("planted", function, *errors)
        return ended.exception.code, printed.getvalue()

    def raises(self, error):
        def function():
            raise error
        return function

    def test_the_exit_code_is_what_main_returns(self):
        for status in (0, 1, 3):
            self.assertEqual(self.ends(lambda: status), (status, ""))

    def test_errors_are_printed(self):
        self.assertEqual(self.ends(self.raises(CannotRun("no such fault: look again"))), (2, "planted: no such fault: look again\n"))
        self.assertEqual(self.ends(self.raises(OSError("full")), OSError), (2, "planted: full\n"))
        with self.assertRaises(OSError):
            command_line.finish("planted", self.raises(OSError("full")))

    def test_an_interrupt_is_no_error(self):
        self.assertEqual(self.ends(self.raises(KeyboardInterrupt())), (130, ""))

    def parse(self, *words):
        parser = command_line.parser("planted", "What it does.", "0 done, 1 not done.")
        parser.add_argument("--only", type=command_line.pattern, default="")
        command_line.add_setup(parser)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as errors:
            try:
                return parser.parse_args(words)
            except SystemExit as ended:
                return ended.code, out.getvalue() + errors.getvalue()

    def test_patterns(self):
        self.assertTrue(self.parse().only.search("anything"))
        self.assertFalse(self.parse("--only", "^a").only.search("ba"))
        status, said = self.parse("--only", "(")
        self.assertEqual(status, 2)
        self.assertIn("'(' is no regular expression", said)

    def test_help(self):
        status, said = self.parse("--help")
        self.assertEqual(status, 0)
        self.assertTrue(said.startswith("usage: ci/planted"), said)
        self.assertIn("What it does.", said)
        self.assertIn("Exit: 0 done, 1 not done.", said)

    def test_setup_can_be_skipped(self):
        self.assertTrue(self.parse().setup)
        self.assertFalse(self.parse("--no-setup").setup)


class ProgressLines(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, progress, "EVERY", progress.EVERY)
        progress.EVERY = 0
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name) / "log"

    def printed(self, function):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            function()
        return out.getvalue()

    def test_a_line_says_what_and_how_far_and_for_how_long(self):
        self.assertEqual(self.printed(lambda: progress.Progress("trials").show("3 of 8")), "    ... 0 s: trials: 3 of 8\n")

    def test_there_is_one_line_every_ten_seconds(self):
        progress.EVERY = 10
        self.assertEqual(self.printed(lambda: progress.Progress("trials").show("3 of 8")), "")

    def test_futures_are_counted(self):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            futures = [pool.submit(lambda: 1) for _ in range(3)]
            printed = self.printed(lambda: self.assertEqual(sum(one.result() for one in progress.Progress("trials").completed(futures)), 3))
        self.assertIn("s: trials: 3 of 3\n", printed)

    def test_a_log_is_followed(self):
        self.log.write_text("")
        with open(self.log, "w", encoding="utf-8") as log:
            process = subprocess.Popen(["sh", "-c", "echo one; echo; sleep 1.2; exit 3"], stdout=log)
        printed = self.printed(lambda: self.assertEqual(progress.Progress("work").wait_for(process, self.log), 3))
        self.assertIn("s: work: one\n", printed)

    def test_lines_are_neither_empty_nor_nested(self):
        for text, last in (("", ""), ("one\n\n  \n", "one"), ("a\rb\r", "b"), ("    ... 20 s: trials: 3 of 8\n", "trials: 3 of 8"),
                           ("... 20 s (crashes are expected):     ... 10 s: one\n", "one"), ("==> one\n", "one")):
            self.log.write_text(text)
            self.assertEqual(progress.last_line(self.log), last)


if __name__ == "__main__":
    unittest.main()
