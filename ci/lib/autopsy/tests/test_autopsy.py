"""ci/autopsy on core dumps of crashes made here, on log lines of the kernel, and on facts with one piece of evidence
changed. gdb writes the core dumps, so the machine's own settings for them do not matter."""

import copy
import json
import os
import pathlib
import random
import struct
import shutil
import subprocess
import tempfile
import unittest

from autopsy import core_file, core_verdict, kernel_log, log_verdict, text
from shared.errors import CannotRun
from shared.repository import ROOT

AUTOPSY = ROOT / "ci" / "autopsy"

# The digits in the report depend on how gcc lays out the stack.
CC = os.environ.get("CC", "gcc")
RING = ["repro/crash.c", "repro/legacy/ring.c", "repro/legacy/sort.c", "core/placement.c", "fuzz/base/memory.c", "fuzz/program/rules.c"]
DEFECT, CONSISTENT, OTHER, UNKNOWN = "this defect", "consistent with it", "not this", "cannot tell"
STATUS = {DEFECT: 0, CONSISTENT: 1, OTHER: 3, UNKNOWN: 4}
CRASHES = {
    "null": "int main(int argc, char **argv) { (void)argv; return *(volatile int *)(long)(argc - 1); }",
    "abort": "#include <stdlib.h>\nint main(void) { abort(); }",
    "null_jump": "int (*volatile f)(void);\nint main(void) { return f() + 1; }",
    "recursion": "int f(volatile int n) { volatile char room[4096]; room[0] = (char)n; return f(n + 1) + room[0]; }\n"
                 "int main(void) { return f(0); }",
    "half_jump": "#include <string.h>\nstatic int g(void) { return 0; }\nint main(void) { int (*volatile f)(void) = g; int index = 27979;\n"
                 "memcpy((void *)&f, &index, 4); return f() + 1; }",
    "other_sort": "int quicksort(volatile int *p) { return *p; }\nint main(void) { return quicksort(0) + 1; }",
    "ring_null": "int quicksort(volatile int *p) { return *p; }\nint hash_ring_remove_node(void) { return quicksort(0) + 1; }\n"
                 "int main(void) { return hash_ring_remove_node() + 1; }",
    "not_canonical": "int main(void) { return *(volatile int *)0x4141414141414141; }",
}
LINE = text.REPORT_LINE


def run(command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)


