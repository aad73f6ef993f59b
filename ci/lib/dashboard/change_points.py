"""Finds the steps in a series of measurements: the points from which its level differs for good.

shuffles.py finds the cuts, where chance alone does not explain the values. Three things make a step of a cut:

1. It is higher than the noise allows: levels.NOISE standard deviations (sd) of the noise in one point. That is estimated from
   differences of neighbours, which steps and outliers hardly affect.
2. It is at least `least` of the level: LEAST, unless the caller says otherwise. Less comes from the layout of code, the
   compiler or the machine more often than from a change that somebody wants to undo.
3. It is higher than the rounding. Times in whole nanoseconds go from 5 to 6 if the time goes from 5.49 to 5.51.

If the noise is almost as high as a step, no method always finds the right place. So a step also has a range: the places
that the points do not rule out. results.md has how often place and range are right, how often a step is found where there
is none, and how often one is missed, with normal noise and with the noise of public histories.

Steady counts, such as Callgrind's instructions, have no noise. Each difference of `least` or more from the current level is a
step at once, even at the last point. So small changes add up to a step. The unit says what is a count. Few distinct values do
not. Counts that are not steady, such as perf's instructions, are judged like times.

The result is deterministic."""
import collections
import math
import re

import numpy

from dashboard import levels, shuffles

SIDE = shuffles.SIDE
NEAREST = SIDE // 2
LEAST = 0.005  # of the level
STEADY = 0.05  # of the least step
RANGE = 20.0  # sd squared: how much more a place in the range may cost than the cheapest
COUNTS = re.compile(r"(instructions?|alloc(ation)?s?|branch(es)?|syscalls?)(/(op|iter(ation)?|call))?", re.IGNORECASE)

Step = collections.namedtuple("Step", "place first last before after")
Step.__doc__ = """place: the index of the first point on the new level; first..last: the range of that index; before, after:
the levels."""


def is_count(unit):
    return bool(COUNTS.fullmatch(unit))


def can_have_steps(values, unit):
    """Whether there are enough values, apart from None, for a step to be found."""
    return sum(value is not None for value in values) >= (2 if is_count(unit) else 2 * SIDE)


def steady(values, least):
    """Whether most points are so near to their neighbours that a single one can show a step."""
    return len(values) < 2 * SIDE or numpy.median(numpy.abs(values - levels.medians_of_five(values))) <= STEADY * least * abs(numpy.median(values))


def placed(values, noise, left, cut, right):
    """The best place for the cut between two others, and its range. Here it may be as near to them as NEAREST. The range grows
    if the points are noisier than was estimated."""
    part = (values[left:right] - values[cut]) / noise
    sums, squares = numpy.cumsum(part), numpy.cumsum(part ** 2)
    places = numpy.arange(NEAREST, right - left - NEAREST + 1)
    before, after = sums[places - 1], sums[-1] - sums[places - 1]
    costs = squares[-1] - before ** 2 / places - after ** 2 / (len(part) - places)
    inside = numpy.flatnonzero(costs <= costs.min() + RANGE * max(1.0, costs.min() / (right - left - 2)))
    return tuple(left + int(places[at]) for at in (numpy.argmin(costs), inside[0], inside[-1]))


def of_counts(values, least):
    steps, start = [], 0
    for place in range(1, len(values)):
        level = values[start]
        if abs(values[place] - level) >= least * abs(level) and values[place] != level:
            steps.append(Step(place, place, place, float(values[place - 1]), float(values[place])))
            start = place
    return steps


def of_times(values, rounding, least):
    noise = max(levels.noise_of(values), rounding / math.sqrt(12))
    heights = levels.Heights(values, noise, rounding, least)
    cuts = heights.high(shuffles.all_cuts(values))
    smooth, scale = levels.without_outliers(values, noise), noise or float(numpy.ptp(values)) or 1.0
    found, left = [], 0
    for cut, right in zip(cuts, [*cuts[1:], len(values)]):
        found.append(placed(smooth, scale, left, cut, right))
        left = found[-1][0]  # so the next one comes after it
    limits = {place: (first, min(last, following[0] - 1)) for (place, first, last), following in zip(found, [*found[1:], (len(values),)])}
    places = heights.high(list(limits))
    ends = [0, *places, len(values)]
    level = [float(numpy.median(values[start:end])) for start, end in zip(ends, ends[1:])]
    return [Step(place, *limits[place], before, after) for place, before, after in zip(places, level, level[1:])]


def steps_of(values, counted=False, least=LEAST):
    """All steps of a series, in order. `least` is the lowest that counts, relative to the level."""
    values = numpy.asarray(values, float)
    if not numpy.all(numpy.isfinite(values)):
        raise ValueError("a value is not a finite number")
    if not numpy.any(values):
        return []
    # Values of any size are brought to at most 1, exactly, so that no sum or square overflows.
    exponent = int(numpy.frexp(numpy.abs(values).max())[1])
    scaled = numpy.ldexp(values, -exponent)
    if counted and steady(scaled, least):
        steps = of_counts(scaled, least)
    else:
        steps = of_times(scaled, math.ldexp(levels.rounding_of(values), -exponent), least) if len(values) >= 2 * SIDE else []
    return [step._replace(before=math.ldexp(step.before, exponent), after=math.ldexp(step.after, exponent)) for step in steps]
