"""ci/findings on targets with planted faults, and signatures of reports of sanitizers.

The environment variable RINGPROOF is the path of the tool, FAULTY the folder of the faulty targets.
"""
import os
import pathlib
import subprocess
import tempfile
import unittest

from fuzzing import corpus, findings, signatures
from shared.repository import ROOT

FINDINGS = ROOT / "ci/findings"
AFTER_FREE = ['ring sha1\nadd "one" 40\nadd "another node" 3\nfind "key"\nremove "another node"\nfind "key"\n',
              'ring md5\nadd-many "one" 4 "two" 5\nremove "none"\nremove "one"\nremove "two"\n',
              'ring xxh3\nadd "one" 2\nremove "one"\nadd "one" 2\n']
WRONG_ANSWER = ['ring identity\nadd "long name one" 3\nadd "long name two" 1\nadd "third" 1\nfind "long name two"\nfind "x"\n',
                'ring identity\nadd "a" 1\nadd "xyz" 7\nfind-n "xyz" 0\nfind "a"\n']


class Planted(unittest.TestCase):
    """The command on a target with two faults: a name is used after free, and a lookup compares by >= instead of >."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "tree/fuzz").mkdir(parents=True)
        self.link("ringproof", os.environ["RINGPROOF"])
        self.link("ring_ops", os.environ["FAULTY"] + "/ring_ops_of_two_faults")
        self.out = self.folder / "out"

    def link(self, name, to):
        (self.folder / "tree/fuzz" / name).symlink_to(to)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def write_program(self, name, trace, head=b""):
        self.write("trace", trace.encode())
        done = subprocess.run([os.environ["RINGPROOF"], "convert", self.folder / "trace"], capture_output=True, check=True)
        self.write(name, head + done.stdout)

    def run_findings(self, *words):
        return subprocess.run([FINDINGS, self.folder / "raw", "--output", self.out, "--tree", self.folder / "tree", *words],
                              capture_output=True, text=True, check=False)

    def found(self):
        return {path.name: {one.name: one.read_bytes().decode(errors="replace") for one in path.iterdir() if one.is_file()}
                for path in self.out.iterdir() if path.is_dir()}

    def reproduces(self, line):
        return subprocess.run(line, shell=True, cwd=self.folder, capture_output=True, check=False).returncode != 0

    def test_files_of_two_defects_are_two_findings(self):
        for i, trace in enumerate(AFTER_FREE):
            self.write_program(f"raw/ring_ops-merge-crash-{i:040}", trace)
        for i, trace in enumerate(WRONG_ANSWER):
            self.write_program(f"raw/ring_ops.merge/out/default/crashes/id:{i:06},sig:06", trace)
        self.write("raw/ring_ops.merge/out/default/crashes/README.txt", b"of AFL++, and no input")
        result = self.run_findings()
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("5 raw files", result.stdout)
        self.assertIn("2 findings", result.stdout)
        found = self.found()
        answer = found["ring_ops-merge-difference-answer-find"]
        freed = found["ring_ops-merge-heap-use-after-free-ring_nodes_remove"]
        self.assertEqual(len(found), 2)
        self.assertTrue(answer["seen"].startswith("2 raw files"), answer["seen"])
        self.assertTrue(freed["seen"].startswith("3 raw files"), freed["seen"])
        operations = lambda trace: [line for line in trace.splitlines() if line.startswith(("add", "remove", "find"))]
        self.assertEqual(operations(freed["trace"]), ['add "a" 1', 'remove "a"'])
        self.assertEqual(len(operations(answer["trace"])), 3)
        self.assertLessEqual(max(map(len, operations(answer["trace"]))), len('find "ab"'))
        self.assertIn("expect merge agree", answer["trace"])
        self.assertIn("ERROR: AddressSanitizer: heap-use-after-free", freed["report.txt"])
        self.assertIn("# difference at operation 3, answer: expected", answer["report.txt"])
        for finding in (answer, freed):
            self.assertEqual(len(finding["reproduce"].splitlines()), 1)
            self.assertTrue(self.reproduces(finding["reproduce"]))
        self.assertEqual(len(list((self.out / "ring_ops-merge-difference-answer-find/raw").iterdir())), 2)
        # The correct ring passes the trace.
        kept = self.out / "ring_ops-merge-difference-answer-find/kept.trace"
        kept.write_text(answer["trace"])
        self.assertEqual(subprocess.run([os.environ["RINGPROOF"], "expect", kept], capture_output=True, check=False).returncode, 0)

    def test_find_and_find_n_with_one_cause_are_one_finding(self):
        self.write_program("raw/ring_ops.merge/crash-0", WRONG_ANSWER[0])
        self.write_program("raw/ring_ops.merge/crash-1", 'ring identity\nadd-many "a" 1 "xyz" 7 "b" 1\nfind-n "a" 3\n')
        for _ in range(2):  # the second run finds the folder of the first
            self.assertEqual(self.run_findings().returncode, 1)
            (name, finding), = self.found().items()
            self.assertEqual(name, "ring_ops-merge-difference-answer-find")
            self.assertIn("2 raw files", finding["seen"])

    def test_another_run_adds_to_a_finding(self):
        self.write_program("raw/ring_ops.merge/crash-0", WRONG_ANSWER[0])
        self.run_findings()
        before = self.found()["ring_ops-merge-difference-answer-find"]
        self.write_program("raw/ring_ops.merge/crash-1", WRONG_ANSWER[1])
        result = self.run_findings()
        self.assertEqual(result.returncode, 1, result.stderr)
        after = self.found()
        self.assertEqual(list(after), ["ring_ops-merge-difference-answer-find"])
        self.assertEqual(after["ring_ops-merge-difference-answer-find"]["input"], before["input"])
        self.assertIn("2 raw files", after["ring_ops-merge-difference-answer-find"]["seen"])

    def test_bytes_before_the_program_are_kept(self):
        self.link("out_of_memory", os.environ["FAULTY"] + "/out_of_memory_no_memory_nodes_leak")
        self.write_program("raw/out_of_memory/crash-0", 'ring xxh3\nfind "a"\nadd "name" 30\nadd "other" 3\nremove "name"\n', b"\1")
        self.assertEqual(self.run_findings().returncode, 1)
        (name, finding), = self.found().items()
        self.assertRegex(name, "^out_of_memory-core-difference-allocation-refused.*-add$")
        self.assertTrue(finding["trace"].endswith('add "a" 1\n'), finding["trace"])
        self.assertEqual(finding["input"][0], "\1")

    def test_an_input_that_is_no_program_is_minimised_as_bytes(self):
        self.link("command_line", os.environ["FAULTY"] + "/command_line_number_may_be_cut")
        self.write("raw/command_line/crash-0", b"a b --ops 3 file --seed 99999999999999999999999999 other words\n")
        self.assertEqual(self.run_findings().returncode, 1)
        (name, finding), = self.found().items()
        self.assertEqual(name, "command_line-core-difference-not-the-number-that-is-written")
        self.assertRegex(finding["input"], r"^\S+ ?\d{20}$")
        self.assertNotIn("trace", finding)

    def test_an_endless_loop_is_a_finding_and_ends(self):
        (self.folder / "tree/fuzz/ring_ops").unlink()
        self.link("ring_ops", os.environ["FAULTY"] + "/ring_ops_find_n_never_ends")
        self.write_program("raw/ring_ops/timeout-0", 'ring constant\nadd "a" 1\nadd "b" 2\nfind-n "k" 2\nfind-n "k" 9\n')
        result = self.run_findings("--shrink-for", "2s")
        self.assertEqual(result.returncode, 1, result.stderr)
        (name, finding), = self.found().items()
        self.assertEqual(name, "ring_ops-core-slow")
        self.assertIn("RINGPROOF_SLOW_MS", finding["reproduce"])

    def test_an_input_that_does_not_fail_again_is_a_finding(self):
        self.write_program("raw/ring_ops.tiny/crash-0", 'ring xxh3\nadd "a" 1\n')
        result = self.run_findings()
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(list(self.found()), ["ring_ops-tiny-does-not-fail-again"])

    def test_other_files_are_no_findings(self):
        self.write("raw/ring_ops.tiny/README.txt", b"")
        result = self.run_findings()
        self.assertEqual((result.returncode, result.stdout), (0, "no findings: there are no raw files\n"))

    def test_errors_are_reported(self):
        self.write("raw/crash-0", b"0")
        self.assertIn("unknown target", self.run_findings().stderr)
        self.assertIn("no such target", self.run_findings("--target", "none").stderr)
        for word, message in (("ring_ops.none", "no such subject"), ("placement", "No such file")):
            result = self.run_findings("--target", word)
            self.assertEqual(result.returncode, 2)
            self.assertIn(message, result.stderr)


FREED = """x
=================================================================
==31==ERROR: AddressSanitizer: heap-use-after-free on address 0x6 at pc 0x5 bp 0x7 sp 0x8
READ of size 8 at 0x604000000020 thread T0
    #0 0x7f3c in __interceptor_memcmp ../../sanitizer_common_interceptors.inc:872
    #1 0x5615 in compare_names /src/core/nodes.c:213
    #2 0x5616 in ring_remove /src/build/asan/fuzz/tests/faults/some/core/change.c:166
    #3 0x5617 in remove_node /src/fuzz/subjects/core.c:39
    #4 0x5618 in run_file /src/fuzz/targets/runner.c:40

