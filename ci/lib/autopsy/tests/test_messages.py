"""Messages of kernels of every kind, in every form in which they are posted."""
import io
import json
import re
import unittest

from autopsy import examine, pasted, ranking
from autopsy.plain_text import lines_of
from autopsy.tests.messages import CONSISTENT, JUMP_2014, MESSAGES, OTHER, UNKNOWN
from shared.errors import CannotRun


def read(data):
    """All that is understood in a text or in bytes."""
    data = data.encode() if isinstance(data, str) else data
    return list(pasted.Reader(lines_of(io.BytesIO(data), b"")).facts())


def judge(data):
    """The judgement and facts that lead, and the others."""
    ranked = ranking.Ranking()
    for facts in read(data):
        ranked.add(facts)
    return ranked.first()


def quoted(text):
    return "".join(f"> {line}\n" for line in text.splitlines())


def wrapped(text, width=80):
    return "\n".join(text[at:at + width] for at in range(0, len(text), width))


def wrapped_at_spaces(text, width=72):
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) > width and lines[-1]:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def coloured(text):
    head, bracket, tail = text.partition("]: ")
    return f"\x1b[32m{head}{bracket}\x1b[0m\x1b[31m{tail}\x1b[0m"


CHANGES = {
    "docker": lambda text: json.dumps({"log": text + "\n", "stream": "stdout", "time": "2024-05-01T10:11:12Z"}),
    "journald": lambda text: json.dumps({"MESSAGE": text, "__REALTIME_TIMESTAMP": "1414682381000000"}),
    "journald, bytes": lambda text: json.dumps({"MESSAGE": list(coloured(text).encode())}),
    "colours": coloured,
    "colours as syslog writes them": lambda text: coloured(text).replace("\x1b", "#033"),
    "colours as pasted": lambda text: coloured(text).replace("\x1b", "^["),
    "quoted": quoted,
    "HTML": lambda text: text.replace("&", "&amp;").replace(">", "&gt;").replace("[", "&#91;"),
    "Windows' line ends": lambda text: f"a line before\r\n{text}\r\na line after\r\n",
    "UTF-16": lambda text: f"a line before\n{text}\n".encode("utf-16"),
    "UTF-16 without a mark": lambda text: f"a line before\n{text}\n".encode("utf-16-be"),
    "not UTF-8": lambda text: b"caf\xe9\n" + text.encode() + b"\n\xff\xfe\n",
    "wrapped by a terminal": wrapped,
    "wrapped by a mail": wrapped_at_spaces,
    "wrapped by a mail, quoted": lambda text: quoted(wrapped_at_spaces(text)),
}


def essence(facts):
    return {name: facts[name] for name in ("form", "program", "pid", "address", "ip", "sp", "error", "mapping", "signal")}


