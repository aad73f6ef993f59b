"""Whatever the series, its steps are in order and distinct, their ranges hold them, and their levels are finite.

--series N tries N random ones, and prints those that fail: PYTHONPATH=ci/lib python3 -m dashboard.tests.test_steps_property --series 1000000"""
import argparse
import sys
import unittest
import warnings

import numpy

from dashboard import change_points

KINDS = {
    "normal": lambda random, n: 100 + random.normal(size=n),
    "constant": lambda random, n: numpy.full(n, random.normal()),
    "two values": lambda random, n: random.choice([5.0, 6.0], size=n),
    "few values": lambda random, n: random.integers(-3, 4, size=n).astype(float),
    "rounded": lambda random, n: 1000.0 * random.integers(5, 8, size=n),
    "heavy tails": lambda random, n: random.standard_cauchy(size=n),
    "two levels": lambda random, n: random.choice([60.0, 250.0], size=n, p=[0.3, 0.7]) + random.integers(-5, 6, size=n),
    "a walk": lambda random, n: numpy.cumsum(random.normal(size=n)),
    "stairs": lambda random, n: numpy.repeat(random.integers(1, 100, size=n // 4 + 1).astype(float), 4)[:n],
    "one outlier": lambda random, n: numpy.where(numpy.arange(n) == n // 2, 1e9, 1.0),
    "huge": lambda random, n: random.uniform(-1, 1, size=n) * 1.7e308,
    "tiny": lambda random, n: random.integers(-9, 50, size=n) * 5e-324,
    "all sizes": lambda random, n: random.choice([-1, 1], size=n) * 10.0 ** random.uniform(-300, 300, size=n),
}


def series_of(random):
    """The name of a kind, a random series of it, and whether its values are counts."""
    name = random.choice(list(KINDS))
    n = int(random.integers(0, random.choice([3, 14, 40, 120, 1001], p=[0.1, 0.3, 0.4, 0.19, 0.01])))
    values = KINDS[name](random, n)
    for _ in range(int(random.integers(0, 4)) if n and name not in ("huge", "all sizes") else 0):
        values[int(random.integers(0, n)):] *= random.choice([0.5, 1.003, 1.1, 2, 1000])
    return name, values, random.random() < 0.2


def fault_of(values, counted, find=change_points.steps_of):
    """What is wrong with the steps of a series, or ""."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            steps = find(values, counted=counted)
        except Exception as error:  # pylint: disable=broad-exception-caught
            return f"{type(error).__name__}: {error}"
    places = [step.place for step in steps]
    if places != sorted(set(places)):
        return f"not in order or not distinct: {places}"
    for step, low, high in zip(steps, [0, *places], [*places[1:], len(values)]):
        if not low < step.first <= step.place <= step.last < high:
            return f"not between its neighbours: {step}"
        if not (numpy.isfinite(step.before) and numpy.isfinite(step.after)) or step.before == step.after:
            return f"no change: {step}"
    if len(values) >= 2 * change_points.SIDE and not counted and min(numpy.diff([0, *places, len(values)])) < change_points.NEAREST:
        return f"too near to each other or to an end: {places}"
    if steps != find(list(values), counted=counted):
        return "another result for the same values"
    return ""


def faults(count, seed):
    random = numpy.random.default_rng(seed)
    for number in range(count):
        name, values, counted = series_of(random)
        fault = fault_of(values, counted)
        if fault:
            yield f"series {number} of seed {seed} ({name}, {len(values)} points{', counted' if counted else ''}): {fault}"


class Property(unittest.TestCase):
    def test_random_series(self):
        self.assertEqual(list(faults(400, seed=2)), [])

    def test_what_is_wrong_is_noticed(self):
        step = change_points.Step(5, 4, 6, 1.0, 2.0)
        for wrong, text in (([step, step._replace(place=3, first=3, last=3)], "order"), ([step, step], "distinct"), ([step._replace(first=0)], "between"),
                            ([step._replace(last=9)], "between"), ([step._replace(after=float("nan"))], "no change"), ([step._replace(after=1.0)], "no change")):
            self.assertIn(text, fault_of(numpy.ones(9), False, lambda values, counted, wrong=wrong: wrong))
        self.assertIn("RuntimeWarning", fault_of(numpy.ones(9), False, lambda values, counted: numpy.mean([])))
        self.assertIn("too near", fault_of(numpy.ones(30), False, lambda values, counted: [step._replace(place=2, first=2, last=2)]))
        self.assertEqual(fault_of(numpy.ones(9), False, lambda values, counted: [step]), "")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--series", type=int)
    options.add_argument("--seed", type=int, default=1)
    given, others = options.parse_known_args()
    if given.series is None:
        unittest.main(argv=[sys.argv[0], *others])
    found = 0
    for fault in faults(given.series, given.seed):
        print(fault)
        found += 1
    print(f"{given.series} series, {found} wrong")
    sys.exit(found > 0)
