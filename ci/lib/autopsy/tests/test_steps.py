"""The work grows in step with the input: Callgrind counts instructions for hostile texts and for texts twice as long. A pattern
that is quadratic once took 89 s for 40 KB without a colon."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from shared.repository import ROOT

SIZE = 1500  # characters of each hostile text
GROUP = 5  # texts that are counted together: writing the counters takes time, too
MOST = 2.3  # times the work for twice the text
HOSTILE = (
    "beam.smp[21880", "a[1]: segfault at 1 ip 2 sp 3 error 4 in ", "segfault at ", "general protection ip:1 ", "[1]", "trap ", "x[1] trap int3 ip:1 ",
    "unhandled ", "unhandled a (1) at ", "unhandled exception: a, ESR 0x1, ", "oom-kill:,task=", "Killed process 1 (", "type=1701 pid=1 comm=\"",
    "sending SIGSEGV to ", "#0 0x1 in a (", "#0 (a + 0x", "a(+0x1)[0x", " at a:1", "kernel: ", "[1.0] ", "<1>", "> ", "{\"log\":\"", "&amp;", "^[[0m", "\\x1b[",
    "Process 1 (", "Thread 1 (", "PID: 1 (", "Slogan: ", "ain process exited, ", " ", "0", "(", "[", "==1==    at 0x1: ", "AddressSanitizer: a-", "segfault at".ljust(80, "x") + "\n", "\n", "segfault at\n", "#0 0x1 in a (\n", "#1 a (\n",
)


def steps(groups, size):
    """Instructions for each group of texts, and for texts twice as long."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--dump-before=getppid", f"--callgrind-out-file={folder}/out", "--", sys.executable,
                   "-S", "-B", "-m", "autopsy.tests.read_units", str(size), json.dumps(groups)]
        result = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT / "ci/lib")}, capture_output=True, text=True, check=False)
        counts = [int(re.search(r"^(?:summary|totals): (\d+)", path.read_text(), re.M)[1]) for path in
                  sorted(pathlib.Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))]
    counts = counts[1:2 * len(groups) + 1]
    if result.returncode or len(counts) < 2 * len(groups):
        raise AssertionError(f"Callgrind counted {len(counts)} parts: {result.stderr}")
    return list(zip(counts[::2], counts[1::2]))


class Steps(unittest.TestCase):
    def test_twice_the_text_is_twice_the_work(self):
        groups = [HOSTILE[at:at + GROUP] for at in range(0, len(HOSTILE), GROUP)]
        *counted, (once, twice) = steps([*groups, ["a"]], SIZE)
        self.assertGreater(twice / once, MOST, "the planted pattern, which is quadratic, was not seen")
        for units, (once, twice) in zip(groups, counted):
            with self.subTest(units):
                print(f"{once:>12,} {twice:>12,} {twice / once:.2f} {units}")
                self.assertLess(twice / once, MOST)
                self.assertGreater(twice / once, 1)  # it counted what was read


if __name__ == "__main__":
    unittest.main()
