"""The summary and the page for folders that ci/harness leaves, and for broken ones."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from report import ratio_chart

REPORT = [sys.executable, "-B", "-m", "report.summary"]

STEPS = {
    "fuzz": (0, "#100: cov: 50 ft: 9 corp: 3 exec/s 20 oom\n#4096: cov: 503 ft: 9 corp: 3 exec/s 70 oom"),
    "check-tiny": (0, "agreed: 62518 programs, 1000009 operations in 31.3 s\n"),
    "crash": (0, '# ringproof\n# killed by SIGSEGV at operation 2: remove "a"\n'),
    "repro-plain": (0, "x.trace\n  ok   core     must agree    agreed\n  ok   legacy   must crash    killed\n"),
    "bench": (0, """run 560: remove
Median time, and ratios of times: median (lowest..highest) of the <repetitions>
benchmark         replicas  points     core            merge/core           resort/core           legacy/core         pointers/core
add                    128   10000  20.9 us     2.10 (1.90..2.30)     23.0 (19.9..30.7)      90.3 (71.2..120)      45.1 (40.2..50.3)
add                    128  100000   135 us     9.60 (8.80..9.90)     41.8 (40.1..46.1)       803 (724..1060)        130 (120..140)
remove                 128  100000  81.8 us     12.3 (11.0..13.1)      95.7 (90.8..142)     1460 (1370..4260)        310 (300..320)
"""),
}


class Report(unittest.TestCase):
    def leave(self, steps):
        """Makes a new folder with these steps."""
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        (self.folder / "findings").mkdir()
        (self.folder / "about").write_text("commit abc\nseed 7\nmachine 2 cores\n")
        lines = []
        for name, (status, log) in steps.items():
            lines.append(f"{name}\t{status}\t12\tthe title of {name}\n")
            (self.folder / f"{name}.log").write_text(log)
        (self.folder / "steps").write_text("".join(lines))

    def run_report(self):
        return subprocess.run([*REPORT, self.folder], capture_output=True, text=True, check=False)

    def test_all_steps_pass(self):
        self.leave(STEPS)
        result = self.run_report()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("5 of 5 steps passed", result.stdout)
        self.assertIn("4096 programs, coverage 503 edges", result.stdout)
        self.assertIn("62518 programs, 1000009 operations", result.stdout)
        self.assertIn('found, as it must be: killed by SIGSEGV at operation 2: remove "a"', result.stdout)
        self.assertIn("2 of 2 as expected", result.stdout)
        page = (self.folder / "index.html").read_text()
        self.assertIn("the title of fuzz", page)
        self.assertIn("times as fast as merge / resort / legacy, at 100000 points: add 9.60 / 41.8 / 803, remove 12.3 / 95.7 / 1460", result.stdout)
        self.assertIn("of the &lt;repetitions&gt;", page)
        self.assertNotIn("run 560: remove\nMedian", page.split("<h2>Logs</h2>")[0])
        self.assertNotIn("FAIL", page)

    def test_the_ratios_are_drawn(self):
        contestants, rows = ratio_chart.rows_of(STEPS["bench"][1].partition("\n")[2])
        self.assertEqual(contestants, ["merge", "resort", "legacy", "pointers"])
        self.assertEqual([name for name, _ in rows], ["add 128 10000", "add 128 100000", "remove 128 100000"])
        self.assertEqual(rows[0][1]["merge"], (2.1, 1.9, 2.3))
        drawn = ratio_chart.chart(STEPS["bench"][1].partition("\n")[2])
        self.assertEqual([tick["text"] for tick in drawn["ticks"]], ["1×", "10×", "100×", "1,000×", "10,000×"])
        for row in drawn["rows"]:
            places = [mark["x"] for mark in row["marks"]]
            self.assertEqual(places[:3], sorted(places[:3]))
            self.assertTrue(all(mark["low"] <= mark["x"] <= mark["high"] for mark in row["marks"]))
        self.leave(STEPS)
        self.run_report()
        page = (self.folder / "index.html").read_text()
        self.assertEqual(page.count("<title>") - 1, 12)
        self.assertIn("remove 128 100000, legacy: 1460 (1370 to 4260)", page)

    def test_a_table_without_ratios_has_no_chart(self):
        for table in ("", "Median time", "Median time\nbenchmark  points  core\nadd  100  3 us", "Median time\nbenchmark  points  core  a/core\nadd  100  3 us  -"):
            self.assertIsNone(ratio_chart.chart(table))

    def test_each_step_can_fail_the_run(self):
        for name, (_, log) in STEPS.items():
            with self.subTest(name):
                self.leave(STEPS | {name: (77, log)})
                result = self.run_report()
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"FAIL {name} ", result.stdout)
                self.assertIn("4 of 5 steps", result.stdout)
                self.assertIn("FAIL", (self.folder / "index.html").read_text())

    def test_the_crash_in_the_vm_is_shown(self):
        crash = {
            "beam-crash": (0, "==> summary\nthe historical driver: 2 of 2 VMs crashed\n"),
            "beam-soak": (0, "ring1: 2 storms: 900 answers equal to the model's\n"
                             "ring3: 2 storms: 99 answers equal to the model's\n"
                             "3 of 3 VMs passed\n"),
        }
        self.leave(STEPS | crash)
        result = self.run_report()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("the historical driver: 2 of 2 VMs crashed", result.stdout)
        self.assertIn("3 of 3 VMs passed, 999 answers equal to the model's", result.stdout)
        self.assertNotIn("The crash in a real Erlang VM", (self.folder / "index.html").read_text())
        seen = {"verdict": "this defect", "summary": "so it is", "remarks": [], "evidence": ["<seen>"],
                "backtraces": [["ours ()", "theirs ()"]]}
        for name, text in (("legacy/front1.json", json.dumps(seen)), ("legacy/log", "died"), ("core/log", "lived"),
                           ("rates.txt", "| gcc -O0 |")):
            path = self.folder / "beam-crash" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.run_report()
        page = (self.folder / "index.html").read_text()
        for words in ("<strong>this defect</strong>: so it is", "<code>ours ()</code></td><td><code>theirs ()</code>",
                      "&lt;seen&gt;", "<pre>died</pre>", "<pre>lived</pre>", "| gcc -O0 |"):
            self.assertIn(words, page)

    def leave_finding(self, name, **files):
        (self.folder / "findings" / name).mkdir()
        for file, text in ({"reproduce": "run it\n", "seen": "3 raw files\n", "report.txt": "", "input": ""} | files).items():
            (self.folder / "findings" / name / file).write_text(text)

    def test_findings_are_shown(self):
        self.leave(STEPS)
        self.leave_finding("ring_ops-core-slow", trace='ring md5\nadd "<a>" 1\n', **{"report.txt": "# slow <so>"})
        self.leave_finding("command_line-core-leak", reproduce="build/asan/fuzz/command_line <input>\n")
        result = self.run_report()
        self.assertEqual(result.returncode, 1)
        self.assertIn("2 findings", result.stdout)
        self.assertIn("finding: ring_ops-core-slow: 3 raw files\n         run it\n", result.stdout)
        self.assertIn("         build/asan/fuzz/command_line <input>\n", result.stdout)
        page = (self.folder / "index.html").read_text()
        for words in ("add &#34;&lt;a&gt;&#34; 1", "# slow &lt;so&gt;", "build/asan/fuzz/command_line &lt;input&gt;", "3 raw files"):
            self.assertIn(words, page)

    def test_traces_of_ringproof_check_are_findings(self):
        self.leave(STEPS)
        trace = self.folder / "findings" / "tiny.trace"
        trace.write_text('ring md5\nadd "a" 1\n')
        result = self.run_report()
        self.assertIn(f"finding: check-tiny\n         build/asan/fuzz/ringproof replay {trace} --subject tiny\n", result.stdout)
        self.assertIn("add &#34;a&#34; 1", (self.folder / "index.html").read_text())

    def test_many_findings_do_not_fill_the_screen(self):
        self.leave(STEPS)
        for number in range(30):
            self.leave_finding(f"crash-{number:02}")
        result = self.run_report()
        self.assertLess(len(result.stdout.splitlines()), 24)
        self.assertIn("and 26 more", result.stdout)
        self.assertIn("crash-29", (self.folder / "index.html").read_text())

    def test_missing_files_are_reported(self):
        for missing in ("about", "steps", "check-tiny.log"):
            with self.subTest(missing):
                self.leave(STEPS)
                (self.folder / missing).unlink()
                result = self.run_report()
                self.assertEqual(result.returncode, 2)
                self.assertIn(missing, result.stderr)
        self.leave({})
        self.assertEqual(self.run_report().returncode, 2)
        (self.folder / "steps").write_text("fuzz\tx\t1\ttitle\n")
        self.assertIn("not a step", self.run_report().stderr)


if __name__ == "__main__":
    unittest.main()
