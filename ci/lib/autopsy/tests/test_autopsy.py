"""ci/autopsy on core dumps of crashes made here, and on facts with one piece of evidence changed. gdb writes the core dumps, so the machine's own settings for them do not matter."""

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

from autopsy import build_id, core_file, core_verdict, examine_core, locate, mappings, text
from autopsy.selftest import crashes
from autopsy.selftest.crashes import run
from autopsy.tests import in_process
from shared.errors import CannotRun
from shared.repository import ROOT

AUTOPSY = ROOT / "ci" / "autopsy"

# The digits in the report depend on how gcc lays out the stack.
CC = os.environ.get("CC", "gcc")
RING = ["repro/crash.c", *crashes.RING]
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


class Cores(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def build(self, name, *flags, sources=None):
        if sources is None:
            source = self.folder / f"{name}.c"
            source.write_text(CRASHES[name])
            sources, flags = [source], ("-O0", *flags)
        return crashes.compile_c(CC, [*crashes.INCLUDES, *flags], sources, self.folder / name, crashes.LIBRARIES)

    def crash(self, program):
        core = self.folder / f"{program.name}.core"
        # At fixed addresses, so that the digits are the same each time.
        result = run(["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "set startup-with-shell off",
                      "-ex", "run", "-ex", f"generate-core-file {core}", program])
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
        in_process.VALIDATOR.validate(found)
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
        self.examine(DEFECT, self.ring_core("O2", "-O2"))

    def test_executable_gone_and_given(self):
        core = self.ring_core("gone", "-O0", "-g")
        moved = (self.folder / "gone").rename(self.folder / "moved elsewhere")
        words, found = self.examine(DEFECT, core)
        self.assertIn("is not here", words)
        self.assertEqual(found["locals"], {})
        words, found = self.examine(DEFECT, core, moved)
        self.assertNotIn("is not here", words)
        self.assertEqual(found["locals"]["i"], 1026)

    def test_stripped(self):
        words, found = self.examine(DEFECT, self.ring_core("stripped", "-O0", "-s"))
        self.assertNotIn("quicksort", {frame["function"] for frame in found["frames"]})
        arrays = found["stack"]["arrays"]
        self.assertEqual((arrays["depth"], arrays["held"], arrays["last"], arrays["doubt"]), (1026, 1023, 27999, None))
        self.assertIn("by chance has a likelihood of 1 in 10^", words)

    def test_files_that_are_not_the_ones_that_ran(self):
        main, library = crashes.incident(CC, ["-O2"], self.folder / "incident")
        core = self.crash(main)
        self.examine(DEFECT, core)
        named = library.name + " is not the file that ran"
        crashes.compile_c(CC, ["-fPIC", "-shared", "-O2", "-g"], [crashes.HERE / "rings.c"], library)
        words, found = self.examine(DEFECT, core)
        self.assertIn(named, words)
        self.assertEqual({frame["function"] for frame in found["frames"] if frame["module"] == str(library)}, {None})
        self.assertEqual(found["checked"][str(library)], "different")
        shutil.copy(crashes.program(CC, "fork", ["-O0", "-g"], self.folder / "other"), main)
        words, _ = self.examine(DEFECT, core)
        self.assertIn(f"{main} is not the file that ran", words)

    def test_an_executable_that_is_none_is_refused(self):
        core = self.crash(self.build("null"))
        plain, other = self.folder / "text", self.build("abort")
        plain.write_text("this is text")
        for executable, expected in ((plain, "not an executable"),
                                     (other, "not the program that ran"), (self.folder, "no such executable")):
            with self.subTest(expected):
                result = run([AUTOPSY, core, executable])
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(f"{executable}: {expected}", result.stderr)
        result = run(["bash", "-c", '"$0" "$1" <(cat "$1")', AUTOPSY, core])
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("several core dumps have to be files", result.stderr)

    def test_programs_with_other_bugs(self):
        """ci/autopsy-selftest has more."""
        rings = crashes.program(CC, "rings", ["-O0", "-g"], self.folder / "rings")
        tool = pathlib.Path(shutil.copy(rings, self.folder / "hash_ring_tool"))
        fork = crashes.program(CC, "fork", ["-O0", "-g"], self.folder / "fork")
        others = crashes.program(CC, "others", ["-O2", "-s"], self.folder / "others")
        for command, verdict, local in (
                ([fork], OTHER, 2500), ([rings, "cured_allocated"], OTHER, None), ([tool, "tool_counter"], OTHER, None),
                ([others, "half_address"], OTHER, None), ([others, "thread_recursion"], OTHER, None),
                ([others, "lockstep", "1"], UNKNOWN, None)):
            with self.subTest(command):
                core = self.folder / "other.core"
                self.assertIsNotNone(crashes.crash(command, core))
                _, found = self.examine(verdict, core)
                self.assertEqual(found["locals"].get("i"), local)
                core.unlink()

    def test_other_crashes(self):
        for name, verdict, expected in (
                ("null", OTHER, "a null pointer dereference"),
                ("abort", OTHER, "SIGABRT: the program aborted itself"),
                ("null_jump", OTHER, "a jump through a null function pointer"),
                ("recursion", OTHER, "a stack overflow"),
                ("half_jump", OTHER, "3 in 100 garbage addresses in the same 4 GB look like that"),
                ("other_sort", OTHER, "are not there"),
                ("ring_null", OTHER, "are not there"),
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
        for arguments, expected in (([plain], "not understood"), ([packed], "nothing could be unpacked"), ([self.folder / "none"], "there is no such file"),
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
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(4):
                data[numbers.choice((numbers.randrange(4, 1200), notes + numbers.randrange(3000)))] = numbers.choice((0, 1, 127, 128, 255))
            damaged.write_bytes(data)
            try:
                core = core_file.read_core(damaged)
            except CannotRun:
                continue
            self.assertTrue("unreadable" in core or "ip" in core)
            if "ip" in core:
                pages = build_id.programs(damaged, core)
                examine_core.locate(core, pages, mappings.table(core, pages), None, locate.Places())
                examine_core.read_stack(damaged, core, [core["sp"]])

    def test_random_damage_of_first_pages_causes_no_traceback(self):
        whole, numbers = pathlib.Path("/bin/true").read_bytes()[:4096], random.Random(2014)
        for _ in range(2000):
            data = bytearray(whole)
            for _ in range(4):
                data[numbers.randrange(1024)] = numbers.choice((0, 1, 127, 128, 255))
            self.assertIn(build_id.compare(whole, bytes(data[:numbers.randrange(4097)])), ("same", "different", "unknown"))

    def test_builds_without_an_id_are_compared_by_their_first_page(self):
        def page(*flags):
            return build_id.head_of(self.build("null", "-Wl,--build-id=none", *flags))
        plain = page()
        self.assertIsNone(build_id.build_id(plain))
        self.assertEqual(build_id.compare(plain, page()), "same")
        self.assertEqual(build_id.compare(plain, page("-s")), "same")  # stripped since
        self.assertEqual(build_id.compare(plain, page("-DOTHER", "-O2", "-fcf-protection=none", "-Wl,-z,now")), "different")
        self.assertEqual(build_id.compare(plain, build_id.head_of(self.build("null"))), "different")
        self.assertEqual(build_id.compare(plain[:100], plain), "unknown")

    def test_gdb_missing(self):
        core = self.crash(self.build("null"))
        there = self.folder / "there"
        there.mkdir()
        for tool in ("dirname", "realpath"):
            (there / tool).symlink_to(shutil.which(tool))
        result = run([AUTOPSY, core], env={"PATH": str(there)})
        self.assertEqual(result.returncode, 2)
        self.assertIn("apt-get install gdb", result.stderr)


# The report as the facts of a core dump without the thread's stack.
DRIVER = "/x/hash_ring_drv.so"
FACTS = {
    "core": "CORE", "signal": 11, "code": 1, "address": 0x7FA300006D4B, "ip": 0x7FA300006D4B, "sp": 0x7FA3D0D7C788, "ip_mapping": None,
    "address_mapped": False, "modules": ["hash_ring_drv.so"], "truncated": False, "executable": "beam.smp",
    "executable_found": True, "warnings": [], "locals": {}, "checked": {DRIVER: "same"}, "located": {},
    "files": [{"file": DRIVER, "start": 0x7FA3AA83C000, "end": 0x7FA3AA83F000, "offset": 0}],
    "stack": {"arrays": None, "complete": False},
    "frames": [frame | {"module": DRIVER, "sp": 0x7FA3D0D7C788 + 64 * place} for place, frame in enumerate(text.REPORT_FRAMES)],
}
# What is found on the stack after the crash of 2014, in the frame of quicksort().
ARRAYS = {"start": 0x7FA3D0D7C790 + 64, "depth": 1026, "held": 1023, "of": 1023, "live": 44, "irregular": 27, "holes": 979, "bottom": 27020,
          "last": 27999, "chance": -28.5, "items": None, "doubt": None}
REGULAR = ARRAYS | {"irregular": 0, "chance": 7.0, "doubt": "two counters past two arrays"}


class Facts(unittest.TestCase):
    """Each test changes one piece of evidence, and the verdict with it."""

    def judge(self, found=None, frames=None, arrays=None, **changes):
        facts = copy.deepcopy(FACTS) | changes | {"locals": found or {}}
        for place, function in (frames or {}).items():
            facts["frames"][place]["function"] = function
        if arrays is not None:
            facts["stack"] = {"arrays": arrays, "complete": True}
        return core_verdict.judge(facts)

    def expect(self, verdict, *arguments, **changes):
        judgement = self.judge(*arguments, **changes)
        self.assertEqual(judgement["verdict"], verdict, judgement)
        return "\n".join(judgement["evidence"])

    def test_the_arrays_prove(self):
        self.expect(DEFECT, arrays=ARRAYS)
        self.expect(DEFECT, arrays=ARRAYS, frames=dict.fromkeys(range(5)))  # no names
        self.expect(DEFECT, arrays=ARRAYS, signal=6, code=-6, address=None)
        self.expect(DEFECT, arrays=ARRAYS, address=0, ip=0x7FA3AA83DD96)
        items = {"start": 0x7FA3B0000010, "points": 27000, "holes": 1000}
        self.assertIn("27000 pointers, and then 1000 holes", self.expect(DEFECT, arrays=REGULAR | {"items": items, "doubt": None}))

    def test_names_contradict_the_arrays(self):
        self.assertIn("in the frame of tokenize()", self.expect(CONSISTENT, arrays=ARRAYS, frames={1: "tokenize"}))
        self.expect(DEFECT, arrays=ARRAYS, frames={1: "tokenize"}, checked={DRIVER: "unknown"})
        self.expect(DEFECT, arrays=ARRAYS, frames={2: "tokenize"})  # another frame
        self.expect(DEFECT, arrays=ARRAYS | {"start": 0x7FA3D0D7A000}, frames={1: "tokenize"})  # below all frames: it returned
        self.expect(CONSISTENT, {"capacity": 65536}, arrays=ARRAYS)
        self.expect(DEFECT, {"capacity": 1024}, arrays=ARRAYS)

    def test_regular_arrays_need_names(self):
        self.expect(DEFECT, arrays=REGULAR)
        self.expect(CONSISTENT, arrays=REGULAR, checked={DRIVER: "unknown"})
        self.expect(UNKNOWN, arrays=REGULAR, frames=dict.fromkeys(range(5)))
        self.expect(UNKNOWN, arrays=REGULAR, frames={2: "main"})
        self.expect(OTHER, arrays=REGULAR, frames={1: "tokenize"})

    def test_without_arrays_it_is_not_this(self):
        whole = {"arrays": None, "complete": True}
        self.assertIn("3 in 100", self.expect(OTHER, stack=whole))
        self.expect(OTHER, {"i": 2500}, stack=whole)
        self.expect(OTHER, {"i": 2500, "capacity": 2}, stack=whole)
        self.expect(OTHER, stack=whole, frames=dict.fromkeys(range(5)))

    def test_without_the_stack_nothing_is_proven(self):
        self.assertIn("the proof would be there", self.expect(CONSISTENT))
        self.expect(CONSISTENT, {"count": 27980})
        self.expect(CONSISTENT, frames={1: "sort_quickly"})
        self.expect(CONSISTENT, frames={2: "hash_ring_find_node"})
        self.expect(CONSISTENT, frames={1: "quicksort.constprop.0", 2: "add_many", 3: "hash_ring_add_node"})
        self.assertIn("could not be checked", self.expect(CONSISTENT, checked={}))

    def test_a_half_pointer_needs_a_module(self):
        gone = dict.fromkeys(range(5))
        self.expect(CONSISTENT, frames=gone)
        self.assertIn("no program or library was mapped", self.expect(OTHER, frames=gone, modules=[]))
        self.expect(CONSISTENT, frames=gone, modules=[], files=[])  # an old kernel lists no files

    def test_frames_without_the_stack(self):
        self.expect(OTHER, frames={1: "sort_quickly"}, address=16, ip=0x7FA3AA83DD96)
        self.expect(UNKNOWN, frames=dict.fromkeys(range(5)), address=0x7FA3AA000000, ip=0x7FA3AA83DD96)
        access = {"ip": 0x7FA3AA83DD96, "address": 0x7FA300007D49}
        self.expect(CONSISTENT, {"i": 1024}, **access)
        self.expect(UNKNOWN, {"i": 1023}, **access)
        self.expect(UNKNOWN, {"i": 1024, "capacity": 4194304}, **access)  # a stack that is large enough
        self.expect(UNKNOWN, {"i": 2500, "capacity": 2}, **access)  # an allocated one
        self.expect(CONSISTENT, {}, **access)
        self.expect(UNKNOWN, {"i": 3}, **(access | {"address": 8}))
        self.expect(UNKNOWN, {}, ip=0, address=0)
        self.expect(CONSISTENT, {"left": -254, "right": 27999}, **access)
        self.expect(CONSISTENT, {"left": 28001, "count": 28000}, **access)

    def test_a_signal_that_was_sent_is_no_fault(self):
        sent = {"code": 0, "address": None, "ip": 0x7FA3AA83DD96, "sender": {"pid": 17, "uid": 0, "how": "kill", "itself": False}}
        foreign = self.judge(**sent)
        self.assertEqual((foreign["verdict"], foreign["fault"]), (UNKNOWN, "UncategorizedSignal"))
        self.assertIn("SIGSEGV: sent by pid 17 (uid 0) with kill; it was no fault", foreign["summary"])
        self.expect(CONSISTENT, {"i": 1026}, **sent)
        self.expect(UNKNOWN, {"i": 1026, "capacity": 65536}, **sent)
        self.expect(OTHER, frames=dict.fromkeys(range(5)), **sent)
        self.expect(OTHER, frames=dict.fromkeys(range(5)), signal=6, **sent)
        self.assertIn("had overflown before", self.expect(DEFECT, arrays=ARRAYS, **sent))
        itself = sent | {"sender": sent["sender"] | {"itself": True}}
        self.expect(UNKNOWN, frames=dict.fromkeys(range(5)), **itself)
        self.assertIn("SIGABRT: the program aborted itself", self.judge(signal=6, frames=dict.fromkeys(range(5)), **itself)["summary"])
        self.assertNotIn("aborted itself", self.judge(signal=6, **sent)["summary"])

    def test_an_abort_without_names(self):
        found = self.judge(signal=6, code=-6, address=None, frames=dict.fromkeys(range(5)), message="free(): invalid pointer")
        self.assertEqual(found["fault"], "HeapError")
        self.assertIn("SIGABRT: the C library found the heap corrupted: free(): invalid pointer", found["summary"])

    def test_names_of_the_vm(self):
        rows = text.pair_frames(FACTS["frames"][:4] + [{"pc": 1, "function": "erts_port_output"}])
        self.assertIn("newer VM", text.remark_frames(rows)[0])
        rows = lambda module: text.pair_frames(FACTS["frames"][:4] + [{"pc": 1, "function": None, "module": module}])
        self.assertIn("stripped", text.remark_frames(rows("/usr/lib/erlang/bin/beam.smp"))[0])
        self.assertEqual(text.remark_frames(rows("/usr/bin/vim")), [])
        self.assertEqual(text.remark_frames(text.pair_frames(FACTS["frames"])), [])


if __name__ == "__main__":
    unittest.main()
