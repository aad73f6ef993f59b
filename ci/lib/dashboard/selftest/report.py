"""Implements ci/dashboard --selftest: prints results.md."""
import sys

import numpy
from scipy.stats import binomtest

from dashboard import change_points
from dashboard.selftest import histories, normal, rivals

SEED = 1
PERCENT = (2, 5, 10, 30)
NEAR = 5  # points: a step so near to the planted one, in its direction, is that one
MIXES = (("shuffled", histories.shuffled), ("in stretches", histories.in_stretches))


def own_steps(all_series, units):
    return [[step.place for step in change_points.steps_of(values, counted=change_points.is_count(unit))] for values, unit in zip(all_series, units)]


def is_found(values, places, place, up):
    """Whether one of the steps is the planted one. All programs are judged by their places only."""
    ends = [0, *places, len(values)]
    for before, at, after in zip(ends, ends[1:], ends[2:]):
        if abs(at - place) <= NEAR and (numpy.median(values[at:after]) > numpy.median(values[before:at])) == up:
            return True
    return False


def counted(all_series, units, hit):
    """For each program, how many series are a hit, or None if it is not installed."""
    found = {"ci/dashboard": own_steps(all_series, units), **rivals.steps_of(all_series)}
    return {name: None if steps is None else sum(hit(at, places) for at, places in enumerate(steps)) for name, steps in found.items()}


def without(given, mix, random):
    series = [histories.rounded_like(histories.without_steps(values, mix, random), values) for _, values in given]
    return counted(series, [unit for unit, _ in given], lambda _, places: len(places) > 0)


def planted(given, mix, percent, random):
    series, where = [], []
    for _, values in given:
        made, place, up = histories.with_a_step(histories.without_steps(values, mix, random), percent, random)
        series.append(histories.rounded_like(made, values))
        where.append((place, up))
    return counted(series, [unit for unit, _ in given], lambda at, places: is_found(series[at], places, *where[at]))


def share(count, of):
    if count is None:
        return "not installed"
    low, high = binomtest(count, of).proportion_ci()
    return f"{count}: {count / of:.1%} ({low * 100:.1f} to {high * 100:.1f} %)"


def rows(given):
    """Each row's title, and the counts by program."""
    random = numpy.random.default_rng(SEED)
    for name, mix in MIXES:
        print(f"noise {name}: false steps", file=sys.stderr, flush=True)
        yield f"{name}: series with a false step", without(given, mix, random)
        for percent in PERCENT:
            print(f"noise {name}: steps of {percent} %", file=sys.stderr, flush=True)
            yield f"{name}: steps of {percent} % found", planted(given, mix, percent, random)


def real_noise(taken):
    given = [each for _, _, series in taken for each in series]
    found = list(rows(given))
    names = list(found[0][1])
    lines = [f"| {len(given)} series | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    lines += [f"| {title} | {' | '.join(share(counts[name], len(given)) for name in names)} |" for title, counts in found]
    sources = [f"| {name} | {address} | {len(series)} | {sum(len(values) for _, values in series)} |" for name, address, series in taken]
    return "\n".join(lines), "\n".join(["| data.js | project | series | points |", "|---|---|---|---|", *sources])


def run(folder):
    table, sources = real_noise(histories.read(folder, numpy.random.default_rng(SEED)))
    print(f"""Made by: `ci/dashboard --selftest FOLDER >ci/lib/dashboard/results.md`, with the files in the last table

# Steps that the dashboard finds

## In the noise of public histories

A point's noise is its ratio to the median of the {histories.WINDOW} points around it, so steps and drifts are gone. "Shuffled": in a random order.
"In stretches": as stretches of {histories.STRETCH} points, in which neighbours are as alike as they were, so that short changes of the machine
stay and count as false. A planted step is found if a step in its direction is at most {NEAR} points away. In brackets: 95 %
confidence intervals by Clopper and Pearson, as if no two series were alike. Otava runs with its defaults. ruptures has none
for the penalty of a step in n points: 3 ln n with the linear kernel is usual, and 0.85 ln n with the other was chosen for these
series. The latter needs time in the square of the points: measured once, 19 s for 10,000, and ci/dashboard 0.1 s.

{table}

Series of at least {histories.LEAST} points, at most {histories.MOST} from a file, drawn with a fixed seed:

{sources}

## In normal noise

{normal.markdown()}""", end="")
    return 0
