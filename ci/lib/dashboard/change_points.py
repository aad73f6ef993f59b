"""Finds the steps in a series of measurements: the points from which its level differs for good.

Times are noisy. Heights below are in standard deviations (sd) of the noise in one point. It is estimated from differences
of neighbours, which steps and outliers hardly affect.

1. A point more than OUTLIER from the median of the five points around it is replaced by that median: outliers are no steps.
2. The series is cut into segments of at least SIDE points each: the cheapest of all ways. A way costs the squared
   distances of the points from the means of their segments, and PRICE for each cut.
3. The weakest cuts are removed again. A cut stays if it is DISTANCE high, or if noise alone makes one like it in fewer
   than ALPHA of all series.

If the noise is almost as high as a step, no method always finds the right place. So a step also has a range: the places
that the points do not rule out. tests/test_change_points.py measures how often place and range are right, and how often a
step is found where there is none; results.md has the figures.

Counts, such as instructions, have no noise. Each difference of CHANGE or more from the current level is a step at once,
even at the last point. A series in which most neighbours are equal is treated as counts, whatever it measures.

The result is deterministic. n points cost n * n / 2 additions, done in rows."""
import collections
import math

import numpy
from scipy.stats import norm

SIDE = 6  # points
ALPHA = 0.01
DISTANCE = 1.5  # sd
PRICE = 6.0  # of a cut, in sd squared; much less than a cut that stays is worth
OUTLIER = 4.0  # sd
SHARED = 16.0  # sd squared: what the second of two neighbouring cuts must save in order to stay
RANGE = 20.0  # sd squared: how much more a place in the range may cost than the cheapest
CHANGE = 0.001  # relative to the level

Step = collections.namedtuple("Step", "place first last before after")
Step.__doc__ = """place: the index of the first point on the new level; first..last: the range of that index; before, after:
the levels."""


def noise_of(values):
    """The standard deviation of the noise in one point; 0 if most neighbours are equal."""
    differences = numpy.diff(values)
    if len(differences) == 0:
        return 0.0
    scale = numpy.median(numpy.abs(differences)) / norm.ppf(0.75)
    usual = differences[numpy.abs(differences) <= 3 * scale]
    # 0.9733 of a normal distribution's variance is within 3 standard deviations.
    return float(numpy.sqrt(numpy.mean(usual ** 2) / 2 / 0.9733)) if scale > 0 else 0.0


def without_outliers(values, noise):
    around = numpy.pad(values, 2, mode="reflect")
    medians = numpy.median(numpy.lib.stride_tricks.sliding_window_view(around, 5), axis=1)
    return numpy.where(numpy.abs(values - medians) > OUTLIER * noise, medians, values)


class Segments:
    """Means and spreads of any segment of a series, in constant time."""

    def __init__(self, values):
        self.sums = numpy.concatenate(([0.0], numpy.cumsum(values)))
        self.squares = numpy.concatenate(([0.0], numpy.cumsum(values ** 2)))

    def mean(self, start, end):
        return (self.sums[end] - self.sums[start]) / (end - start)

    def spread(self, start, end):
        """The sum of squared distances from the mean."""
        return self.squares[end] - self.squares[start] - (self.sums[end] - self.sums[start]) ** 2 / (end - start)


def best_cuts(segments, length):
    """The cheapest of all ways to cut, by dynamic programming: the ends of the segments, from 0 to `length`."""
    cost = numpy.full(length + 1, numpy.inf)
    cost[0] = -PRICE
    previous = numpy.zeros(length + 1, int)
    for end in range(SIDE, length + 1):
        starts = numpy.arange(0, end - SIDE + 1)
        costs = cost[starts] + segments.spread(starts, end) + PRICE
        previous[end] = numpy.argmin(costs)
        cost[end] = costs[previous[end]]
    cuts = [length]
    while cuts[-1] > 0:
        cuts.append(int(previous[cuts[-1]]))
    return cuts[::-1]


def strength(segments, left, place, right):
    """The distance between the means on both sides, in sd, and how unlikely it is without a step, as a normal deviate."""
    distance = abs(segments.mean(left, place) - segments.mean(place, right))
    return distance, distance * math.sqrt((place - left) * (right - place) / (right - left))


def without_weak(segments, cuts):
    sure = norm.isf(ALPHA / 2 / cuts[-1])
    cuts = list(cuts)
    while len(cuts) > 2:
        strengths = [strength(segments, *cuts[at - 1:at + 2]) for at in range(1, len(cuts) - 1)]
        weak = [(deviate, at) for at, (distance, deviate) in enumerate(strengths, 1) if deviate < sure and distance < DISTANCE]
        if not weak:
            break
        del cuts[min(weak)[1]]
    return cuts


def without_doubles(segments, cuts):
    """Replaces two neighbouring cuts by one, if one fits the points almost as well."""
    at = 1
    while at < len(cuts) - 2:
        left, one, two, right = cuts[at - 1:at + 3]
        cost = segments.spread(left, one) + segments.spread(one, two) + segments.spread(two, right)
        places, costs = costs_of_places(segments, left, right, SIDE)
        if costs.min() <= cost + SHARED:
            cuts[at:at + 2] = [int(places[numpy.argmin(costs)])]
            at = 1
        else:
            at += 1
    return cuts


def costs_of_places(segments, left, right, side):
    """All places for one cut between two others, and the cost of each."""
    places = numpy.arange(left + side, right - side + 1)
    return places, segments.spread(left, places) + segments.spread(places, right)


def placed(segments, left, right):
    """The best place for the cut between two others, and its range. Here it may be nearer to them than SIDE. The range
    grows if the points are noisier than was estimated."""
    places, costs = costs_of_places(segments, left, right, 1)
    inside = numpy.flatnonzero(costs <= costs.min() + RANGE * max(1.0, costs.min() / (right - left - 2)))
    return int(places[numpy.argmin(costs)]), int(places[inside[0]]), int(places[inside[-1]])


def of_counts(values):
    steps, start = [], 0
    for place in range(1, len(values)):
        level = values[start]
        if abs(values[place] - level) >= CHANGE * abs(level) and values[place] != level:
            steps.append(Step(place, place, place, float(values[place - 1]), float(values[place])))
            start = place
    return steps


def cut(values, noise):
    segments = Segments((values - numpy.median(values)) / noise)
    return segments, without_doubles(segments, without_weak(segments, best_cuts(segments, len(values))))


def steps_of(values, counted=False):
    """All steps of a series, in order."""
    values = numpy.asarray(values, float)
    noise = noise_of(values)
    if counted or noise == 0:
        return of_counts(values)
    if len(values) < 2 * SIDE:
        return []
    values_used = without_outliers(values, noise)
    segments, cuts = cut(values_used, noise)
    left_over = sum(segments.spread(*ends) for ends in zip(cuts, cuts[1:])) / (len(values) - 2 * len(cuts) + 3)
    if left_over > 1:  # the estimate of the noise was too low: neighbours happened to be close
        segments, cuts = cut(values_used, noise * math.sqrt(left_over))
    found = [placed(segments, left, right) for left, right in zip(cuts, cuts[2:])]
    ends = [0, *(place for place, _, _ in found), len(values)]
    level = [float(numpy.median(values[start:end])) for start, end in zip(ends, ends[1:])]
    return [Step(*step, before, after) for step, before, after in zip(found, level, level[1:])]
