"""ci/rings, with rings and a tool made for the test. Nothing is fetched from a registry."""
import contextlib
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from rings import folder, install, judge, page, speed
from rings.commands import rings as command
from shared import disk, locks
from shared.errors import CannotRun
from shared.repository import ROOT

TOML = """title = "{name}"
version = "1.0"
language = "Python"
licence = "MIT"
homepage = "owner/name"
reached = "a class"
command = "env PYTHONPATH={rings} {python} {{ring}}/adapter.py"
"""
# A ring that answers every find with its first node.
ADAPTER = """from protocol import serve


class Ring(dict):
    add = dict.__setitem__
    remove = dict.pop

    def find(self, key):
        return next(iter(self), None)

    def find_n(self, key, count):
        return list(self)[:count]

    def list(self):
        return [(7, name) for name in self]


serve("placement=listed name=first replicas=fixed", Ring, position=len)
"""
TRACE = """# The ring loses a key.
# It was seen in version 1.0.
# kind: find-another
# trigger: find .*wraps|wraps

ring own
add "a" 1
find "b"
"""
FINDING = {"type": "finding", "name": "find-another-2", "verdict": "difference", "file": "/nowhere/x.trace"}
ROW = {"name": "find-another-2", "times": 3, "trigger": "find wraps"}
SUMMARY = {"type": "summary", "agreed": False, "programs": 5, "operations": 70, "seconds": 1.0}


