"""What all commands in ci/ share: options, exit codes and progress lines."""
import argparse
import concurrent.futures
import contextlib
import errno
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from shared import command_line, interrupts, progress
from shared.errors import CannotRun
from shared.repository import ROOT


DURATIONS = {"1s": 1, "90s": 90, "10m": 600, "1.5h": 5400, ".5m": 30, "2d": 172800, "1000h": 3600000}
UNIT = "a duration needs a unit: s, m, h or d"
NO_DURATION = "not a duration; write a number and a unit, such as 90s, 10m, 1.5h or 2d"
BOUNDS = "not from 1s to 1000h"
WRONG_DURATIONS = {"90": f"write 90s; {UNIT}", "1.5": f"write 1.5s; {UNIT}", "x": NO_DURATION, "": NO_DURATION, "-5s": NO_DURATION,
                   "5 s": NO_DURATION, "5S": NO_DURATION, "1e3s": NO_DURATION, "1.s": NO_DURATION, "5s\n6s": NO_DURATION,
                   "0s": BOUNDS, ".5s": BOUNDS, "1001h": BOUNDS, "42d": BOUNDS}


class CommandLine(unittest.TestCase):
    def ends(self, function, *errors):
        """The exit code, and what was printed."""
        for number in interrupts.SIGNALS:
            self.addCleanup(signal.signal, number, signal.getsignal(number))
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
        self.assertEqual(self.ends(self.raises(OSError(errno.ENOSPC, "No space", "out/page"))),
                         (2, "planted: the disk is full (out/page): free some space, and run again; what was found before is kept\n"))

    def test_an_unexpected_error_is_not_taken_for_a_finding(self):
        code, said = self.ends(self.raises(ValueError("odd")))
        self.assertEqual(code, 2)
        self.assertIn("Traceback", said)
        self.assertTrue(said.endswith("planted: ValueError: odd; see the lines above\n"))

    def test_a_reader_that_ends_early(self):
        for written, code in ((10 ** 6, 141), (1, 0)):  # a buffer is full, or is written when main() has ended
            script = ("import sys; from shared import command_line\n"
                      f"def main():\n    print('x', flush=True)\n    sys.stdin.read()\n    print('y' * {written})\n    return 0\n"
                      "command_line.finish('planted', main)\n")
            with subprocess.Popen([sys.executable, "-B", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, env={**os.environ, "PYTHONUNBUFFERED": ""}) as command:
                self.assertEqual(command.stdout.readline(), "x\n")
                command.stdout.close()
                command.stdin.close()
                self.assertEqual((command.stderr.read(), command.wait(20)), ("", code))

    def test_closed_streams(self):
        script = f'exec "{sys.executable}" -B -c "from shared import command_line; command_line.finish(\'planted\', lambda: 1 / 0)" >&- 2>&-'
        self.assertEqual(subprocess.run(script, shell=True, check=False).returncode, 2)

    def test_an_interrupt_is_no_error(self):
        self.assertEqual(self.ends(self.raises(KeyboardInterrupt())), (130, "planted: interrupted (SIGINT)\n"))

    def test_an_interrupt_ends_at_once_what_threads_have_started(self):
        # completed() looks up each second. A signal just before result() begins to wait is noticed only when a program ends.
        script = ("import subprocess; from shared import command_line, pools, progress\n"
                  "def main():\n"
                  "    with pools.pool(2) as pool:\n"
                  "        waiting = [pool.submit(subprocess.run, ['sh', '-c', 'echo x; exec sleep 60'], check=False) for _ in range(9)]\n"
                  "        return list(progress.Progress('it').completed(waiting))\n"
                  "command_line.finish('planted', main)\n")
        for number in (signal.SIGINT, signal.SIGTERM):
            command = subprocess.Popen([sys.executable, "-B", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertEqual([command.stdout.readline() for _ in range(2)], ["x\n", "x\n"])
            command.send_signal(number)
            # Until all that hold the pipes have ended.
            self.assertEqual(command.communicate(timeout=20), ("", f"planted: interrupted ({number.name})\n"))
            self.assertEqual(command.returncode, 130)

    def parse(self, *words):
        parser = command_line.parser("planted", "What it does.", "0 done, 1 not done.", {"--seconds": "--for", "--old": "--only"})
        command_line.add_only(parser, "faults")
        command_line.add_for(parser, "it lasts", "no default")
        command_line.add_output(parser, "everything goes")
        command_line.add_seed(parser, "all", default=1)
        command_line.add_jobs(parser, "trials run")
        command_line.add_json(parser)
        command_line.add_setup(parser)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as errors:
            try:
                return parser.parse_args(list(map(str, words)))
            except SystemExit as ended:
                return ended.code, out.getvalue() + errors.getvalue()

    def test_patterns(self):
        self.assertTrue(self.parse().only.search("anything"))
        self.assertFalse(self.parse("--only", "^a").only.search("ba"))
        status, said = self.parse("--only", "(")
        self.assertEqual(status, 2)
        self.assertIn("'(' is no regular expression", said)

    def refused(self, message, *words):
        status, said = self.parse(*words)
        self.assertEqual(status, 2)
        self.assertIn(message, said)

    def test_durations(self):
        for text, seconds in DURATIONS.items():
            self.assertEqual(self.parse("--for", text).duration, seconds)
        self.assertEqual(self.parse("-f90s").duration, 90)
        for text, message in WRONG_DURATIONS.items():
            self.refused(f"-f/--for: {text}: {message}", f"--for={text}")

    def test_the_shell_reads_durations_in_the_same_way(self):
        shell = lambda text: subprocess.run(["sh", "-c", '. ci/lib.sh && seconds_of --for "$1"', "ci/harness", text], cwd=ROOT,
                                            capture_output=True, text=True, check=False)
        for text, seconds in DURATIONS.items():
            self.assertEqual(shell(text).stdout, f"{seconds:.0f}\n")
        for text, message in WRONG_DURATIONS.items():
            done = shell(text)
            self.assertEqual((done.returncode, done.stderr), (2, f"harness: --for {text}: {message}\n\n"))

    def test_numbers(self):
        self.assertEqual(self.parse("-j3").jobs, 3)
        for text in ("0", "-1", "x", "1.5", "", "9999999999"):
            self.refused("not a whole number from 1 to", f"--jobs={text}")

    def test_seeds(self):
        seeds = {"0": 0, "7": 7, "18446744073709551615": 2**64 - 1}
        wrong = ("-1", "x", "1.5", "18446744073709551616", "99999999999999999999999")
        for text, seed in seeds.items():
            self.assertEqual(self.parse("-S", text).seed, seed)
            with mock.patch.dict(os.environ, RINGPROOF_SEED=text):
                self.assertEqual(self.parse().seed, seed)
                self.assertEqual(self.parse("--seed", "3").seed, 3)
        for text in wrong:
            self.refused(f"-S/--seed: {text}: not a whole number from 0 to 18446744073709551615", f"--seed={text}")
            with mock.patch.dict(os.environ, RINGPROOF_SEED=text):
                self.refused(f"RINGPROOF_SEED={text}: not a whole number")
                self.assertEqual(self.parse("--seed", "3").seed, 3)
        shell = lambda text, given="": subprocess.run(["sh", "-c", '. ci/lib.sh && seed_of "$1"', "ci/harness", given], cwd=ROOT, text=True,
                                                      capture_output=True, check=False, env={**os.environ, "RINGPROOF_SEED": text})
        for text in seeds:
            self.assertEqual((shell(text).stdout, shell("3", text).stdout, shell("x", text).stdout), (f"{text}\n",) * 3)
        for text in wrong:
            self.assertIn(f"harness: RINGPROOF_SEED={text}: not a whole number", shell(text).stderr)
            self.assertIn(f"harness: --seed {text}: not a whole number", shell("3", text).stderr)
        self.assertNotEqual(shell("").stdout, shell("").stdout)

    def test_folders(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "file").touch()
            self.assertEqual(self.parse("-o", folder / "a/b").output, folder / "a/b")
            for wrong in (folder / "file", folder / "file/below"):
                self.refused("is a file; name another folder", "--output", wrong)
            self.assertEqual(command_line.old_folder(name), folder)
            with self.assertRaisesRegex(argparse.ArgumentTypeError, "no such folder"):
                command_line.old_folder(folder / "file")

    def test_old_names_say_what_replaced_them(self):
        self.refused("--seconds is called --for now, and takes a unit: --for 90s, --for 10m, --for 8h", "--seconds", "3")
        self.refused("--old is called --only now\n", "--old=x")
        self.refused("--json takes no file now: it prints on standard output; write --json >FILE", "--json", "out.json")
        self.refused("--json takes no file now", "--json=out")
        self.assertTrue(self.parse("--json").json)

    def test_with_json_all_else_is_printed_on_standard_error(self):
        script = ("import argparse, subprocess; from shared import command_line\n"
                  "options = command_line.open_json(argparse.Namespace(json={}))\n"
                  "print('text', flush=True)\nsubprocess.run(['echo', 'more'])\ncommand_line.print_json(options, [1])")
        for given, out, errors in ((True, "[\n 1\n]\n", "text\nmore\n"), (False, "text\nmore\n", "")):
            done = subprocess.run([sys.executable, "-B", "-c", script.format(given)], capture_output=True, text=True, check=False)
            self.assertEqual((done.stdout, done.stderr), (out, errors))

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
                           ("... 20 s (crashes are expected):     ... 10 s: one\n", "one"), ("==> one\n", "one"),
                           ("one\nSegmentation fault (core dumped)\n", "one"), ("one\n... 10 s (crashes are expected): Aborted \n", "one"),
                           ("one\nci/x: line 7:  12 Bus error     erl\n", "one"), ("Killed 3 of 5 mutants\n", "Killed 3 of 5 mutants"),
                           ("one\ntimeout: the monitored command dumped core\n", "one")):
            self.log.write_text(text)
            self.assertEqual(progress.last_line(self.log), last)


if __name__ == "__main__":
    unittest.main()
