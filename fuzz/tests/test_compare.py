#!/usr/bin/python3
"""ringproof compare: which rings are the same, and of which kind a difference is. RINGPROOF names the tool, CC a compiler.

usage: test_compare.py [CLASS.TEST...]"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import jsonschema

SOURCES = pathlib.Path(__file__).resolve().parents[2]
RINGPROOF = os.environ["RINGPROOF"]
SCHEMA = json.loads((SOURCES / "fuzz/cli/output.schema.json").read_text())
LONG = 120  # seconds after which something hangs
OPAQUE, HEX = "-DOPAQUE", '-DFORM="%s-%x"'


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.rings = {}

    def ring(self, *flags, source="ketama"):
        """A shared object, as a subject. Without the sanitizers of the tree, as others build theirs."""
        if (source, flags) not in self.rings:
            path = self.folder / f"{len(self.rings)}.so"
            subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-shared", "-fPIC", "-O1", "-w", f"-I{SOURCES}/core/include",
                            f"-I{SOURCES}/fuzz/include", *flags, str(SOURCES / f"fuzz/tests/own/{source}.c"), "-o", str(path), "-lmd"], check=True)
            self.rings[source, flags] = str(path)
        return self.rings[source, flags]

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def tool(self, *words, status):
        clean = {name: value for name, value in os.environ.items() if name != "RINGPROOF_SEED"}
        done = subprocess.run([RINGPROOF, *map(str, words)], cwd=self.folder, env=clean, capture_output=True, timeout=LONG, check=False)
        self.assertEqual(done.returncode, status, (words, done.stdout, done.stderr))
        return done

    def lines(self, *words, status):
        done = self.tool("compare", *words, "--json", status=status)
        lines = [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA, cls=jsonschema.Draft202012Validator)
        return lines

    def compare(self, one, other, *words, status=1, ops=2000):
        """The comparison of two rings."""
        lines = self.lines(one, other, "--seed", 1, "--ops", ops, *words, status=status)
        self.assertEqual([line["type"] for line in lines], ["compare", "comparison", "compared"])
        self.assertEqual(lines[1]["verdict"], lines[2]["verdict"])
        return lines[1]

    def kinds(self, comparison):
        return {kind["kind"]: kind["inferred"] for kind in comparison["kinds"]}

    def smallest(self, comparison):
        """Nodes as pairs, and the key."""
        *changes, find = comparison["smallest"]["operations"]
        return [(one["nodes"][0]["name"], one["nodes"][0]["replicas"]) for one in changes], find["key"]


class TheSame(Case):
    def test_two_stores_of_the_ring_library(self):
        lines = self.lines("core", "merge", "--seed", 1, "--ops", "2k", status=0)
        self.assertEqual([line["ring"] for line in lines[1:-1]], lines[0]["rules"])
        self.assertEqual({line["verdict"] for line in lines[1:]}, {"same"})
        self.assertGreater(lines[5]["on_points"], 1000)

    def test_a_ring_and_its_copy(self):
        for other in (("-O2",), (OPAQUE,), ("-DLISTED",)):
            comparison = self.compare(self.ring(), self.ring(*other), status=0)
            self.assertEqual((comparison["verdict"], comparison["kinds"], comparison["differ"]), ("same", [], 0))
            self.assertGreater(comparison["lookups"], 1000)
            self.assertAlmostEqual(comparison["high"], 3 / comparison["lookups"], 4)
            self.assertGreater(comparison["on_points"], 0)

    def test_the_model_s_rule_and_an_own_placement(self):
        """Of the rules that one ring has, the one that comes nearest is taken."""
        own = self.ring("-DWORDS=1", "-DBITS=32")
        lines = self.lines("core", own, "--seed", 1, "--ops", "2k", status=1)
        self.assertEqual((lines[0]["rules"], lines[1]["verdict"]), (["md5-compat32"], "different"))
        self.assertEqual(self.kinds(lines[1]), {"successor": False})
        lines = self.lines("core", self.ring("-DWORDS=1", "-DBITS=32", "-DSTRICTLY_AFTER"), "--seed", 1, "--ops", "2k", status=0)
        self.assertEqual(lines[0]["rules"], ["md5-compat32"])

    def test_equal_points_in_another_order(self):
        comparison = self.compare(self.ring("-DBITS=16"), self.ring("-DBITS=16", "-DTIES_BY_ARRIVAL"))
        self.assertEqual((comparison["verdict"], comparison["differ"]), ("same-but-ties", comparison["ties"]))
        self.assertIn("ties", self.kinds(comparison))
        self.assertLess(comparison["share"], 0.05)
        lines = self.lines("legacy", "core", "--rule", "4bit", "--replicas", 2, "--seed", 1, "--ops", 500, status=1)
        self.assertEqual(lines[-1]["verdict"], "same-but-ties")

    def test_a_ring_in_another_process(self):
        self.write("nodes.txt", "a\nb\nc\n")
        process = f"exec:python3 {SOURCES}/fuzz/template/myring.py"
        self.compare(process, process, "--nodes", "nodes.txt", "--replicas", 4, ops=500, status=0)
        comparison = self.compare(process, self.ring(), "--nodes", "nodes.txt", "--replicas", 4, ops=500)
        self.assertIn("points", self.kinds(comparison))

    def test_the_same_run_for_a_seed(self):
        words = ("compare", self.ring(), self.ring(HEX), "--seed", 3, "--ops", 500)
        self.assertEqual(self.tool(*words, status=1).stdout, self.tool(*words, status=1).stdout)


class Different(Case):
    def test_an_index_in_hexadecimal(self):
        """The first point that moves is that of hash 10."""
        for one, other, inferred in (((), (HEX,), False), ((), (HEX, OPAQUE), True), ((OPAQUE,), (HEX, OPAQUE), True)):
            comparison = self.compare(self.ring(*one), self.ring(*other))
            self.assertEqual(self.kinds(comparison), {"points": inferred})
            self.assertIn("index 10" if inferred else 'point 40 of "node1"', comparison["kinds"][0]["sentence"])
            nodes, _ = self.smallest(comparison)
            self.assertEqual([replicas for _, replicas in nodes], 2 * [11])
            self.assertTrue(0.3 < comparison["low"] < comparison["high"] < 0.5)

    def test_twelve_of_sixteen_bytes(self):
        """A quarter of the points is missing, and about a quarter of the keys differs."""
        for flags in ((), (OPAQUE,)):
            comparison = self.compare(self.ring("-DHASHES=40"), self.ring("-DHASHES=40", "-DWORDS=3", *flags))
            self.assertEqual(self.kinds(comparison), {"points": True} if flags else {"point-counts": False})
            self.assertTrue(0.18 < comparison["low"] < 0.25 < comparison["high"] + 0.04, comparison)
            self.assertGreater(comparison["unrelated"], 0.8)

    def test_other_places_of_keys(self):
        for flags in ((), (OPAQUE,)):
            comparison = self.compare(self.ring(), self.ring("-DKEYS_BY_FNV", *flags))
            self.assertEqual(self.kinds(comparison), {"key-positions": bool(flags)})
            self.assertAlmostEqual(comparison["share"], comparison["unrelated"], 1)

    def test_another_successor(self):
        comparison = self.compare(self.ring(), self.ring("-DNEAREST"))
        self.assertEqual(self.kinds(comparison), {"successor": False})
        for flags in ((), (OPAQUE,)):
            comparison = self.compare(self.ring(), self.ring("-DSTRICTLY_AFTER", *flags))
            self.assertEqual((comparison["differ"], self.kinds(comparison)), (0, {"successor": bool(flags)}))
            nodes, _ = self.smallest(comparison)
            self.assertEqual(len(nodes), 2)

    def test_weights(self):
        weighted, share = ("-DHASHES=40", "-DWEIGHTED"), ("-DWEIGHTS_BY_SHARE",)
        for one, other, inferred in (((*weighted, "-DLISTED"), (*share, "-DLISTED"), False), ((*weighted, OPAQUE), (*share, OPAQUE), True)):
            comparison = self.compare(self.ring(*one), self.ring(*other))
            self.assertEqual(self.kinds(comparison), {"weights": inferred})
            self.assertEqual(sorted(replicas for _, replicas in self.smallest(comparison)[0]), [1, 2])

    def test_keys_of_a_kind(self):
        comparison = self.compare(self.ring(OPAQUE), self.ring("-DKEYS_END_AT_NUL", OPAQUE))
        self.assertEqual((comparison["differ"], self.kinds(comparison)), (0, {"keys": True}))
        self.assertIn("with a byte 0", comparison["kinds"][0]["sentence"])
        comparison = self.compare(self.ring(OPAQUE), self.ring("-DKEYS_OF_255", OPAQUE))
        self.assertIn("of 300 bytes", comparison["kinds"][0]["sentence"])
        self.assertIn(len(self.smallest(comparison)[1]), range(256, 264))  # with 256 bytes, chance can give it to the same node

    def test_a_ring_that_forgets_to_remove(self):
        comparison = self.compare(self.ring(OPAQUE), self.ring("-DREMOVES_NOTHING", OPAQUE))
        self.assertIn("history", self.kinds(comparison))

    def test_an_answer_that_is_wrong_once_in_a_thousand(self):
        comparison = self.compare(self.ring(OPAQUE), self.ring("-DFORGETS", OPAQUE))
        self.assertIn("unsteady", self.kinds(comparison))


class Failures(Case):
    def test_a_crash_a_hang_and_a_refusal_name_the_side(self):
        for fault, what in (("CRASHES", "killed by SIGSEGV at find"), ("REFUSES_THE_FOURTH", 'refuses add "node4": too many points')):
            failure = self.lines(self.ring(), self.ring(f"-D{fault}"), status=1)[-1]
            self.assertEqual((failure["type"], failure["side"]), ("failure", "b"))
            self.assertIn(what, failure["what"])
            self.assertIn("five is too many" if fault == "CRASHES" else "", failure["printed"])
        done = self.tool("compare", self.ring("-DCRASHES"), "core", "--rule", "md5", status=1)
        self.assertIn(b"A (", done.stderr)

    def test_wrong_usage(self):
        for words, complaint in (
                (("core",), "name the two rings"), (("core", "merge", "tiny"), "a third ring"), (("core", "nobody"), "B (nobody): no such subject"),
                (("./none.so", "core"), "A (./none.so): cannot load"), (("core", "merge", "--rule", "none"), "no such rule"),
                (("core", "merge", "--ops", "0"), "--ops 0"), (("core", self.ring(), "--replicas", 6), "B gives a node points by the 4"),
                (("core", "merge", "--nodes", "none.txt"), "none.txt: cannot open"), (("core", "merge", "--keys", "none.txt"), "none.txt: cannot open")):
            with self.subTest(words):
                self.assertIn(complaint, self.tool("compare", *words, status=2).stderr.decode())

    def test_files_that_are_wrong(self):
        for text, complaint in (("a\nb 1 2\n", "line 2: more than a name and a weight"), ("a 0\n", "line 1: the weight is not"),
                                ("# x\n\na\nb\na\n", "line 5: this name was there before"), ("# only\n", "no nodes in it"),
                                ("a 99999\n", "line 1: the weight is not"), ("name-of-12b\n", "line 1: B ("),
                                ("a 60000\nb\n", "write smaller weights")):
            with self.subTest(text):
                self.write("nodes.txt", text)
                errors = self.tool("compare", "core", self.ring("-DSHORT_NAMES"), "--nodes", "nodes.txt", status=2).stderr.decode()
                self.assertIn(complaint, errors)
                self.assertIn("nodes.txt: ", errors)
        self.write("nodes.txt", "a 1\nb 2\n")
        self.assertIn("its weights differ", self.tool("compare", "core", self.ring("-DHASHES=40"), "--nodes", "nodes.txt", status=2).stderr.decode())
        self.write("keys.txt", "")
        self.assertIn("no keys in it", self.tool("compare", "core", "merge", "--keys", "keys.txt", status=2).stderr.decode())


class Files(Case):
    def test_real_lists(self):
        self.write("nodes.txt", "\ufeff# servers\n10.0.0.1:11211 2\r\n\n  10.0.0.2:11211\t1\n10.0.0.3:11212 # 3\n".replace(" # 3", ""))
        self.write("keys.txt", "\ufeff" + "".join(f"user:{i}\n" for i in range(300)))
        comparison = self.compare(self.ring(), self.ring(HEX), "--nodes", "nodes.txt", "--keys", "keys.txt")
        self.assertIn(("10.0.0.2:11211", 11), self.smallest(comparison)[0])
        self.assertRegex(self.smallest(comparison)[1], "^user:[0-9]+$")
        self.assertEqual({row["lookups"] for row in comparison["lists"]}, {300})
        self.assertEqual({row["purpose"] for row in comparison["lists"]}, {"weighted", "shrunk", "level", "reversed", "shares"})

    def test_the_trace_shows_the_difference_again(self):
        other = self.ring(HEX)
        done = self.tool("compare", self.ring(), other, "--seed", 1, "--ops", 1000, "--output", "told.trace", status=1)
        self.assertIn(b"written to told.trace", done.stdout)
        answers = []
        for subject in (self.ring(), other):
            done = self.tool("replay", "--subject", subject, "--json", "told.trace", status=0)
            answers.append([json.loads(line)["answer"] for line in done.stdout.splitlines() if b'"answer"' in line][-1])
        self.assertEqual([f"# {side}: {answer}" for side, answer in zip("AB", answers)],
                         (self.folder / "told.trace").read_text().splitlines()[1:3])


if __name__ == "__main__":
    unittest.main()
