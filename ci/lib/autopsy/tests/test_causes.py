"""What ci/autopsy says of crashes with known causes, and how it groups their core dumps. Each cause happens several times, at
other addresses. gdb makes the core dumps."""

import contextlib
import json
import pathlib
import random
import struct
import tempfile
import unittest

from autopsy import abort_text, core_file, core_verdict, grouping, handled
from autopsy.frames import Symbols, read_frames
from autopsy.machines import X86_64
from autopsy.selftest import crashes
from autopsy.selftest.crashes import run
from autopsy.tests import in_process
from shared.errors import CannotRun
from shared.repository import ROOT

AUTOPSY = ROOT / "ci" / "autopsy"
SOURCE = r"""
#include <cassert>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <unistd.h>
struct Lost : std::runtime_error { using std::runtime_error::runtime_error; };
int *volatile null;
void end(int) { raise(SIGSEGV); }
void interrupted() { signal(SIGUSR1, end); raise(SIGUSR1); }
void handle(int flags) { struct sigaction action = {}; action.sa_handler = end; action.sa_flags = flags; sigaction(SIGSEGV, &action, nullptr); }
void checks(int n) { assert(n == 0); }
void throws() { throw Lost("no route to node 7"); }
void writes() { *null = 1; }
int even(volatile int n);
int odder(volatile int n) { char room[2000]; room[0] = 1; return even(n + 1) + room[0]; }
int even(volatile int n) { return odder(n + 1) + 1; }
void frees() { char *volatile p = (char *)malloc(40); free(p); free(p); }
void waits() { if (fork() == 0) { kill(getppid(), SIGSEGV); _exit(0); } for (;;) pause(); }
int main(int, char **words) {
    std::string how = words[1];
    if (how == "assert") checks(1);
    if (how == "throw") throws();
    if (how == "write") writes();
    if (how == "recursion") return even(0);
    if (how == "free") frees();
    if (how == "kill") waits();
    if (how == "handler") interrupted();
    if (how == "again") { handle(SA_RESETHAND); writes(); }
    if (how == "at_once") { handle(SA_RESETHAND | SA_NODEFER); writes(); }
}
"""
OTHER = "not this"
# The kind of fault, the first frame of the program, and words of the summary.
EXPECTED = {
    "assert": ("AbortSignal", "checks", "an assertion failed: "),
    "throw": ("AbortSignal", "throws", "a C++ exception was not caught, or std::terminate() was called: Lost: no route to node 7"),
    "write": ("DestAvNearNull", "writes", "a null pointer dereference"),
    "recursion": ("StackOverflow", ("even", "odder"), "a stack overflow"),
    "free": ("HeapError", "frees", "free(): double free detected"),
    "kill": ("UncategorizedSignal", "waits", "(uid "),
    "handler": ("UncategorizedSignal", "interrupted", "the program sent it to itself with tgkill"),
}
TIMES = {"assert": 1, "throw": 1, "free": 1, "kill": 1, "handler": 1}  # others happen twice


