"""The page of ci/dashboard for a synthetic history, as a file and in a real browser."""
import hashlib
import json
import math
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

import numpy
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from dashboard import change_points, feed, plain, series, shuffles
from dashboard import page as dashboard
from dashboard.tests import in_browser
from dashboard.tests.test_series import LEVELS
from shared import history
from shared.errors import CannotRun
from shared.repository import ROOT

MARKUP = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\"> & 'quotes'"
COMMITS = 60
STEP = 35  # the commit from which "stepped" is slower
DAY = 86400


def identity(number):
    return hashlib.sha1(str(number).encode()).hexdigest()


def commit(number):
    return {"commit": identity(number), "time": 1700000000 + number * DAY, "subject": MARKUP if number == 20 else f"change {number}"}


def records(machine="aaa", commits=COMMITS):
    """A flat time, a time with a step, a count with a step at the last commit, and contestants."""
    random = numpy.random.default_rng(8)
    for number in range(commits):
        common = {**commit(number), "machine": machine}
        point = lambda name, measure, unit, value, spread: {**common, "benchmark": name, "measure": measure, "unit": unit, "value": value,
                                                            "low": value - spread, "high": value + 2 * spread}
        yield point("flat", "time", "ns", round(100 + random.normal(), 3), 1)
        yield point("stepped", "time", "ns", round(500 + random.normal() * 5 + 50 * (number >= STEP), 3), 5)
        yield point("stepped", "instructions", "instructions", 3000 + 33 * (number == commits - 1), 0)
        for contestant, factor in (("core", 1), ("merge", 30)):
            for size in (1000, 10000, 100000):
                yield point(f"add/{contestant}/replicas:128/points:{size}", "time", "ns", round(factor * size ** 0.5 * (1 + random.normal() / 50), 3), 1)


def rendered(folder, given, problems=(), address="https://forge.example/ring"):
    about = {"title": "ringproof", "repository": address, "address": ""}
    return dashboard.render(series.data_of(list(given)), list(problems), about, pathlib.Path(folder))


def fails_for(benchmark):
    """A context in which the steps of one benchmark cannot be found."""
    first, find = next(each["value"] for each in records() if each["benchmark"] == benchmark), change_points.steps_of

    def steps_of(values, **options):
        if values[0] == first:
            raise ZeroDivisionError("planted")
        return find(values, **options)
    return mock.patch.object(change_points, "steps_of", steps_of)


