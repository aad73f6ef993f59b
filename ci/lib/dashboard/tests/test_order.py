"""What leads on the page, in its feed, and in its badge."""
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as xml

from dashboard import feed, series
from dashboard.tests import in_browser, test_page

ATOM = {"atom": feed.NAMESPACE}
ABOUT = {"title": "ring & co", "repository": "https://forge.example/ring", "address": "https://pages.example/ring"}


def made(name, *values, measure="time", unit="instructions", better="smaller"):
    """Records of a series. None is a commit at which it was not measured."""
    return [{**test_page.commit(at), "machine": "aaa", "benchmark": name, "measure": measure, "unit": unit, "better": better,
             "value": value, "low": value, "high": value} for at, value in enumerate(values) if value is not None]


def in_order(records):
    """Records come in the order of the commits."""
    return sorted(records, key=lambda record: record["time"])


class Order(in_browser.InBrowser):
    @classmethod
    def rendered(cls, folder):
        low, high = [100] * 10, [200] * 10
        return test_page.rendered(folder, in_order(made("early", *low, *high, *high) + made("late", *low, *low, *high) + made("mended", *high, *high, *low) + made("flat", *low, *low, *low)
                               + made("faster", *low, *low, *high, better="bigger") + made("slower", *high, *low, *low, better="bigger") + made("gone", *high[:9], *[None] * 21)
                               + made("late", *(500 + at % 3 for at in range(30)), measure="wall", unit="ns")))

    def test_overview(self):
        self.open()
        self.assertEqual([card.text for card in self.all(".card b")], ["late", "early", "slower", "flat", "faster", "mended", "gone"])
        late, gone = self.all(".card")[0].text, self.all(".card")[-1].text
        self.assertIn("▲ +100 % worse\n2023-12-04", late)
        self.assertLess(late.index("200 instr."), late.index("50"))  # the steadier measure leads
        self.assertIn("not measured since 2023-11-22", gone)

    def test_a_large_difference_is_sure_without_a_step(self):
        one = "{better: 'smaller', steps: [], noise: 0.01, value: [100, 107], low: [99, %d], high: [101, 108]}"
        for low, sure in ((106, True), (100, False)):
            self.open()
            self.assertEqual(self.browser.execute_script(f"return compared({one % low}, 0, 1).sure"), sure)
        self.assertFalse(self.browser.execute_script(f"return compared({one.replace('0.01', '0.02') % 106}, 0, 1).sure"))

    def test_one_row_for_each_commit(self):
        self.open()
        rows = [row.text for row in self.all("tbody tr")]
        self.assertEqual(len(rows), 2)
        self.assertIn("▲ +100 % worse", rows[0])
        self.assertIn("2 better, most", rows[0])
        self.assertIn("3 benchmarks", rows[0])


class Feed(unittest.TestCase):
    def setUp(self):
        low, high = [100] * 10, [200] * 10
        self.machines = series.data_of(in_order(made("a\x01<b>", *low, *high, *high) + made("c", *low, *high, *high) + made("d", *low, *low, *high) + made("up", *low, *low, *high, better="bigger")))

    def test_entries(self):
        root = xml.fromstring(feed.atom(self.machines, ABOUT))
        self.assertEqual([each.text for each in root.findall("atom:entry/atom:title", ATOM)], ["d +100.0 % worse: change 20".replace("change 20", test_page.MARKUP), "2 benchmarks worse: change 10"])
        entry = root.findall("atom:entry", ATOM)[1]
        self.assertEqual(entry.find("atom:updated", ATOM).text, "2023-11-24T22:13:20Z")
        self.assertEqual(entry.find("atom:link", ATOM).get("href"), f"https://pages.example/ring/index.html#aaa?base={test_page.identity(9)}&head={test_page.identity(10)}")
        self.assertIn("a<b>, time: 100 to 200 instructions (+100.0 %)", entry.find("atom:content", ATOM).text)
        self.assertEqual(root.find("atom:link", ATOM).get("href"), "https://pages.example/ring/regressions.atom")
        again = xml.fromstring(feed.atom(self.machines, ABOUT))
        self.assertEqual([each.text for each in root.iter(f"{{{feed.NAMESPACE}}}id")], [each.text for each in again.iter(f"{{{feed.NAMESPACE}}}id")])

    def test_nothing_became_worse(self):
        machines = series.data_of(made("a", *[100] * 20))
        self.assertEqual(xml.fromstring(feed.atom(machines, ABOUT)).findall("atom:entry", ATOM), [])
        self.assertIn(b"performance: steady", feed.badge(machines))

    def test_the_badge_does_not_call_too_few_commits_steady(self):
        few = made("a", *[100] * 9, unit="ns")
        self.assertIn(b"performance: too few commits", feed.badge(series.data_of(few)))
        self.assertIn(b"performance: steady", feed.badge(series.data_of(few + made("b", 100, 100))))
        self.assertIn(b"performance: too few commits", feed.badge(series.data_of(made("a", 100))))

    def test_the_badge_counts_what_became_worse_lately(self):
        self.assertIn(b"performance: 3 worse", feed.badge(self.machines))
        older = series.data_of(made("a", *[100] * 10, *[200] * (feed.RECENT + 1)))
        self.assertIn(b"performance: steady", feed.badge(older))
        mended = series.data_of(made("a", *[100] * 10, *[200] * 8, *[100] * 8))
        self.assertIn(b"performance: steady", feed.badge(mended))

    def test_both_are_beside_the_page(self):
        with tempfile.TemporaryDirectory() as folder:
            test_page.rendered(folder, made("a", *[100] * 20))
            self.assertEqual(sorted(path.name for path in pathlib.Path(folder).iterdir()), ["badge.svg", "index.html", "regressions.atom"])


if __name__ == "__main__":
    unittest.main()
