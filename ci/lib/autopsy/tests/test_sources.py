"""What ci/autopsy opens: files and pipes, packed or not, core dumps and text. A stand-in for a core dump is enough here: it has
the header of one for another machine, about which ci/autopsy says so, and needs no gdb."""
import bz2
import contextlib
import gzip
import io
import lzma
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

from autopsy import examine, sources
from autopsy.tests.messages import CONSISTENT, JUMP_2014, OTHER, UNKNOWN
from shared.errors import CannotRun
from shared.repository import ROOT

SEED = int(os.environ.get("RINGPROOF_SEED", "20"))
AUTOPSY = ROOT / "ci" / "autopsy"
CORE = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\x00\xb7\x00" + bytes(44) + random.Random(20).randbytes(20000) + bytes(3 << 20) + b"end"
LINE = f"[1.0] beam.smp[12]: {JUMP_2014}\n".encode()


def packed_by_tool(tool):
    return lambda data: subprocess.run([tool, "-zcq1"] if tool == "lz4" else [tool, "-cq1"], input=data, capture_output=True, check=True).stdout


PACKERS = {"gz": gzip.compress, "xz": lambda data: lzma.compress(data, preset=0), "bz2": lambda data: bz2.compress(data, 1), "zst": packed_by_tool("zstd"), "lz4": packed_by_tool("lz4"),
           "plain": bytes}


class Sources(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.open_things = contextlib.ExitStack()
        self.addCleanup(self.open_things.close)

    def autopsy(self, *arguments, data=b"", **environment):
        return subprocess.run([AUTOPSY, *arguments], input=data, capture_output=True, check=False,
                              env=os.environ | {"TMPDIR": str(self.folder)} | environment)

    def test_core_dumps_packed_and_through_a_pipe(self):
        for name, pack in PACKERS.items():
            path = self.folder / f"core.{name}"
            path.write_bytes(pack(CORE))
            with self.subTest(name):
                source = sources.open_source(str(path), self.open_things)
                self.assertEqual(pathlib.Path(source.core).read_bytes(), CORE)
        with self.subTest("a pipe"):
            reader, writer = os.pipe()
            with os.fdopen(writer, "wb", 0) as pipe:
                pipe.write(CORE[:60000])
            source = sources.open_source(f"/dev/fd/{reader}", self.open_things)
            self.assertEqual(pathlib.Path(source.core).read_bytes(), CORE[:60000])
            os.close(reader)

    def test_the_command_says_which_file_it_was(self):
        for name in ("zst", "plain"):
            result = self.autopsy("-", data=PACKERS[name](CORE))
            self.assertEqual((result.returncode, result.stderr), (4, b""))
            self.assertIn(b"AArch64", result.stdout)
        program = pathlib.Path("/bin/true").read_bytes()
        result = self.autopsy("-", data=program)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"autopsy: standard input: a program or library", result.stderr)
        self.assertEqual(os.listdir(self.folder), [])  # no temporary file stays

    def test_holes_stay_holes(self):
        path = self.folder / "core.gz"
        path.write_bytes(gzip.compress(CORE[:64] + bytes(64 << 20)))
        there = os.stat(sources.open_source(str(path), self.open_things).core)
        self.assertEqual(there.st_size, 64 + (64 << 20))
        self.assertLess(there.st_blocks * 512, 8 << 20)

    def test_text(self):
        for name, pack in PACKERS.items():
            with self.subTest(name):
                path = self.folder / f"kern.log.{name}"
                path.write_bytes(pack(LINE.decode().encode("utf-16")))
                self.assertEqual(examine.examine([str(path)])[0]["verdict"], CONSISTENT)
        self.assertEqual(self.autopsy("-", data=PACKERS["zst"](LINE)).returncode, 1)
        with self.assertRaisesRegex(CannotRun, "is not needed"):
            examine.examine([str(path), "/bin/true"])

    def test_damaged_ones(self):
        noise = random.Random(20).randbytes(150000).hex().encode() + b"\n"  # lz4 and bzip2 unpack block by block
        for name in ("gz", "xz", "bz2", "zst", "lz4"):
            path = self.folder / name
            path.write_bytes(PACKERS[name](LINE + noise)[:-9])
            with self.subTest(name), contextlib.redirect_stderr(io.StringIO()) as printed:
                self.assertEqual(examine.examine([str(path)])[0]["verdict"], CONSISTENT)  # what could be unpacked is examined
            self.assertIn(f"{path}: damaged or cut off", printed.getvalue())

    def test_random_damage_is_a_verdict_or_a_named_error(self):
        print(f"RINGPROOF_SEED={SEED}")
        numbers, path = random.Random(SEED), self.folder / "damaged"
        for name, times in (("gz", 100), ("xz", 100), ("bz2", 100), ("zst", 5), ("lz4", 5)):
            packed = PACKERS[name](CORE[:30000] if numbers.randrange(2) else LINE * 20)
            for _ in range(times):
                data = bytearray(packed)
                for _ in range(numbers.randrange(1, 4)):
                    data[numbers.randrange(4, len(data))] = numbers.randrange(256)
                path.write_bytes(data)
                with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(CannotRun):
                    self.assertIn(examine.examine([str(path)])[0]["verdict"], (CONSISTENT, UNKNOWN, OTHER))

    def test_a_full_disk(self):
        with open("/dev/full", "wb", 0) as full, self.assertRaisesRegex(CannotRun, "does not fit into .*TMPDIR=FOLDER"):
            sources.spool(CORE[:4096], io.BytesIO(CORE[4096:]), full, "core.zst")

    def test_a_disk_is_not_filled(self):
        left = mock.Mock(f_bavail=9, f_frsize=4096, f_blocks=200)
        with tempfile.TemporaryFile() as file, mock.patch.object(os, "fstatvfs", return_value=left):
            with self.assertRaisesRegex(CannotRun, "or nearly, after 0 MiB"):
                sources.spool(CORE[:4096], io.BytesIO(CORE[4096:]), file, "core.zst")
            left.f_bavail = 10
            sources.spool(CORE[:4096], io.BytesIO(CORE[4096:]), file, "core.zst")

    def test_a_tool_that_is_missing(self):
        there = self.folder / "there"
        there.mkdir()
        for tool in ("dirname", "realpath"):
            (there / tool).symlink_to(shutil.which(tool))
        for name, words in (("zst", b"apt-get install zstd"), ("lz4", b"apt-get install lz4")):
            result = self.autopsy("-", data=PACKERS[name](LINE), PATH=str(there))
            self.assertEqual(result.returncode, 2)
            self.assertIn(words, result.stderr)

    def test_what_is_neither(self):
        for data, words in ((b"", b"nothing came"), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"89 50 4e 47"),
                            (gzip.compress(b""), b"nothing could be unpacked"), (b"hello\n", b"    hello")):
            with self.subTest(words):
                result = self.autopsy("-", data=data)
                self.assertEqual((result.returncode, result.stdout), (2, b""))
                self.assertIn(words, result.stderr)
        self.assertIn(b"is a directory" if os.geteuid() else b"directory", self.autopsy(self.folder).stderr.lower())


if __name__ == "__main__":
    unittest.main()