def data_in(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_page_loads_nothing_from_elsewhere(self):
        page = rendered(self.folder, records(), ["aaa-0000.jsonl:7: <damaged>"]).read_text()
        self.assertEqual(re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!data:)([^"]*)', page), [feed.FILE])
        self.assertNotRegex(page, r"@import|url\((?!data:)|fetch\(|XMLHttpRequest")
        self.assertIn("Permission is hereby granted", page)
        self.assertIn("uPlot (v1.6.32)", page)
        self.assertIn("&lt;damaged&gt;", page)
        self.assertEqual(page.count("<script"), 3)

    def test_the_chart_library_is_pinned(self):
        packages = json.loads((dashboard.SITE / "package-lock.json").read_text())["packages"]
        for name, package in packages.items():
            self.assertNotIn("resolved", package)
            self.assertTrue(not name or package["integrity"].startswith("sha512-"))

    def test_a_failed_npm_is_reported_and_leaves_nothing(self):
        site = self.folder / "site"
        shutil.copytree(dashboard.SITE, site)
        lock = site / "package-lock.json"
        lock.write_text(lock.read_text().replace("sha512-KIMV", "sha512-XIMV"))
        for name, other in (("SITE", site), ("MODULES", self.folder / "build/site")):
            self.addCleanup(setattr, dashboard, name, getattr(dashboard, name))
            setattr(dashboard, name, other)
        with self.assertRaisesRegex(CannotRun, "npm could not install uPlot"):
            dashboard.uplot()
        self.assertEqual(list((self.folder / "build").iterdir()), [])

    def test_the_page_has_the_data_of_the_history(self):
        one = {**next(records()), "machine": "bbb"}
        data = data_in(rendered(self.folder, [*records(), one, {**one, "value": 7.5}]).read_text())
        self.assertEqual([each["name"] for each in data["machines"]], ["aaa", "bbb"])
        self.assertEqual(data["machines"][1]["series"][0]["value"], [7.5])
        self.assertEqual(data["machines"][0]["commits"][20], list(commit(20).values()))
        steps = {(each["benchmark"], each["measure"]): [step[0] for step in each["steps"]] for each in data["machines"][0]["series"]}
        self.assertEqual({name: found for name, found in steps.items() if found}, {("stepped", "time"): [STEP], ("stepped", "instructions"): [COMMITS - 1]})

    def test_the_least_step(self):
        found = lambda least: {each["benchmark"] for each in series.data_of(list(records()), None, least)[0]["series"] if each["steps"]}
        self.assertEqual([found(least) for least in (0.005, 0.2)], [{"stepped"}, set()])

    def test_a_bad_series_costs_only_its_steps(self):
        with fails_for("flat"):
            data = series.data_of(list(records()))
        found = {(each["benchmark"], each["measure"]): (len(each["steps"]), each.get("problem")) for each in data[0]["series"]}
        self.assertEqual(found["flat", "time"], (0, "The steps of this series could not be found: planted."))
        self.assertEqual(found["stepped", "time"], (1, None))

    def test_addresses(self):
        for remote, address in (("https://forge.example/a/ring.git", "https://forge.example/a/ring"), ("git@forge.example:a/ring.git", "https://forge.example/a/ring"),
                                ("ssh://git@forge.example:22/a/ring", "https://forge.example/a/ring"), ("https://who:secret@forge.example/a/ring", "https://forge.example/a/ring"),
                                ("/srv/ring", ""), ("../ring", ""), ("", "")):
            self.assertEqual(dashboard.web_address(remote), address)

    def test_the_repository_of_imported_records(self):
        link = lambda project: [{"url": f"https://forge.example/a/{project}/commit/{number}"} for number in range(3)]
        self.assertEqual(dashboard.recorded(link("swift")), "https://forge.example/a/swift")
        self.assertEqual(dashboard.recorded([*link("old"), *link("swift"), {}]), "https://forge.example/a/swift")
        self.assertEqual(dashboard.recorded([{}, {"url": "https://forge.example/a/swift"}]), "")

    def test_a_foreign_history_links_to_its_own_repository(self):
        history.append(list(records(commits=8)), self.folder / "history")
        self.command(0)
        page = (self.folder / "out/index.html").read_text()
        self.assertIn("<title>benchmarks: performance</title>", page)
        self.assertEqual(data_in(page)["repository"], "")
        for words in (["init", "-q"], ["remote", "add", "origin", "git@forge.example:a/swift.git"]):
            subprocess.run(["git", "-C", self.folder / "history", *words], check=True)
        self.command(0)
        page = (self.folder / "out/index.html").read_text()
        self.assertIn("<title>swift: performance</title>", page)
        self.assertEqual(data_in(page)["repository"], "https://forge.example/a/swift")

    def command(self, status):
        done = subprocess.run([ROOT / "ci/dashboard", "--no-setup", "--history", self.folder / "history", "--output", self.folder / "out"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_a_full_disk_has_a_name(self):
        history.append(list(records(commits=2)), self.folder / "history")
        options = mock.Mock(history=self.folder / "history", project=None, output=self.folder / "out", repository="", title="", address="", least=0.5)
        with mock.patch.object(dashboard.files, "replace", side_effect=OSError(28, "No space left on device")), self.assertRaisesRegex(CannotRun, "/out: No space left"):
            dashboard.run(options)

    def test_the_command(self):
        self.assertIn("ci/perf-backfill --last 20", self.command(2))
        self.assertFalse((self.folder / "out").exists())
        history.append(list(records()), self.folder / "history")
        with open(self.folder / "history/aaa-0000.jsonl", "ab") as shard:
            shard.write(b"{half\n" + json.dumps({**next(records()), "value": float("inf")}).encode() + b"\n")
        printed = self.command(0)
        self.assertIn("incomplete or damaged", printed)
        self.assertIn("aaa-0000.jsonl:542: no value, or one that is not a finite number: skipped", printed)
        self.assertIn("1 machines, 9 series, 60 commits, 2 steps", printed)


class Browser(in_browser.InBrowser):
    @classmethod
    def rendered(cls, folder):
        return rendered(folder, records())

    def open_table(self):
        """Opens the first table. The page fills it only after the browser's event."""
        self.one("summary").click()
        WebDriverWait(self.browser, 30).until(lambda _: self.all("details tbody tr"))

    def button(self, text):
        return self.browser.find_element(By.XPATH, f"//button[text()='{text}']")

    def chart(self):
        """The first chart's element, and the range of commits that it shows."""
        place = self.one("[data-max]")
        return place, float(place.get_attribute("data-min")), float(place.get_attribute("data-max"))

    def test_overview(self):
        self.open()
        self.one("#measure").send_keys("time")
        names = [card.text for card in self.all(".card b")]
        self.assertEqual(len(names), 8)
        self.assertEqual(names[0], "stepped")
        self.assertIn("▲ +10 % worse", self.one(".card").text)
        flat = next(card for card in self.all(".card") if card.text.startswith("flat"))
        self.assertIn("no step", flat.text)
        self.assertEqual(len(flat.find_elements(By.CSS_SELECTOR, ".spark path.worse")), 0)
        self.assertEqual(len(self.one(".card").find_elements(By.CSS_SELECTOR, ".spark path.worse")), 1)
        self.one("#search").send_keys("MERGE")
        self.assertEqual(len(self.all(".card")), 3)
        self.assertIn("3 benchmarks", self.one("#count").text)

    def test_bigger_is_better(self):
        """More requests a second are better, in every place that judges."""
        stepped = [{**each, "measure": "rate", "unit": "req/s"} for each in records() if each["benchmark"] == "stepped" and each["unit"] == "ns"]
        several = [{**each, "benchmark": f"{better} is better", "better": better} for each in stepped for better in ("smaller", "bigger", "neither")]
        with tempfile.TemporaryDirectory() as folder:
            page = rendered(folder, several)
            self.open(page=page)
            self.assertEqual([card.text.split("\n")[-2] for card in self.all(".card")], ["▲ +10 % worse", "▲ +10 % changed", "▲ +10 % better"])
            self.assertEqual([mark.text for mark in self.all("tbody tr td:nth-child(3) span")], ["▲ +10 % worse", "▲ +10 % better", "▲ +10 % changed"])
            self.assertEqual([len(self.all(f".spark path.{word}")) for word in ("worse", "better", "changed")], [1, 1, 1])
            self.assertIn("bigger is better rate +10.0 % better", plain.tables(series.data_of(several)[0], "")["steps"][0]["changes"])
            self.open(f"#aaa?base={identity(0)}&head={identity(COMMITS - 1)}", page)
            self.assertEqual([row.find_element(By.TAG_NAME, "td").text.split()[-1] for row in self.all("tbody tr")], ["worse", "changed", "better"])
            self.open("#aaa/bigger%20is%20better", page)
            self.assertIn("▲ +10 % better", self.one("h2").text)
            self.one("[data-max]").send_keys(Keys.END, *[Keys.ARROW_LEFT] * (COMMITS - 1 - STEP))
            self.assertIn("▲ +10 % better", self.one("#announcement").get_attribute("textContent"))

    def test_levels_of_any_sign(self):
        self.open()
        judge = "return arguments[0].map(([from, to]) => [verdict({ better: 'smaller' }, relative(from, to)), arrow(relative(from, to)), changeText(relative(from, to))])"
        expected = [[word, "▲" if change > 0 else "▼", plain.percent(change) if math.isinf(change) else f"{change:+.0%}".replace("%", " %").replace("-", "−")]
                    for _, _, change, word in LEVELS]
        self.assertEqual(self.browser.execute_script(judge, [each[:2] for each in LEVELS]), expected)

    def test_few_commits_are_no_news(self):
        self.assertEqual(self.few(2 * shuffles.SIDE - 1), f"No step. In times, a step needs {shuffles.SIDE} commits on each side, and no benchmark has {2 * shuffles.SIDE} yet.")
        self.assertEqual(self.few(2 * shuffles.SIDE), "No benchmark changed permanently.")

    def few(self, commits):
        with tempfile.TemporaryDirectory() as folder:
            self.open(page=rendered(folder, [each for each in records(commits=commits) if each["benchmark"] == "flat"]))
            return self.all("p.soft")[-1].text

    def test_measures_of_one_unit_have_their_names(self):
        time = [each for each in records(commits=20) if each["benchmark"] == "flat"]
        with tempfile.TemporaryDirectory() as folder:
            self.open(page=rendered(folder, [*time, *({**each, "measure": "cpu time"} for each in time), *({**each, "measure": "size", "unit": "bytes"} for each in time)]))
            self.assertEqual(sorted(each.text for each in self.all(".figures > span:first-child small")), ["bytes", "ns, cpu time", "ns, time"])

    def test_noise_from_0_is_not_sure(self):
        noisy = [{**each, "value": value, "low": value, "high": value} for each, value in zip(records(), [0, 3, 1, 2, 0, 2, 3, 1] * COMMITS)]
        with tempfile.TemporaryDirectory() as folder:
            page = rendered(folder, [each for each in noisy if each["benchmark"] == "flat"])
            values = data_in(page.read_text())["machines"][0]["series"][0]["value"]
            base, head = values.index(0), next(at for at, value in enumerate(values) if value)
            self.open(f"#aaa?base={identity(base)}&head={identity(head)}", page)
            self.assertIn("0 worse, 0 better, 1 that may be noise", self.one("#count").text)

    def test_names_of_any_length_fit(self):
        long = "x" * 500
        given = [{**each, "commit": f"{each['commit']}-{long}", "machine": long, "benchmark": long, "subject": long, "unit": long} for each in records(commits=14) if each["benchmark"] == "flat"]
        about = {"title": long, "repository": "", "address": ""}
        with tempfile.TemporaryDirectory() as folder:
            page = dashboard.render(series.data_of(given), [], about, pathlib.Path(folder))
            for route in ("", f"#{long}/{long}", f"#{long}?base={given[0]['commit']}&head={given[9]['commit']}"):
                self.open(route, page)
                self.assertLessEqual(*self.browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]"), route[:9])

    def test_values_of_any_size_fit(self):
        self.open()
        sizes = [1.7e308, -1.7e308, 5e-324, 2.5e-10, 999999, 0.000123, 0]
        for function in ("shown", "onAxis"):
            texts = self.browser.execute_script(f"return arguments[0].map((value) => {function}(value))", sizes)
            self.assertTrue(all(len(text) < 12 for text in texts), texts)
        self.assertEqual(texts[-3:], ["1,000,000", "0.000123", "0"])
        self.assertEqual(self.browser.execute_script("return [shown(0 / 0), changeText(1e300), changeText(-1e300)]"), ["–", "+1e+300 times", "−1e+300 times"])
        self.assertEqual([plain.number(each) for each in (1.7e308, 123456, 12.5)], ["1.7e+308", "123,456", "12.5"])
        self.assertEqual([plain.percent(each) for each in (1e300, 0.5)], ["+1e+300 times", "+50.0 %"])

    def test_a_suite_and_a_machine_in_words(self):
        for changed, words in (({}, "machine aaa"), ({"suite": "Go", "machine": "m"}, "Go, machine m"), ({"suite": "Go", "machine": history.UNKNOWN}, "Go")):
            with tempfile.TemporaryDirectory() as folder:
                page = rendered(folder, [{**each, **changed} for each in records(commits=20)])
                self.open(page=page)
                self.assertIn(f"20 commits, {words}. Last commit", self.one(".lead").text)
                self.assertIn(f"Last values: {words}<", page.read_text())

    def test_a_commit_that_has_an_address(self):
        with tempfile.TemporaryDirectory() as folder:
            self.open(page=rendered(folder, [{**each, "url": f"https://other.example/{each['commit']}"} for each in records()]))
            self.assertIn(f'<a href="https://other.example/{identity(STEP)}">', (pathlib.Path(folder) / "index.html").read_text())
            self.assertEqual(self.one(".lead a").get_attribute("href"), f"https://other.example/{identity(COMMITS - 1)}")

    def test_steps_link_both_commits(self):
        self.open()
        row = next(row for row in self.all("tbody tr") if "time" in row.text)
        links = [link.get_attribute("href") for link in row.find_elements(By.TAG_NAME, "a")]
        before, at = (identity(number) for number in (STEP - 1, STEP))
        self.assertEqual([links[0], links[2]], [f"https://forge.example/ring/commit/{name}" for name in (at, before)])
        self.assertTrue(links[1].endswith(f"#aaa/stepped?at={at[:10]}"))
        self.assertTrue(links[3].endswith(f"#aaa?base={before[:10]}&head={at[:10]}"))

    def test_routes(self):
        self.open()
        self.one(".card").click()
        self.assertEqual(self.one("h1").text, "stepped")
        self.browser.back()
        self.assertEqual(self.one("h1").text, "All benchmarks")
        self.browser.forward()
        self.assertEqual(self.one("h1").text, "stepped")
        self.open("#aaa/%zz")
        self.assertEqual(self.one("h1").text, "No such benchmark")

    def test_hover_zoom_and_reset(self):
        self.open("#aaa/flat")
        over = self.one(".u-over")
        ActionChains(self.browser).move_to_element_with_offset(over, -over.size["width"] // 4, 0).perform()
        self.assertIn(self.one(".hover").text.split("\n")[1], [f"change {number}" for number in (14, 15, 16)])
        whole = self.chart()[1:]
        ActionChains(self.browser).click_and_hold().move_by_offset(over.size["width"] // 4, 0).release().perform()
        _, low, high = self.chart()
        self.assertLess(high - low, (whole[1] - whole[0]) / 2)
        self.button("Reset").click()
        self.assertEqual(self.chart()[1:], whole)
        self.button("Zoom in").click()
        self.button("Later").click()
        _, low, high = self.chart()
        self.assertLess(high - low, (whole[1] - whole[0]) * 0.51)
        self.assertEqual(high, whole[1])
        ActionChains(self.browser).double_click(over).perform()
        self.assertEqual(self.chart()[1:], whole)

    def test_keyboard(self):
        self.open("#aaa/stepped")
        place = next(each for each in self.all("[data-max]") if "time" in each.get_attribute("aria-label"))
        place.send_keys(Keys.END)
        self.assertIn("change 59", self.one("#announcement").text or self.one("#announcement").get_attribute("textContent"))
        for _ in range(COMMITS - 1 - STEP):
            place.send_keys(Keys.ARROW_LEFT)
        announced = self.one("#announcement").get_attribute("textContent")
        self.assertIn(f"change {STEP}", announced)
        self.assertIn("▲ +10 % worse", announced)

    def test_the_table_has_the_data(self):
        self.open("#aaa/flat")
        self.open_table()
        rows = [row.find_elements(By.TAG_NAME, "td") for row in self.all("details tbody tr")]
        given = [each for each in records() if each["benchmark"] == "flat"][::-1]
        self.assertEqual(len(rows), COMMITS)
        for number in (0, 17, COMMITS - 1):
            cells = [cell.text for cell in rows[number]]
            self.assertEqual(cells[0], given[number]["commit"][:10])
            for cell, name in zip(cells[2:5], ("value", "low", "high")):
                self.assertEqual(float(cell), float(f"{given[number][name]:.4g}"))
            self.assertEqual(cells[5], given[number]["subject"])

    def test_messages_are_text(self):
        self.open("#aaa/flat")
        self.open_table()
        self.assertIn(MARKUP, [cell.text for cell in self.all("details td.subject")])
        self.assertEqual(len(self.all("img")), 0)
        self.assertEqual(self.browser.title, "flat: ringproof performance")

    def test_a_bad_series_has_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder, fails_for("flat"):
            page = rendered(folder, records())
            self.open(page=page)
            self.assertEqual(len(self.all("tbody tr")), 2)
            self.open("#aaa/flat", page)
            self.assertIn("The steps of this series could not be found: planted.", [each.text for each in self.all("p.soft")])
            self.assertEqual(len(self.all("canvas")), 1)
            self.open("#aaa/stepped", page)
            self.assertFalse([each for each in self.all("p.soft") if "could not be found" in each.text])

    def test_a_chart_that_fails_costs_only_itself(self):
        self.open()
        self.browser.execute_script("const real = uPlot; uPlot = function (options, data, place) {"
                                    "if (place.getAttribute('aria-label').includes('instructions')) throw new Error('planted'); return new real(options, data, place); };"
                                    "location.hash = '#aaa/stepped'")
        WebDriverWait(self.browser, 30).until(lambda _: self.one("h1").text == "stepped")
        self.assertIn("This chart cannot be drawn: planted. The table has its values.", [each.text for each in self.all("p.soft")])
        self.assertEqual(len(self.all("canvas")), 1)

    def test_contestants(self):
        self.open("#aaa/add%2Fcore%2Freplicas%3A128%2Fpoints%3A1000")
        self.assertEqual([each.text for each in self.all("h2")][1:4], ["Contestants over commits", "Contestants at the last commit", "By size, at the last commit"])
        self.assertEqual(len(self.all("canvas")), 3)
        self.assertEqual([each.text for each in self.all(".key li")][:2], ["core", "merge"])

    def test_theme(self):
        self.open()
        ground = lambda: self.browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        before = ground()
        self.one("#theme").click()
        self.assertNotEqual(ground(), before)
        after = ground()
        self.open("#aaa/flat")
        self.assertEqual(ground(), after)
        self.one("#theme").click()
        self.assertEqual(ground(), before)

    def test_print(self):
        self.open("#aaa/flat")
        self.browser.execute_script("document.documentElement.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(len(self.all("details tbody tr")), COMMITS)
        self.assertEqual(self.one("html").get_attribute("data-theme"), "light")
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"media": ""})
        self.assertFalse(any(each.is_displayed() for each in self.all("button")))

    def test_only_visible_charts_are_drawn(self):
        many = [{**each, "benchmark": f"load {number}"} for each in records(commits=12) if each["benchmark"] == "flat" for number in range(200)]
        with tempfile.TemporaryDirectory() as folder:
            self.open(page=rendered(folder, many))
            self.assertEqual(len(self.all(".card")), 60)
            self.assertLess(len(self.all("svg.spark")), 60)
            self.assertEqual(len(self.all("canvas")), 0)

    def test_the_address_holds_what_one_sets(self):
        self.open()
        self.one("#search").send_keys("points:1000 MERGE")
        self.one("#measure").send_keys("time")
        self.assertEqual({card.text for card in self.all(".card b")}, {f"add/merge/replicas:128/points:{size}" for size in (1000, 10000, 100000)})
        address = self.browser.execute_script("return location.hash")
        self.open(address)
        self.assertEqual(self.one("#search").get_attribute("value"), "points:1000 MERGE")
        self.assertEqual(self.one("#measure").get_attribute("value"), "time")
        self.assertEqual(len(self.all(".card")), 3)
        self.open("#aaa/stepped")
        self.button("Zoom in").click()
        self.chart()[0].send_keys(Keys.HOME)
        WebDriverWait(self.browser, 30).until(lambda browser: "at=" in browser.execute_script("return location.hash"))
        seen = [float(place.get_attribute("data-min")) for place in self.all("[data-min]")][:2]
        address = self.browser.execute_script("return location.hash")
        self.open(address)
        self.assertEqual([math.ceil(float(place.get_attribute("data-min"))) for place in self.all("[data-min]")][:2], [math.ceil(each) for each in seen])
        self.assertIn("change 0", self.one(".hover").text)
        self.open(f"#aaa/stepped?at={identity(STEP)}")
        self.assertIn("▲ +10 % worse", self.all(".hover")[1].text)
        self.assertEqual(self.chart()[1:], (-0.59, COMMITS - 1 + 0.59))

    def test_two_commits_compared(self):
        self.open(f"#aaa?base={identity(STEP - 1)}&head={identity(COMMITS - 1)[:8]}")
        rows = [[cell.text for cell in row.find_elements(By.TAG_NAME, "td")] for row in self.all("tbody tr")]
        self.assertEqual([row[:3] for row in rows[:2]], [["▲ +10 % worse", "stepped", "time"], ["▲ +1.1 % worse", "stepped", "instructions"]])
        self.assertEqual(len(rows), 9)
        self.assertTrue(all("not sure" in row[0] for row in rows[2:]))
        self.assertIn("2 worse, 0 better, 7 that may be noise", self.one("#count").text)
        self.open(f"#aaa?base={identity(COMMITS - 1)}&head={identity(0)}")  # backwards, so it became better
        self.assertIn("0 worse, 2 better", self.one("#count").text)
        self.open("#aaa?base=nosuch&head=nosuch")
        self.assertIn("no commit that begins with the base and the head given", self.one("main").text)

    def test_axes_do_not_mislead(self):
        self.open("#aaa/flat")
        self.assertEqual(self.one(".note").text, "The vertical axis does not start at 0.")
        labels = self.browser.execute_script("return distinct(['a', 'a', '', 'a', 'b', 'b', 'a'])")
        self.assertEqual(labels, ["a", "", "", "", "b", "", "a"])
        times = self.browser.execute_script("return commitTicks({commits: [['a', 60], ['b', 120], ['c', 86460]]})([0, 1])")
        self.assertEqual(times, ["1970-01-01 00:01", "00:02"])

    def test_without_scripts(self):
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setScriptExecutionDisabled", {"value": False})
        self.open()
        tables = [[row.text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")] for table in self.all("noscript table")]
        self.assertEqual([len(rows) for rows in tables], [9, 2])
        self.assertIn("stepped instructions +1.1 % worse", tables[1][0])
        self.assertTrue(all(each.is_displayed() for each in self.all("noscript table")))

    def test_a_large_history(self):
        """200 series of 1,000 commits, with 5,000 steps. A word in the search touches no more elements than it shows."""
        steps = [[place, place - 1, place, place, 100, 101] for place in range(20, 1000, 40)][:25]
        one = lambda number: {"benchmark": f"load {number}", "measure": "time", "unit": "ns", "better": "smaller", "noise": 0.01, "steps": steps,
                              "value": [100 + at // 40 for at in range(1000)], "low": [100] * 1000, "high": [140] * 1000}
        machine = {"name": "aaa", "title": "machine aaa", "commits": [[identity(at), 1700000000 + at * 3600, f"change {at}"] for at in range(1000)], "series": [one(number) for number in range(200)]}
        with tempfile.TemporaryDirectory() as folder:
            self.open(page=dashboard.render([machine], [], {"title": "large", "repository": "", "address": ""}, pathlib.Path(folder)))
            elements = "return document.querySelectorAll('*').length"
            self.browser.execute_script("for (const each of document.querySelectorAll('div.spark')) fillSpark(each)")
            self.assertLess(self.browser.execute_script(elements), 5000)
            self.browser.execute_script("""
                window.touched = 0;
                new MutationObserver((all) => { for (const { addedNodes } of all) for (const node of addedNodes) touched += node.querySelectorAll ? 1 + node.querySelectorAll('*').length : 0; })
                    .observe(main, { childList: true, subtree: true });""")
            self.one("#search").send_keys("7")
            touched, shown = self.browser.execute_script("return [touched, main.querySelectorAll('*').length]")
            self.assertGreater(touched, 0)
            self.assertLessEqual(touched, shown)
            self.one("#search").send_keys(Keys.BACKSPACE)
            self.button("Next").click()
            self.assertIn("61 to 120 of 200", self.one("main").text)
            self.assertIn("page=2", self.browser.execute_script("return location.hash"))


if __name__ == "__main__":
    unittest.main()