0x604000000020 is located 16 bytes inside of 40-byte region
freed by thread T0 here:
    #0 0x7f3c in free x.cpp:1
    #1 0x5615 in ring_node_destroy /src/core/nodes.c:13

SUMMARY: AddressSanitizer: heap-use-after-free core/nodes.c:213 in compare_names
"""
LEAK = """
=================================================================
==5==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 7 byte(s) in 1 object(s) allocated from:
    #0 0x7f6 in __interceptor_malloc a.cpp:145
    #1 0x55f in ring_create /src/core/create.c:33

SUMMARY: AddressSanitizer: 7 byte(s) leaked in 1 allocation(s).
"""
OVERFLOW = """/src/core/arcs/find.c:12:19: runtime error: shift exponent 64 is too large for 64-bit type 'long unsigned int'
    #0 0x55d in arc_of /src/core/arcs/find.c:12
    #1 0x55e in arcs_find /src/core/arcs/find.c:80

SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior /src/core/arcs/find.c:12:19 in
"""
DIFFERENCE = """/tmp/crash-1
# difference at operation 2, point 17 in ring order: expected 4 "a: got b"
# difference at operation 2, point 17 in ring order: got 5 "b"
ring xxh3
add "a" 1
add-many "b" 1 "c" 2
==77== ERROR: libFuzzer: deadly signal
    #0 0x55 in main /src/core/x.c:1
