"""Builds that a service could not use are noticed: what was wrong once is put back into a copy of the sources, and targets with
one defect each are judged. After `delivered libfuzzer address`, of whose build tree it needs a copy."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile

from services import build, judge, roots
from shared.errors import CannotRun
from shared.repository import ROOT

BUILT = build.ROOM / "libfuzzer-address"

SMALL = """
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerInitialize(int *argc, char ***argv) { (void)argc, (void)argv; START; return 0; }
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { volatile int sum = 0; if (size > 0 && data[0] == 'x') { __builtin_trap(); }
"""


def setUpModule():
    if roots.may_be_entered(build.runner()):
        raise unittest.SkipTest("nothing can run in a root here")


class Room(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=build.ROOM)
        self.addCleanup(folder.cleanup)
        self.room = pathlib.Path(folder.name)


class PutBack(Room):
    """Each ends in a failure of build.sh, or of a target where it runs."""

    def setUp(self):
        super().setUp()
        self.sources = build.copy_sources(ROOT, self.room / "sources")

    def change(self, name, before, after):
        path = self.sources / name
        text = path.read_text()
        self.assertEqual(text.count(before), 1, f"{name}: {before}")
        path.write_text(text.replace(before, after))

    @staticmethod
    def made_anyway(folder, names):
        """Linked targets and unpacked corpora."""
        if folder.endswith("/ringproof/fuzz"):
            return [name for name in names if (BUILT / "elsewhere" / name).exists()]
        return names if folder.endswith("/ringproof/corpus") else []

    def link_three(self):
        """Only three targets are built, from objects that are there."""
        shutil.copytree(BUILT / "work", self.room / "work", symlinks=True, ignore=self.made_anyway)
        cache = self.room / "work/ringproof/CMakeCache.txt"
        # So that libraries are looked for again. Each entry has a comment before it.
        cache.write_text(re.sub(r"^//.*\n(pkgcfg_lib_|__pkg_config_).*\n", "", cache.read_text(), flags=re.M))
        self.change("fuzz/CMakeLists.txt", "foreach(name ${of_rings} trace_text command_line triggers protocol_text)", "foreach(name ring_ops out_of_memory)")
        self.change("fuzz/CMakeLists.txt", "set(other_point_stores tiny merge)", "set(other_point_stores)")
        self.change("CMakeLists.txt", "set(CMAKE_FIND_LIBRARY_SUFFIXES .a)", "")

    def build(self, **environment):
        return build.build(self.sources, "libfuzzer", "address", self.room, environment.items())

    def assert_build_fails(self, what, **environment):
        with self.assertRaises(build.Failed) as raised:
            self.build(**environment)
        self.assertRegex(str(raised.exception), what)

    def test_1_targets_demand_liburcu(self):
        self.change("core/CMakeLists.txt", "if(RINGPROOF_HARNESS AND NOT RINGPROOF_PART STREQUAL targets)", "if(RINGPROOF_HARNESS)")
        self.assert_build_fails("liburcu-memb.* found|following required packages were not found")

    def test_1_targets_demand_bats(self):
        self.change("CMakeLists.txt", "  if(NOT RINGPROOF_PART STREQUAL targets)\n    find_program(BATS", "  if(TRUE)\n    find_program(BATS")
        self.assert_build_fails("Could not find BATS")

    def test_2_an_old_xxhash(self):
        old = self.room / "old"
        old.mkdir()
        (old / "libxxhash.pc").write_text("Name: xxhash\nDescription: an older one\nVersion: 0.7.3\nLibs: -lxxhash\n")
        shutil.copytree(old, self.sources / "old")
        self.assert_build_fails(r"libxxhash ?>= ?0\.8\.0", PKG_CONFIG_PATH="/src/ringproof/old")

    def test_3_targets_look_for_libraries_where_there_are_none(self):
        """Linked dynamically, as they were."""
        self.link_three()
        out = self.build()
        wrong = judge.judge(out, "libfuzzer", "address", build.runner())
        self.assertEqual((len(wrong), len(judge.targets(out))), (3, 3))
        for line in wrong:
            self.assertRegex(line, r"does not start.*\n.*lib(md|nettle|xxhash)[^ ]*: cannot open shared object file")

    def test_4_a_library_is_copied_onto_itself(self):
        """The run path is right, and ldd finds the copy that an earlier target brought."""
        self.link_three()
        self.change(".clusterfuzzlite/build.sh", "    -DRINGPROOF_SLOW_MS=1000", "    -DCMAKE_BUILD_RPATH='$ORIGIN/lib' -DRINGPROOF_SLOW_MS=1000")
        self.change(".clusterfuzzlite/build.sh", '    cp "$WORK/ringproof/fuzz/$target" "$OUT/"\n',
                    '    mkdir -p "$OUT/lib"\n    cp "$WORK/ringproof/fuzz/$target" "$OUT/"\n'
                    '    for library in $(ldd "$OUT/$target" | sed -nE "s/.* => (.*lib(md|nettle|xxhash).*) .*/\\1/p"); do\n'
                    '        cp -u "$library" "$OUT/lib/"\n    done\n')
        self.assert_build_fails("are the same file")


class Judged(Room):
    """Targets with one defect each, which are compiled here."""

    def deliver(self, flags, start="", seeds=("a",), branches=150, options=""):
        source = SMALL.replace("START", start) + "".join(f"if (size > {i}) sum += data[{i}]; " for i in range(branches)) + "return 0; }\n"
        (self.room / "small.c").write_text(source)
        out = self.room / "out"
        out.mkdir(exist_ok=True)
        subprocess.run(["clang", "-O0", *flags, self.room / "small.c", "-o", out / "small"], check=True)
        (out / "small.options").write_text(f"[libfuzzer]\nmax_len = 1000\n{options}")
        with zipfile.ZipFile(out / "small_seed_corpus.zip", "w") as archive:
            for number, seed in enumerate(seeds):
                archive.writestr(str(number), seed)
        return "\n".join(judge.judge(out, "libfuzzer", "address", build.runner()))

    def test_a_target_without_a_defect(self):
        self.assertEqual(self.deliver(["-fsanitize=address,fuzzer"], branches=1500), "")

    def test_no_coverage(self):
        self.assertIn("was compiled without coverage: 0 edges", self.deliver(["-fsanitize=address,fuzzer", "-fno-sanitize-coverage=inline-8bit-counters,pc-table"]))

    def test_partial_coverage(self):
        self.assertRegex(self.deliver(["-fsanitize=address,fuzzer"], branches=5), "was compiled without coverage: [0-9]{1,2} edges")

    def test_no_sanitizer(self):
        self.assertRegex(self.deliver(["-fsanitize=fuzzer"]), r"small calls asan \d+ times: it was not compiled with -fsanitize=address")

    def test_another_sanitizer(self):
        said = self.deliver(["-fsanitize=memory,fuzzer"], branches=1500)
        self.assertIn("not compiled with -fsanitize=address", said)
        self.assertRegex(said, r"calls msan \d+ times, but was to be compiled with -fsanitize=address")

    def test_a_target_that_does_not_start(self):
        self.assertIn("does not start", self.deliver(["-fsanitize=address,fuzzer"], start="__builtin_trap()"))

    def test_a_crash_in_the_seed_corpus(self):
        self.assertIn("does not replay its seed corpus", self.deliver(["-fsanitize=address,fuzzer"], seeds=("a", "x")))

    def test_an_option_that_the_engine_does_not_read(self):
        self.assertIn("does not start", self.deliver(["-fsanitize=address,fuzzer"], options="dict = nowhere.dict\n"))

    def test_nothing_is_delivered(self):
        self.assertEqual(judge.judge(self.room, "libfuzzer", "address", build.runner()), ["there are no targets"])


class Roots(Room):
    def test_a_package_that_is_not_installed(self):
        with self.assertRaisesRegex(CannotRun, "not installed here: no-such-package"):
            roots.closure(("bash", "no-such-package"))

    def test_where_no_root_can_be_entered(self):
        """As a line of the summary; on a CI machine as a failure."""
        (self.room / "bin").mkdir()
        refusing = self.room / "bin/unshare"
        refusing.write_text("#!/bin/sh\necho unshare: Operation not permitted >&2\nexit 1\n")
        refusing.chmod(0o755)
        for ci, status in (("", 77), ("true", 1)):
            environment = dict(os.environ, PATH=f"{self.room}/bin:{os.environ['PATH']}", CI=ci)
            done = subprocess.run(["/usr/bin/python3", "-B", "-m", "services.tests.delivered", "libfuzzer", "address"], env=environment,
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, "skipped: nothing can run in a root here" in done.stdout), (status, True), done.stderr)


if __name__ == "__main__":
    unittest.main()
