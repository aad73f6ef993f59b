"""What a workload costs: instructions, counted, and time, against that of another program beside it."""
import concurrent.futures
import contextlib
import os
import random
import re
import statistics
import subprocess
import tempfile
import time

from shared.errors import CannotRun
from shared.programs import run

# Of no machine in particular: 32 kB of level 1, 1 MB behind it. Information, and the same everywhere.
CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64"]
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
TURNS = 25
SECONDS = 0.5  # for all turns of a pair: an old version may take as long for one
TURNS_AT_LEAST = 5


def loads(gate):
    """Names, and how many operations are one round."""
    lines = run(gate, "list", env=ENVIRONMENT).splitlines()
    return {name: int(operations) for name, operations in map(str.split, lines)}


def count(gate, load, environment=None):
    """Callgrind's counters over one round, by their names: Ir are instructions."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        run("valgrind", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", "--cache-sim=yes",
                       "--branch-sim=yes", *CACHES, f"--callgrind-out-file={out}", gate, "count", load,
                       env={**ENVIRONMENT, **(environment or {})})
        with open(out, encoding="utf-8") as file:
            text = file.read()
    events = re.search(r"^events: (.*)$", text, re.M)
    totals = re.search(r"^totals: (.*)$", text, re.M)
    counted = dict(zip(events[1].split(), map(int, totals[1].split()))) if events and totals else {}
    if counted.get("Ir", 0) == 0:
        raise CannotRun(f"Callgrind counted nothing of {load}: was it built with valgrind's headers?")
    return counted


def count_all(gates, names):
    """For each workload, the counters of each program."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {name: [pool.submit(count, gate, name) for gate in gates] for name in names}
        return {name: [one.result() for one in both] for name, both in waiting.items()}


def stopped(process):
    return CannotRun(f"{' '.join(process.args)}: it stopped, exit {process.wait()}")


@contextlib.contextmanager
def waiting_for_turns(gate, load):
    command = [str(gate), "time", load]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=ENVIRONMENT) as process:
        yield process
    if process.returncode != 0:
        raise stopped(process)


def answer(process):
    """What one more round takes, in nanoseconds for an operation."""
    try:
        process.stdin.write(b"\n")
        return float(process.stdout.readline())
    except (BrokenPipeError, ValueError):
        raise stopped(process) from None


@contextlib.contextmanager
def one_processor(order):
    """All that is started within runs on the same one: two of them may be in different states for a long time."""
    here = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {order.choice(sorted(here))})
    try:
        yield
    finally:
        os.sched_setaffinity(0, here)


def time_against(yardstick, gate, load, order: random.Random):
    """How often it takes what the yardstick takes, and what that is, in nanoseconds for an operation: in a new process
    each, in turns of about a millisecond. What else the machine does, it does to both."""
    turns = []
    with one_processor(order), contextlib.ExitStack() as stack:
        pair = [stack.enter_context(waiting_for_turns(program, load)) for program in (yardstick, gate)]
        end = time.monotonic() + SECONDS
        while len(turns) < TURNS_AT_LEAST or (len(turns) < TURNS and time.monotonic() < end):
            turn = {which: answer(pair[which]) for which in order.sample((0, 1), 2)}
            turns.append((turn[1] / turn[0], turn[0]))
    return tuple(map(statistics.median, zip(*turns)))


def time_side_by_side(gates, yardstick, load, pairs, order: random.Random):
    """For each program, a time for each of its pairs with the yardstick, in an order by lot: nanoseconds for an
    operation, as if the yardstick had always taken what it took in the median."""
    ratios = [[] for _ in gates]
    nanoseconds = []
    for _ in range(pairs):
        for which in order.sample(range(len(gates)), len(gates)):
            ratio, took = time_against(yardstick, gates[which], load, order)
            ratios[which].append(ratio)
            nanoseconds.append(took)
    usual = statistics.median(nanoseconds)
    return [[ratio * usual for ratio in each] for each in ratios]
