#!/usr/bin/python3
"""The work of ci/perf-selftest: which see."""
import argparse
import json
import math
import pathlib
import random
import statistics
import sys
import time

import scipy.stats

import perf
import perf_build
import perf_measure
import perf_verdict
from perf_build import CannotMeasure

PATCH = perf_build.RULER / "slowdown.patch"
PLANTED = {"find": "FIND", "add": "ADD", "remove_first": "REMOVE"}  # workloads, and what slows them down
PERCENTS = [1, 2, 5, 10, 50]
STEPS_TO_CALIBRATE = 10_000


def arguments():
    parser = argparse.ArgumentParser(prog="ci/perf-selftest")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--percent", type=float, action="append")
    parser.add_argument("--alarms", type=int, default=100)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--json", type=pathlib.Path)
    return parser.parse_args()


class Progress:
    def __init__(self):
        self.shown = time.monotonic()

    def tell(self, text):
        if time.monotonic() - self.shown > 10:
            self.shown = time.monotonic()
            print(f"    {text}", flush=True)


def share(count, of):
    """With its interval of 95 %, by Clopper and Pearson."""
    if of == 0:
        return "-"
    interval = scipy.stats.binomtest(count, of).proportion_ci()
    return f"{count} of {of}: {count / of:.1%} ({interval.low:.1%}..{interval.high:.1%})"


def slowed(commit, steps):
    """The workloads over a library that does so many steps more in each of what PLANTED names."""
    flags = " ".join(f"-DSLOW_{name}={steps.get(name, 0)}" for name in PLANTED.values())
    return perf_build.gate(perf_build.library(commit, PATCH, flags))


def same_binary(gate, names):
    """The largest spread of ten runs of one program."""
    worst = 0
    for name in names:
        counts = [perf_measure.count(gate, name)["Ir"] for _ in range(10)]
        worst = max(worst, max(counts) / min(counts) - 1)
    return worst


def alarms_of_instructions(gates, names, pairs, order, progress):
    """Pairs of the same commit: from other folders, with environments of other sizes."""
    alarms = 0
    worst = 0
    for number in range(pairs):
        name = names[number % len(names)]
        counts = [perf_measure.count(gate, name, {"FILLER": "x" * order.randrange(5000)})["Ir"] for gate in gates]
        alarms += perf_verdict.of_instructions(*counts) != "same"
        worst = max(worst, abs(counts[1] / counts[0] - 1))
        progress.tell(f"{number + 1} of {pairs} pairs of the same, counted")
    return alarms, worst


def power_of_instructions(commit, percents):
    plain = perf_build.gate(perf_build.library(commit))
    operations = perf_measure.loads(plain)
    base = {name: perf_measure.count(plain, name)["Ir"] for name in PLANTED}
    caught = {}
    for percent in percents:
        steps = {what: math.ceil(base[name] / operations[name] * percent / 100 / 2) for name, what in PLANTED.items()}
        gate = slowed(commit, steps)
        caught[percent] = [perf_verdict.of_instructions(base[name], perf_measure.count(gate, name)["Ir"]) == "slower"
                           for name in PLANTED]
    return caught


def alarms_of_time(gates, names, pairs, order, progress):
    verdicts = []
    for number in range(pairs):
        verdicts.append(perf.timed(gates, names[number % len(names)], order)["verdict"])
        progress.tell(f"{number + 1} of {pairs} pairs of the same, timed")
    return verdicts


def nanoseconds_of_a_step(commit, plain):
    gate = slowed(commit, {"FIND": STEPS_TO_CALIBRATE})
    shortest = lambda program: min(perf_measure.time_once(program, "find") for _ in range(5))
    return (shortest(gate) - shortest(plain)) / STEPS_TO_CALIBRATE


def power_of_time(commit, percents, trials, order, progress):
    plain = perf_build.gate(perf_build.library(commit))
    step = nanoseconds_of_a_step(commit, plain)
    base = {name: statistics.median(perf_measure.time_once(plain, name) for _ in range(9)) for name in PLANTED}
    verdicts = {}
    for percent in percents:
        steps = {what: max(1, round(base[name] * percent / 100 / step)) for name, what in PLANTED.items()}
        gate = slowed(commit, steps)
        verdicts[percent] = []
        for number in range(trials * len(PLANTED)):
            name = list(PLANTED)[number % len(PLANTED)]
            verdicts[percent].append(perf.timed((plain, gate), name, order)["verdict"])
            progress.tell(f"{number + 1} of {trials * len(PLANTED)} pairs with {percent:g} % planted, timed")
    return verdicts


def main():
    options = arguments()
    percents = options.percent or ([1] if options.short else PERCENTS)
    order = random.Random(options.seed)
    progress = Progress()
    commit = perf_build.commit_named("HEAD")
    print(f"head {commit[:12]}, seed {options.seed}", flush=True)
    gates = [perf_build.gate(perf_build.library(commit)),
             perf_build.gate(perf_build.library(commit, folder=perf_build.BUILT / f"{commit}-in-a-folder-with-a-longer-name"))]
    names = list(PLANTED) if options.short else list(perf_measure.loads(gates[0]))
    missed = []
    report = {"head": commit, "seed": options.seed}

    if not options.short:
        spread = same_binary(gates[0], names)
        print(f"instructions, one program ten times: largest spread {spread:.6%}", flush=True)
    pairs = 3 if options.short else 300
    alarms, worst = alarms_of_instructions(gates, names, pairs, order, progress)
    print(f"instructions, false alarms: {share(alarms, pairs)}; largest difference {worst:.6%}", flush=True)
    report["instructions_alarms"] = [alarms, pairs]
    if alarms:
        missed.append("instructions: false alarms")
    for percent, caught in power_of_instructions(commit, percents).items():
        print(f"instructions, {percent:g} % planted: caught {share(sum(caught), len(caught))}", flush=True)
        report[f"instructions_{percent:g}"] = [sum(caught), len(caught)]
        if not all(caught):
            missed.append(f"instructions: {percent:g} % are not always caught")
    if not options.short:
        verdicts = alarms_of_time(gates, names, options.alarms, order, progress)
        alarms = sum(verdict in ("slower", "faster") for verdict in verdicts)
        print(f"time, false alarms: {share(alarms, len(verdicts))}; unstable {verdicts.count('unstable')}", flush=True)
        report["time_alarms"] = [alarms, len(verdicts)]
        if alarms > 0.01 * len(verdicts):
            missed.append("time: more than 1 % of false alarms")
        for percent, verdicts in power_of_time(commit, percents, options.trials, order, progress).items():
            caught = verdicts.count("slower")
            print(f"time, {percent:g} % planted: caught {share(caught, len(verdicts))}; unstable {verdicts.count('unstable')}", flush=True)
            report[f"time_{percent:g}"] = [caught, len(verdicts)]
            if percent >= 10 and caught < 0.95 * len(verdicts):
                missed.append(f"time: fewer than 95 % of {percent:g} % are caught")
    if options.json:
        options.json.write_text(json.dumps(report) + "\n")
    for each in missed:
        print(f"MISSED: {each}")
    print("all goals are met" if not missed else f"{len(missed)} goals are missed")
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotMeasure as error:
        print(f"perf-selftest: {error}", file=sys.stderr)
        sys.exit(2)
