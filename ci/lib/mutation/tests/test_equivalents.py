"""core/tests/equivalent_mutants lists mutants that there are. Whether one is killed, only ci/mutants tells."""
import unittest

from mutation import operators, ring
from mutation.equivalents import read_equivalents


class Equivalents(unittest.TestCase):
    def test_every_entry_is_a_mutant_of_the_sources(self):
        project = ring.with_libraries()
        listed = set(read_equivalents(project.equivalents))
        self.assertGreater(len(listed), 100)
        self.assertEqual(sorted(listed - {mutant.id for mutant in operators.find_mutants(project)}), [])


if __name__ == "__main__":
    unittest.main()
