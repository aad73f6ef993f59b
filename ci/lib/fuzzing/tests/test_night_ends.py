"""How ci/nightly ends when it is interrupted or killed, when the disk is full, and when another one runs: at several moments
each. What it starts are stand-ins: see stand_in_night.py."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from fuzzing import corpus, jobs
from shared import files

NIGHT = pathlib.Path(__file__).with_name("stand_in_night.py")
MOMENTS = ("building", "fuzzing", "merging", "planted", "mutants")
DOING = {"building": "building", "fuzzing": "fuzzing", "merging": "merging corpora", "planted": "searching for planted faults",
         "mutants": "trying mutants"}
DISK = os.environ.get("RINGPROOF_SMALL_DISK")  # a folder on a small disk of its own, for OnFullDisk


class Folder:
    """A folder with nights in it."""

    def __init__(self, path):
        self.path = path
        self.output = path / "output"
        (path / "tmp").mkdir(parents=True)
        self.packed = path / "packed/ring_ops.tar.gz"
        self.night = None

    def put(self, name):
        (self.path / name).touch()

    def start(self, *words):
        environment = dict(os.environ, STAND_IN=str(self.path), TMPDIR=str(self.path / "tmp"))
        return subprocess.Popen([sys.executable, "-B", NIGHT, self.path, *(words or ["--update-corpus"])], env=environment, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, *words):
        """The exit code, and all that was printed."""
        with self.start(*words) as night:
            said = night.communicate(timeout=120)[0]
        return night.returncode, said

    def start_and_stand_still(self, moment):
        self.put(f"still-{moment}")
        self.night = self.start()

    def go_on(self, moment):
        (self.path / f"still-{moment}").unlink()
        (self.path / f"at-{moment}").unlink()

    def processes(self):
        mark = f"STAND_IN={self.path}".encode()
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found.append(path.name)
            except OSError:
                continue  # it has ended
        return found

    def status(self):
        return json.loads((self.output / "status.json").read_text())


class NightEnds(unittest.TestCase):
    def folder(self):
        made = tempfile.TemporaryDirectory(dir=DISK)
        self.addCleanup(made.cleanup)
        return Folder(pathlib.Path(made.name).resolve() / "night")

    def wait_for(self, what, *more):
        deadline = time.monotonic() + 30
        while not what():
            self.assertLess(time.monotonic(), deadline, more)
            time.sleep(0.02)

    def standing_still(self):
        """A night at each moment."""
        folders = {moment: self.folder() for moment in MOMENTS}
        for moment, folder in folders.items():
            folder.start_and_stand_still(moment)
            self.addCleanup(folder.night.wait)
            self.addCleanup(folder.night.kill)
            self.addCleanup(folder.night.stdout.close)
        for moment, folder in folders.items():
            self.wait_for(lambda at=folder, when=moment: (at.path / f"at-{when}").exists() or at.night.poll() is not None)
            yield moment, folder

    def assert_ended(self, folder, code, said, meaning, *reasons):
        """With this code, and the reason in the last line, the status and the page."""
        last = said.strip().splitlines()[-1]
        status = folder.status()
        page = (folder.output / "index.html").read_text()
        self.assertEqual((status["exit"], status["meaning"]), (code, meaning), said)
        for reason in (meaning, *reasons):
            for place in (last, f"{status['meaning']} {status['reason']}", page.lower() if reason == meaning else page):
                self.assertIn(reason, place, said)
        self.assert_intact(folder)

    def assert_intact(self, folder):
        """The corpora and the history are whole, and nothing runs."""
        self.wait_for(lambda: not folder.processes(), folder.processes())
        for path in folder.output.glob("corpus/*/*"):
            self.assertEqual(path.name, corpus.name_of(path.read_bytes()))
        for path in folder.output.glob("*.jsonl"):
            for line in path.read_text().splitlines():
                json.loads(line)
        corpus.PACKED, before = folder.path / "packed", corpus.PACKED
        self.addCleanup(setattr, corpus, "PACKED", before)
        self.assertIn(b"seed", corpus.unpack("ring_ops"))
        self.assertEqual(sorted(path.name for path in folder.packed.parent.iterdir() if path.name.startswith(".")), [])

    def assert_next_night_is_well(self, folder):
        code, said = folder.run("--update-corpus")
        self.assertEqual(code, 0, said)
        self.assertEqual(folder.status()["exit"], 0)
        self.assert_intact(folder)

    def test_all_is_well(self):
        folder = self.folder()
        code, said = folder.run("--update-corpus")
        self.assertEqual(code, 0, said)
        self.assertEqual(folder.status()["meaning"], "all is well")
        self.assertIn("All is well", (folder.output / "index.html").read_text())
        self.assertTrue((folder.output / "history.jsonl").exists())
        self.assert_intact(folder)

    def test_corpora_in_the_work_tree_are_left_alone_unless_asked(self):
        folder = self.folder()
        self.assertEqual(folder.run("--no-setup")[0], 0)
        self.assertFalse((folder.path / "packed/coverage").exists() or (folder.path / "at-merging").exists())
        before = folder.packed.read_bytes()
        self.assertEqual(folder.run("--no-setup", "--update-corpus")[0], 0)
        self.assertNotEqual(folder.packed.read_bytes(), before)

    def interrupted(self, number, send):
        for moment, folder in self.standing_still():
            with self.subTest(moment=moment):
                send(folder.night.pid, number)
                said = folder.night.communicate(timeout=60)[0]
                self.assertEqual(folder.night.returncode, 130, said)
                self.assert_ended(folder, 130, said, "interrupted", number.name, f"while {DOING[moment]}")
                folder.go_on(moment)

    def test_ctrl_c_is_130(self):
        self.interrupted(signal.SIGINT, os.killpg)  # as a terminal does

    def test_sigterm_is_130(self):
        self.interrupted(signal.SIGTERM, os.kill)  # the night alone, which ends what it has started

    def test_after_a_kill_the_next_night_continues(self):
        for moment, folder in self.standing_still():
            with self.subTest(moment=moment):
                folder.night.kill()
                folder.night.wait()
                if moment != "building":  # what builds goes on, and the next night waits for it
                    self.wait_for(lambda at=folder: not at.processes(), "these outlived it")
                self.assertEqual((folder.status()["exit"], folder.status()["reason"]), (None, DOING[moment]))
                self.assertIn("Running, or killed", (folder.output / "index.html").read_text())
                folder.go_on(moment)
                self.assert_next_night_is_well(folder)

    def test_a_second_night_in_the_folder_refuses_and_touches_nothing(self):
        for moment, folder in self.standing_still():
            with self.subTest(moment=moment):
                at = (folder.path / f"at-{moment}").read_text().strip()
                before = folder.status()
                code, said = folder.run("--update-corpus")
                self.assertEqual(code, 2, said)
                self.assertEqual(said.strip().splitlines()[-1],
                                 f"nightly: another run works in {folder.output} (process {folder.night.pid}); wait for its end, or stop it")
                self.assertIn(at, folder.processes())
                self.assertEqual(folder.status(), before)
                folder.go_on(moment)
                said = folder.night.communicate(timeout=60)[0]
                self.assertEqual((folder.night.returncode, folder.status()["exit"]), (0, 0), said)

    def test_what_was_found_is_said(self):
        folder = self.folder()
        folder.put("missed")
        code, said = folder.run()
        self.assertEqual(code, 1, said)
        self.assert_ended(folder, 1, said, "something was found", "missed planted faults: wrap by afl")

    def test_a_command_that_cannot_run_is_named_and_the_others_run(self):
        folder = self.folder()
        folder.put("fail-planted")
        code, said = folder.run()
        self.assertEqual(code, 2, said)
        self.assert_ended(folder, 2, said, "could not run", "ci/planted ended with 2: planted failed")
        self.assertTrue((folder.path / "at-mutants").exists())

    def test_a_build_that_fails_is_2(self):
        folder = self.folder()
        folder.put("fail-building")
        code, said = folder.run()
        self.assertEqual(code, 2, said)
        self.assert_ended(folder, 2, said, "could not run", "configuring explore failed")

    def test_a_defect_is_2(self):
        folder = self.folder()
        (folder.output / "history.jsonl").mkdir(parents=True)
        code, said = folder.run()
        self.assertEqual(code, 2, said)
        self.assertIn("IsADirectoryError", said.strip().splitlines()[-1])
        self.assertEqual(folder.status()["exit"], 2)

    def test_a_reader_that_has_ended_is_2(self):
        folder = self.folder()
        with folder.start() as night:
            night.stdout.close()
            self.assertEqual(night.wait(60), 2)
        self.assertEqual(folder.status()["meaning"], "could not run")

    def test_a_cut_line_costs_no_other(self):
        path = self.folder().path / "history.jsonl"
        path.write_text('{"a": 1}\n{"a": ')
        files.append(path, {"a": 2})
        self.assertEqual(files.read_lines(path), [{"a": 1}, {"a": 2}])

    def test_an_input_that_was_cut_is_removed(self):
        folder = self.folder().path / "corpus"
        corpus.write_inputs([b"whole"], folder / "ring_ops")
        (folder / "ring_ops" / corpus.name_of(b"cut")).write_bytes(b"c")
        (folder / "ring_ops/named").write_bytes(b"x")
        corpus.remove_cut(folder)
        self.assertEqual(sorted(path.name for path in (folder / "ring_ops").iterdir()), sorted([corpus.name_of(b"whole"), "named"]))

    def test_only_processes_of_this_folder_are_ended(self):
        folder = self.folder()
        processes = [subprocess.Popen(["sleep", "60"], env={"RINGPROOF_JOB": str(mark)}) for mark in
                     (folder.output, folder.output / "jobs/0", f"{folder.output}2", folder.output / "jobs/00")]
        (folder.output / "jobs/0").mkdir(parents=True)
        for process in processes:
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            self.wait_for(lambda one=process: b"RINGPROOF_JOB" in pathlib.Path(f"/proc/{one.pid}/environ").read_bytes())
        jobs.kill_all(folder.output)
        self.assertEqual([process.wait(10) for process in processes[:2]], [-9, -9])
        self.assertEqual([process.poll() for process in processes[2:]], [None, None])


@unittest.skipUnless(DISK, "FullDisk runs this")
class OnFullDisk(NightEnds):
    """On a disk of its own, of which 24 MB are all."""

    def test_a_full_disk_is_2_and_loses_nothing(self):
        for moment in MOMENTS:
            with self.subTest(moment=moment):
                folder = self.folder()
                folder.put(f"fill-{moment}")
                code, said = folder.run()
                self.assertEqual(code, 2, said)
                self.assert_ended(folder, 2, said, "could not run", "the disk is full", "free some space")
                (folder.output / "filler").unlink()
                (folder.path / f"fill-{moment}").unlink()
                if moment in ("fuzzing", "merging"):
                    self.assert_next_night_is_well(folder)
                shutil.rmtree(folder.path)

    def test_a_disk_that_is_full_from_the_start(self):
        folder = self.folder()
        self.assertEqual(folder.run()[0], 0)
        fill(folder.path / "filler")
        code, said = folder.run()
        self.assertEqual(code, 2, said)
        self.assert_ended(folder, 2, said, "could not run", "the disk is full")
        shutil.rmtree(folder.output)
        fill(folder.path / "filler more")
        code, said = folder.run()
        self.assertEqual(code, 2, said)
        self.assertIn("the disk is full", said.strip().splitlines()[-1])

    def test_files_stay_whole(self):
        folder = self.folder().path
        files.replace(folder / "replaced", b"old")
        files.append(folder / "lines", {"a": 1})
        before = (folder / "lines").read_bytes()
        fill(folder / "filler")
        with self.assertRaises(OSError):
            files.replace(folder / "replaced", b"x" * 100_000)
        with self.assertRaises(OSError):
            files.append(folder / "lines", {"a": "x" * 100_000})
        self.assertEqual(((folder / "replaced").read_bytes(), (folder / "lines").read_bytes()), (b"old", before))
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["filler", "lines", "replaced", "tmp"])


def fill(path):
    with open(path, "wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(1 << 16))
        except OSError:
            pass


class FullDisk(unittest.TestCase):
    """Runs OnFullDisk on a disk in memory, which only its processes see."""

    MOUNT = 'mount -t tmpfs -o size=24m none "$1" && shift && exec "$@"'

    def enclosed(self, *command):
        for words in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
            with tempfile.TemporaryDirectory() as folder:
                again = subprocess.run([*words, "sh", "-c", self.MOUNT, "sh", folder, "env", f"RINGPROOF_SMALL_DISK={folder}", *command],
                                       capture_output=True, text=True, check=False)
                if "ready" in again.stdout:
                    return again
        if os.environ.get("CI") == "true":
            self.fail(f"no tmpfs may be mounted, and CI=true demands this test: {again.stderr}")
        return self.skipTest(f"no tmpfs may be mounted here: {again.stderr.strip()}")

    def test_on_full_disk(self):
        tests = [f"fuzzing.tests.test_night_ends.OnFullDisk.{name}" for name in OnFullDisk.__dict__ if name.startswith("test_")]
        done = self.enclosed("sh", "-c", 'echo ready; exec "$@"', "sh", sys.executable, "-B", "-m", "unittest", *tests)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
