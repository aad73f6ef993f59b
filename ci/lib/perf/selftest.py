"""Implements ci/perf-selftest: measures how often the gate is wrong."""
import math
import os
import random
import statistics

import scipy.stats

from perf import build, measure, selftest_layouts, timing, verdict, workloads
from shared import command_line, pools
from shared.commits import commit_named
from shared.progress import Progress

PATCH = build.WORKLOADS / "slowdown.patch"
# The operations that slowdown.patch can slow down, each with a workload that shows it. One build slows down all three
# operations of a row, each by the percentage of its own workload.
PLANTED = [{"FIND": "find", "ADD": "add", "REMOVE": "remove_first"},
           {"FIND": "find_large", "ADD": "add_large", "REMOVE": "remove_middle"},
           {"FIND": "find_md5", "ADD": "add_sha1", "REMOVE": "remove_last"}]
PERCENTS = [1, 2, 5, 10, 50]
PAIRS_COUNTED = 300
# Enough steps to measure well, but not so many that they hide the cost of the operation itself.
STEPS_TO_CALIBRATE = {"FIND": 100, "ADD": 10_000, "REMOVE": 10_000}
PAIRS_TO_CALIBRATE = 20


def slowed(commit, steps):
    """The gate program with a library that does extra steps in each operation. `steps` maps operations to numbers."""
    flags = " ".join(f"-DSLOW_{name}={count}" for name, count in steps.items())
    return build.gate(build.library(commit, PATCH, flags))


def count_each(gate, names):
    return {name: counts[0]["Ir"] for name, counts in measure.count_all([gate], names).items()}


