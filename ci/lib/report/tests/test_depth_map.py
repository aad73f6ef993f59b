"""The maps of tables that `depth --all` writes and of broken ones, and the page that shows them."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from report import depth_map
from shared.errors import CannotRun
from shared.repository import ROOT

HEAD = "# Made by: depth --all\n# " + "\t".join(depth_map.COLUMNS) + "\n"
TABLE = HEAD + "".join("\t".join(line.split()) + "\n" for line in """\
64 256 add last 12 safe
64 256 remove first 14 safe
64 256 remove middle 1025 silent
64 256 remove last 1026 wrong
64 1024 add last 512 safe
64 1024 remove first 1025 silent
128 256 add last 2000 crashed
128 256 remove first 1026 wrong
128 256 remove middle 1400 crashed
128 256 remove last 14 safe
""".splitlines())


class Map(unittest.TestCase):
    def cells(self, operation):
        for one in depth_map.make_maps(TABLE)["maps"]:
            if one["title"].startswith(operation):
                return {(line["nodes"], replicas): cell
                        for line in one["lines"] for replicas, cell in zip(one["replicas"], line["cells"])}
        self.fail(operation)

    def test_the_worst_position_counts(self):
        cells = self.cells("Remov")
        self.assertEqual((cells[64, 256]["entries"], cells[64, 256]["outcome"]), (1026, "wrong"))
        self.assertEqual((cells[64, 1024]["entries"], cells[64, 1024]["outcome"]), (1025, "silent"))
        self.assertEqual((cells[128, 256]["entries"], cells[128, 256]["outcome"]), (1400, "crashed"))

    def test_all_positions_are_in_the_title(self):
        title = self.cells("Remov")[64, 256]["title"]
        self.assertIn("first: 14 entries, safe; middle: 1025 entries, silent; last: 1026 entries, wrong", title)
        self.assertIn("16384 points", title)

    def test_adding_has_its_own_map(self):
        cells = self.cells("Add")
        self.assertEqual({key: cell and cell["outcome"] for key, cell in cells.items()},
                         {(64, 256): "safe", (64, 1024): "safe", (128, 256): "crashed", (128, 1024): None})
        self.assertEqual(cells[64, 1024]["percent"], 50)

    def test_outcomes_differ_without_colour(self):
        legend = depth_map.make_maps(TABLE)["legend"]
        self.assertEqual(len({entry["mark"] for entry in legend}), 4)
        self.assertEqual([entry["outcome"] for entry in legend], ["safe", "silent", "wrong", "crashed"])

    def test_broken_tables_are_refused(self):
        for broken, why in (
                ("", "columns"),
                (HEAD, "no measurement"),
                (HEAD + "64\t1\tadd\tlast\t12\n", "line 3: not a measurement"),
                (HEAD + "64\t1\tadd\tlast\t12\tsafe\tmore\n", "line 3: not a measurement"),
                (HEAD + "64\t1\tadd\tlast\t12\tfine\n", "line 3: not a measurement"),
                (HEAD + "64\t1\tmove\tlast\t12\tsafe\n", "line 3: not a measurement"),
                (HEAD + "64\tx\tadd\tlast\t12\tsafe\n", "line 3: replicas is not a number"),
                (HEAD + "64\t1\tadd\tlast\t1025\tsafe\n", "line 3: 1025 of 1024 entries cannot be safe"),
                (HEAD + "64\t1\tadd\tlast\t1024\tsilent\n", "line 3: 1024 of 1024 entries cannot be silent"),
                (TABLE + "\n", "line 13: not a measurement")):
            with self.subTest(broken):
                with self.assertRaisesRegex(CannotRun, why):
                    depth_map.make_maps(broken)

    def test_the_table_of_the_repository(self):
        maps = depth_map.make_maps((ROOT / "repro/depth/map.tsv").read_text())["maps"]
        self.assertEqual(len(maps), 2)
        for one in maps:
            self.assertEqual(one["replicas"], [2 ** power for power in range(10)])
            self.assertEqual([line["nodes"] for line in one["lines"]], [2 ** power for power in range(6, 14)])


class Page(unittest.TestCase):
    def setUp(self):
        """A copy of the repository whose table can be broken, and a folder as ci/harness leaves it."""
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        for folder in ("repro/depth", "report/findings"):
            (self.root / folder).mkdir(parents=True)
        shutil.copytree(ROOT / "ci/lib", self.root / "ci/lib", ignore=shutil.ignore_patterns("tests"))
        self.table = self.root / "repro/depth/map.tsv"
        self.table.write_text(TABLE)
        (self.root / "report" / "about").write_text("commit abc\n")
        (self.root / "report" / "steps").write_text("fuzz\t0\t12\tfuzzing\n")
        (self.root / "report" / "fuzz.log").write_text("")

    def run_report(self):
        return subprocess.run([sys.executable, "-B", "-m", "report.summary", self.root / "report"], capture_output=True, text=True,
                              env=dict(os.environ, PYTHONPATH=str(self.root / "ci/lib")), check=False)

    def test_the_maps_are_in_the_page(self):
        result = self.run_report()
        self.assertEqual(result.returncode, 0, result.stderr)
        page = (self.root / "report" / "index.html").read_text()
        self.assertEqual(page.count("<caption>"), 2)
        self.assertRegex(page, r'<td class="crashed"[^>]*title="128 nodes × 256 replicas[^"]*">✕ 2000</td>')
        self.assertRegex(page, r'<td class="silent"[^>]*>~ 1025</td>')
        self.assertRegex(page, r'<td class="wrong"[^>]*>≠ 1026</td>')
        self.assertRegex(page, r'<td class="safe"[^>]*> 512</td>')
        self.assertIn("Made by: depth --all", page)

    def test_a_table_that_is_missing_or_broken_is_named(self):
        self.table.write_text(TABLE + "64\t1\n")
        result = self.run_report()
        self.assertEqual(result.returncode, 2)
        self.assertIn("repro/depth/map.tsv: line 13: not a measurement", result.stderr)
        self.table.unlink()
        result = self.run_report()
        self.assertEqual(result.returncode, 2)
        self.assertIn("repro/depth/map.tsv: No such file", result.stderr)


if __name__ == "__main__":
    unittest.main()