class Causes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        source = cls.folder / "causes.cc"
        source.write_text(SOURCE)
        built = run(["g++", "-O0", "-g", "-fno-omit-frame-pointer", source, "-o", cls.folder / "causes"])
        assert built.returncode == 0, built.stderr
        assert run(["strip", cls.folder / "causes", "-o", cls.folder / "stripped"]).returncode == 0
        cls.cores = {how: cls.crash("causes", how, TIMES.get(how, 2)) for how in EXPECTED}
        # The same fault, but a handler raises its signal again: in the handler, or when it returns.
        cls.cores["write"] += cls.crash("causes", "again", 1, "continue") + cls.crash("causes", "at_once", 1, "continue")
        cls.cores["stripped"] = cls.crash("stripped", "write")

    @classmethod
    def crash(cls, program, how, times=2, *more):
        """Core dumps of a cause. One gdb makes them all."""
        cores = [cls.folder / f"{program}.{how}.{number}" for number in range(times)]
        steps = [word for core in cores for step in ("run", *more, f"generate-core-file {core}") for word in ("-ex", step)]
        result = run([*crashes.GDB, "-iex", "set auto-solib-add off", "-ex", "set confirm off", "-ex", "handle SIGUSR1 nostop", *steps, "--args", cls.folder / program, how])
        assert all(core.exists() for core in cores), result.stdout + result.stderr
        return cores

    def groups(self, *words, status=3):
        result = run([AUTOPSY, "--json", *words])
        self.assertEqual(result.returncode, status, result.stderr)
        document = json.loads(result.stdout)
        in_process.VALIDATOR.validate(document)
        self.assertTrue(result.stderr.startswith(f"{document['verdict']}: {document['summary']}\n"), result.stderr)
        self.assertIn(f"\nnext: {document['next']}", result.stderr)
        return document, result.stderr

    def test_each_cause_is_a_group(self):
        document, _ = self.groups(*(core for cores in self.cores.values() for core in cores))
        groups = {pathlib.Path(group["cores"][0]).name.removeprefix("causes.").rpartition(".")[0]: group for group in document["groups"]}
        self.assertEqual(set(groups), {*EXPECTED, "stripped.write"})
        for how, (kind, function, words) in EXPECTED.items():
            with self.subTest(how):
                group = groups[how]
                self.assertEqual(set(group["cores"]), {str(core) for core in self.cores[how]})
                self.assertEqual((group["verdict"], group["fault"], group["count"]), (OTHER, kind, len(self.cores[how])))
                self.assertIn(group["first_frame"]["function"].split("(")[0], function if how == "recursion" else [function])
                self.assertIn(words, group["summary"])
        stripped = groups["stripped.write"]
        self.assertEqual((stripped["fault"], stripped["count"], stripped["first_frame"]["function"]), ("DestAvNearNull", 2, None))
        self.assertEqual(document["not_examined"], [])

    def test_one_core_dump_alone(self):
        for how, step in (("kill", "find out who sent it"), ("write", "bt full")):
            with self.subTest(how):
                result = run([AUTOPSY, "--json", self.cores[how][-1]])
                found = json.loads(result.stdout)
                in_process.VALIDATOR.validate(found)
                self.assertEqual((result.returncode, found["fault"]), (3, EXPECTED[how][0]))
                self.assertIn(f"\nhash: {found['hash']} ", result.stderr)
                self.assertIn(step, found["next"])
                self.assertNotIn("ulimit", found["next"])
                if how == "write":
                    self.assertEqual((found["handled"]["code"], found["sender"]["itself"], int(found["handled"]["address"], 16)), (1, True, 0))
                    self.assertIn("a handler of the program raised the signal again", found["summary"])
                if how == "kill":
                    self.assertEqual((found["sender"]["how"], found["sender"]["itself"], found["address"]), ("kill", False, None))
                    self.assertIn(f"sent by pid {found['sender']['pid']} ", found["summary"])

    def test_gdb_finds_the_message_by_its_symbol(self):
        core = self.cores["free"][0]
        found = read_frames(core, core_file.read_core(core), Symbols("/", "/usr/lib/debug", self.folder / "causes"))
        self.assertIn("double free", found["message"])

    def test_a_core_dump_with_its_executable_is_no_group(self):
        core, other = self.cores["write"][:2]
        result = run([AUTOPSY, "--json", core, self.folder / "causes"])
        self.assertEqual(json.loads(result.stdout)["kind"], "core")
        self.assertTrue(grouping.are_many([core, other]))
        self.assertFalse(grouping.are_many([core, self.folder / "causes"]))

    def test_one_that_cannot_be_read_does_not_end_the_others(self):
        core, text, cut = self.cores["write"][0], self.folder / "text", self.folder / "cut"
        text.write_text("this is text")
        cut.write_bytes(core.read_bytes()[:30])
        document, printed = self.groups(core, text, self.folder / "none", cut, "/bin/true")
        self.assertEqual([one["core"] for one in document["not_examined"]], [str(text), str(self.folder / "none"), "/bin/true", str(cut)])
        for words in ("text: text, not a core dump", "none: No such file", "true: a program or library", "cut: cannot tell: the core dump is cut off"):
            self.assertIn(words, printed)
        result = run([AUTOPSY, "/bin/true", text, self.folder / "none", "/dev/null", cut])
        self.assertEqual(result.returncode, 4, result.stderr)
        (self.folder / "packed").write_bytes(b"\x1f\x8b\x08\x00")
        result = run([AUTOPSY, self.folder / "packed", self.folder / "packed"])
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("none of them can be examined:\n", result.stderr)

    def test_random_damage_causes_no_traceback(self):
        whole, numbers, damaged = self.cores["write"][-1].read_bytes(), random.Random(2014), self.folder / "damaged"
        notes, = struct.unpack_from("<Q", whole, 64 + 8)  # gdb writes them as the first segment
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(4):
                data[numbers.choice((numbers.randrange(4, 1200), notes + numbers.randrange(3000)))] = numbers.choice((0, 1, 127, 128, 255))
            damaged.write_bytes(data)
            with contextlib.suppress(CannotRun):
                core = core_file.read_core(damaged)
                if "ip" not in core:
                    continue
                frames = [{"function": name, "module": "/x", "pc": core["ip"], "sp": core["sp"], "offset": None} for name in ("raise", "f")]
                facts = core | {"interrupted": [core["sp"]], "interrupted_instruction": "ret", "instruction": "call rax", "frames": frames, "message": None,
                                "checked": {}, "located": {}, "no_frames": None, "ip_mapping": None, "address_mapped": False, "executable_found": False, "core": "CORE",
                                "modules": [], "locals": {}, "warnings": [], "stack": {"arrays": None, "complete": False}}
                facts["handled"] = handled.find(damaged, core, facts) if core["machine"] == X86_64 else None
                abort_text.find(damaged, core)
                self.assertIn(core_verdict.judge(facts)["verdict"], ("not this", "cannot tell", "consistent with it"))


if __name__ == "__main__":
    unittest.main()
