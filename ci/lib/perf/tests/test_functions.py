"""Which function changed: Callgrind's output read, the tables, the flame graph and the page."""
import unittest
import xml.etree.ElementTree

from perf import flame, functions, measure, profile, ruler
from perf.tests import foreign
from shared.errors import CannotRun

# As Callgrind writes it: g is called by f twice, and recursion has numbers.
WRITTEN = """version: 1
desc: I1 cache:

positions: line
events: Ir
summary: 60

ob=(1) /bin/ruler
fl=(1) a.c
fn=(1) g'f'main
7 10
+1 5
cfn=(2) g'2'g'f'main
calls=1 +3
* 20

fn=(2)
10 20
fe=(1)
fn=(3) f.part.0'main
1 5
-1 5
* 10
cfn=(1)
calls=2 7
+1 35
fn=(4) f'main
3 5

totals: 60
"""


class Stacks(unittest.TestCase):
    def test_what_callgrind_writes(self):
        own = profile.stacks(WRITTEN)
        self.assertEqual(own, {("main", "f", "g"): 15, ("main", "f", "g", "g"): 20, ("main", "f"): 25})
        self.assertEqual(sum(own.values()), 60)
        alone, whole = profile.by_function(own)
        self.assertEqual((alone, whole), ({"g": 35, "f": 25}, {"main": 60, "f": 60, "g": 35}))

    def test_the_largest_change_comes_first(self):
        base, head = {("a",): 1000, ("a", "b"): 10_000, ("a", "gone"): 20, ("a", "little"): 100}, {("a",): 1000, ("a", "b"): 9000, ("a", "new"): 5000,
                                                                                              ("a", "little"): 101}
        self.assertEqual([row["function"] for row in profile.changed(base, head)], ["new", "b", "gone"])
        self.assertEqual(profile.changed(base, head)[0], {"function": "new", "self": [0, 5000], "inclusive": [0, 5000]})
        self.assertEqual(profile.changed(base, base), [])


class Flames(unittest.TestCase):
    base, head = {("f",): 100, ("f", "old"): 50, ("f", "less"): 200}, {("f",): 100, ("f", "fresh<T>"): 300, ("f", "less"): 100}

    def test_frames(self):
        frames = {one["title"].split(":")[0]: one for one in flame.drawn(flame.tree(self.base, self.head), 10)}
        self.assertEqual(frames["all"]["width"], flame.WIDTH)
        self.assertEqual(frames["fresh<T>"]["title"], "fresh<T>: 0 -> 30 (new); itself 0 -> 30 (new)")
        self.assertEqual(frames["f"]["title"], "f: 35 -> 50 (+42.9%); itself 10 -> 10 (same)")
        self.assertEqual(frames["old"]["title"], "old: 5 -> 0 (gone); itself 5 -> 0 (gone)")
        self.assertEqual((frames["f"]["level"], frames["old"]["level"]), (1, 2))
        self.assertAlmostEqual(sum(frames[name]["width"] for name in ("fresh<T>", "old", "less")), flame.WIDTH * 550 / 650, delta=0.1)
        self.assertEqual([frames[name]["colour"] for name in ("fresh<T>", "less", "all")], ["rgb(245,120,120)", "rgb(120,120,245)", "rgb(245,166,166)"])
        self.assertEqual(flame.colour(5, 5), "rgb(238,238,238)")
        # No frame leaves the one below it.
        for name in ("fresh<T>", "old", "less"):
            self.assertGreaterEqual(frames[name]["x"], frames["f"]["x"])
            self.assertLessEqual(frames[name]["x"] + frames[name]["width"], frames["f"]["x"] + frames["f"]["width"] + 0.1)

    def test_the_picture_is_xml(self):
        root = xml.etree.ElementTree.fromstring(flame.svg("a & b", self.base, self.head, 10))
        titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(len(titles), 5)
        self.assertTrue(any(title.startswith("fresh<T>: ") for title in titles))
        xml.etree.ElementTree.fromstring(flame.svg("nothing", {}, {}, 1))


class Whole(foreign.Foreign, unittest.TestCase):
    def test_a_slower_sort_is_explained(self):
        out = self.top / "out"
        status, printed = self.gate("--output", out, "--markdown", self.top / "comment.md")
        self.assertEqual(status, 1, printed)
        self.assertRegex(printed, r"(?s)sort: instructions by function\nfunction .*\norder +0 +[\d.]+k? +new .*\nsort +[\d.]+k? +[\d.]+k? ")
        self.assertIn(f"flame graphs of what changed: {out}/index.html\n", printed)
        self.assertRegex((self.top / "comment.md").read_text(), r"<summary>sort: instructions by function</summary>\n\n\| function \|.*\n.*\n\| `order` \| 0 \| ")
        self.assertEqual(sorted(path.name for path in out.iterdir()), ["01-sort.svg", "index.html"])
        page = (out / "index.html").read_text()
        self.assertRegex(page, r"(?s)<h1>SLOWER: sort</h1>.*<p>make it faster.*<td>order</td><td>0</td>.*href=\"01-sort.svg\".*<title>order: 0 -&gt; [\d.]+k? \(new\)")
        # Nothing is counted but what count counts: the cache simulation shifts the ends of the measured part by a few.
        built = ruler.Ruler(("./ruler",), next((self.top / "built").glob("project-*/head")))
        own = profile.of_ruler(built, "sort")
        self.assertAlmostEqual(sum(own.values()), measure.count(built, "sort")["Ir"], delta=50)
        self.assertEqual(max(profile.by_function(own)[0].items(), key=lambda item: item[1])[0], "order")

    def test_nothing_to_explain(self):
        out = self.top / "out"
        status, printed = self.gate("--output", out, base="HEAD")
        self.assertEqual(status, 0, printed)
        self.assertNotIn("by function", printed)
        self.assertEqual([path.name for path in out.iterdir()], ["index.html"])
        self.assertIn("<h1>not slower</h1>", (out / "index.html").read_text())

    def test_a_folder_that_cannot_be_written(self):
        (self.top / "file").write_text("")
        with self.assertRaisesRegex(CannotRun, "--output .*file: .*; name another folder"):
            functions.write(self.top / "file", "about", ["not slower"], [], {})


if __name__ == "__main__":
    unittest.main()
