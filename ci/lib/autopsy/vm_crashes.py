"""Lets Erlang VMs crash with a build of the historical driver, and asks ci/autopsy about each core dump, once for each thing that
can have happened to the driver's file since (file_states.py).

usage: autopsy.vm_crashes RUNS DRIVER REPLACEMENT BEAM FOLDER    BEAM is the build folder of repro/beam. FOLDER/RUN/ gets the VM's
log, and after a crash STATE.json and STATE.txt for each state, or `survived`, or neither. A core dump that was kept has `kept`."""

import os
import pathlib
import shutil
import subprocess
import sys
import threading

from autopsy import file_states
from shared import command_line, pools
from shared.repository import ROOT

SECONDS = 60  # a VM takes one, if the machine is not busy
KEEPING = threading.Lock()


def run_vm(beam, folder, library):
    """Removes a node from a ring in a VM of its own. Returns whether the VM ended by itself."""
    command = ["prlimit", "--core=unlimited:", "erl", "-noshell", "-pa", beam / "scenarios", "-pa", beam / "core/hash_ring/ebin",
               "-run", "signature", "main", library]
    with open(folder / "log", "wb") as log:
        try:
            return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=SECONDS,
                                  check=False).returncode == 0
        except subprocess.TimeoutExpired:
            log.write(f"no end within {SECONDS} s\n".encode())
            return False


def core_in(folder):
    """The core dump in a folder. Its name depends on the machine's settings."""
    return next((path for path in sorted(folder.glob("core*")) if path.is_file()), None)


def examine(core, driver, replacement, folder):
    """Whether ci/autopsy proved the defect in every state of the driver's file."""
    proved = True
    for state in file_states.each(driver, replacement):
        with open(folder / f"{state}.json", "wb") as found, open(folder / f"{state}.txt", "wb") as words:
            status = subprocess.run([ROOT / "ci/autopsy", "--json", core], stdin=subprocess.DEVNULL, stdout=found, stderr=words, check=False)
        proved = proved and status.returncode == 0
    return proved


def keep(folder):
    """Whether the core dump of this run is the one that is kept: that of the first who asks."""
    with KEEPING:
        if any(folder.parent.glob("*/kept")):
            return False
        (folder / "kept").touch()
        return True


def run(driver, replacement, beam, folder):
    """One VM, with a driver of its own, whose file can be moved while other VMs run. Of the core dumps, which are large, the first
    one without a proof is kept, with its driver."""
    library = folder / "hash_ring"
    mine = library / "priv" / driver.name
    mine.parent.mkdir(parents=True)
    shutil.copy(driver, mine)
    if run_vm(beam, folder, library):
        (folder / "survived").touch()
    elif (core := core_in(folder)) is not None:
        if not examine(core, mine, replacement, folder) and keep(folder):
            shutil.copy(driver, mine)
            return
        core.unlink()
    shutil.rmtree(library)


def main():
    if len(sys.argv) != 6:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    driver, replacement, beam, folder = map(pathlib.Path, sys.argv[2:])
    numbers = range(1, int(sys.argv[1]) + 1)
    with pools.pool(os.cpu_count()) as pool:
        futures = [pool.submit(run, driver, replacement, beam, folder / str(number)) for number in numbers]
        for number, future in zip(numbers, futures):
            future.result()
            print(f"VM {number} of {len(numbers)}", flush=True)
    return 0


if __name__ == "__main__":
    command_line.finish("beam-crash", main)
