"""The part of ci/perf-selftest that measures what other layouts cost: the same object files, linked in two ways."""
import os
import statistics

import scipy.stats

from perf import layouts, measure, timing, verdict
from shared import pools
from shared.progress import Progress

GOAL = 0.03  # the upper end of the 95 % interval of false alarms


def pair(test, name):
    """The ruler of head in two random layouts. `name` is that of their folders."""
    return [layouts.relinked(test.gates[0], f"{name}-{which}", test.order) for which in "ab"]


def count(test, names):
    """Counts the instructions of pairs."""
    pairs = [(name, pair(test, number)) for number, name in enumerate(names)]
    with pools.pool(os.cpu_count()) as pool:
        counted = list(pool.map(lambda each: [measure.count(gate, each[0])["Ir"] for gate in each[1]], pairs))
    alarms = sum(verdict.of_instructions(*counts) != "same" for counts in counted)
    worst = max(abs(counts[1] / counts[0] - 1) for counts in counted)
    test.result("instructions, false alarms in other layouts:", alarms, len(pairs), f"; largest difference {worst:.6%}",
                alarms > 0 and "instructions: false alarms in other layouts")


def time(test, pairs):
    """Times pairs as the gate does, and checks each difference in further layouts as it does."""
    names = list(test.operations)
    first, last, changes = [], [], []
    progress = Progress("timing the same commit in two layouts")
    for number in range(pairs):
        name = names[number % len(names)]
        tick = lambda: progress.show(f"{number} of {pairs}; {first.count('slower') + first.count('faster')} differed at first, {last.count('layout')} of them by layout")
        result = timing.timed(pair(test, "timed"), name, test.order, tick)
        first.append(result["verdict"])
        changes.append(abs(result["change"]))
        if result["verdict"] in ("slower", "faster"):
            timing.confirm(result, lambda: pair(test, "again"), name, test.order, tick)
        last.append(result["verdict"])
    report(test, first, last, changes)


def report(test, first, last, changes):
    differ = lambda verdicts: sum(each in ("slower", "faster") for each in verdicts)
    test.result("time, other layouts differ before the check of further ones:", differ(first), len(first),
                f"; unstable {first.count('unstable')}, change {statistics.median(changes):.1%} in the median, {max(changes):.1%} at most")
    upper = scipy.stats.binomtest(differ(last), len(last)).proportion_ci().high
    test.result("time, false alarms in other layouts:", differ(last), len(last), f"; layout {last.count('layout')}",
                upper >= GOAL and f"time: false alarms in other layouts may be {upper:.1%}, not below {GOAL:.0%}")
