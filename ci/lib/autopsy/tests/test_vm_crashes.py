"""What autopsy.vm_crashes leaves of VMs that survive, hang, or crash so that ci/autopsy can say nothing. The VMs are stand-ins."""

import concurrent.futures
import os
import pathlib
import tempfile
import time
import unittest
from unittest import mock

from autopsy import rates, vm_crashes
from autopsy.file_states import STATES


class Crashes(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.driver = self.folder / "hash_ring_drv.so"
        self.driver.write_text("a driver")
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = f"{self.folder}:{os.environ['PATH']}"
        self.stand_in("prlimit", 'shift; exec "$@"')

    def stand_in(self, name, script):
        (self.folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.folder / name).chmod(0o755)

    def run_vms(self, script, count=1):
        """What rates says of VMs that do this, and the files of the last one."""
        self.stand_in("erl", script)
        for number in range(count):
            run = self.folder / "runs" / str(number)
            vm_crashes.run(self.driver, self.driver, self.folder, run)
        return rates.how(run), sorted(path.name for path in run.iterdir())

    def test_no_crash(self):
        self.assertEqual(self.run_vms("echo survived"), ({"where": "survived", "verdicts": None}, ["log", "survived"]))

    def test_no_core_dump(self):
        self.assertEqual(self.run_vms("exit 1"), ({"where": "ended without a core dump", "verdicts": None}, ["log"]))

    def test_a_vm_that_hangs_is_killed(self):
        self.addCleanup(setattr, vm_crashes, "SECONDS", vm_crashes.SECONDS)
        vm_crashes.SECONDS = 0.1
        seen, files = self.run_vms("trap '' TERM; while :; do sleep 0.05; done")
        self.assertEqual((seen["where"], files), ("no end within 0.1 s", ["log"]))

    def test_a_crash_about_which_nothing_can_be_said(self):
        seen, files = self.run_vms("echo no core dump >core; kill -SEGV $$", 2)
        self.assertEqual(set(seen["verdicts"].values()), {"no verdict"})
        self.assertEqual(files, sorted(["log", *(f"{state}.{kind}" for state in STATES for kind in ("json", "txt"))]))
        first = self.folder / "runs" / "0"
        self.assertTrue((first / "core").exists() and (first / "hash_ring" / "priv" / self.driver.name).exists())  # kept, once
        self.assertIn("not understood", (first / f"{STATES[0]}.txt").read_text())

    def test_of_several_at_once_one_is_kept(self):
        runs = [self.folder / "runs" / str(number) for number in range(4)]
        for run in runs:
            run.mkdir(parents=True)
        touch = pathlib.Path.touch

        def slow_touch(path):
            time.sleep(0.05)
            touch(path)

        with mock.patch("pathlib.Path.touch", slow_touch), concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertEqual(sorted(pool.map(vm_crashes.keep, runs)), [False, False, False, True])


if __name__ == "__main__":
    unittest.main()
