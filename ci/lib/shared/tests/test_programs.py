"""Running other programs."""
import pathlib
import re
import sys
import tempfile
import unittest
from unittest import mock

from shared import programs
from shared.errors import CannotRun

ENDLESS = "while :; do echo {0}; done"


class Programs(unittest.TestCase):
    def refused(self, message, *command, **more):
        with self.assertRaisesRegex(CannotRun, message):
            programs.run(*command, **more)

    def test_what_is_printed_and_given(self):
        data = b"\0\xff" * 500_000
        self.assertEqual(programs.run("cat", input=b"some"), "some")
        self.assertEqual(programs.run("sh", "-c", "cat | tee /dev/stderr | wc -c", input=data), f"{len(data)}\n")
        self.assertEqual(programs.run("cat"), "")

    def test_a_program_that_fails(self):
        self.refused(r"^sh -c .*: exit 3\nout\nwhy\n$", "sh", "-c", "echo out; echo why >&2; exit 3")
        self.refused("exit -9", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")

    def test_a_program_that_never_stops_printing(self):
        with mock.patch.object(programs, "MOST", 1 << 20):
            for where in ("", ">&2"):
                self.refused("printed more than 1 MB, and was stopped; let it print less", "sh", "-c", ENDLESS.format(f"{'x' * 1000} {where}"))

    def test_a_program_that_takes_too_long(self):
        for does in ("sleep 600", "exec >/dev/null 2>/dev/null; sleep 600", ENDLESS.format("x >/dev/null"), ENDLESS.format("")):
            self.refused("not done after 0.1 s", "sh", "-c", does, seconds=0.1)

    def test_a_program_ends_when_it_has_printed_what_is_waited_for(self):
        found = programs.run("sh", "-c", "echo one; echo two; exec sleep 600", until=re.compile(rb"^two\n", re.M))
        self.assertEqual(found, "one\ntwo\n")
        self.refused("exit 3", "sh", "-c", "exit 3", until=re.compile(rb"two"))

    def test_what_is_left_in_the_background_keeps_nobody_waiting(self):
        with mock.patch.object(programs, "QUIET", 0.01):
            self.assertEqual(programs.run("sh", "-c", "sleep 5 & echo $!", seconds=4).strip().isdigit(), True)
            self.refused("exit 4", "sh", "-c", "sleep 5 & exit 4", seconds=4)

    def test_what_is_no_program(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "file"
            file.write_bytes(b"")
            self.refused("cannot be started: Permission denied", file)
            file.chmod(0o755)
            self.refused("cannot be started: Exec format error", file)
            self.refused("cannot be started: Permission denied", folder)
            self.refused("cannot be started: No such file", file.with_name("nosuch"))
            self.refused("cannot be started: Not a directory", file / "x")


if __name__ == "__main__":
    unittest.main()
