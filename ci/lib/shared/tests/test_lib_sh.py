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

CALL = [sys.executable, "-B", "-c", "import sys; from shared import command_line, lib_sh; "
        "command_line.finish(sys.argv[1], lambda: lib_sh.run(*sys.argv[1:]) or print('went on'))"]

QUICK = "sleep() { command sleep 0.05; }"  # quietly() waits whole seconds


def runs(process):
    """Whether a process runs: it may have ended, and nobody has asked for its exit status yet."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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

    def test_a_failing_line_ends_the_command_with_its_message(self):
        self.assertEqual(self.call("die it is so", "say more"), (2, "", "planted: it is so\n"))
        self.assertEqual(self.call("false", "say more"), (2, "", "planted: setting up ended with 1: see above\n"))
        self.assertEqual(self.call("kill -9 $$"), (2, "", "planted: setting up ended with -9: see above\n"))
        # What still runs has the pipe of the reason open, and does not matter.
        self.assertEqual(self.call("sleep 0.3 >/dev/null 2>&1 & die it is so"), (2, "", "planted: it is so\n"))

    def interrupt(self, number, send, what):
        """Sends a signal while lib.sh runs a program that started another. Returns what was printed."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        command = subprocess.Popen([*CALL, "planted", QUICK, f"quietly {log} {what}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True)
        while not log.exists() or not log.read_text().endswith("\n"):
            time.sleep(0.01)
        send(command.pid, number)
        said = command.communicate(timeout=20)
        self.assertEqual(command.returncode, 130, said)
        deadline = time.monotonic() + 20
        while runs(int(log.read_text())):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        return said

    def test_started_programs_end_with_the_command(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for send in (os.kill, os.killpg):
                with self.subTest(number=number, send=send):
                    printed, said = self.interrupt(number, send, "sh -c 'sleep 60 & echo $!; wait'")
                    self.assertEqual((printed, said.splitlines()[-1]), ("", f"planted: interrupted ({number.name})"))

    def test_an_interrupt_of_a_program_that_has_ended_is_130(self):
        # With set -e, a failing kill ended the shell with 1. Here `wait` is interrupted, and the program is gone.
        script = f". ci/lib.sh; sleep() {{ kill -9 $worker; command sleep 0.1; kill -TERM $$; }}; quietly {self.folder}/log /bin/sleep 60"
        done = subprocess.run(["sh", "-euc", script, "ci/test"], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (130, "test: interrupted\n"))

    def test_a_tree_is_built_by_one_command_at_a_time(self):
        (self.folder / "ci").symlink_to(ROOT / "ci")
        cmake = self.folder / "cmake"
        cmake.write_text(f"#!/bin/sh\nmkdir {self.folder}/built || echo twice >>{self.folder}/twice\nsleep 0.2\nrmdir {self.folder}/built\n")
        cmake.chmod(0o755)
        build = ["sh", "-euc", f". ci/lib.sh; {QUICK}; build_tree asan", "ci/test"]
        environment = dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}")
        builds = [subprocess.Popen(build, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [each.communicate(timeout=60)[0] for each in builds]
        self.assertEqual([each.returncode for each in builds], [0, 0])
        self.assertFalse((self.folder / "twice").exists())
        self.assertIn("==> waiting: another command builds build/asan\n", "".join(said))


if __name__ == "__main__":
    unittest.main()
