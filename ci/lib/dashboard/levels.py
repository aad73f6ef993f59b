"""The noise of a series, its rounding, and whether the levels on both sides of a cut are far enough apart."""
import math

import numpy
from scipy.stats import norm

NOISE = 0.5  # sd
OUTLIER = 4.0  # sd


def noise_of(values):
    """The standard deviation of the noise in one point; 0 if most neighbours are equal."""
    differences = numpy.diff(values)
    scale = numpy.median(numpy.abs(differences)) / norm.ppf(0.75)
    usual = differences[numpy.abs(differences) <= 3 * scale]
    # 0.9733 of a normal distribution's variance is within 3 standard deviations.
    return float(numpy.sqrt(numpy.mean(usual ** 2) / 2 / 0.9733)) if scale > 0 else 0.0


def rounding_of(values):
    """The power of ten to which all values are rounded, or 0 if it does not matter."""
    top = float(numpy.abs(values).max())
    digits = math.floor(math.log10(top))
    for power in range(digits, digits - 7, -1) if abs(digits) < 300 else []:
        unit = 10.0 ** power
        if numpy.all(numpy.abs(values - unit * numpy.round(values / unit)) <= 1e-9 * top):
            return unit
    return 0.0


def medians_of_five(values):
    """The median of each point and the two on either side."""
    around = numpy.pad(values, 2, mode="reflect")
    return numpy.median(numpy.lib.stride_tricks.sliding_window_view(around, 5), axis=1)


def without_outliers(values, noise):
    """Points that are far from the median of the five around them are replaced by it."""
    medians = medians_of_five(values)
    return numpy.where(numpy.abs(values - medians) > OUTLIER * noise, medians, values)


class Heights:
    """Says which of the cuts are too low to be steps."""

    def __init__(self, values, noise, rounding, least):
        self.values, self.noise, self.rounding, self.least = values, noise, rounding, least

    def ratio(self, left, place, right):
        """The height as a multiple of the least that makes a step; 0 if rounding explains it."""
        before, after = (float(numpy.median(self.values[start:end])) for start, end in ((left, place), (place, right)))
        height = abs(after - before)
        needed = max(NOISE * self.noise, self.least * abs(before))
        if height <= self.rounding * (1 + 1e-6) or height == 0:
            return 0.0
        return height / needed if needed > 0 else math.inf

    def high(self, cuts):
        """Those that stay. The lowest goes first, because that makes its neighbours higher or lower."""
        ends = [0, *cuts, len(self.values)]
        ratios = [self.ratio(*ends[at - 1:at + 2]) for at in range(1, len(ends) - 1)]
        while ratios and min(ratios) < 1:
            at = ratios.index(min(ratios))
            del ratios[at], ends[at + 1]
            for near in range(max(0, at - 1), min(at + 1, len(ratios))):
                ratios[near] = self.ratio(*ends[near:near + 3])
        return ends[1:-1]
