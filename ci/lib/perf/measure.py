"""Measures what a workload costs: instructions under Callgrind, and time relative to a reference program that runs beside
it."""
import contextlib
import os
import random
import re
import statistics
import tempfile
import time

from perf import turns
from shared import pools
from shared.errors import CannotRun
from shared.progress import Progress
from shared.programs import run

# The simulated caches: 32 kB of level 1 and 1 MB of last level, the same on every machine. Misses are only information.
CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64"]
COUNT_SECONDS = 1200  # for one round under Callgrind, with the preparation
TURNS = 25
SECONDS = 0.5  # for all turns of a pair; in an old version, one turn may take as long
TURNS_AT_LEAST = 5


def callgrind(ruler, load, *options, environment=None):
    """What Callgrind writes about the measured parts of one round."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        run("valgrind", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", *options, f"--callgrind-out-file={out}",
            *ruler.words, "count", load, seconds=COUNT_SECONDS, env=ruler.environment(environment), cwd=ruler.folder)
        with open(out, encoding="utf-8", errors="replace") as file:
            return file.read()


def count(ruler, load, environment=None):
    """Callgrind's counters for one round, by name. Ir counts instructions."""
    text = callgrind(ruler, load, "--cache-sim=yes", "--branch-sim=yes", *CACHES, environment=environment)
    events = re.search(r"^events: (.*)$", text, re.M)
    totals = re.search(r"^totals: (.*)$", text, re.M)
    counted = dict(zip(events[1].split(), map(int, totals[1].split()))) if events and totals else {}
    if counted.get("Ir", 0) == 0:
        raise CannotRun(f"Callgrind counted no instructions of {load}; {ruler} has to be the program itself, built with valgrind's headers,"
                        " and to tell Callgrind what is measured: see bench/gate/ruler.h")
    return counted


def with_each(measured, what, gates, names):
    """measured(program, workload) of each program, by workload. `what` is said while it goes on."""
    with pools.pool(os.cpu_count()) as pool:
        waiting = {name: [pool.submit(measured, gate, name) for gate in gates] for name in names}
        for _ in Progress(what).completed([one for each in waiting.values() for one in each]):
            pass
        return {name: [one.result() for one in each] for name, each in waiting.items()}


def count_all(gates, names):
    """The counters of each program, by workload."""
    return with_each(count, "counting instructions", gates, names)


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
    taken = []
    with one_processor(order), contextlib.ExitStack() as stack:
        pair = [stack.enter_context(turns.waiting(program, load)) for program in (reference, gate)]
        end = time.monotonic() + SECONDS
        while len(taken) < TURNS_AT_LEAST or (len(taken) < TURNS and time.monotonic() < end):
            turn = {which: turns.answer(pair[which]) for which in order.sample((0, 1), 2)}
            taken.append((turn[1] / turn[0], turn[0]))
    return tuple(map(statistics.median, zip(*taken)))


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