class Cores(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)

    def build(self, name, *flags, sources=None):
        if sources is None:
            source = self.folder / f"{name}.c"
            source.write_text(CRASHES[name])
            sources, flags = [source], ("-O0", *flags)
        program = self.folder / name
        built = run([CC, "-std=c11", "-D_GNU_SOURCE", "-I", ROOT / "core/include", "-I", ROOT / "fuzz/include", *flags, *sources, "-o", program, "-lnettle", "-lxxhash"])
        self.assertEqual(built.returncode, 0, built.stderr)
        return program

    def crash(self, program):
        core = self.folder / f"{program.name}.core"
        result = run(["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "set startup-with-shell off",
                      "-ex", "run", "-ex", f"generate-core-file {core}", program], stdin=subprocess.DEVNULL)
        self.assertTrue(core.exists(), f"gdb wrote no core dump: {result.stdout}{result.stderr}")
        return core

    def ring_core(self, name, *flags):
        return self.crash(self.build(name, *flags, sources=[ROOT / source for source in RING]))

    def examine(self, verdict, *arguments):
        """The text printed, and the JSON."""
        result = run([AUTOPSY, "--json", *arguments])
        self.assertEqual(result.returncode, STATUS[verdict], result.stdout + result.stderr)
        self.assertEqual(result.stderr.split(":")[0], verdict)
        self.assertTrue(result.stderr.splitlines()[-1].startswith("next: "), result.stderr)
        found = json.loads(result.stdout)
        self.assertEqual(found["verdict"], verdict)
        return result.stderr, found

    def test_the_crash_of_2014(self):
        words, found = self.examine(DEFECT, self.ring_core("O0g", "-O0", "-g"))
        self.assertEqual(found["jump"]["low_half"], 0x6D4B)
        self.assertEqual(found["locals"]["i"], 1026)
        self.assertEqual(found["locals"]["count"], 28000)
        self.assertEqual([frame["function"] for frame in found["frames"]], [None, "quicksort", "hash_ring_remove_node", "main"])
        self.assertEqual(found["backtraces"][1][0].split(" in ")[1], found["backtraces"][1][1].split(" in ")[1])
        self.assertIn("27979 as a ring index: the ring had at least 27980 points", words)
        self.assertIn("starts[1026] is the same memory as the low half of `compare`", words)
        self.assertRegex(words, r"in quicksort \(\) +0x00007fa3aa83dd96 in quicksort \(\)")

    def test_without_debug_information(self):
        _, found = self.examine(DEFECT, self.ring_core("O0", "-O0"))
        self.assertEqual(found["jump"]["low_half"], 0x6D4B)
        self.assertEqual(found["locals"], {})

    def test_optimised(self):
        _, found = self.examine(DEFECT, self.ring_core("O2g", "-O2", "-g"))
        self.assertGreaterEqual(found["locals"]["i"], 1024)

    def test_optimised_without_debug_information(self):
        words, _ = self.examine(CONSISTENT, self.ring_core("O2", "-O2"))
        self.assertIn("its locals cannot be read", words)

    def test_executable_gone_and_given(self):
        core = self.ring_core("gone", "-O0", "-g")
        moved = (self.folder / "gone").rename(self.folder / "moved elsewhere")
        words, _ = self.examine(CONSISTENT, core)
        self.assertIn("is not here", words)
        self.examine(DEFECT, core, moved)

    def test_stripped(self):
        core = self.ring_core("stripped", "-O0", "-s")
        self.examine(CONSISTENT, core)

    def test_other_crashes(self):
        for name, verdict, expected in (
                ("null", OTHER, "a null pointer dereference"),
                ("abort", OTHER, "SIGABRT: the program aborted itself"),
                ("null_jump", OTHER, "a jump through a null function pointer"),
                ("recursion", OTHER, "a stack overflow"),
                ("half_jump", CONSISTENT, "without quicksort() among the frames"),
                ("other_sort", OTHER, "neither hash_ring_remove_node nor hash_ring_add_node called it"),
                ("ring_null", UNKNOWN, "it accessed an address at or near zero"),
                ("not_canonical", OTHER, "not canonical")):
            with self.subTest(name):
                words, _ = self.examine(verdict, self.crash(self.build(name)))
                self.assertIn(expected, words)

    def test_damaged_core_dumps(self):
        whole = self.ring_core("whole", "-O0", "-g").read_bytes()
        damaged = self.folder / "damaged"
        machine = whole[:18] + b"\xb7\x00" + whole[20:]
        for data, expected in ((whole[:-100000], "cut off"), (whole[:4096], "cut off"), (whole[:30], "first bytes"), (b"", "is empty"),
                               (machine, "AArch64")):
            with self.subTest(expected, size=len(data)):
                damaged.write_bytes(data)
                words, _ = self.examine(UNKNOWN, damaged)
                self.assertIn(expected, words)

    def test_errors_say_what_to_do(self):
        plain, packed = self.folder / "plain", self.folder / "packed.gz"
        plain.write_text("this is text")
        packed.write_bytes(b"\x1f\x8b\x08\x00")
        for arguments, expected in (([plain], "not a core dump"), ([packed], "unpack it first"), ([self.folder / "none"], "No such file"),
                                    ([AUTOPSY.parent.parent], "Is a directory"), (["/bin/true"], "a program or library, not a core"),
                                    ([plain, plain, plain], "takes CORE"), ([], "usage:"), (["--jsn", plain], "usage:")):
            with self.subTest(expected):
                result = run([AUTOPSY, *arguments])
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertIn(expected, result.stderr)
                self.assertEqual(result.stdout, "")

    def test_a_reader_that_leaves_does_not_change_the_verdict(self):
        core = self.crash(self.build("null"))
        reader, writer = os.pipe()
        os.close(reader)
        result = subprocess.run([AUTOPSY, core], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writer)
        self.assertEqual((result.returncode, result.stderr), (STATUS[OTHER], ""))

    def test_random_damage_causes_no_traceback(self):
        whole = self.crash(self.build("null")).read_bytes()
        numbers = random.Random(2014)
        damaged = self.folder / "random"
        notes, = struct.unpack_from("<Q", whole, 64 + 8)  # gdb writes them as the first segment
        for _ in range(300):
            data = bytearray(whole)
            for _ in range(4):
                data[numbers.choice((numbers.randrange(4, 1200), notes + numbers.randrange(3000)))] = numbers.choice((0, 1, 127, 128, 255))
            damaged.write_bytes(data)
            try:
                core = core_file.read_core(damaged)
            except CannotRun:
                continue
            self.assertTrue("unreadable" in core or "ip" in core)

    def test_gdb_missing(self):
        core = self.crash(self.build("null"))
        there = self.folder / "there"
        there.mkdir()
        for tool in ("dirname", "realpath"):
            (there / tool).symlink_to(shutil.which(tool))
        result = run([AUTOPSY, core], env={"PATH": str(there)})
        self.assertEqual(result.returncode, 2)
        self.assertIn("apt-get install gdb", result.stderr)