SUMMARY: libFuzzer: deadly signal
"""
ENGINE = """==77== ERROR: libFuzzer: out-of-memory (used: 2081Mb; limit: 2048Mb)
SUMMARY: libFuzzer: out-of-memory
"""


class Signatures(unittest.TestCase):
    def of(self, output, status=1):
        signature = signatures.of_run("ring_ops", "core", status, output)
        return signature.kind, signature.place

    def test_of_reports(self):
        for output, expected in ((FREED, ("heap-use-after-free", ("compare_names", "ring_remove", "remove_node"))),
                               (LEAK, ("leak", ("ring_create",))),
                               (OVERFLOW, ("shift-exponent-is-too-large-for", ("arc_of", "arcs_find"))),
                               (DIFFERENCE, ("difference", ("point-in-ring-order", "add-many"))),
                               (ENGINE, ("out-of-memory", ())),
                               ("# slow: the input took more than RINGPROOF_SLOW_MS\n", ("slow", ())),
                               ('# answered: "\\x00"\n# expected: "\\x01"\n# a wrong answer\n# command: "f"\n',
                                ("difference", ("a-wrong-answer",))),
                               ("==1==ERROR: AddressSanitizer: requested allocation size 0xfff exceeds", ("too-much-memory", ())),
                               ("a: b.c:1: f: Assertion `x > 0' failed.\n", ("assertion", ("x",)))):
            with self.subTest(expected):
                self.assertEqual(self.of(output), expected)
        self.assertEqual(self.of("", -11), ("sigsegv", ()))
        self.assertEqual(self.of("", 77), ("exit-77", ()))
        self.assertIsNone(signatures.of_run("ring_ops", "core", 0, FREED))

    def test_the_kind_of_an_operation_counts_but_not_its_number(self):
        self.assertEqual(self.of(DIFFERENCE), self.of(DIFFERENCE.replace("17", "3").replace('"b" 1', '"d" 9')))
        self.assertNotEqual(self.of(DIFFERENCE), self.of(DIFFERENCE.replace("add-many", "remove")))

    def test_names(self):
        signature = signatures.of_run("out_of_memory", "tiny", 1, FREED)
        self.assertEqual(signature.name(), "out_of_memory-tiny-heap-use-after-free-compare_names")

    def test_findings_with_different_callers_have_numbered_names(self):
        with tempfile.TemporaryDirectory() as folder:
            two = [findings.Finding(signatures.of_run("ring_ops", "core", 1, output), None, [])
                   for output in (FREED, FREED.replace("ring_remove", "ring_add"))]
            names = sorted(path.name for path in findings.place(two, {}, pathlib.Path(folder)).values())
        self.assertEqual(names, ["ring_ops-core-heap-use-after-free-compare_names", "ring_ops-core-heap-use-after-free-compare_names-2"])

    def test_bytes_are_minimised(self):
        self.assertEqual(findings.shrink_bytes(b"one (two) three (four)" * 3, lambda data: b"(" in data and data.endswith(b")")), b"()")

    def test_the_bytes_before_the_program_are_known_for_every_target(self):
        heads = {target: findings.head_of(target) for target in corpus.targets()}
        self.assertEqual((heads["ring_ops"], heads["batches"], heads["command_line"]), (0, 8, None))
        for target, head in heads.items():
            self.assertEqual(head is not None, "target_program(" in findings.source_of(target).read_text(), target)


if __name__ == "__main__":
    unittest.main()
