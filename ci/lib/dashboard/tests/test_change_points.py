"""Which steps are found, where, and how often one is seen where none is. Prints the rates."""
import unittest

import numpy

from dashboard import change_points

SERIES = 2000
LEVEL = 1000
HEIGHT = 3  # noises: the lowest step that must be found


def planted(random):
    """A series with one step, and the step's place."""
    length = int(random.integers(20, 201))
    place = int(random.integers(change_points.SIDE, length - change_points.SIDE + 1))
    values = LEVEL + random.normal(size=length)
    values[place:] += HEIGHT * random.choice([-1, 1])
    return values, place


class Rates(unittest.TestCase):
    def test_steps_of_three_noises(self):
        random = numpy.random.default_rng(1)
        found, off, more = 0, [], 0
        for _ in range(SERIES):
            values, place = planted(random)
            steps = change_points.steps_of(values)
            right = [step for step in steps if step.first <= place <= step.last]
            found += bool(right)
            more += len(steps) - bool(right)
            off += [abs(right[0].place - place)] if right else []
        exact, one, two = (sum(each <= most for each in off) / SERIES for most in (0, 1, 2))
        print(f"{SERIES} steps of {HEIGHT} noises: {found} found, with the right place in the range; {exact:.1%} named exactly, "
              f"{one:.1%} within one point, {two:.1%} within two; {more} false steps beside them")
        self.assertEqual(found, SERIES)
        self.assertGreater(exact, 0.8)
        self.assertGreater(two, 0.98)
        self.assertLess(more, 0.02 * SERIES)

    def test_flat_series(self):
        random = numpy.random.default_rng(2)
        seen, steps, points = 0, 0, 0
        for _ in range(SERIES):
            values = LEVEL + random.normal(size=int(random.integers(20, 201)))
            false = len(change_points.steps_of(values))
            seen, steps, points = seen + (false > 0), steps + false, points + len(values)
        print(f"{SERIES} flat series: {seen} ({seen / SERIES:.1%}) with a false step; {steps} in {points} points")
        self.assertLess(seen, 0.05 * SERIES)


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

    def test_a_large_step_near_the_end_is_put_where_it_is(self):
        self.values[115:] += 10
        self.assertEqual(self.places(self.values), [115])
        self.assertEqual(self.places(self.values[:116]), [])

    def test_units_and_levels_change_nothing(self):
        self.values[40:] += 5
        steps = change_points.steps_of(self.values)
        self.assertEqual([step[:3] for step in change_points.steps_of(self.values * 1e6)], [step[:3] for step in steps])
        self.assertEqual(change_points.steps_of(list(self.values)), steps)


class Counted(unittest.TestCase):
    def test_exactly_and_at_once(self):
        self.assertEqual(change_points.steps_of([500] * 9 + [501]), [change_points.Step(9, 9, 9, 500, 501)])
        self.assertEqual([step.place for step in change_points.steps_of([500, 510, 510, 500, 500, 500])], [1, 3])

    def test_counts_that_always_differ_a_little(self):
        values = [100000 + number % 7 for number in range(30)] + [101000 + number % 7 for number in range(3)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [30])

    def test_many_small_changes_are_a_large_one_in_the_end(self):
        values = [100000 + 40 * number for number in range(6)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [3])

    def test_nothing_to_compare(self):
        for values in ([], [1], [1, 2], [0, 0, 0]):
            self.assertEqual(change_points.steps_of(values), [])
        self.assertEqual([step.place for step in change_points.steps_of([0, 0, 0, 1])], [3])


if __name__ == "__main__":
    unittest.main()
