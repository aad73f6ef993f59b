"""Core dumps of other machines: real ones of 32-bit x86, and of s390x, which is big-endian, by qemu; and made ones of others."""
import pathlib
import random
import resource
import subprocess
import tempfile
import unittest

from autopsy import build_id, core_file, examine_core, link_map, locate, mappings
from autopsy.selftest import crashes
from autopsy.tests import in_process
from autopsy.tests.made_core import MACHINES, STACK, TEXT, Maker
from shared.errors import CannotRun
from shared.repository import ROOT

AUTOPSY = ROOT / "ci" / "autopsy"
SOURCES = [ROOT / "repro/tests/sort_holes.c", ROOT / "repro/legacy/sort.c"]
CONSISTENT, OTHER, UNKNOWN = 1, 3, 4
ONLY = "only x86-64 cores are proved"


class Dumps(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def autopsy(self, status, *arguments):
        """What is printed, and the JSON."""
        got, words, found = in_process.run(*arguments)
        self.assertEqual(got, status, words)
        self.assertNotIn("ulimit", words)
        self.assertIn(ONLY, words)
        return words, found


class ThirtyTwoBit(Dumps):
    """Programs of 32-bit x86 run on most x86-64 kernels."""

    def core(self, how, *flags):
        program = crashes.compile_c("i686-linux-gnu-gcc", ["-O1", "-static", *flags], SOURCES, self.folder / "vm")
        try:
            subprocess.run([program], check=True)
        except OSError:
            self.skipTest("this kernel runs no programs of 32-bit x86")
        core = self.folder / "core"
        core.unlink(missing_ok=True)
        self.assertIsNotNone(crashes.crash([program, how], core))
        return program, core

    def test_the_sorts_stack_is_found(self):
        program, core = self.core("sort")
        words, found = self.autopsy(CONSISTENT, core)
        self.assertEqual(found["machine"], "32-bit x86")
        self.assertEqual(found["frames"][0]["function"], "quicksort")
        self.assertEqual(found["registers"]["eip"], found["ip"])
        self.assertEqual(found["frames"][0]["offset"], int(found["ip"], 16))  # it is linked to a fixed address
        self.assertEqual(found["located"][str(program)]["state"], "same")
        self.assertEqual({row["build_id"] for row in found["mappings"] if row["file"] == str(program)},
                         {build_id.build_id(build_id.head_of(program))})
        self.assertRegex(words, r"it accessed 0x0000000000007[0-9a-f]{3}; it could be the ring index")
        program.unlink()
        words, found = self.autopsy(CONSISTENT, core)
        self.assertEqual(found["frames"][0]["function"], None)
        self.assertIn("1023 levels end exactly where the sort leaves it", words)
        self.assertIn(f"{program}, which ran (build id ", words)

    def test_other_crashes(self):
        for how, status, expected in (("null", OTHER, "a null pointer dereference"), ("illegal", OTHER, "this defect ends with"),
                                      ("abort", UNKNOWN, "SIGABRT")):
            with self.subTest(how):
                _, core = self.core(how)
                self.assertIn(expected, self.autopsy(status, core)[0])

    def test_an_executable_of_another_machine_is_refused(self):
        _, core = self.core("null")
        result = subprocess.run([AUTOPSY, core, "/bin/true"], capture_output=True, text=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("/bin/true: not a program for this kind of processor", result.stderr)


class BigEndian(Dumps):
    """qemu writes core dumps itself, without a list of files."""

    def core(self, how):
        program = crashes.compile_c("s390x-linux-gnu-gcc", ["-O2", "-static"], SOURCES, self.folder / "vm")

        def allow_core_dumps():
            resource.setrlimit(resource.RLIMIT_CORE, (64 << 20, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        try:
            subprocess.run(["qemu-s390x", program, how], cwd=self.folder, check=False, preexec_fn=allow_core_dumps, capture_output=True)
        except (ValueError, subprocess.SubprocessError):
            self.skipTest("no core dumps are allowed here")
        return next(self.folder.glob("qemu_vm*.core"))

    def test_the_sorts_stack_is_found(self):
        words, found = self.autopsy(CONSISTENT, self.core("sort"))
        self.assertIn("likelihood of 1 in 10^", words)
        self.assertEqual((found["machine"], found["program"], found["signal"]), ("s390x", "vm", 11))
        self.assertEqual(found["registers"]["psw_addr"], found["ip"])
        self.assertEqual(found["frames"][0]["pc"], found["ip"])

    def test_another_crash(self):
        words, found = self.autopsy(UNKNOWN, self.core("null"))
        self.assertIn("vm, process ", words)
        self.assertIsNone(found["address"])


# Where the program counter and the stack pointer are among the registers, and how many there are.
PLACES = {"x86-64": (16, 19, 27), "i386": (12, 15, 17), "arm": (15, 13, 18), "aarch64": (32, 31, 34), "s390x": (1, 17, 18), "riscv": (0, 2, 32), "power": (32, 1, 44),
          "power little": (32, 1, 44), "power 32": (32, 1, 44), "mips": (None, None, 45), "unknown": (None, None, 0)}


class Made(Dumps):
    def make(self, machine, ip=TEXT + 0x1234, **facts):
        at_ip, at_sp, count = PLACES[machine]
        registers = list(range(count))
        if at_ip is not None:
            registers[at_ip], registers[at_sp] = ip, STACK + 0x1000
        path = self.folder / "made.core"
        path.write_bytes(Maker(machine).core(registers, **facts))
        return path

    def facts(self, machine, **facts):
        return core_file.read_core(self.make(machine, **facts))

    def test_what_is_read(self):
        self.assertEqual(PLACES.keys(), MACHINES.keys())
        for machine, (at_ip, _, count) in PLACES.items():
            with self.subTest(machine):
                core = self.facts(machine, address=0x1000F, code=2)
                self.assertEqual((core["signal"], core["code"], core["address"], core["pid"], core["program"], core["executable"]),
                                 (11, 2, 0x1000F, 11, "vm", "/x/vm"))
                self.assertEqual((core["ip"], core["sp"]), (None, None) if at_ip is None else (TEXT + 0x1234, STACK + 0x1000))
                self.assertEqual(len(core["registers"]), 0 if at_ip is None else count)
                self.assertEqual(core["files"], [{"file": "/x/vm", "start": TEXT, "end": TEXT + 0x3000, "offset": 0}])
                page = build_id.programs(self.folder / "made.core", core)["/x/vm"]
                self.assertEqual(build_id.build_id(page), "abcd" * 10)
        core = self.facts("aarch64")
        self.assertEqual((core["registers"]["x7"], core["registers"]["pstate"]), ("0x0000000000000007", "0x0000000000000021"))
        self.assertEqual(self.facts("s390x")["registers"]["r3"], "0x0000000000000005")

    def test_without_names(self):
        for machine, expected in (("x86-64", OTHER), ("aarch64", UNKNOWN)):
            core = self.make(machine, address=0x7F0012345678, named=False)
            status, words, found = in_process.run(core)
            self.assertEqual((status, found["executable"], found["program"]), (expected, None, None))
            self.assertIn("the executable, whose name is not in the core dump, is not here", words)
        status, _, found = in_process.run(self.make("x86-64", address=0x7F0012345678, named=False), "/bin/true")
        self.assertEqual((status, found["executable"]), (OTHER, "/bin/true"))

    def test_what_is_said(self):
        words, found = self.autopsy(UNKNOWN, self.make("aarch64", address=0x7F0012345678))
        self.assertIn("vm, process 11: signal 11, si_code 1", words)
        self.assertIn(f"debug it: gdb-multiarch EXECUTABLE {self.folder}/made.core, then: bt full", found["next"])
        self.assertIn("in /x/vm+0x1234", words)
        self.assertIn("/x/vm, which ran (build id " + "abcd" * 10, words)
        self.assertEqual((found["frames"][0]["module"], found["frames"][0]["offset"]), ("/x/vm", 0x1234))
        self.assertEqual([row["permissions"] for row in found["mappings"]], ["r-x", "rw-"])

    def test_verdicts(self):
        index = 27979  # as it would stand in a pointer, where it replaces the half that comes first in memory
        for machine, expected, facts in (
                ("aarch64", (UNKNOWN, "the low half of it could be the ring index 27979"), {"ip": 0x5500000000 + index}),
                ("s390x", (UNKNOWN, "the upper half of it could be the ring index 27979"), {"ip": (index << 32) + 0x1234}),
                ("i386", (UNKNOWN, "it could be the ring index 27979"), {"ip": index}),
                ("i386", (UNKNOWN, "it accessed 0x0000000000006d4b; it could be"), {"address": index}),
                ("i386", (OTHER, "at or near zero"), {"address": 1023}),
                ("aarch64", (OTHER, "at or near zero"), {"address": index}),
                ("aarch64", (OTHER, "at or near zero"), {"ip": 16}),
                ("aarch64", (UNKNOWN, "the low half of it could be the ring index 27979"), {"ip": index}),  # as code with fixed addresses has it
                ("aarch64", (OTHER, "this defect ends with"), {"signal": 8}),
                ("aarch64", (OTHER, "a process sent the signal"), {"code": 0, "address": 0x5500000000 + index}),
                ("riscv", (UNKNOWN, "where nothing is mapped"), {"ip": 0x123456}),
                ("mips", (UNKNOWN, "the core dump comes from MIPS"), {"address": 0x7FFF0000}),
                ("unknown", (UNKNOWN, "machine number 9999"), {"address": 0x7FFF0000})):
            with self.subTest(machine, **facts):
                facts = {"address": facts.get("ip", 0x7FFF0000)} | facts
                self.assertIn(expected[1], self.autopsy(expected[0], self.make(machine, **facts))[0])

    def test_random_damage_causes_no_traceback(self):
        numbers = random.Random(20)
        for machine in MACHINES:
            whole = self.make(machine).read_bytes()
            for _ in range(60):
                data = bytearray(whole)
                for _ in range(4):
                    data[numbers.choice((numbers.randrange(4, 200), 4096 + numbers.randrange(1000), 3 * 4096 + numbers.randrange(200)))] = \
                        numbers.choice((0, 1, 127, 128, 255))
                path = self.folder / "damaged"
                path.write_bytes(data[:numbers.choice((len(data), numbers.randrange(len(data))))])
                try:
                    core = core_file.read_core(path)
                except CannotRun:
                    continue
                if "unreadable" not in core:
                    core["files"] = core["files"] or link_map.files(path, core)
                    link_map.names(path, core)
                    pages = build_id.programs(path, core)
                    examine_core.locate(core, pages, mappings.table(core, pages), None, locate.Places())
                    if core["sp"] is not None:
                        examine_core.read_stack(path, core, [core["sp"]])


if __name__ == "__main__":
    unittest.main()