# The report as the facts of a core dump.
FACTS = {
    "signal": 11, "code": 1, "address": 0x7FA300006D4B, "ip": 0x7FA300006D4B, "sp": 0x7FA3D0D7C788, "ip_mapping": None,
    "address_mapped": False, "modules": ["hash_ring_drv.so"], "truncated": False, "executable": "beam.smp",
    "executable_found": True, "warnings": [], "locals": {},
    "frames": [frame | {"module": None} for frame in text.REPORT_FRAMES],
}


class Facts(unittest.TestCase):
    """Each test changes one piece of evidence, and the verdict with it."""

    def judge(self, found=None, frames=None, **changes):
        facts = copy.deepcopy(FACTS) | changes | {"locals": found or {}}
        for place, function in (frames or {}).items():
            facts["frames"][place]["function"] = function
        return core_verdict.judge(facts)

    def expect(self, verdict, *arguments, **changes):
        judgement = self.judge(*arguments, **changes)
        self.assertEqual(judgement["verdict"], verdict, judgement)

    def test_jump_proves(self):
        self.expect(DEFECT)
        self.expect(DEFECT, {"count": 27980})
        self.expect(DEFECT, ip=0x7FA300000400, address=0x7FA300000400)
        self.expect(DEFECT, ip_mapping={"file": None, "executable": False})
        self.expect(DEFECT, frames={1: "quicksort.constprop.0", 2: "add_many", 3: "hash_ring_add_node"})

    def test_jump_does_not_prove(self):
        self.expect(CONSISTENT, {"count": 27979})  # no such index
        self.expect(CONSISTENT, {"compare": 0x7FA300006D4B, "count": 27979})
        self.expect(CONSISTENT, ip_mapping={"file": None, "executable": True})
        self.expect(CONSISTENT, ip=0x7FA400006D4B, address=0x7FA400006D4B)  # another 4 GB
        self.expect(CONSISTENT, ip=0x7FA3000003FF, address=0x7FA3000003FF)
        self.expect(CONSISTENT, ip=0x7FA308000000, address=0x7FA308000000)
        self.expect(CONSISTENT, address=0x7FA300006D4C)
        self.expect(CONSISTENT, signal=7)
        jump, *callers = FACTS["frames"]
        between = {"pc": 0x7FA3AA83D000, "function": "compare_items", "module": None}
        self.assertEqual(core_verdict.judge(FACTS | {"frames": [jump, between, *callers]})["verdict"], CONSISTENT)
        self.expect(CONSISTENT, code=0)

    def test_frames_matter(self):
        self.expect(CONSISTENT, frames={1: "sort_quickly"})
        self.expect(CONSISTENT, frames={2: "hash_ring_find_node"})
        self.expect(OTHER, frames={1: "sort_quickly"}, address=16, ip=0x7FA3AA83DD96)
        self.expect(UNKNOWN, frames={1: None, 2: None, 3: None, 4: None}, address=0x7FA3AA000000, ip=0x7FA3AA83DD96)
        self.expect(CONSISTENT, frames={1: None, 2: None, 3: None, 4: None})

    def test_depth_proves(self):
        access = {"ip": 0x7FA3AA83DD96, "address": 0x7FA300007D49}
        self.expect(DEFECT, {"i": 1024}, **access)
        self.expect(UNKNOWN, {"i": 1023}, **access)
        self.expect(UNKNOWN, {"i": 1024, "capacity": 4194304}, **access)  # a stack that is large enough
        self.expect(CONSISTENT, {}, **access)
        self.expect(UNKNOWN, {"i": 3}, **(access | {"address": 8}))
        self.expect(UNKNOWN, {}, ip=0, address=0)

    def test_impossible_locals(self):
        access = {"ip": 0x7FA3AA83DD96, "address": 6}
        self.expect(CONSISTENT, {"left": -254, "right": 27999}, **access)
        self.expect(CONSISTENT, {"left": 28001, "count": 28000}, **access)
        self.expect(UNKNOWN, {"left": 28000, "count": 28000}, **access)
        self.expect(UNKNOWN, {"left": 0}, **access)

    def test_indices_instead_of_return_addresses(self):
        def judge(*words, module="/x/hash_ring_drv.so"):
            frames = [{"pc": pc, "function": None, "module": None} for pc in words]
            frames.append({"pc": 0x7EFF62C150AD, "function": "execute", "module": module})
            return core_verdict.judge(FACTS | {"frames": frames, "ip": words[0], "address": words[0]})["verdict"]

        pairs = (0x6D5800006D57, 0x6D5A00006D59, 0x6D5C00006D5B)
        self.assertEqual(judge(*pairs), DEFECT)
        self.assertEqual(judge(*pairs, module="/x/other_drv.so"), CONSISTENT)
        self.assertNotEqual(judge(pairs[0]), DEFECT)  # one alone can be chance
        self.assertNotEqual(judge(*reversed(pairs)), DEFECT)
        self.assertNotEqual(judge(pairs[0], pairs[0]), DEFECT)
        self.assertNotEqual(judge(0x20000001F, 0x400000003), DEFECT)  # lower than any index past the arrays

    def test_stack_protector_proves(self):
        frames = [{"pc": 1, "function": name, "module": None} for name in ("abort", "__stack_chk_fail", "quicksort",
                                                                          "hash_ring_remove_node")]
        facts = FACTS | {"signal": 6, "code": -6, "address": None, "ip": 0x7FA3AA000000, "frames": frames}
        self.assertEqual(core_verdict.judge(facts)["verdict"], DEFECT)
        frames[1]["function"] = "raise"
        self.assertEqual(core_verdict.judge(facts)["verdict"], CONSISTENT)

    def test_names_of_the_vm(self):
        rows = text.pair_frames(FACTS["frames"][:4] + [{"pc": 1, "function": "erts_port_output"}])
        self.assertIn("newer VM", text.remark_frames(rows)[0])
        rows = text.pair_frames(FACTS["frames"][:4] + [{"pc": 1, "function": None}])
        self.assertIn("stripped", text.remark_frames(rows)[0])
        self.assertEqual(text.remark_frames(text.pair_frames(FACTS["frames"])), [])