class Rings(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.root = pathlib.Path(made.name).resolve()
        self.rings, self.out = self.root / "rings", self.root / "out"
        self.addCleanup(setattr, folder, "RINGS", folder.RINGS)
        folder.RINGS = self.rings

    def ring(self, name="first", more="", adapter=ADAPTER, trace=""):
        """Makes the folder of a ring, and returns the ring."""
        text = TOML.format(name=name, rings=ROOT / "fuzz/rings", python=sys.executable) + more
        self.write(f"rings/{name}/ring.toml", text)
        self.write(f"rings/{name}/adapter.py", adapter)
        if trace:
            self.write(f"rings/{name}/known/wraps.trace", trace)
        return folder.Ring(self.rings / name, self.out)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def tool(self, check=0, objects=(), replay=1):
        """A stand-in for ringproof: what its check prints, and the exit codes of check and replay."""
        printed = self.write("printed", "".join(json.dumps(each) + "\n" for each in objects))
        tool = self.write("tool", f'#!/bin/sh\ncase $1 in check) cat {printed}; echo it said why >&2; exit {check} ;; *) exit {replay} ;; esac\n')
        tool.chmod(0o755)
        return tool

    def run_rings(self, tool, *words):
        """Runs the command. Installing and building the tool is left out, as the rings need neither."""
        self.addCleanup(setattr, command.lib_sh, "prepare", command.lib_sh.prepare)
        command.lib_sh.prepare = lambda *_: None
        sys.argv = ["ci/rings", "--for", "1s", "--measure", "0.1s", "--tool", str(tool), "--output", str(self.out), *words]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = command.main()
        return status, out.getvalue()

    def test_a_second_run_in_the_folder_refuses(self):
        self.ring()
        with locks.alone(self.out / ".lock"), self.assertRaisesRegex(CannotRun, "another run works in "):
            self.run_rings(self.tool())

    def test_a_ring_that_does_not_fit_on_the_disk_is_not_skipped(self):
        self.ring()
        with mock.patch.object(install, "prepare", side_effect=install.Skipped("npm failed: no space")), \
                mock.patch.object(disk, "full_one", lambda *_: "there"), self.assertRaisesRegex(CannotRun, "the disk is full .there."):
            self.run_rings(self.tool())

    # FOLDERS

    def test_all_rings_of_the_repository_can_be_read(self):
        folder.RINGS = ROOT / "fuzz/rings"
        rings = folder.all_rings(self.out)
        self.assertGreater(len(rings), 10)
        for ring in rings:
            for known in ring.known():
                self.assertRegex(known.program, r"\Aring own\n", known.path)

    def test_a_ring_that_is_described_wrongly_is_refused(self):
        for more, said in (("colour = 1\n", "colour = 1: unknown"), ("notes = 1\n", "notes = 1: write a str"),
                           ("[packages]\ngems = []\n", "packages of gems: there are apt"), ("=", "Invalid")):
            with self.subTest(more), self.assertRaisesRegex(CannotRun, f"ring.toml: .*{said}"):
                self.ring(more=more)
        self.ring()
        path = self.rings / "first/ring.toml"
        path.write_text(path.read_text().replace("licence", "notes"))
        with self.assertRaisesRegex(CannotRun, "add licence"):
            folder.Ring(path.parent, self.out)

    def test_a_known_finding_covers_its_kind_and_triggers(self):
        known, = self.ring(trace=TRACE).known()
        self.assertEqual(known.sentence, "The ring loses a key. It was seen in version 1.0.")
        self.assertEqual(known.program, 'ring own\nadd "a" 1\nfind "b"')
        self.assertTrue(known.covers("find-another", "find wraps"))
        self.assertFalse(known.covers("find-another", "find"))
        self.assertFalse(known.covers("find-refused", "find wraps"))
        known, = self.ring(trace=TRACE.replace("# trigger: find .*wraps|wraps\n", "")).known()
        self.assertTrue(known.covers("find-another", "find"))
        for wrong in (TRACE.replace("# kind: find-another\n", ""), TRACE[TRACE.index("# kind"):]):
            with self.assertRaisesRegex(CannotRun, "begin it with comment lines"):
                self.ring(trace=wrong).known()

    # INSTALLING

    def test_a_ring_is_built_once_and_again_when_it_changes(self):
        ring = self.ring(more='build = "echo built >>{rings}/../log"\n')
        for _ in range(2):
            install.prepare(ring, self.out / "packages")
        self.assertEqual((self.root / "log").read_text(), "built\n")
        self.write("rings/first/adapter.py", ADAPTER + "\n")
        install.prepare(ring, self.out / "packages")
        self.write("rings/first/known/x.trace", TRACE)
        install.prepare(ring, self.out / "packages")
        self.assertEqual((self.root / "log").read_text(), "built\nbuilt\n")

    def test_a_ring_whose_tool_or_packages_are_missing_is_skipped(self):
        for more, said in (('needs = ["no-such-tool"]\n', "no-such-tool is not installed"), ('build = "echo error: it is full >&2; exit 3"\n', "error: it is full"),
                           ('build = "echo https://example.org/x not found; exit 3"\n', r"\(an address\) not found")):
            with self.subTest(more), self.assertRaisesRegex(install.Skipped, said):
                install.prepare(self.ring(more=more), self.out / "packages")
        self.assertFalse(install.is_ready(self.ring()))

    # SPEED

    def test_a_ring_is_measured(self):
        ring = self.ring()
        self.assertEqual(speed.declarations(ring.command), {"placement": "listed", "name": "first", "replicas": "fixed"})
        self.assertGreater(speed.questions(ring.command, 0.2), 0)
        self.assertGreater(speed.changes(ring.command, 0.2), 0)

    def test_an_adapter_that_says_nothing_right_is_mute(self):
        for line, said in (("echo hello", "began with 'hello'"), ("true", "the adapter ended"), ("echo ringproof 12", "began with")):
            with self.subTest(line), self.assertRaisesRegex(speed.Mute, said):
                speed.declarations(f"sh -c '{line}'")

    # VERDICTS

    def test_without_findings_all_is_well(self):
        self.ring()
        status, out = self.run_rings(self.tool(0, [{**SUMMARY, "agreed": True}]))
        self.assertEqual(status, 0, out)
        self.assertIn("1 of 1 ring judged: 0 new findings", out)
        self.assertIn("| none |", (self.out / "results.md").read_text())

    def test_a_new_finding_is_told_from_a_known_one(self):
        self.ring(trace=TRACE)
        table = {"type": "table", "findings": [ROW]}
        status, out = self.run_rings(self.tool(1, [FINDING, table, SUMMARY]))
        self.assertEqual(status, 0, out)
        self.assertIn("0 new findings, 1 known one still there", out)
        self.assertIn("[wraps](first/known/wraps.trace): The ring loses a key.", (self.out / "results.md").read_text())
        other = {"type": "table", "findings": [{**ROW, "trigger": "find"}]}
        status, out = self.run_rings(self.tool(1, [FINDING, other, SUMMARY]))
        self.assertEqual(status, 1, out)
        self.assertIn("new: find-another, when find: /nowhere/x.trace", out)
        self.assertIn("**new**: find-another", (self.out / "results.md").read_text())
        self.assertIn("1 new finding", (self.out / "index.html").read_text())

    def test_a_finding_that_is_mended_is_said(self):
        self.ring(trace=TRACE)
        status, out = self.run_rings(self.tool(0, [{**SUMMARY, "agreed": True}], replay=0))
        self.assertEqual(status, 0)
        self.assertIn("mended: wraps", out)
        self.assertIn("**mended**: wraps", (self.out / "results.md").read_text())

    def test_a_ring_that_cannot_be_judged_does_not_hinder_others(self):
        self.ring("absent", 'needs = ["no-such-tool"]\n')
        self.ring("mute", adapter="print('hello')\n")
        status, out = self.run_rings(self.tool(0, [SUMMARY]))
        self.assertEqual(status, 2, out)
        self.assertIn("absent: not judged: no-such-tool is not installed", out)
        self.assertIn("mute: not judged: the adapter began with 'hello'", out)
        self.ring()
        self.assertEqual(self.run_rings(self.tool(0, [SUMMARY]))[0], 0)
        self.assertEqual(self.run_rings(self.tool(2), "--only", "first")[0], 2)
        self.assertIn("not judged: ringproof check ended with 2: it said why", (self.out / "results.md").read_text())

    def test_without_setup_only_what_is_installed_is_judged(self):
        self.ring()
        status, out = self.run_rings(self.tool(0, [SUMMARY]), "--no-setup")
        self.assertEqual(status, 2)
        self.assertIn("it is not installed", out)

    def test_what_a_page_shows_is_escaped(self):
        verdict = judge.Verdict(self.ring())
        verdict.findings = [judge.Finding("a|b", "<i>", 1, "", None)]
        rows = [page.row(verdict)]
        self.assertIn("a\\|b", page.markdown(rows, self.root))

    def test_numbers_have_two_digits_that_count(self):
        self.assertEqual([page.number(value) for value in (None, 0.4, 7, 123, 98765.4, 1234567)], ["–", "0", "7", "120", "99,000", "1,200,000"])


class Protocol(unittest.TestCase):
    """What the adapters of a language share answers as fuzz/README.md says."""

    STATEMENTS = ["ring own", r'add "\x00\xff\x22\x5ca" 1', r'find "k"', "use 3", "ring own", 'find "k"', 'add-many "b" 1 "c_" 2', 'find-n "k" 2', "list",
                  r'position "k\x20"', 'remove "b"', 'find "k"', 'remove "b"', "dance", "use 0", "destroy"]
    ANSWERS = ["ok", "ok", r'"\x00\xff\x22\x5ca"', "ok", "ok", "none", "ok", r'"b" "c_"', r'7 "b" 7 "c_"', "2", "ok", r'"c_"', "error",
               "cannot unknown statement", "ok", "ok"]
    JAVASCRIPT = """const { serve } = require('%s/protocol.js')
class Ring {
  constructor() { this.names = [] }
  add(name) { this.names.push(Buffer.from(name)) }
  remove(name) {
    const index = this.names.findIndex((each) => each.equals(name))
    if (index < 0) throw new Error('absent')
    this.names.splice(index, 1)
  }
  find() { return this.names[0] }
  findN(key, n) { return this.names.slice(0, n) }
  list() { return this.names.map((name) => [7, name]) }
}
serve('placement=listed', Ring, { position: (key) => key.length })
"""

    def play(self, name, text, *words, **environment):
        with tempfile.TemporaryDirectory() as made:
            path = pathlib.Path(made, name)
            path.write_text(text)
            done = subprocess.run(["env", *(f"{key}={value}" for key, value in environment.items()), *words, str(path)],
                                  input="".join(f"{line}\n" for line in self.STATEMENTS), capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[1:], self.ANSWERS)

    def test_python(self):
        self.play("adapter.py", ADAPTER, sys.executable, PYTHONPATH=ROOT / "fuzz/rings")

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_javascript(self):
        self.play("adapter.js", self.JAVASCRIPT % (ROOT / "fuzz/rings"), "node")

    def test_a_wrong_answer_is_noticed(self):
        with self.assertRaises(AssertionError):
            self.play("adapter.py", ADAPTER.replace("(7,", "(8,"), sys.executable, PYTHONPATH=ROOT / "fuzz/rings")


if __name__ == "__main__":
    unittest.main()
