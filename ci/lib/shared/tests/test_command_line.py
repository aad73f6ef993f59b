"""How the commands in ci/ end."""
import contextlib
import io
import unittest

from shared import command_line
from shared.errors import CannotRun


class CommandLine(unittest.TestCase):
    def ends(self, function, *errors):
        """With which status, and what is said of it."""
        with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(SystemExit) as ended:
            command_line.finish("planted", function, *errors)
        return ended.exception.code, said.getvalue()

    def raises(self, error):
        def function():
            raise error
        return function

    def test_its_own_status(self):
        for status in (0, 1, 3):
            self.assertEqual(self.ends(lambda: status), (status, ""))

    def test_what_it_cannot_do_is_told(self):
        self.assertEqual(self.ends(self.raises(CannotRun("no such bug: look again"))), (2, "planted: no such bug: look again\n"))
        self.assertEqual(self.ends(self.raises(OSError("full")), OSError), (2, "planted: full\n"))
        with self.assertRaises(OSError):
            command_line.finish("planted", self.raises(OSError("full")))

    def test_it_may_be_interrupted(self):
        self.assertEqual(self.ends(self.raises(KeyboardInterrupt())), (130, ""))

    def parse(self, *words):
        parser = command_line.parser("planted", "What it does.", "0 done, 1 not so.")
        parser.add_argument("--only", type=command_line.pattern, default="")
        command_line.add_setup(parser)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as said:
            try:
                return parser.parse_args(words)
            except SystemExit as ended:
                return ended.code, out.getvalue() + said.getvalue()

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
        self.assertIn("Exit: 0 done, 1 not so.", said)

    def test_setup_can_be_left_out(self):
        self.assertTrue(self.parse().setup)
        self.assertFalse(self.parse("--no-setup").setup)


if __name__ == "__main__":
    unittest.main()
