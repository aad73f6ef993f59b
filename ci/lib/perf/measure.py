"""Measures what a workload costs: instructions under Callgrind, and time relative to a reference program that runs beside
it."""
import contextlib
import os
import random
import re
import statistics
import subprocess
import tempfile
import time

from perf.workloads import expect
from shared import pools
from shared.errors import CannotRun
from shared.progress import Progress
from shared.programs import run

# The simulated caches: 32 kB of level 1 and 1 MB of last level, the same on every machine. Misses are only information.
CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64"]
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
TURNS = 25
SECONDS = 0.5  # for all turns of a pair; in an old version, one turn may take as long
TURNS_AT_LEAST = 5


def workloads(gate):
    """The number of operations in a round of each workload, by its name."""
    lines = run(gate, "list", env=ENVIRONMENT).splitlines()
    operations = {name: int(count) for name, count in map(str.split, lines)}
    expect(operations)
    return operations


def count(gate, load, environment=None):
    """Callgrind's counters for one round, by name. Ir counts instructions."""
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
        raise CannotRun(f"Callgrind counted no instructions of {load}; build {gate} with valgrind's headers")
    return counted


def count_all(gates, names):
    """The counters of each program, by workload."""
    with pools.pool(os.cpu_count()) as pool:
        waiting = {name: [pool.submit(count, gate, name) for gate in gates] for name in names}
        for _ in Progress("counting instructions").completed([one for counts in waiting.values() for one in counts]):
            pass
        return {name: [one.result() for one in counts] for name, counts in waiting.items()}


def stopped(process):
    return CannotRun(f"{' '.join(process.args)} ended early, with exit status {process.wait()}; run it by hand to see why")


@contextlib.contextmanager
def waiting_for_turns(gate, load):
    command = [str(gate), "time", load]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=ENVIRONMENT) as process:
        yield process
    if process.returncode != 0:
        raise stopped(process)


def answer(process):
    """Makes the program run one more round. Returns its time in nanoseconds per operation."""
    try:
        process.stdin.write(b"\n")
        return float(process.stdout.readline())
    except (BrokenPipeError, ValueError):
        raise stopped(process) from None


@contextlib.contextmanager
def one_processor(order):
    """Processes that are started within this share one processor: two processors may run at different speeds."""
    here = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {order.choice(sorted(here))})
    try:
        yield
    finally:
        os.sched_setaffinity(0, here)


def time_against(reference, gate, load, order: random.Random):
    """Returns the ratio of the program's time to the reference program's, and the latter in nanoseconds per operation. Both
    run in new processes and take turns of about a millisecond, so that other work on the machine slows down both."""
    turns = []
    with one_processor(order), contextlib.ExitStack() as stack:
        pair = [stack.enter_context(waiting_for_turns(program, load)) for program in (reference, gate)]
        end = time.monotonic() + SECONDS
        while len(turns) < TURNS_AT_LEAST or (len(turns) < TURNS and time.monotonic() < end):
            turn = {which: answer(pair[which]) for which in order.sample((0, 1), 2)}
            turns.append((turn[1] / turn[0], turn[0]))
    return tuple(map(statistics.median, zip(*turns)))


def time_side_by_side(gates, reference, load, pairs, order: random.Random, tick=lambda: None):
    """Times every program against the reference program, `pairs` times, in random order. Returns the times of each program
    in nanoseconds per operation: its ratios, multiplied by the median time of the reference program. Calls `tick` after
    each pair."""
    ratios = [[] for _ in gates]
    nanoseconds = []
    for _ in range(pairs):
        for which in order.sample(range(len(gates)), len(gates)):
            ratio, took = time_against(reference, gates[which], load, order)
            ratios[which].append(ratio)
            nanoseconds.append(took)
            tick()
    usual = statistics.median(nanoseconds)
    return [[ratio * usual for ratio in each] for each in ratios]
