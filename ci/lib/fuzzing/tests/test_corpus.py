"""ci/corpus on a target that is easy to see through: an input reaches the bytes it has."""
import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest

from fuzzing import corpus
from fuzzing.commands import corpus as command
from shared.errors import CannotRun

# What libFuzzer writes for a merge: how many files, how many of them are there already, their names, and what each
# reaches. This one sees nothing of what is above its ceiling.
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

    def test_the_smallest_inputs_that_reach_all_are_kept(self):
        self.put(b"aaab", b"a", b"b", b"abc", b"ccc")
        self.assertEqual(self.run_corpus()[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"a", b"b", b"abc"})

    def test_the_same_inputs_are_the_same_bytes_however_they_are_listed(self):
        self.put(b"ab", b"ba", b"xy", b"yx")
        self.run_corpus()
        once = self.packed.read_bytes()
        self.run_corpus()
        self.assertEqual(self.packed.read_bytes(), once)
        os.environ["BACKWARDS"] = "1"
        self.put(b"yx", b"xy", b"ba", b"ab")
        self.run_corpus()
        self.assertEqual(self.packed.read_bytes(), once)

    def test_an_input_with_a_name_of_its_own_stays(self):
        self.packed.write_bytes(corpus.pack("sample", {b"a", b"b"}, {"shows-a-fault": b"aabb"}))
        self.assertEqual(self.run_corpus()[0], 0)
        self.assertEqual(corpus.unpack_named("sample"), {"shows-a-fault": b"aabb"})

    def test_what_was_found_elsewhere_comes_in(self):
        self.put(b"a")
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        self.assertEqual(self.run_corpus("--from", self.more)[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"a", b"z"})

    def test_a_corpus_begins_with_nothing(self):
        self.put()
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        self.assertEqual(self.run_corpus("--from", self.more)[0], 0)
        self.assertEqual(corpus.unpack("sample"), {b"z"})

    def test_a_check_holds_what_was_recorded(self):
        self.put(b"a", b"b")
        self.run_corpus()
        self.assertEqual(self.run_corpus("--check")[0], 0)

    def test_a_corpus_that_shrank_in_silence_fails_the_check(self):
        self.put(b"a", b"b")
        self.run_corpus()
        self.put(b"a")
        status, said = self.run_corpus("--check")
        self.assertEqual(status, 1)
        self.assertIn("edges-core 2 -> 1", said)

    def test_a_target_that_reaches_less_fails_the_check(self):
        self.put(b"a", b"z")
        self.run_corpus()
        os.environ["CEILING"] = str(ord("b"))
        self.assertEqual(self.run_corpus("--check")[0], 1)

    def test_a_record_is_lowered_only_if_that_is_said(self):
        self.put(b"a", b"z")
        self.run_corpus()
        recorded, packed = corpus.RECORD.read_bytes(), self.packed.read_bytes()
        os.environ["CEILING"] = str(ord("b"))
        status, said = self.run_corpus()
        self.assertEqual(status, 1)
        self.assertIn("less than was recorded: edges-core 2 -> 1", said)
        self.assertEqual((corpus.RECORD.read_bytes(), self.packed.read_bytes()), (recorded, packed))
        self.assertEqual(self.run_corpus("--accept-less")[0], 0)
        self.assertEqual(self.run_corpus("--check")[0], 0)

    def test_a_corpus_without_a_record_fails_the_check(self):
        self.put(b"a")
        status, said = self.run_corpus("--check")
        self.assertEqual(status, 1)
        self.assertIn("not recorded", said)

    def test_a_packed_file_that_would_be_too_large_is_left_as_it_was(self):
        self.put(b"a")
        before = self.packed.read_bytes()
        (self.more / "sample").mkdir(parents=True)
        (self.more / "sample/one").write_bytes(b"z")
        maximum, corpus.PACKED_MAX = corpus.PACKED_MAX, 10
        self.addCleanup(setattr, corpus, "PACKED_MAX", maximum)
        self.assertEqual(self.run_corpus("--from", self.more)[0], 1)
        self.assertEqual(self.packed.read_bytes(), before)

    def test_a_corpus_that_would_cover_less_is_left_as_it_was(self):
        self.put(b"a", b"z" * (corpus.INPUT_MAX + 1))
        before = self.packed.read_bytes()
        status, said = self.run_corpus()
        self.assertEqual(status, 1)
        self.assertIn("coverage would drop", said)
        self.assertEqual(self.packed.read_bytes(), before)

    def test_a_target_that_fails_is_named(self):
        self.put(b"a")
        (corpus.TREE / "fuzz/sample").write_text("#!/bin/sh\necho trouble\nexit 77\n")
        with self.assertRaisesRegex(CannotRun, "sample on core ended with 77.*\n.*trouble"):
            self.run_corpus()


if __name__ == "__main__":
    unittest.main()
