"""Calls of ci/lib.sh from Python: in which folder they run, under which name, and how they end."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from shared.repository import ROOT

CALL = [sys.executable, "-B", "-c", "import sys; from shared import lib_sh; lib_sh.run(*sys.argv[1:]); print('went on')"]


class LibSh(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def call(self, *lines):
        done = subprocess.run([*CALL, "planted", *lines], cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_lines_run_in_the_repository(self):
        self.assertEqual(self.call("pwd", "say hello"), (0, f"{ROOT}\n==> hello\nwent on\n", ""))

    def test_a_failing_line_ends_the_command_with_its_message_and_status(self):
        self.assertEqual(self.call("die it is so", "say more"), (2, "", "planted: it is so\n"))
        self.assertEqual(self.call("false", "say more")[:2], (1, ""))
        self.assertEqual(self.call("kill -9 $$")[:2], (137, ""))

    def test_started_programs_end_with_the_command(self):
        log = self.folder / "log"
        command = subprocess.Popen([*CALL, "planted", f"quietly {log} sh -c 'echo $$; exec sleep 60'"], stdout=subprocess.DEVNULL)
        while not log.exists() or not log.read_text():
            time.sleep(0.01)
        command.send_signal(signal.SIGTERM)
        self.assertEqual(command.wait(20), 130)
        deadline = time.monotonic() + 20
        with self.assertRaises(ProcessLookupError):
            while time.monotonic() < deadline:
                os.kill(int(log.read_text()), 0)
                time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
