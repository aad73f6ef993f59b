"""Core dumps that somebody made to do harm."""
import pathlib
import tempfile
import unittest

from autopsy.tests import in_process
from autopsy.tests.made_core import STACK, Maker

SEGMENT, HEADER = 56, 64  # bytes
REGISTERS = [0] * 16 + [0x10001010, 0, 0, STACK + 0x4000, 0] + [0] * 6


class Hostile(unittest.TestCase):
    def examine(self, change):
        with tempfile.TemporaryDirectory() as folder:
            (path := pathlib.Path(folder, "core")).write_bytes(change(bytearray(Maker("x86-64").core(REGISTERS))))
            return in_process.run(path)

    def test_a_mapping_that_ends_behind_the_last_address(self):
        def change(core):
            at = HEADER + SEGMENT + 40  # the size in memory of the first mapping
            core[at:at + 8] = (2 ** 64 - 1).to_bytes(8, "little")
            return core
        _, _, found = self.examine(change)
        self.assertIn("0x" + 16 * "f", [row["end"] for row in found["mappings"]])

    def test_a_table_behind_the_end_of_the_file(self):
        def change(core):
            core[32:40] = (2 ** 63 - 1).to_bytes(8, "little")
            return core
        self.assertEqual(self.examine(change)[2]["verdict"], "cannot tell")

    def test_names_cannot_control_a_terminal(self):
        _, printed, found = self.examine(lambda core: core.replace(b"/x/vm\0", b"/\x1bc\nm\0"))
        self.assertIn("/\x1bc\nm", [row["file"] for row in found["mappings"]])
        self.assertNotIn("\x1b", printed)
        self.assertIn("/\\x1bc\\nm, which ran", printed)


if __name__ == "__main__":
    unittest.main()
