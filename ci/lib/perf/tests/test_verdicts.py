"""What blocks: trades, limits, acknowledgements through a real rebase and squash; and the tables and comments that say so."""
import pathlib
import re
import tempfile
import unittest

from perf import gate, rules, table, units
from perf.tests import foreign
from shared.errors import CannotRun

ACCEPTED = "sort both 900% sorts whatever it gets\n"


def result(load="find", instructions=("same", 1.0), time=("same", 1.0), accepted=()):
    """A result with these verdicts and factors, judged."""
    made = {"load": load, "operations": 10, "base": {"Ir": 100_000}, "head": {"Ir": 100_000 * instructions[1]}, "instructions": instructions[0],
            "verdict": time[0], "change": time[1] - 1, "runs": [[[100.0], [100 * time[1]]]], "interval": (-0.01, 0.02), "p": 0.5}
    gate.judge(made, list(accepted))
    return made


class Blocks(unittest.TestCase):
    def test_a_trade_blocks_until_its_worse_figure_is_accepted(self):
        trade = {"instructions": ("slower", 1.015), "time": ("faster", 0.86)}
        made = result(**trade)
        self.assertEqual((made["said"], made["by"], made["blocks"]), ("trade", "both", True))
        lines, status = gate.conclusion([made], "FILE")
        self.assertEqual((lines, status), (["TRADE: find; one figure is better and the other is worse: decide, and accept it by a line in FILE: `find instructions 2% REASON`"], 1))
        self.assertTrue(result(**trade, accepted=[rules.rule("find time 50% why", "FILE", True)])["blocks"])
        self.assertTrue(result(**trade, accepted=[rules.rule("find instructions 1% why", "FILE", True)])["blocks"])
        made = result(**trade, accepted=[rules.rule("find instructions 1.6% why", "FILE", True)])
        self.assertEqual((made["blocks"], made["reason"]), (False, "why"))
        self.assertEqual(gate.conclusion([made], "FILE"), (["not slower, except for acknowledged slowdowns"], 0))

    def test_every_worse_figure_has_to_be_accepted(self):
        both = {"instructions": ("slower", 1.5), "time": ("slower", 1.2)}
        for line, blocks in (("find instructions 60% why", True), ("find time 60% why", True), ("find both 60% why", False), ("f*d both 60% why", False),
                             ("find both 40% why", True), ("add both 60% why", True)):
            self.assertEqual(result(**both, accepted=[rules.rule(line, "FILE", True)])["blocks"], blocks, line)

    def test_the_proposed_line_accepts(self):
        for change in ({"instructions": ("slower", 1.5), "time": ("slower", 1.2)}, {"instructions": ("slower", 1.0151)}, {"time": ("slower", 1.07)},
                       {"instructions": ("slower", 1.02), "time": ("faster", 0.8)}):
            line = result(**change)["line"]
            self.assertFalse(result(**change, accepted=[rules.rule(line, "FILE", True)])["blocks"], line)
        self.assertEqual(result(time=("slower", 1.2))["line"], "find time 20% REASON")
        self.assertEqual(rules.shown(pathlib.Path("ci/perf").absolute(), pathlib.Path(".")), pathlib.Path("ci/perf"))
        self.assertEqual(rules.shown(pathlib.Path("/elsewhere"), pathlib.Path(".")), pathlib.Path("/elsewhere"))

    def test_time_alone_blocks(self):
        self.assertTrue(result(time=("slower", 1.2))["blocks"])
        self.assertFalse(result(time=("unstable", 1.2))["blocks"])
        self.assertEqual(gate.conclusion([result(time=("slower", 1.2))], "FILE")[1], 1)
        self.assertEqual(gate.conclusion([result(time=("unstable", 1.2))], "FILE"), (["not slower"], 0))


class Lines(unittest.TestCase):
    def test_the_last_limit_that_fits_counts(self):
        found = [rules.rule(line, "FILE", False) for line in ("* time 10%", "parse_* both 2 %", "parse_big time +20.5%")]
        self.assertEqual([rules.floor(found, *which) for which in (("find", "time"), ("find", "instructions"), ("parse_big", "time"), ("parse_big", "instructions"))],
                         [0.1, 0.0085, 0.205, 0.02])

    def test_lines_that_say_nothing(self):
        for line in ("find", "find time", "find time 0%", "find time 5", "find speed 5%", "find time -5%", "find time x%", "find time 5% why"):
            with self.assertRaisesRegex(CannotRun, "FILE: a line is not a workload, instructions or time or both"):
                rules.rule(line, "FILE", False)
        with self.assertRaisesRegex(CannotRun, "and a reason: find time 5%"):
            rules.rule("find time 5%", "FILE", True)
        with self.assertRaisesRegex(CannotRun, "no workload fits fnid; there are: find"):
            rules.expect_known([rules.rule("fnid time 5%", "FILE", False)], ["find"], "FILE")

    def test_files_that_are_no_text(self):
        with tempfile.TemporaryDirectory() as name:
            path = pathlib.Path(name) / "limits"
            path.write_bytes(b"\xff\xfe")
            with self.assertRaisesRegex(CannotRun, "limits cannot be read: not UTF-8"):
                rules.limits(path)
            path.write_text("# a comment\n\n  * time 9%\n")
            self.assertEqual(len(rules.limits(path)), 1)


