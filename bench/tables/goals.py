#!/usr/bin/python3
"""Prints each goal, what was measured, and whether the goal was met. A missed goal is no error.

Reads the JSON that `bench/run --goals --output` writes. bench/README.md explains how the figures are made.
"""

import statistics
import sys
from collections import namedtuple

import ratios

REPLICAS = 128
EXPONENT_FROM = 10_000
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


class Goal(namedtuple("Goal", "name size least most unit measure", defaults=(None, None, "", None))):
    """measure(Results) returns one value per repetition, or [] if the figure was not measured.

    Neither `least` nor `most`: the figure is printed without a verdict."""

    def wanted(self):
        if self.least is not None:
            return f">= {ratios.human(self.least, self.unit)}"
        return f"<= {ratios.human(self.most, self.unit)}" if self.most is not None else "-"

    def reached(self, value):
        return value >= self.least if self.least is not None else value <= self.most

    def verdict(self, values):
        """The median decides. The verdict says if some repetitions disagree with it."""
        if not values:
            return "not measured"
        if self.least is None and self.most is None:
            return "-"
        met = self.reached(statistics.median(values))
        agree = all(self.reached(value) == met for value in values)
        return ("met" if met else "missed") + ("" if agree else ", not in all repetitions")


def case_of(measured, bench, size, replicas=REPLICAS):
    for case, contestants in measured.items():
        if (case.bench, case.variant, case.size) == (bench, replicas, size):
            return contestants
    return {}


def ratio(bench, size, of, to):
    """The time of `of` divided by the time of `to`."""

    def measure(results):
        times = case_of(results.times, bench, size)
        if of not in times or to not in times:
            return []
        return [times[of][index] / times[to][index] for index in times[to]]

    return measure


def exponent(bench, contestant):
    def measure(results):
        times = [(size, case_of(results.times, bench, size).get(contestant)) for size in SIZES]
        if any(each is None for _, each in times):
            return []
        return [
            ratios.slope([(size, each[index]) for size, each in times], EXPONENT_FROM)
            for index in sorted(set.intersection(*(set(each) for _, each in times)))
        ]

    return measure


def count(bench, size, contestant, name, replicas=REPLICAS):
    def measure(results):
        repetitions = case_of(results.counts, bench, size, replicas).get(contestant, {})
        return [counts[name] for counts in repetitions.values()]

    return measure


def make_goals():
    goals = []
    for bench, least in (("add", (50, 300, 5000, 50_000)), ("remove", (150, 800, 20_000, 200_000))):
        for contestant in ("pointers", "resort"):
            for size, times in zip(SIZES, least):
                measure = ratio(bench, size, contestant, "core")
                goals.append(Goal(f"{bench}: {contestant}/core", size, least=times, measure=measure))
    for bench in ("add", "remove"):
        measure = ratio(bench, 1_000_000, "merge", "core")
        goals.append(Goal(f"{bench}: merge/core", 1_000_000, least=50, measure=measure))
    for bench in ("add", "remove"):
        goals.append(Goal(f"{bench}: exponent of core", None, most=0.15, measure=exponent(bench, "core")))
    # What cannot be done without: suite/limit.h and suite/latency.c say what it is.
    for bench, most in (("add", 2), ("remove", 1.5), ("find_latency", 1.3)):
        for size in SIZES[1:]:
            measure = ratio(bench, size, "core", "limit")
            goals.append(Goal(f"{bench}: core/limit", size, most=most, measure=measure))
    for size, times in ((100_000, 2), (10_000_000, 1.3)):
        measure = ratio("find_latency", size, "core", "line")
        goals.append(Goal("find_latency: core/line", size, most=times, measure=measure))
    for size in SIZES[1:]:
        measure = ratio("find_many", size, "pointers", "core")
        goals.append(Goal("find_many: pointers/core", size, least=50, measure=measure))
    for contestant, most in (("core", 20), ("shared", 32)):
        for size in SIZES:
            measure = count("bytes", size, contestant, "worst")
            goals.append(Goal(f"bytes per point: {contestant}, worst", size, most=most, measure=measure))
    for replicas in (1, REPLICAS):
        for name in ("p99.9", "max"):
            measure = count("grow", SIZES[-1], "core", name, replicas)
            title = f"one add, replicas {replicas}: core, {name}"
            goals.append(Goal(title, SIZES[-1], unit="s", measure=measure))
    return goals


def lines_of(goals, results):
    lines = [["figure", "points", "goal", "measured", "verdict"]]
    for goal in goals:
        values = goal.measure(results)
        measured = ratios.spread(values) if values else None
        lines.append(
            [
                goal.name,
                str(goal.size) if goal.size else "10 k to 10 M",
                goal.wanted(),
                ratios.spread_cell(measured, goal.unit),
                goal.verdict(values),
            ]
        )
    return lines


TITLE = f"Goals, with {REPLICAS} replicas: {ratios.SPREAD}"


def sections(results):
    yield ratios.Section("Goals", TITLE, lines_of(make_goals(), results))


def main():
    return ratios.print_sections("goals.py", __doc__, sections)


if __name__ == "__main__":
    sys.exit(main())
