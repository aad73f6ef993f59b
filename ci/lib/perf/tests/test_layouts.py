"""Other layouts of the same code: how they are linked, and what the gate and its self-test make of them."""
import contextlib
import io
import pathlib
import random
import re
import tempfile
import types
import unittest
from unittest import mock

from perf import layouts, measure, ruler, selftest, selftest_layouts, timing
from perf.tests import foreign
from shared import programs, trees

SOURCES = {"main.c": foreign.RULER.replace('"ruler.h"', f'"{foreign.HEADER}"'), "sort.c": foreign.SLOWER, "one/same.c": "int one(void)\n{\n    return 1;\n}\n",
           "two/same.c": "int two(void)\n{\n    return 2;\n}\n", "sort.h": "void sort(int *numbers, int count);\n"}


def addresses(program):
    """Where the functions of a program are."""
    return dict(re.findall(r"^([0-9a-f]+) [tT] (\w+)$", programs.run("nm", program), re.M))


class Linked(unittest.TestCase):
    def test_the_same_code_at_other_addresses(self):
        with tempfile.TemporaryDirectory() as name:
            tree = pathlib.Path(name)
            for path, text in SOURCES.items():
                (tree / path).parent.mkdir(exist_ok=True)
                (tree / path).write_text(text)
            for path in SOURCES:
                if path.endswith(".c"):
                    programs.run("cc", "-O2", "-c", path, "-o", f"{path}.o", cwd=tree)
            programs.run("ar", "q", "lib.a", "sort.c.o", "one/same.c.o", "two/same.c.o", cwd=tree)
            link = "cc main.c.o -o prog lib.a -lm"
            programs.run(*link.split(), cwd=tree)
            first = ruler.of_program(tree / "prog")
            with mock.patch.object(trees, "commands", lambda *_: ["compile", f": && {link} && :"]):
                others = [layouts.relinked(first, number, random.Random(number)) for number in (1, 2)]
                again = layouts.relinked(first, 3, random.Random(1))
            where = [addresses(each.words[0]) for each in (first, *others, again)]
            functions = [{symbol for symbol in each.values() if symbol in ("main", "sort", "order", "one", "two", "sort_some")} for each in where]
            self.assertEqual(functions[1], {"main", "sort", "order", "one", "two", "sort_some"})  # all of the archive, both files of one name
            self.assertEqual(functions[1], functions[2])
            at = lambda each: {symbol: address for address, symbol in each.items()}["sort"]
            self.assertEqual(len({at(each) for each in where[:3]}), 3)
            self.assertEqual(at(where[3]), at(where[1]))  # by the seed
            self.assertEqual(len({measure.count(each, "sort")["Ir"] for each in (first, *others)}), 1)


class Confirmed(unittest.TestCase):
    def confirmed(self, said, *others):
        results = iter({"verdict": other, "change": 0.1} for other in others)
        result = {"verdict": said}
        with mock.patch.object(timing, "timed", lambda *_: next(results)):
            timing.confirm(result, lambda: None, "find", random.Random(1))
        return result["verdict"]

    def test_a_difference_has_to_show_in_each_layout(self):
        self.assertEqual(timing.LAYOUTS, 2)
        self.assertEqual(self.confirmed("slower", "slower", "slower"), "slower")
        self.assertEqual(self.confirmed("faster", "faster", "faster"), "faster")
        for others in (("same",), ("unstable",), ("faster",), ("slower", "same")):
            self.assertEqual(self.confirmed("slower", *others), "layout")


class Gate(foreign.Foreign, unittest.TestCase):
    """Base and head are the same code. Times are invented by the folder in which a ruler is: head is slower in its first layout,
    or in each."""

    slow, invented = (), [1000, 1000]

    def times(self, gates, *_):
        return [[100.0 * (1.3 if gate.folder.name in self.slow else 1) + number for number in range(20)] for gate in gates]

    def gated(self, build_command, slow):
        self.slow = slow
        return self.gate(build_command=build_command, base="HEAD")

    def test_slower_or_layout(self):
        with_gap = foreign.BUILD.replace("-o ruler", '-o ruler "$GATE_GAP"')
        status, printed = self.gated(with_gap, ("head",))
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"\nsort +layout +time ")
        folder = next((self.top / "built").glob("project-*"))
        where = {name: {symbol: address for address, symbol in addresses(folder / name / "ruler").items()}["sort"] for name in ("base", "head", "bas2", "hea2")}
        self.assertEqual((where["base"] == where["head"], len(set(where.values()))), (True, 3))
        status, printed = self.gated(with_gap, ("head", "hea2"))
        self.assertEqual(status, 1, printed)
        self.assertRegex(printed, r"\nsort +slower +time ")
        status, printed = self.gated(foreign.BUILD, ("head",))
        self.assertEqual(status, 1, printed)


class SelfTest(unittest.TestCase):
    def reported(self, first, last):
        test = types.SimpleNamespace(missed=[], report={})
        test.result = types.MethodType(selftest.SelfTest.result, test)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            selftest_layouts.report(test, first, last, [0.01, 0.02])
        return printed.getvalue(), test.missed

    def test_the_goal(self):
        printed, missed = self.reported(["same"] * 190 + ["slower"] * 6 + ["faster"] * 3 + ["unstable"], ["same"] * 190 + ["layout"] * 9 + ["unstable"])
        self.assertEqual(missed, [])
        self.assertIn("before the check of further ones: 9 of 200: 4.5% ", printed)
        self.assertIn("time, false alarms in other layouts: 0 of 200: 0.0% (0.0%..1.8%); layout 9", printed)
        self.assertEqual(self.reported(["slower"] * 3 + ["same"] * 197, ["slower"] * 3 + ["same"] * 197)[1],
                         ["time: false alarms in other layouts may be 4.3%, not below 3%"])
        self.assertEqual(len(self.reported(["same"] * 50, ["same"] * 50)[1]), 1)  # too few pairs to say


if __name__ == "__main__":
    unittest.main()
