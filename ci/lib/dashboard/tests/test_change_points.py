"""Which steps are found, at which place, and how often a step is found where there is none.

With --markdown, it prints the rates as a table instead: results.md."""
import sys
import unittest

import numpy

from dashboard import change_points

SERIES = 2000
LEVEL = 1000
HEIGHT = 3  # standard deviations of the noise: the lowest step that must be found


def series_with_a_step(random):
    """A series with one step, and the step's place."""
    length = int(random.integers(20, 201))
    place = int(random.integers(change_points.SIDE, length - change_points.SIDE + 1))
    values = LEVEL + random.normal(size=length)
    values[place:] += HEIGHT * random.choice([-1, 1])
    return values, place


def rates_with_a_step():
    """How many steps have the right place in their range; the shares whose place is off by 0, up to 1 and up to 2 points;
    and how many other steps are found."""
    random = numpy.random.default_rng(1)
    found, off, more = 0, [], 0
    for _ in range(SERIES):
        values, place = series_with_a_step(random)
        steps = change_points.steps_of(values)
        right = [step for step in steps if step.first <= place <= step.last]
        found += bool(right)
        more += len(steps) - bool(right)
        off += [abs(right[0].place - place)] if right else []
    return found, [sum(each <= most for each in off) / SERIES for most in (0, 1, 2)], more


def rates_without_a_step():
    """How many series have a false step, how many false steps there are, and in how many points."""
    random = numpy.random.default_rng(2)
    series, steps, points = 0, 0, 0
    for _ in range(SERIES):
        values = LEVEL + random.normal(size=int(random.integers(20, 201)))
        false = len(change_points.steps_of(values))
        series, steps, points = series + (false > 0), steps + false, points + len(values)
    return series, steps, points


def print_markdown():
    found, (exact, one, two), more = rates_with_a_step()
    series, steps, points = rates_without_a_step()
    print(f"""Made by: `PYTHONPATH=ci/lib /usr/bin/python3 -m dashboard.tests.test_change_points --markdown >ci/lib/dashboard/results.md`

# Steps that the dashboard finds

In synthetic series of 20 to 200 points with normal noise, from fixed seeds: the figures do not depend on the machine. The
step is {HEIGHT} standard deviations of the noise high, with at least {change_points.SIDE} points on each side.

| | {SERIES} series with one step | {SERIES} series without |
|---|---|---|
| the right point is in the step's range | {found} | |
| the step is at the right point | {exact:.1%} | |
| at most one point away | {one:.1%} | |
| at most two points away | {two:.1%} | |
| false steps | {more} | {steps}, in {points} points |
| series with a false step | | {series} ({series / SERIES:.1%}) |""")


class Rates(unittest.TestCase):
    def test_steps_of_three_standard_deviations(self):
        found, (exact, _, two), more = rates_with_a_step()
        self.assertEqual(found, SERIES)
        self.assertGreater(exact, 0.8)
        self.assertGreater(two, 0.98)
        self.assertLess(more, 0.02 * SERIES)

    def test_flat_series(self):
        self.assertLess(rates_without_a_step()[0], 0.05 * SERIES)


class Noisy(unittest.TestCase):
    def setUp(self):
        self.values = LEVEL + numpy.random.default_rng(5).normal(size=120)

    def places(self, values):
        return [step.place for step in change_points.steps_of(values)]

    def test_several_steps_in_both_directions(self):
        self.values[30:] += 8
        self.values[60:] -= 12
        self.values[110:] += 6
        self.assertEqual(self.places(self.values), [30, 60, 110])
        first = change_points.steps_of(self.values)[0]
        self.assertAlmostEqual(first.before, LEVEL, delta=1)
        self.assertAlmostEqual(first.after, LEVEL + 8, delta=1)
        self.assertEqual((first.first, first.last), (30, 30))

    def test_a_bump_is_two_steps(self):
        self.values[60:66] += 6
        self.assertEqual(self.places(self.values), [60, 66])

    def test_outliers_are_no_steps(self):
        self.assertEqual(self.places(self.values), [])
        self.values[[20, 21, 50, 119]] += 30
        self.assertEqual(self.places(self.values), [])

    def test_a_large_step_near_the_end_is_found(self):
        self.values[115:] += 10
        self.assertEqual(self.places(self.values), [115])
        self.assertEqual(self.places(self.values[:116]), [])

    def test_the_unit_does_not_matter(self):
        self.values[40:] += 5
        steps = change_points.steps_of(self.values)
        self.assertEqual([step[:3] for step in change_points.steps_of(self.values * 1e6)], [step[:3] for step in steps])
        self.assertEqual(change_points.steps_of(list(self.values)), steps)


class Counted(unittest.TestCase):
    def test_a_step_is_found_exactly_and_at_once(self):
        self.assertEqual(change_points.steps_of([500] * 9 + [501]), [change_points.Step(9, 9, 9, 500, 501)])
        self.assertEqual([step.place for step in change_points.steps_of([500, 510, 510, 500, 500, 500])], [1, 3])

    def test_small_differences_are_no_steps(self):
        values = [100000 + number % 7 for number in range(30)] + [101000 + number % 7 for number in range(3)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [30])

    def test_small_changes_add_up_to_a_step(self):
        values = [100000 + 40 * number for number in range(6)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [3])

    def test_nothing_to_compare(self):
        for values in ([], [1], [1, 2], [0, 0, 0]):
            self.assertEqual(change_points.steps_of(values), [])
        self.assertEqual([step.place for step in change_points.steps_of([0, 0, 0, 1])], [3])


if __name__ == "__main__":
    if sys.argv[1:] == ["--markdown"]:
        print_markdown()
    else:
        unittest.main()
