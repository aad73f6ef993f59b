"""What a workload costs: instructions, counted, and nanoseconds of two programs, side by side."""
import concurrent.futures
import os
import random
import re
import tempfile

import perf_build

# Of no machine in particular: 32 kB of level 1, 1 MB behind it. Information, and the same everywhere.
CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=1048576,16,64"]
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
ROUNDS_OF_ONE = 10  # the shortest is taken: what else the machine does only ever adds


def loads(gate):
    """Names, and how many operations are one round."""
    lines = perf_build.run(gate, "list", env=ENVIRONMENT).splitlines()
    return {name: int(operations) for name, operations in map(str.split, lines)}


def count(gate, load, environment=None):
    """Callgrind's counters over one round, by their names: Ir are instructions."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/out"
        perf_build.run("valgrind", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", "--cache-sim=yes",
                       "--branch-sim=yes", *CACHES, f"--callgrind-out-file={out}", gate, load, "0",
                       env={**ENVIRONMENT, **(environment or {})})
        with open(out, encoding="utf-8") as file:
            text = file.read()
    events = re.search(r"^events: (.*)$", text, re.M)
    totals = re.search(r"^totals: (.*)$", text, re.M)
    counted = dict(zip(events[1].split(), map(int, totals[1].split()))) if events and totals else {}
    if counted.get("Ir", 0) == 0:
        raise perf_build.CannotMeasure(f"Callgrind counted nothing of {load}: was it built with valgrind's headers?")
    return counted


def count_all(gates, names):
    """For each workload, the counters of each program."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {name: [pool.submit(count, gate, name) for gate in gates] for name in names}
        return {name: [one.result() for one in both] for name, both in waiting.items()}


def time_once(gate, load):
    return min(map(float, perf_build.run(gate, load, ROUNDS_OF_ONE, env=ENVIRONMENT).split()))


def time_side_by_side(gates, load, rounds, order: random.Random):
    """For each program, nanoseconds for an operation: a new process each, in turns, in an order by lot."""
    times = [[] for _ in gates]
    for _ in range(rounds):
        for which in order.sample(range(len(gates)), len(gates)):
            times[which].append(time_once(gates[which], load))
    return times
