"""Tells whether a stretch of a series has a cut, and where. Shuffles of the same values say what chance alone makes.

Values are replaced by their ranks, so that outliers and any shape of noise are harmless, and ties are ties in the shuffles
too. Two kinds of change are looked for:

- a cut: all values after it are higher or lower. Its size is that of the Mann-Whitney test at the best place.
- a bump: values between two places are higher or lower than all others. Its size is that of the normal scores, because
  few values have to stand out of many.

Each is compared with the largest in shuffles of the same values. If there is no change at all, it is found in its SHARE of
all series, whatever the noise is, as long as neighbours are not more alike than others. If both are found, the cut counts,
and what it leaves on each side is looked at again.

The numbers below were chosen on the series of results.md. On 100 others, of awslabs/mountpoint-s3 (eb5bfa258f8b, two files),
planetarium/libplanet (445922aeed36, macos and windows) and sycamore (7669790ad62b), with seeds 1 and 2: shuffled, 1 and 1 had a
false step, and 65 and 67 of the steps of 10 % and 94 and 95 of 30 % were found; in stretches 0 and 0, 71 and 68, 99 and 98.

ruptures finds as much with its rbf kernel, but only with a penalty chosen for the series, and in time that grows with the
square of the points. It is not in Debian 12."""
import functools

import numpy
from scipy.special import ndtri
from scipy.stats import rankdata

SIDE = 6  # points
SHUFFLES = 799
FIRST = 20  # shuffles before the first look
CLEAR = 6.0  # standard deviations: a change so much larger than those of the first shuffles needs no more
STRICTER = 4  # what a cut leaves on each side is looked at again, so strictly, because it is at least two stretches
GROWTH = 1.5  # from one length of a bump to the next
AT_ONCE = 1_000_000  # values shuffled together


def standard(scores):
    """Scores with mean 0 and variance 1."""
    scores = scores - scores.mean()
    return scores / scores.std()


def sums_of(scores):
    return numpy.concatenate((numpy.zeros((*scores.shape[:-1], 1)), numpy.cumsum(scores, axis=-1)), axis=-1)


def deviation(n, length):
    """The standard deviation of the sum of `length` of n scores, drawn at random."""
    return numpy.sqrt(length * (n - length) / n)


class Cut:
    """One cut into two parts."""
    SHARE = 0.02

    def __init__(self, n):
        self.places = numpy.arange(SIDE, n - SIDE + 1)
        self.deviations = deviation(n, self.places)

    @staticmethod
    def scores(ranks):
        return standard(ranks)

    def largest(self, sums):
        return (numpy.abs(sums[..., self.places]) / self.deviations).max(axis=-1)

    def cuts(self, sums):
        return [int(self.places[(numpy.abs(sums[self.places]) / self.deviations).argmax()])]


class Bump:
    """Two cuts, and the same level on both sides."""
    SHARE = 0.0025

    def __init__(self, n):
        self.n, self.lengths, length = n, [], SIDE
        while length <= n - 2 * SIDE:
            self.lengths.append(length)
            length = int(length * GROWTH)

    @staticmethod
    def scores(ranks):
        return standard(ndtri((ranks - 0.5) / len(ranks)))

    def of_length(self, sums, length):
        return numpy.abs(sums[..., length:] - sums[..., :-length]) / deviation(self.n, length)

    def largest(self, sums):
        return numpy.max([self.of_length(sums, length).max(axis=-1) for length in self.lengths], axis=0)

    def cuts(self, sums):
        """The best of the lengths, then the best end for that start, then the best start for that end."""
        start = int(self.of_length(sums, max(self.lengths, key=lambda length: self.of_length(sums, length).max())).argmax())
        ends = numpy.arange(start + SIDE, min(self.n, start + self.n - SIDE) + 1)
        end = int(ends[(numpy.abs(sums[ends] - sums[start]) / deviation(self.n, ends - start)).argmax()])
        starts = numpy.arange(max(0, end - self.n + SIDE), end - SIDE + 1)
        start = int(starts[(numpy.abs(sums[end] - sums[starts]) / deviation(self.n, end - starts)).argmax()])
        return [place for place in (start, end) if SIDE <= place <= self.n - SIDE]


class Chance:
    """The largest change of each kind in shuffles of the same ranks. They are drawn as needed, from a fixed seed."""

    def __init__(self, ranks):
        n = len(ranks)
        self.kinds = [Cut(n), Bump(n)] if n >= 3 * SIDE else [Cut(n)]
        self.scores = [kind.scores(ranks) for kind in self.kinds]
        self.largest = [numpy.empty(0) for _ in self.kinds]
        self.random = numpy.random.default_rng(1)

    def more(self):
        done, n = len(self.largest[0]), len(self.scores[0])
        batch = max(1, min(max(FIRST, done), SHUFFLES - done, AT_ONCE // n))
        orders = self.random.permuted(numpy.tile(numpy.arange(n), (batch, 1)), axis=1)
        for at, kind in enumerate(self.kinds):
            self.largest[at] = numpy.append(self.largest[at], kind.largest(sums_of(self.scores[at][orders])))

    def explains(self, at, size, strictness):
        """Whether more than the kind's share of all shuffles have a change of that size."""
        allowed = max(0, round(self.kinds[at].SHARE / strictness * (SHUFFLES + 1)) - 1)
        while True:
            largest = self.largest[at]
            if numpy.count_nonzero(largest >= size - 1e-9) > allowed:
                return True
            if len(largest) == SHUFFLES:
                return False
            if len(largest) >= FIRST and 0 < CLEAR * largest.std() < size - largest.mean():
                return False
            self.more()


@functools.lru_cache(maxsize=500)
def chance_of(ranks):
    """Chance for the bytes of sorted ranks: without ties, it is the same for all series of a length."""
    return Chance(numpy.frombuffer(ranks))


def cuts_in(values, strictness):
    """The place of one cut, or of both ends of a bump; none if chance explains the values."""
    if len(values) < 2 * SIDE or values.min() == values.max():
        return []
    ranks = rankdata(values)
    chance = chance_of(numpy.sort(ranks).tobytes())
    for at, kind in enumerate(chance.kinds):
        sums = sums_of(kind.scores(ranks))
        if not chance.explains(at, kind.largest(sums), strictness):
            return kind.cuts(sums)
    return []


def all_cuts(values):
    """The cuts of a series, in order."""
    found, open_stretches = [], [(0, len(values))]
    while open_stretches:
        start, end = open_stretches.pop()
        inside = [start + place for place in cuts_in(values[start:end], strictness=STRICTER if found else 1)]
        if inside:
            found += inside
            ends = [start, *inside, end]
            open_stretches += list(zip(ends, ends[1:]))
    return sorted(found)
