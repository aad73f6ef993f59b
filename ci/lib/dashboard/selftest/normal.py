"""How often steps are right in synthetic series with normal noise."""
import numpy

from dashboard import change_points

SERIES = 2000
LEVEL = 100
HEIGHT = 3  # standard deviations of the noise, which is 1


def series_with_a_step(random):
    """A series with one step, and the step's place."""
    length = int(random.integers(20, 201))
    place = int(random.integers(change_points.SIDE, length - change_points.SIDE + 1))
    values = LEVEL + random.normal(size=length)
    values[place:] += HEIGHT * random.choice([-1, 1])
    return values, place


def rates_with_a_step(series=SERIES):
    """How many steps have the right place in their range; the shares whose place is off by 0, up to 1 and up to 2 points;
    and how many other steps are found."""
    random = numpy.random.default_rng(1)
    found, off, more = 0, [], 0
    for _ in range(series):
        values, place = series_with_a_step(random)
        steps = change_points.steps_of(values)
        right = [step for step in steps if step.first <= place <= step.last]
        found += bool(right)
        more += len(steps) - bool(right)
        off += [abs(right[0].place - place)] if right else []
    return found, [sum(each <= most for each in off) / series for most in (0, 1, 2)], more


def rates_without_a_step(count=SERIES):
    """How many series have a false step, how many false steps there are, and in how many points."""
    random = numpy.random.default_rng(2)
    series, steps, points = 0, 0, 0
    for _ in range(count):
        values = LEVEL + random.normal(size=int(random.integers(20, 201)))
        false = len(change_points.steps_of(values))
        series, steps, points = series + (false > 0), steps + false, points + len(values)
    return series, steps, points


def markdown():
    found, (exact, one, two), more = rates_with_a_step()
    series, steps, points = rates_without_a_step()
    return f"""In synthetic series of 20 to 200 points with normal noise, from fixed seeds: the figures do not depend on the machine. The
step is {HEIGHT} standard deviations of the noise high, with at least {change_points.SIDE} points on each side.

| | {SERIES} series with one step | {SERIES} series without |
|---|---|---|
| the right point is in the step's range | {found} | |
| the step is at the right point | {exact:.1%} | |
| at most one point away | {one:.1%} | |
| at most two points away | {two:.1%} | |
| false steps | {more} | {steps}, in {points} points |
| series with a false step | | {series} ({series / SERIES:.1%}) |
"""