class Lines(unittest.TestCase):
    def expect(self, verdict, line, words=""):
        facts = kernel_log.read_line(line)
        self.assertIsNotNone(facts, line)
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
                 "only the frames"),
                ("traps: x[1] general protection fault ip:5600aaaa1234 sp:7ffd00001000 error:0 in x[5600aaaa0000+2000]", OTHER,
                 "general protection")):
            with self.subTest(line):
                self.expect(verdict, line, words)

    def test_lines_on_standard_input(self):
        null = "[ 1.0] x[1]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4 in x[5600aaaa0000+2000]"
        result = run([AUTOPSY, "-"], input=f"{null}\nsomething else\n{LINE}\n{null}\n")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertTrue(result.stdout.startswith("consistent with it: beam.smp[21880]"), result.stdout)
        self.assertIn("2 x not this: x: a null pointer dereference", result.stdout)
        self.assertEqual(run([AUTOPSY, "-"], input=f"{null}\n").returncode, 3)
        self.assertEqual(run([AUTOPSY, LINE]).returncode, 1)
        self.assertEqual(run([AUTOPSY, *LINE.split()]).returncode, 1)
        nothing = run([AUTOPSY, "-"], input="a quiet night\n")
        self.assertEqual(nothing.returncode, 2)
        self.assertIn("no segfault line", nothing.stderr)

    def test_help(self):
        self.assertIn("usage: ci/autopsy", run([AUTOPSY, "--help"]).stdout)


if __name__ == "__main__":
    unittest.main()
