"""Which steps are found, at which place, and how often a step is found where there is none."""
import unittest

import numpy

from dashboard import change_points
from dashboard.selftest import normal

SOME = 300  # series
LEVEL = normal.LEVEL


class Rates(unittest.TestCase):
    def test_steps_of_three_standard_deviations(self):
        found, (exact, _, two), more = normal.rates_with_a_step(SOME)
        self.assertGreater(found, 0.98 * SOME)
        self.assertGreater(exact, 0.8)
        self.assertGreater(two, 0.96)
        self.assertLess(more, 0.04 * SOME)

    def test_flat_series(self):
        self.assertLess(normal.rates_without_a_step(SOME)[0], 0.05 * SOME)


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

    def test_a_step_near_the_end_needs_six_points(self):
        self.values[114:] += 10
        self.assertEqual(self.places(self.values), [114])
        self.assertEqual(self.places(self.values[:117]), [])

    def test_a_point_between_two_levels_is_no_level(self):
        random = numpy.random.default_rng(10)
        values = numpy.concatenate((7700 + 100 * random.normal(size=8), [331], 160 + random.normal(size=20), 100 + random.normal(size=30)))
        places = self.places(values)
        self.assertEqual([places[0], places[-1]], [8, 29])
        self.assertTrue(all(later - earlier >= change_points.NEAREST for earlier, later in zip(places, places[1:])), places)

    def test_the_unit_does_not_matter(self):
        self.values[40:] += 5
        steps = change_points.steps_of(self.values)
        self.assertEqual([step[:3] for step in change_points.steps_of(self.values * 1e6)], [step[:3] for step in steps])
        self.assertEqual(change_points.steps_of(list(self.values)), steps)


class Rounded(unittest.TestCase):
    def setUp(self):
        self.exact = 5.2 + 0.4 * numpy.random.default_rng(6).normal(size=112)

    def places(self, values):
        return [step.place for step in change_points.steps_of(values)]

    def test_few_distinct_values_are_no_counts(self):
        for unit in (0.01, 1, 1000, 1e6):
            self.assertEqual(self.places(numpy.round(self.exact) * unit), [])

    def test_rounding_alone_is_no_step(self):
        for unit in (0.01, 1, 1000, 1e6):
            self.assertEqual(self.places(numpy.round(numpy.linspace(5.3, 5.7, 60)) * unit), [])
            self.assertEqual(self.places([5 * unit] * 30 + [6 * unit] * 30), [])
            self.assertEqual(self.places([6 * unit] * 30 + [5 * unit] * 30), [])

    def test_more_than_rounding_is_a_step(self):
        for unit in (0.01, 1, 1000, 1e6):
            self.assertEqual(self.places([5 * unit] * 30 + [7 * unit] * 30), [30])
            self.assertEqual(self.places(numpy.round(numpy.where(numpy.arange(112) < 50, self.exact, 2 * self.exact)) * unit), [50])

    def test_a_finer_value_shows_the_step(self):
        self.assertEqual(self.places([5] * 30 + [6] * 29 + [6.001]), [30])


class Least(unittest.TestCase):
    """A difference below the least is no step, however sure it is."""

    def places(self, values, **options):
        return [step.place for step in change_points.steps_of(values, **options)]

    def test_a_clean_small_step(self):
        exact = numpy.random.default_rng(7).normal(size=60)
        for percent, found in ((0.3, []), (0.6, [30])):
            values = (1e6 + exact) * numpy.where(numpy.arange(60) < 30, 1, 1 + percent / 100)
            self.assertEqual(self.places(values), found)
            self.assertEqual(self.places(numpy.round(values), counted=True), found)
            self.assertEqual(self.places(values, least=0.002), [30])
            self.assertEqual(self.places(values, least=0.01), [])

    def test_a_step_below_the_noise(self):
        random = numpy.random.default_rng(8)
        for deviations, found in ((0.25, 0), (1.0, 1)):
            values = 100 + 5 * random.normal(size=3000)
            values[1500:] += 5 * deviations
            self.assertEqual(len(change_points.steps_of(values)), found)

    def test_units_of_counts(self):
        for unit, counted in (("instructions", True), ("allocs/op", True), ("Instructions/iter", True), ("ns", False), ("ns/iter", False), ("MB", False),
                              ("instructions per ns", False), ("", False)):
            self.assertEqual(change_points.is_count(unit), counted, unit)


class Counted(unittest.TestCase):
    def test_a_step_is_found_exactly_and_at_once(self):
        self.assertEqual(change_points.steps_of([500] * 9 + [505], counted=True), [change_points.Step(9, 9, 9, 500, 505)])
        self.assertEqual([step.place for step in change_points.steps_of([500, 510, 510, 500, 500, 500], counted=True)], [1, 3])

    def test_small_differences_are_no_steps(self):
        values = [100000 + number % 7 for number in range(30)] + [101000 + number % 7 for number in range(3)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [30])

    def test_small_changes_add_up_to_a_step(self):
        values = [100000 + 200 * number for number in range(6)]
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [3])

    def test_counts_with_noise_are_judged_like_times(self):
        random = numpy.random.default_rng(9)
        values = 1e11 * (1 + 0.002 * random.standard_t(2, size=145))
        self.assertEqual(change_points.steps_of(values, counted=True), [])
        values[70:] *= 1.05
        self.assertEqual([step.place for step in change_points.steps_of(values, counted=True)], [70])

    def test_nothing_to_compare(self):
        for values in ([], [1], [1, 2], [0, 0, 0]):
            self.assertEqual(change_points.steps_of(values), [])
        self.assertEqual(change_points.steps_of([], counted=True), [])
        self.assertEqual([step.place for step in change_points.steps_of([0, 0, 0, 1], counted=True)], [3])

    def test_endless_values_are_refused(self):
        for wrong in (float("nan"), float("inf"), -float("inf")):
            with self.assertRaisesRegex(ValueError, "not a finite number"):
                change_points.steps_of([1.0] * 20 + [wrong])


if __name__ == "__main__":
    unittest.main()