class Messages(unittest.TestCase):
    def test_each_is_read_and_judged(self):
        for text, verdict, words, program, pid in MESSAGES:
            with self.subTest(text):
                judgement, facts, others = judge(text)
                printed = "\n".join([judgement["summary"], *judgement["evidence"]])
                self.assertEqual(judgement["verdict"], verdict, printed)
                self.assertIn(words, printed)
                self.assertEqual((facts["program"], facts["pid"]), (program, pid))
                self.assertEqual(others, [])

    def test_in_every_form(self):
        for text, *_ in MESSAGES:
            if text.startswith(("{", "\t", "> ")):
                continue  # has a form already
            plain = essence(read(text)[0])
            for name, change in CHANGES.items():
                with self.subTest(name, text=text):
                    self.assertEqual([essence(facts) for facts in read(change(text))], [plain])

    def test_a_wrap_at_any_column(self):
        text = "[   12.345678] beam.smp[21880]: " + JUMP_2014 + " in locale-archive[7fa31616f000+5e91000]"
        plain = essence(read(text)[0])
        for width in range(60, len(text) + 1):
            with self.subTest(width):
                padded = text if width == 80 else wrapped_at_spaces(text, width)
                self.assertEqual([essence(facts) for facts in read(padded if width != 80 else wrapped(text))], [plain])

    def test_the_next_message_is_not_taken_for_the_rest(self):
        line = "[1.0] beam.smp[12]: " + JUMP_2014
        for after in ("Code: Bad RIP value.", "[1.1] Code: 00 00", "", "in the log[12+34] this is no mapping of it", "4 lines more"):
            with self.subTest(after):
                found, = read(f"{line}\n{after}\n")
                self.assertEqual(found["error"], 0x14)
        found = read(f"{line}\n{line.replace('[12]', '[13]')}\n")
        self.assertEqual([facts["pid"] for facts in found], [12, 13])

    def test_registers_that_follow(self):
        facts, = read("beam.smp: potentially unexpected fatal signal 11.\nCPU: 1 PID: 949 Comm: beam.smp Not tainted 6.6.87 #1\n"
                      "RIP: 0033:0x7fa300006d4b\nCode: Bad RIP value.\nRSP: 002b:00007fa3d0d7c788 EFLAGS: 00010246\n")
        self.assertEqual((facts["program"], facts["ip"], facts["sp"]), ("beam.smp", 0x7FA300006D4B, 0x7FA3D0D7C788))
        facts, = read("[ 11.6] init[1]: unhandled signal 11 code 0x1 at 0x0000000000000000 in libc.so[3fab1a3000+a4000]\n"
                      "[ 11.7] epc : 0000003fab1b1100 ra : 00000000001a13c8 sp : 0000003fffc599f0\n")
        self.assertEqual(facts["ip"], 0x3FAB1B1100)
        facts, = read("[ 1.0] a[2]: unhandled exception: DABT (lower EL), ESR 0x92000046, level 2 translation fault in a[aaaab4560000+1000]\n"
                      "[ 1.0] pc : 0000aaaab4560654\n[ 1.0] sp : 0000ffffc1c02620\n")
        self.assertEqual((facts["ip"], facts["sp"]), (0xAAAAB4560654, 0xFFFFC1C02620))

    def test_the_one_that_matters_leads(self):
        tool = "[1.0] randomtool[11]: segfault at 7f1203a10000 ip 00007f1203a10000 sp 00007ffe51859b48 error 14"
        vm = "[2.0] beam.smp[12]: " + JUMP_2014
        null = "[3.0] beam.smp[13]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4 in x[5600aaaa0000+2000]"
        for text in (f"{tool}\n{vm}\n{null}\n", f"{null}\n{tool}\n{vm}\n"):
            judgement, facts, others = judge(text)
            self.assertEqual((judgement["verdict"], facts["pid"]), (CONSISTENT, 12))
            self.assertEqual([(other["verdict"], other["pid"], other["time"]) for other in others], [(CONSISTENT, 11, "1.0"), (OTHER, 13, "3.0")])
        # Equal ones stay in their order, and three lines about one process are one.
        killed = "Out of memory: Killed process 5 (a) total-vm:1kB"
        _, facts, others = judge(f"oom-kill:constraint=NONE,task=a,pid=5,uid=0\n{killed}\n{killed.replace('5 (a)', '6 (b)')}\n")
        self.assertEqual((facts["pid"], [other["pid"] for other in others]), (5, [6]))

    def test_one_crash_is_judged_once(self):
        null = "[3.0] beam.smp[13]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4 in x[5600aaaa0000+2000]"
        for echo in ("beam.smp: potentially unexpected fatal signal 11.", 'type=1701 pid=9 comm="beam.smp" exe="/a" sig=11',
                     "a systemd[1]: app.service: Main process exited, code=dumped, status=11/SEGV"):
            with self.subTest(echo):
                judgement, _, others = judge(f"{null}\n{echo}\n")
                self.assertEqual((judgement["verdict"], others), (OTHER, []))
                judgement, _, others = judge(f"{null}\n{echo.replace('11', '6')}\n".replace("SEGV", "ABRT"))
                self.assertEqual((judgement["verdict"], len(others)), (UNKNOWN, 1))  # another crash
        judgement, _, others = judge(f"{null}\nProcess 12 (beam.smp) of user 110 dumped core.\n")
        self.assertEqual((judgement["verdict"], [other["pid"] for other in others]), (OTHER, [12]))

    def test_many_are_counted(self):
        lines = "".join(f"[{at}.0] tool[{at}]: segfault at 8 ip 00005600aaaa1234 sp 00007ffd00001000 error 4\n" for at in range(1, 201))
        ranked = ranking.Ranking()
        for facts in read(lines + "[300.0] beam.smp[12]: " + JUMP_2014):
            ranked.add(facts)
        _, facts, others = ranked.first()
        self.assertEqual((facts["pid"], [other["pid"] for other in others]), (12, list(range(1, ranking.KEPT + 1))))
        self.assertEqual(ranked.uncounted(), [{"verdict": OTHER, "program": "tool", "count": 200 - ranking.KEPT}])
        for facts in read(re.sub(r"tool", lambda match: f"t{match.start() % 30}", lines)):
            ranked.add(facts)
        self.assertEqual(len(ranked.uncounted()), ranking.PROGRAMS + 1)
        self.assertEqual(sum(rest["count"] for rest in ranked.uncounted()), 400 - ranking.KEPT)

    def test_advice_about_core_dumps(self):
        for text, words, never in (
                (f"erts_sched_3[812]: {JUMP_2014}", "coredumpctl list beam.smp (812 is the number of a thread", "dump 812"),
                (f"Web Content[812]: {JUMP_2014}", "in: coredumpctl list (812", "list Web"),
                ('type=1701 audit(1.1:4): pid=812 comm="a" exe="/a" sig=11', "coredumpctl dump 812 | ci/autopsy -", "thread"),
                ("Out of memory: Killed process 5 (beam.smp) total-vm:1kB", "no core dump", "coredumpctl"),
                ("a systemd[1]: a.service: Main process exited, code=killed, status=9/KILL", "who sent it", "gdb"),
                ("a[1]: unhandled signal 11 code 0x1 at 0x0000003f00006d4b", "gdb PID, then: bt full", "ci/autopsy"),
                ("x[1]: segfault at 8 ip 1234 sp 9000 error 4 in x[34,1000+2000]", "addr2line -Cfipe x 0x34", "ulimit")):
            with self.subTest(text):
                step = judge(text)[0]["next"]
                self.assertIn(words, step)
                self.assertNotIn(never, step)

    def test_likelihood_is_said(self):
        judgement, *_ = judge("a[1]: " + JUMP_2014)
        self.assertEqual(judgement["chance"], {"any_index": 0.031250, "index_as_small": 6.28e-06})
        self.assertIsNone(judge("a[1]: segfault at 8 ip 1234 sp 9000 error 4")[0]["chance"])

    def test_what_is_not_understood_is_quoted(self):
        for text, words in (("a quiet night", "a quiet night"), ("[1.0] beam.smp[1]: segfault at 7fa3", "a part of it is missing"),
                            ("x\n" * 500 + "SIGSEGV somewhere", "SIGSEGV somewhere")):
            with self.subTest(text[:40]), self.assertRaises(CannotRun) as raised:
                examine.examine_text("standard input", lines_of(io.BytesIO(text.encode()), b""))
            self.assertIn(words, str(raised.exception))
            self.assertIn("looked for:", str(raised.exception))
        for words in (["nowhere"], ["nowhere", "/bin/true"]):
            with self.assertRaisesRegex(CannotRun, "^nowhere: there is no such file, and as a line it is not understood"):
                examine.examine(words)

    def test_verdicts_without_a_core_are_never_proofs(self):
        self.assertEqual({verdict for _, verdict, *_ in MESSAGES}, {CONSISTENT, OTHER, UNKNOWN})


if __name__ == "__main__":
    unittest.main()