class SelfTest:
    def __init__(self, options):
        self.order = random.Random(options.seed)
        self.commit = commit_named("HEAD")
        print(f"building head {self.commit[:12]} in two folders; seed {options.seed}", flush=True)
        elsewhere = build.BUILT / f"{self.commit}-in-a-folder-with-a-longer-name"
        self.gates = [build.gate(build.library(self.commit, folder=folder)) for folder in (None, elsewhere)]
        self.operations = workloads.built(self.gates[0])
        self.report = {"head": self.commit, "seed": options.seed}
        self.missed = []

    def result(self, what, count, of, more="", wrong=None):
        """Prints a share with its 95 % confidence interval by Clopper and Pearson. `wrong` names the goal that is missed."""
        interval = scipy.stats.binomtest(count, of).proportion_ci()
        print(f"{what} {count} of {of}: {count / of:.1%} ({interval.low:.1%}..{interval.high:.1%}){more}", flush=True)
        self.report[what] = [count, of]
        if wrong:
            self.missed.append(wrong)

    def spread_of_one_program(self):
        counted = measure.count_all(self.gates[:1] * 10, list(self.operations))
        spreads = (sorted(one["Ir"] for one in counts) for counts in counted.values())
        worst = max(each[-1] / each[0] - 1 for each in spreads)
        print(f"instructions, one program counted ten times: largest spread {worst:.6%}", flush=True)
        self.report["spread"] = worst

    def count_alarms(self, names, pairs):
        """Counts pairs of the same commit, built in different folders and run with environments of different sizes."""
        alarms = worst = 0
        progress = Progress("counting pairs of the same commit")
        sizes = [[self.order.randrange(5000) for _ in self.gates] for _ in range(pairs)]

        def count_pair(number):
            name = names[number % len(names)]
            return [measure.count(gate, name, {"FILLER": "x" * size})["Ir"] for gate, size in zip(self.gates, sizes[number])]

        with pools.pool(os.cpu_count()) as pool:
            for number, counts in enumerate(pool.map(count_pair, range(pairs))):
                alarms += verdict.of_instructions(*counts) != "same"
                worst = max(worst, abs(counts[1] / counts[0] - 1))
                progress.show(f"{number + 1} of {pairs}")
        self.result("instructions, false alarms:", alarms, pairs, f"; largest difference {worst:.6%}",
                    alarms > 0 and "instructions: false alarms")

    def count_planted(self, percents, rows):
        base = count_each(self.gates[0], [name for row in rows for name in row.values()])
        for percent in percents:
            caught = []
            for row in rows:
                steps = {what: max(1, math.ceil((base[name] / self.operations[name] * percent / 100 - 1) / 2)) for what, name in row.items()}
                counted = count_each(slowed(self.commit, steps), row.values())
                caught += [verdict.of_instructions(base[name], counted[name]) == "slower" for name in counted]
            self.result(f"instructions, {percent:g} % planted: caught", sum(caught), len(caught),
                        wrong=not all(caught) and f"instructions: {percent:g} % are not always caught")

    def time_alarms(self, pairs):
        """Times pairs of the same commit."""
        verdicts, names = [], list(self.operations)
        progress = Progress("timing pairs of the same commit")
        for number in range(pairs):
            tick = lambda done=number: progress.show(f"{done} of {pairs}")
            verdicts.append(timing.timed(self.gates, names[number % len(names)], self.order, tick)["verdict"])
        alarms = sum(verdict in ("slower", "faster") for verdict in verdicts)
        self.result("time, false alarms:", alarms, pairs, f"; unstable {verdicts.count('unstable')}",
                    alarms > 0.01 * pairs and "time: more than 1 % false alarms")

    def share_of_a_step(self, row):
        """The share by which one extra step slows down each operation of a row."""
        plain = self.gates[0]
        slow = slowed(self.commit, STEPS_TO_CALIBRATE)
        ratio = lambda name: statistics.median(measure.time_against(plain, slow, name, self.order)[0] for _ in range(PAIRS_TO_CALIBRATE))
        return {what: (ratio(name) - 1) / STEPS_TO_CALIBRATE[what] for what, name in row.items()}

    def time_planted(self, percents, trials):
        """Times slowdowns. What one step costs is timed first, so that the right number of steps can be planted."""
        row = PLANTED[0]
        print(f"timing what an extra step costs, in {PAIRS_TO_CALIBRATE} pairs for each workload", flush=True)
        step = self.share_of_a_step(row)
        for percent in percents:
            slow = slowed(self.commit, {what: max(1, round(percent / 100 / step[what])) for what in row})
            results = []
            progress = Progress(f"timing pairs with {percent:g} % planted")
            for number, name in enumerate(list(row.values()) * trials):
                tick = lambda done=number, shown=progress: shown.show(f"{done} of {trials * len(row)}")
                results.append(timing.timed((self.gates[0], slow), name, self.order, tick))
            verdicts = [result["verdict"] for result in results]
            change = statistics.median(result["change"] for result in results)
            caught = verdicts.count("slower")
            self.result(f"time, {percent:g} % planted: caught", caught, len(verdicts),
                        f"; unstable {verdicts.count('unstable')}, median of the changes {change:+.1%}",
                        percent >= 10 and caught < 0.95 * len(verdicts) and f"time: fewer than 95 % of the slowdowns by {percent:g} % are caught")


def run(options):
    test = SelfTest(options)
    names = list(test.operations)
    if options.layouts:
        selftest_layouts.count(test, names * 2)
        selftest_layouts.time(test, options.layouts)
    elif options.short:
        test.count_alarms(list(PLANTED[0].values()), len(PLANTED[0]))
        test.count_planted(options.percent or PERCENTS[:1], PLANTED[:1])
        selftest_layouts.count(test, PLANTED[0].values())
    else:
        test.spread_of_one_program()
        test.count_alarms(names, PAIRS_COUNTED)
        test.count_planted(options.percent or PERCENTS, PLANTED)
        test.time_alarms(options.alarms)
        test.time_planted(options.percent or PERCENTS, options.trials)
    command_line.print_json(options, test.report)
    for each in test.missed:
        print(f"MISSED: {each}")
    print("all goals are met" if not test.missed else f"{len(test.missed)} goals are missed")
    return 1 if test.missed else 0
