"""ci/corpus on a simple target: an input reaches the bytes that it contains."""
import contextlib
import io
import os
import pathlib
import re
import sys
import tempfile
import unittest

from fuzzing import corpus
from fuzzing.commands import corpus as command
from shared import locks
from shared.errors import CannotRun
from shared.repository import ROOT

# Writes the control file of a merge as libFuzzer does: the number of files, how many of them were there before, their names,
# and what each reaches. This target cannot reach bytes above its ceiling.
TARGET = """#!/usr/bin/env python3
import os, pathlib, sys
control = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("-merge_control_file="))
ceiling = int(os.environ.get("CEILING", "255"))
paths = sorted(pathlib.Path(sys.argv[-1]).iterdir(), reverse=os.environ.get("BACKWARDS") is not None)
if not paths:
    sys.exit(0)
lines = [str(len(paths)), "0", *map(str, paths)]
for i, path in enumerate(paths):
    reached = sorted({byte for byte in path.read_bytes() if byte <= ceiling})
    lines += [f"STARTED {i} 1", " ".join(["FT", str(i), *map(str, reached)]), " ".join(["COV", str(i), *map(str, reached)])]
pathlib.Path(control).write_text("\\n".join(lines) + "\\n")
"""


class Corpus(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        root = pathlib.Path(self.folder.name)
        corpus.PACKED = root / "packed"
        corpus.RECORD = corpus.PACKED / "coverage"
        corpus.TREE = root
        corpus.LOCK = root / "lock"
        (root / "fuzz").mkdir()
        corpus.PACKED.mkdir()
        target = root / "fuzz/sample"
        target.write_text(TARGET)
        target.chmod(0o755)
        self.packed = corpus.PACKED / "sample.tar.gz"
        self.more = root / "more"
        for name in ("CEILING", "BACKWARDS"):
            os.environ.pop(name, None)

    def put(self, *inputs):
        self.packed.write_bytes(corpus.pack("sample", inputs))

    def run_corpus(self, *words):
        sys.argv = ["ci/corpus", "--no-setup", *map(str, words)]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = command.main()
        return status, out.getvalue()

    def test_services_have_the_same_point_stores(self):
        stores = re.search(r"^set\(other_point_stores (.*)\)$", (ROOT / "fuzz/CMakeLists.txt").read_text(), re.M)[1].split()
        self.assertEqual(["core", *stores], corpus.POINT_STORES)

    def test_the_smallest_inputs_that_reach_everything_are_kept(self):
        self.put(b"aaab", b"a", b"b", b"abc", b"ccc")
        self.assertEqual(self.run_corpus()[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"a", b"b", b"abc"})

    def test_equal_inputs_give_equal_bytes_in_any_order(self):
        self.put(b"ab", b"ba", b"xy", b"yx")
        self.run_corpus()
        once = self.packed.read_bytes()
        self.run_corpus()
        self.assertEqual(self.packed.read_bytes(), once)
        os.environ["BACKWARDS"] = "1"
        self.put(b"yx", b"xy", b"ba", b"ab")
        self.run_corpus()
        self.assertEqual(self.packed.read_bytes(), once)

    def test_a_named_input_stays(self):
        self.packed.write_bytes(corpus.pack("sample", {b"a", b"b"}, {"shows-a-fault": b"aabb"}))
        self.assertEqual(self.run_corpus()[0], 0)
        self.assertEqual(corpus.unpack_named("sample"), {"shows-a-fault": b"aabb"})

    def test_inputs_from_elsewhere_are_added(self):
        self.put(b"a")
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        self.assertEqual(self.run_corpus("--from", self.more)[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"a", b"z"})

    def test_what_libfuzzer_measured_only_in_part_changes_nothing(self):
        self.put(b"a")
        before = self.packed.read_bytes()
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        target = corpus.TREE / "fuzz/sample"
        target.write_text(TARGET.replace('"\\n".join(lines)', '"\\n".join(lines[:-1])'))
        with self.assertRaisesRegex(CannotRun, "measured only a part of the inputs: 1 of 2"):
            self.run_corpus("--from", self.more)
        self.assertEqual(self.packed.read_bytes(), before)

    def test_two_runs_do_not_write_the_same_corpora(self):
        self.put(b"a")
        with locks.alone(corpus.LOCK):
            with self.assertRaisesRegex(CannotRun, "another run works in "):
                self.run_corpus()

    def test_a_corpus_may_be_empty_at_first(self):
        self.put()
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        self.assertEqual(self.run_corpus("--from", self.more)[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"z"})

    def test_the_check_passes_with_the_recorded_coverage(self):
        self.put(b"a", b"b")
        self.run_corpus()
        self.assertEqual(self.run_corpus("--check")[0], 0)

    def test_a_smaller_corpus_fails_the_check(self):
        self.put(b"a", b"b")
        self.run_corpus()
        self.put(b"a")
        status, printed = self.run_corpus("--check")
        self.assertEqual(status, 1)
        self.assertIn("edges-core 2 -> 1", printed)

    def test_a_target_that_reaches_less_fails_the_check(self):
        self.put(b"a", b"z")
        self.run_corpus()
        os.environ["CEILING"] = str(ord("b"))
        self.assertEqual(self.run_corpus("--check")[0], 1)

    def test_a_record_is_lowered_only_with_accept_less(self):
        self.put(b"a", b"z")
        self.run_corpus()
        recorded, packed = corpus.RECORD.read_bytes(), self.packed.read_bytes()
        os.environ["CEILING"] = str(ord("b"))
        status, printed = self.run_corpus()
        self.assertEqual(status, 1)
        self.assertIn("less than is recorded: edges-core 2 -> 1", printed)
        self.assertEqual((corpus.RECORD.read_bytes(), self.packed.read_bytes()), (recorded, packed))
        self.assertEqual(self.run_corpus("--accept-less")[0], 0)
        self.assertEqual(self.run_corpus("--check")[0], 0)

    def test_a_corpus_without_a_record_fails_the_check(self):
        self.put(b"a")
        status, printed = self.run_corpus("--check")
        self.assertEqual(status, 1)
        self.assertIn("not recorded", printed)

    def test_a_corpus_that_would_be_too_large_is_unchanged(self):
        self.put(b"a")
        before = self.packed.read_bytes()
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        maximum, corpus.PACKED_MAX = corpus.PACKED_MAX, 10
        self.addCleanup(setattr, corpus, "PACKED_MAX", maximum)
        self.assertEqual(self.run_corpus("--from", self.more)[0], 1)
        self.assertEqual(self.packed.read_bytes(), before)

    def test_a_corpus_that_would_cover_less_is_unchanged(self):
        self.put(b"a", b"z" * (corpus.INPUT_MAX + 1))
        before = self.packed.read_bytes()
        status, printed = self.run_corpus()
        self.assertEqual(status, 1)
        self.assertIn("coverage would drop", printed)
        self.assertEqual(self.packed.read_bytes(), before)

    def test_a_target_that_fails_is_named(self):
        self.put(b"a")
        (corpus.TREE / "fuzz/sample").write_text("#!/bin/sh\necho trouble\nexit 77\n")
        with self.assertRaisesRegex(CannotRun, "sample on core ended with 77.*\n.*trouble"):
            self.run_corpus()


if __name__ == "__main__":
    unittest.main()
