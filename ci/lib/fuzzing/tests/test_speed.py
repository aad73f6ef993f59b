"""Tests of ci/fuzz-speed: its programs, and its figures. RINGPROOF and RING_OPS name the tool and the target."""
import os
import pathlib
import tempfile
import unittest

from fuzzing import speed

TOOL, TARGET = pathlib.Path(os.environ["RINGPROOF"]), pathlib.Path(os.environ["RING_OPS"])


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def draw(self, seed):
        files = speed.draw(TOOL, TARGET, 2, seed, self.folder / "programs")
        return [path.read_bytes() for path in files]

    def test_a_seed_decides_and_each_has_all_operations(self):
        first = self.draw(1)
        self.assertEqual(first, self.draw(1))
        self.assertNotEqual(first, self.draw(2))
        self.assertEqual(len(first), 2)
        for data in first:
            self.assertEqual(speed.operations(TOOL, data, self.folder / "one"), speed.OPERATIONS)

    def test_a_program_that_the_target_rejects_counts_for_nothing(self):
        path = self.folder / "trace"
        costly = self.folder / "costly"
        path.write_text("ring xxh3\n" + "".join(f'add "{i}" 9000\n' for i in range(40)), encoding="ascii")
        speed.run(TOOL, "convert", path, "--output", costly)
        self.assertFalse(speed.is_run(TARGET, costly))
        costly.write_bytes(self.draw(1)[0])
        self.assertTrue(speed.is_run(TARGET, costly))


class Figures(unittest.TestCase):
    def test_ratios_are_of_rounds_and_not_of_medians(self):
        row = speed.summary([(100, 300), (200, 400), (50, 50)])
        self.assertEqual((row["base"], row["head"], row["ratio"], row["least"], row["greatest"]), (100, 300, 2, 1, 3))

    def test_rounds_take_turns(self):
        asked = []
        real = speed.speed, speed.times_for
        self.addCleanup(lambda: (setattr(speed, "speed", real[0]), setattr(speed, "times_for", real[1])))
        speed.times_for = lambda *_: 2
        speed.speed = lambda target, *_: asked.append(target) or {"old": 10, "new": 20}[target]
        rows = speed.compare(["old", "new"], [], 3, speed.Progress("test"))
        self.assertEqual(rows, [(10, 20)] * 3)
        self.assertEqual(asked, ["old", "new", "new", "old", "old", "new"])


if __name__ == "__main__":
    unittest.main()
