"""ci/autopsy on the kernel's message about a segfault on x86-64, with one part of it changed at a time."""
import subprocess
import unittest

from autopsy import kernel_log, log_verdict, text
from autopsy.tests.messages import CONSISTENT, OTHER, STATUS, UNKNOWN
from shared.repository import ROOT

AUTOPSY, LINE = ROOT / "ci" / "autopsy", text.REPORT_LINE


def run(command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)


class Lines(unittest.TestCase):
    def expect(self, verdict, line, words=""):
        (facts, *_), _ = kernel_log.read_all(line)
        judgement = log_verdict.judge(facts)
        printed = judgement["summary"] + "\n" + "\n".join(judgement["evidence"])
        self.assertEqual(judgement["verdict"], verdict, printed)
        self.assertIn(words, printed)
        return facts, printed

    def test_the_line_of_2014(self):
        facts, printed = self.expect(CONSISTENT, LINE)
        self.assertEqual((facts["program"], facts["pid"]), ("beam.smp", 21880))
        for words in ("27979", "at least 27980 points", "the program fetched an instruction", "not inside locale-archive",
                      "nothing was mapped at ip"):
            self.assertIn(words, printed)

    def test_forms_of_the_line(self):
        core = LINE[LINE.index("beam.smp"):]
        bare = core[:core.index(" in locale")]
        for line in (core, core + "]", bare, bare + " likely on CPU 1 (core 1, socket 0)", f"[ 2111.081291] {bare}",
                     f"[Thu Oct 30 15:19:41 2014] {core}", f"<6>[  12.3] {core}", f"2014-10-30T15:19:41+0100 host kernel: {core}",
                     f"kern  :info  : [  12.3] {core}", f"Oct 30 15:19:41 db-1 kernel: [123.4] {core}"):
            with self.subTest(line):
                facts, _ = self.expect(CONSISTENT, line)
                self.assertEqual((facts["program"], facts["pid"]), ("beam.smp", 21880))

    def test_each_part_can_fail_it(self):
        for old, new, verdict, words in (
                ("error 14", "error 4", UNKNOWN, "no instruction bit"),
                ("error 14", "error 15", CONSISTENT, "a page that is mapped"),
                ("error 14", "error 10", OTHER, "kernel's own code"),
                ("at 7fa300006d4b", "at 7fa300006d4c", OTHER, "elsewhere than at ip"),
                ("7fa300006d4b", "7fa3000003ff", OTHER, "garbage"),
                ("7fa300006d4b", "7fa308000000", OTHER, "garbage"),
                ("7fa300006d4b", "123400006d4b", OTHER, "garbage"),
                ("7fa300006d4b", "000000006d4b", UNKNOWN, "fixed low address"),
                ("7fa300006d4b", "000000000000", OTHER, "null function pointer"),
                ("7fa31616f000", "7fa300000000", CONSISTENT, "ip is inside")):
            with self.subTest(new):
                self.expect(verdict, LINE.replace(old, new), words)

    def test_other_lines(self):
        for line, verdict, words in (
                ("x[1]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4 in x[5600aaaa0000+2000]", OTHER, "null pointer"),
                ("x[1]: segfault at 0 ip           (null) sp 00007ffd00001000 error 14 in x[5600aaaa0000+2000]", OTHER, "null function"),
                ("x[1]: segfault at 7fa3aa000000 ip 5600aaaa1234 sp 7ffd00001000 error 6 in x[1000,5600aaaa0000+2000]", OTHER, "a write"),
                ("x[1]: segfault at 7ffd00000ff8 ip 5600aaaa1234 sp 7ffd00001000 error 6 in x[5600aaaa0000+2000]", OTHER, "stack overflow"),
                ("x[1]: segfault at ffffffffff600000 ip 5600aaaa1234 sp 7ffd00001000 error 5", OTHER, "kernel address"),
                ("x[1]: segfault at 7ffd00007d49 ip 5600aaaa1234 sp 7ffdaaaa1000 error 4 in x[5600aaaa0000+2000]", UNKNOWN, "inside quicksort"),
                ("b[1]: segfault at 7fa3aa000000 ip 7fa3aa83dd96 sp 7fa4d0d7c788 error 4 in hash_ring_drv.so[7fa3aa83c000+4000]", UNKNOWN,
                 "only the stack"),
                ("traps: x[1] general protection fault ip:5600aaaa1234 sp:7ffd00001000 error:0 in x[5600aaaa0000+2000]", OTHER,
                 "general protection")):
            with self.subTest(line):
                self.expect(verdict, line, words)

    def test_lines_on_standard_input(self):
        null = "[ 1.0] x[1]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4 in x[5600aaaa0000+2000]"
        result = run([AUTOPSY, "-"], input=f"{null}\nsomething else\n{LINE}\n{null}\n")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertTrue(result.stdout.startswith("consistent with it: beam.smp[21880]"), result.stdout)
        self.assertEqual(result.stdout.count("also: not this: x[1]: a null pointer dereference (read), in x (1.0)\n"), 2)
        self.assertEqual(run([AUTOPSY, "-"], input=f"{null}\n").returncode, 3)
        self.assertEqual(run([AUTOPSY, LINE]).returncode, 1)
        self.assertEqual(run([AUTOPSY, *LINE.split()]).returncode, 1)
        nothing = run([AUTOPSY, "-"], input="a quiet night\n")
        self.assertEqual(nothing.returncode, 2)
        self.assertIn("    a quiet night\n  looked for: a kernel's message", nothing.stderr)

    def test_help(self):
        words = run([AUTOPSY, "--help"]).stdout
        self.assertIn("usage: ci/autopsy", words)
        for verdict, status in STATUS.items():
            self.assertIn(f"{status} {verdict}", " ".join(words.split()))


if __name__ == "__main__":
    unittest.main()