class Acknowledged(foreign.Foreign, unittest.TestCase):
    invented = [1000, 5000]

    def accepted(self, base, head="HEAD", path="accepted"):
        full = [self.git("rev-parse", name).strip() for name in (base, head)]
        return [each.reason for each in rules.acknowledged(self.root / path, self.root, *full)]

    def test_a_line_survives_rebase_and_squash_and_excuses_nothing_later(self):
        self.git("checkout", "-q", "-b", "change", "HEAD~1")
        self.write("sort.c", foreign.SLOWER)
        self.commit("slower")
        self.write("accepted", "# why\n" + ACCEPTED)
        self.commit("say why")
        self.assertEqual(self.accepted("main~1"), ["sorts whatever it gets"])
        self.git("checkout", "-q", "-B", "main", "main~1")
        self.write("README", "more\n")
        self.commit("main goes on")
        self.git("checkout", "-q", "change")
        self.git("rebase", "-q", "main")
        self.assertEqual(self.accepted("main"), ["sorts whatever it gets"])
        self.git("checkout", "-q", "main")
        self.git("merge", "-q", "--squash", "change")
        self.commit("one commit, with a message of its own")
        self.assertEqual(self.accepted("HEAD~1"), ["sorts whatever it gets"])
        self.assertEqual(self.gate("--acknowledged", self.root / "accepted")[0], 0)
        self.git("commit", "-q", "--allow-empty", "-m", "later")
        self.assertEqual(self.accepted("HEAD~1"), [])
        # The same line once more, for another slowdown.
        self.write("accepted", ACCEPTED * 2)
        self.commit("again")
        self.assertEqual(self.accepted("HEAD~1"), ["sorts whatever it gets"])
        self.assertEqual(self.accepted("HEAD~2", "HEAD~1"), [])

    def test_a_line_that_is_not_committed_yet_counts_for_head(self):
        self.write("accepted", ACCEPTED)
        self.assertEqual(self.accepted("HEAD~1"), ["sorts whatever it gets"])
        self.assertEqual(self.accepted("HEAD~1", "HEAD~1"), [])

    def test_a_file_elsewhere_counts_whole(self):
        (self.top / "accepted").write_text(ACCEPTED)
        self.assertEqual(self.accepted("HEAD", path=self.top / "accepted"), ["sorts whatever it gets"])

    def test_limits_and_acknowledgements_of_a_project(self):
        for words, expected in ((["sort both 1% why\n"], 1), ([ACCEPTED], 0)):
            self.write("accepted", words[0])
            status, printed = self.gate("--acknowledged", self.root / "accepted")
            self.assertEqual(status, expected, printed)
        self.assertIn("slower (acknowledged)", printed)
        self.assertIn("sort: acknowledged: sorts whatever it gets", printed)
        self.write("limits", "* both 900%\n")
        self.assertEqual(self.gate("--limits", self.root / "limits")[0], 0)
        self.write("limits", "srot both 900%\n")
        self.assertIn("limits: no workload fits srot; there are: sort", self.gate("--limits", self.root / "limits")[1])


class Tables(unittest.TestCase):
    def test_units(self):
        self.assertEqual([units.instructions(value) for value in (7, 12.34, 999.94, 999.96, 1234, 99_999, 3_456_789)],
                         ["7", "12.34", "999.9", "1.000k", "1.234k", "100.0k", "3.457M"])
        self.assertEqual([units.time(value) for value in (0.5, 12.345, 1500, 2_000_000, 3e9, 5e12)],
                         ["0.500 ns", "12.35 ns", "1.500 us", "2.000 ms", "3.000 s", "5000 s"])
        self.assertEqual([units.change(value) for value in (0.0153, -0.0004, 1.5)], ["+1.53%", "-0.04%", "+150.0%"])
        self.assertEqual([units.p(value) for value in (0.00001, 0.0123, 1)], ["<0.0001", "0.012", "1"])

    def test_what_matters_comes_first(self):
        worth = [rules.rule("worth both 90% why", "FILE", True)]
        results = [result("same"), result("faster", ("faster", 0.9)), result("unstable", time=("unstable", 1.3)), result("slower", ("slower", 1.1)),
                   result("slowest", ("slower", 1.4)), result("trade", ("slower", 1.02), ("faster", 0.8)), result("worth", ("slower", 1.6), accepted=worth)]
        self.assertEqual([one["load"] for one in table.sorted_by_weight(results)], ["slowest", "slower", "trade", "worth", "unstable", "faster", "same"])
        text = table.text(results)
        self.assertRegex(text, r"slowest +slower +instructions +10.00k +14.00k +\+40.0% +100.0 ns +100.0 ns +\+0.00% +-1.0% to \+2.0% +0.5\n")
        self.assertTrue(text.endswith("worth: acknowledged: why"))
        markdown = table.markdown(results)
        self.assertRegex(markdown.split("<details>")[0], r"(?s)^\| workload \|.*\| slowest \| slower \|.*\| trade \| trade \| both \|")
        self.assertIn("<details><summary>1 without a difference", markdown)
        self.assertEqual({line.count("|") for line in markdown.splitlines() if line.startswith("|")}, {len(table.HEADINGS) + 1})


class Comment(foreign.Foreign, unittest.TestCase):
    def test_a_comment_is_written_whole(self):
        out = self.top / "comment.md"
        self.assertEqual(self.gate("--markdown", out)[0], 1)
        text = out.read_text()
        self.assertTrue(text.startswith(gate.MARK + "\n### ci/perf: SLOWER: sort\n\nmake it faster, or accept it by "), text)
        self.assertRegex(text, r"\| sort \| slower \| \w+ \| [\d.]+ \| [\d.]+k? \| \+\d+.\d% \|")
        self.assertTrue(re.search(r"^base [0-9a-f]{12}, head [0-9a-f]{12}, seed \d+", text, re.M))
        self.assertEqual(list(self.top.glob(".comment*")), [])
        with self.assertRaisesRegex(CannotRun, "--markdown .*Is a directory; name a file"):
            gate.write(self.root, "text")


if __name__ == "__main__":
    unittest.main()
