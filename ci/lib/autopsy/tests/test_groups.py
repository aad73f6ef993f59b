"""Pieces of what ci/autopsy says of a core dump: groups and their hash, messages, senders, frames of the program, advice."""

import contextlib
import io
import os
import tempfile
import unittest

from autopsy import abort_text, core_advice, crash_group, crash_hash, crash_kind, elf, grouping, program_frame, sender

OTHER = "not this"


def judged(verdict, mark, core):
    frame = {"module": "x", "function": "f", "offset": 1}
    return ({"verdict": verdict, "hash": mark, "summary": "", "fault": "FPE", "next": f"step of {core}", "evidence": ["why"]},
            {"core": core, "first_frame": frame})


class Groups(unittest.TestCase):
    def test_the_group_most_like_the_defect_leads(self):
        document = crash_group.describe([judged(OTHER, "a", "1"), judged(OTHER, "a", "2"), judged("consistent with it", "b", "3"),
                                         judged("cannot tell", "b", "4"), judged("cannot tell", None, "5")], [])
        self.assertEqual([(group["hash"], group["verdict"], group["cores"]) for group in document["groups"]],
                         [("b", "consistent with it", ["3", "4"]), ("a", OTHER, ["1", "2"])])
        self.assertEqual((document["verdict"], document["next"]), ("consistent with it", "step of 3"))
        self.assertEqual(document["not_examined"], [{"core": "5", "reason": "cannot tell: why"}])
        document = crash_group.describe([judged("cannot tell", None, "5"), judged(OTHER, "a", "1")], [])
        self.assertEqual(document["verdict"], OTHER)

    def test_one_that_fails_does_not_end_the_others(self):
        def judge(source):
            if source.name == gone.name:
                raise OSError(5, "Input/output error")
            return judged(OTHER, "a", source.name)
        with tempfile.NamedTemporaryFile() as gone, tempfile.NamedTemporaryFile() as there:
            document = grouping.examine([gone.name, there.name], judge)
        self.assertEqual([group["cores"] for group in document["groups"]], [[there.name]])
        self.assertEqual(document["not_examined"], [{"core": gone.name, "reason": f"{gone.name}: Input/output error; give a core dump that can be read"}])

    def test_a_pipe_is_not_opened(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as there:
            os.mkfifo(pipe := f"{folder}/pipe")
            document = grouping.examine([pipe, there.name], lambda source: judged(OTHER, "a", source.name))
        self.assertEqual(document["not_examined"], [{"core": pipe, "reason": f"{pipe}: not a file, but a pipe or the like; give it alone"}])

    def test_names_cannot_control_a_terminal(self):
        group = judged(OTHER, "a", "1\x1b[31m\n\udcff")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            crash_group.show(crash_group.describe([group], []))
        self.assertIn("\n  1\\x1b[31m\\n\\udcff\n", printed.getvalue())

    def test_a_line_in_words_is_no_group(self):
        self.assertFalse(grouping.are_many("beam.smp[12]: segfault at 7fa300006d4b ip".split()))
        self.assertFalse(grouping.are_many(["/bin/true", "/bin/true"]))

    def test_what_was_said_parts_aborts_in_one_function(self):
        frames = [{"module": "x", "function": "main", "offset": 16}]
        def of(message, ended):
            return crash_hash.of_core({"signal": 6, "message": message, "frames": [{"function": ended}]}, OTHER, "AbortSignal", frames)
        thrown = "std::terminate()"
        self.assertEqual(of("Bad: one", thrown), of("Bad: two", thrown))
        self.assertNotEqual(of("Bad: one", thrown), of("Worse: one", thrown))
        self.assertNotEqual(of("x: a.c:1: main: Assertion `a' failed.", "abort"), of("x: a.c:2: main: Assertion `b' failed.", "abort"))
        self.assertEqual(of(None, "abort"), of("text", "abort"))

    def test_what_the_hash_is_made_of(self):
        def of(kind="SourceAv", verdict=OTHER, signal=11, frames="fgh", **more):
            frames = [{"module": "x", "function": name, "offset": 16} for name in frames]
            return crash_hash.of_core({"signal": signal, "executable": "/bin/x", "first_frame": frames[:1]} | more, verdict, kind, frames)
        self.assertEqual(of(), of(frames="ffghi"))
        self.assertNotEqual(of(), of(frames="fgi"))
        self.assertNotEqual(of(), of(kind="DestAv"))
        self.assertNotEqual(of(), of(signal=7))
        self.assertEqual(of(frames=["f.cold", "g.part.0", "h(int)"]), of())
        self.assertEqual(of("StackOverflow", frames="fgfgfgfgm"), of("StackOverflow", frames="pgfgfgfgfn"))
        self.assertEqual(of(verdict="this defect"), of(verdict="this defect", kind="FPE", frames="m"))
        self.assertNotEqual(of(frames=""), of(frames="", executable="/bin/y"))
        # Where the C library's frames cannot be told, deeper ones count.
        self.assertNotEqual(of(frames="rafg", first_frame=None), of(frames="rafh", first_frame=None))


class AbortTexts(unittest.TestCase):
    """The C library's message in a core dump for which there is no C library."""

    def find(self, *pages, number=6):
        with tempfile.NamedTemporaryFile() as file:
            for page in pages:
                file.write(page.ljust(4096, b"\0"))
            file.flush()
            size = 4096 * len(pages)
            load = {"start": 0x10000, "end": 0x10000 + size, "offset": 0, "file_size": size, "writable": True, "executable": False}
            return abort_text.find(file.name, {"signal": number, "sp": 0, "files": [], "loads": [load]})

    def test_messages(self):
        page = (4096).to_bytes(4, "little")
        message = page + b"free(): invalid pointer\n"
        self.assertEqual(self.find(b"", message, b""), "free(): invalid pointer")
        self.assertIsNone(self.find(message, number=11))
        self.assertIsNone(self.find(page + b"no line feed"))
        self.assertIsNone(self.find(message + b"\0more"))
        self.assertIsNone(self.find((8192).to_bytes(4, "little") + b"longer than what is there\n"))
        self.assertIsNone(self.find(message, page + b"another text\n"))  # it cannot be told which

    def test_what_a_terminal_shows(self):
        self.assertEqual(abort_text.printable("a\x1b[2Jb\nc\n"), "a [2Jb c")
        self.assertEqual(len(abort_text.printable("x" * 10000)), abort_text.LONGEST + 3)
        self.assertIsNone(abort_text.printable("\n"))
        self.assertIsNone(abort_text.printable(None))


class Senders(unittest.TestCase):
    def read(self, code, *rest, pid=12, number=11):
        data = b"".join(part.to_bytes(4, "little", signed=True) for part in (number, 0, code, 0, *rest)) + bytes(100)
        return sender.read(elf.Form(True, "<"), data, pid)

    def test_who_sent_it(self):
        for code, rest, pid, expected in (
                (0, (17, 0), 12, "sent by pid 17 (uid 0) with kill"), (-6, (17, 1000), 12, "sent by pid 17 (uid 1000) with tgkill"),
                (-1, (17, 0), 12, "with sigqueue"), (0, (12, 0), 12, "the program sent it to itself with kill"),
                (0, (0, 0), 12, "a process outside its container"), (0, (12, 0), None, "which may be the program itself"),
                (-2, (5, 0), 12, "SI_TIMER"), (-77, (17, 0), 12, "sigqueue (si_code -77)"), (128, (0, 0), 12, "SI_KERNEL"),
                (1, (0, 0), 12, "SEGV_MAPERR"), (99, (0, 0), 12, "si_code 99")):
            with self.subTest(code=code, rest=rest):
                self.assertIn(expected, sender.explain(self.read(code, *rest, pid=pid)))
        self.assertEqual(self.read(1, 0x1234, 0)["address"], 0x1234)
        self.assertIsNone(self.read(0, 17, 0)["address"])

    def test_the_program_s_frames(self):
        frames = [{"function": name, "module": module, "pc": 0x1010, "sp": place, "offset": 0x3010} for place, (name, module) in enumerate((
            ("__pthread_kill_implementation", "/lib/libc.so.6"), (None, "/lib/libstdc++.so.6.0.30"), ("__assert_fail", "/bin/static"),
            ("std::terminate()", "/bin/x"), ("memcpy", "/bin/x"), ("strategy", "/bin/x"), ("main", "/bin/x"), (None, None), ("f", "/bin/x")))]
        found = program_frame.own_frames({"frames": frames})
        self.assertEqual([frame["function"] for frame in found], ["strategy", "main"])
        first = program_frame.first({"ip": 0x1010}, found)
        self.assertEqual(first, {"module": "x", "function": "strategy", "offset": 0x3010})
        # In a static program without names, it may be raise().
        raised, unnamed = {"ip": 0x1010, "sender": {"itself": True}}, [found[0] | {"function": None}]
        self.assertIsNone(program_frame.first(raised, unnamed))
        self.assertIn("in a static program", program_frame.explain_none(raised, unnamed)[0])
        self.assertIn("cannot be followed", program_frame.explain_none(raised, [])[0])
        self.assertEqual(program_frame.explain_none(raised, found), [])
        self.assertEqual(program_frame.shown(first | {"function": None}), "x+0x3010")
        for name, base in (("(anonymous namespace)::A::f(int)", "(anonymous namespace)::A::f"), ("f.constprop.0", "f"), ("__GI_abort", "abort"),
                           ("A::operator()(int) const", "A::operator()"), ("f(int) [clone .cold]", "f"), (None, ""), ("f.isra.0.part.1", "f"),
                           ("main.main.func1", "main.main.func1"), ("main.(*T).f", "main.(*T).f")):
            self.assertEqual(program_frame.base_name({"function": name}), base)
        going = [frames[-1] | {"function": name} for name in ("runtime.raise", "runtime.fatalthrow.func1", "runtime.(*T).f", "main.(*T).f", "main.main")]
        self.assertEqual([frame["function"] for frame in program_frame.own_frames({"frames": going})], ["main.(*T).f", "main.main"])
        own = {"sender": {"itself": True}, "interrupted": [6], "frames": frames}
        self.assertEqual([frame["function"] for frame in program_frame.own_frames(own)], ["main"])


TOGETHER = ("ulimit -c", "dmesg")


class Advice(unittest.TestCase):
    def step(self, verdict, kind="SourceAv", **changes):
        facts = {"core": "CORE", "executable": "/bin/x", "executable_found": True, "signal": 11, "code": 1, "sender": None, "truncated": False, "sp": 4096,
                 "loads": [{"writable": True, "start": 0, "end": 8192}], "stack": {"complete": True}, "checked": {"/bin/x": "same"},
                 "frames": [{"function": "f", "module": "/bin/x"}], "registers": {"orig_rax": "0x3b"}}
        return core_advice.next_step(facts | changes, verdict, kind)

    def test_it_names_only_what_helps(self):
        foreign = {"pid": 17, "uid": 0, "how": "kill", "itself": False}
        partial = {"complete": False}
        for arguments, changes, expected in (
                (("this defect",), {}, "replace the library"),
                ((OTHER,), {}, "gdb /bin/x CORE, then: bt full"),
                ((OTHER,), {"executable_found": False}, "gdb EXECUTABLE CORE"),
                ((OTHER,), {"machine": "AArch64"}, "gdb-multiarch /bin/x CORE, then: bt full"),
                ((OTHER, "UncategorizedSignal"), {"sender": foreign}, "journalctl _PID=17"),
                ((OTHER, "UncategorizedSignal"), {"sender": foreign | {"pid": 0}}, "look outside the container"),
                ((OTHER, "UncategorizedSignal"), {"sender": foreign | {"itself": True}}, "why it sends itself SIGSEGV"),
                ((OTHER, "UncategorizedSignal"), {"signal": 24, "code": 128}, "ulimit -t"),
                ((OTHER, "UncategorizedSignal"), {"signal": 3, "code": 128}, "Ctrl-\\"),
                ((OTHER, "UncategorizedSignal"), {"signal": 31}, "its number is 59"),
                ((OTHER, "UncategorizedSignal"), {"signal": 31, "machine": "32-bit x86", "registers": {"orig_eax": "0x3b"}}, "gdb /bin/x CORE"),
                ((OTHER,), {"signal": 7, "code": 2}, "cut a mapped file short"),
                ((OTHER, "HeapError"), {"signal": 6}, "valgrind"),
                ((OTHER, "StackOverflow"), {}, "call each other"),
                (("cannot tell",), {"truncated": True, "stack": partial}, "ulimit -c"),
                (("cannot tell",), {"truncated": True, "stack": partial}, "dmesg"),
                (("cannot tell",), {"stack": partial}, "coredump_filter"),
                (("cannot tell",), {"stack": partial, "sp": 10000}, "where the stack was lost"),
                (("cannot tell",), {"frames": [{"function": None, "module": "/bin/x"}]}, "debug symbols"),
                (("consistent with it",), {"checked": {}}, "debug symbols"),
                (("consistent with it",), {}, "see what the function")):
            with self.subTest(expected):
                step = self.step(*arguments, **changes)
                self.assertIn(expected, step)
                for helpless in {"ulimit -c", "debug symbols", "coredump_filter", "dmesg"} - {expected, *(TOGETHER if expected in TOGETHER else ())}:
                    self.assertNotIn(helpless, step)
        for called, expected in ((("_Unwind_RaiseException", "__cxa_throw"), "who should catch it"), (("std::terminate()",), "who should catch it"),
                                 (("std::terminate()", "__cxa_pure_virtual"), "checks before")):
            frames = [{"function": name, "module": "/bin/x"} for name in (*called, "f")]
            self.assertIn(expected, self.step(OTHER, "AbortSignal", signal=6, frames=frames))
            words = crash_kind.describe_abort({"sender": None, "frames": frames})
            self.assertIn("exception" if "catch" in expected else "pure virtual", words)
        # The kernel prints no line about an abort.
        self.assertNotIn("dmesg", self.step("cannot tell", truncated=True, stack=partial, signal=6))
        self.assertIn("ulimit -c", core_advice.for_unreadable())


if __name__ == "__main__":
    unittest.main()
