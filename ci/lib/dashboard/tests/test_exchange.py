"""ci/history: the command."""
import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from dashboard.commands import history as history_command
from shared import history
from shared.repository import ROOT

GOOGLE = {"context": {"num_cpus": 2}, "benchmarks": [{"name": "find", "real_time": 7, "time_unit": "us"}]}
ACTION = [{"name": "find: wall", "unit": "ns", "value": 50.5, "range": "± 1.5", "extra": "x"}, {"name": "size", "unit": "bytes", "value": 10}]
BMF = {"find": {"latency": {"value": 88.0, "lower_value": 87.42, "upper_value": 88.88}}, "my_binary": {"file-size": {"value": 42}}}
HASH = "12ab" * 10


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kept = self.folder / "kept"

    def file(self, document, name="file"):
        (self.folder / name).write_text(document if isinstance(document, str) else json.dumps(document))
        return self.folder / name

    def history(self, *words, status=0, given=None):
        """What it prints on standard output, and on standard error."""
        command = [ROOT / "ci/history", "--history", self.kept, *words]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, input=given,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self.folder.parent)})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout, done.stderr

    def refused(self, *words):
        """The sentence that it prints. Nothing is appended."""
        before = {path: path.read_bytes() for path in self.kept.glob("*.jsonl")}
        printed, said = self.history(*words, status=2)
        self.assertEqual((printed, said.count("\n")), ("", 1))
        self.assertEqual({path: path.read_bytes() for path in self.kept.glob("*.jsonl")}, before)
        return said

    def records(self):
        return history.read(self.kept)[0]


class WithoutRepository(Case):
    def import_one(self, document=None, *words, name="github-action-benchmark", commit="one", date="2024-05-01T00:00:00Z"):
        return self.history("import", name, self.file(ACTION if document is None else document), "--commit", commit, "--date", date, *words)

    def test_a_measurement_says_its_commit(self):
        self.assertEqual(self.import_one(None, "--machine", "my own machine", "--suite", "s")[0], f"2 records appended to {self.kept}\n")
        for record in self.records():
            self.assertEqual([record[name] for name in ("commit", "time", "subject", "machine", "suite")], ["one", 1714521600, "", "my own machine", "s"])
        self.assertEqual(json.loads(self.history("export", "github-action-benchmark")[0])[0]["name"], "find: wall")

    def test_imports_at_the_same_time_append_once(self):
        file, out = self.file([{"name": f"b{number}", "unit": "ns", "value": number} for number in range(3000)]), subprocess.DEVNULL
        command = [ROOT / "ci/history", "--history", self.kept, "import", "customSmallerIsBetter", file, "--commit", "c", "--date", "2024-05-01T00:00:00Z"]
        with history.locked(self.kept):
            both = [subprocess.Popen([str(word) for word in command], stdout=out, stderr=out) for _ in range(2)]
            with self.assertRaises(subprocess.TimeoutExpired):
                both[0].wait(1.5)
        self.assertEqual([each.wait(60) for each in both], [0, 0])
        self.assertEqual(len(self.records()), 3000)

    def test_only_an_import_needs_the_right_to_write(self):
        words = {name: ["history", "--history", str(self.folder), name, *more] for name, more in (("check", []), ("export", ["bmf"]), ("import", ["bmf", "-"]))}
        with mock.patch.object(os, "access", return_value=False), contextlib.redirect_stderr(io.StringIO()) as said:
            for name in ("check", "export"):
                with mock.patch.object(sys, "argv", words[name]):
                    self.assertEqual(history_command.arguments().command, name)
            with mock.patch.object(sys, "argv", words["import"]), self.assertRaises(SystemExit):
                history_command.arguments()
        self.assertIn(f"argument --history: {self.folder}: {self.folder} cannot be written", said.getvalue())

    def test_what_is_missing_is_said(self):
        file = self.file(ACTION)
        self.assertIn("which commit was measured?", self.refused("import", "github-action-benchmark", file))
        self.assertIn("say --date TIME", self.refused("import", "github-action-benchmark", file, "--commit", "one"))
        self.assertIn("no git repository; name the folder of one", self.refused("import", "github-action-benchmark", file, "--project", self.folder))
        self.assertIn("--date: 'soon' is not a time such as", self.refused("import", "github-action-benchmark", file, "--commit", "one", "--date", "soon"))
        self.assertFalse(self.kept.exists())

    def test_damaged_input_appends_nothing(self):
        for name, document, sentence in (
                ("github-action-benchmark", [{"name": "r", "unit": "ns", "value": 1}, {"name": "q", "unit": "ns", "value": float("nan")}], "[1] ('q').value: NaN is not a finite number"),
                ("bmf", {"b": {"latency": {"value": float("nan")}}}, "b.latency.value: NaN"), ("google-benchmark", {"benchmarks": [{"real_time": 1}]}, "benchmarks[0]: no name"),
                ("google-benchmark", {"benchmarks": [1]}, "benchmarks[0]: 1 is not an object"), ("github-action-benchmark", [], "no measurements"), ("bmf", "{", "not JSON"),
                ("github-action-benchmark", [{"name": "", "unit": "ns", "value": 1}], "'': an empty benchmark"),
                ("github-action-benchmark", [{"name": "\ud800", "unit": "ns", "value": 1}], "'\\ud800': a text has a character that is not valid")):
            said = self.refused("import", name, self.file(document), "--commit", "c", "--date", "2024-05-01")
            self.assertIn(f"{self.folder}/file: {sentence}", said)
            self.assertIn("; nothing was appended", said)

    def test_only_skipped_benchmarks(self):
        printed, said = self.import_one({"benchmarks": [{"name": "gpu", "real_time": 0.0, "skipped": True}]}, name="google-benchmark")
        self.assertFalse(self.kept.exists())
        self.assertEqual((printed, said), (f"0 records appended to {self.kept}\n", "left out: benchmarks that were skipped or failed (1, such as 'gpu')\n"))

    def test_direction_through_import_and_export(self):
        self.assertIn("bigger is better: 'points'", self.import_one([{"name": "score", "unit": "points", "value": 100}], "--better", "bigger")[0])
        self.import_one([{"name": "time", "unit": "ns", "value": 5}])
        self.assertEqual([(record["benchmark"], record["better"]) for record in self.records()], [("score", "bigger"), ("time", "smaller")])
        exported = self.history("export", "data.js")[0]
        self.assertIn('"tool": "customBiggerIsBetter"', exported)
        self.assertIn('"tool": "customSmallerIsBetter"', exported)
        self.assertEqual([each["name"] for each in json.loads(self.history("export", "github-action-benchmark", "--better", "bigger")[0])], ["score"])
        self.kept = self.folder / "again"
        self.history("import", "data.js", self.file(exported))
        self.assertEqual([(record["benchmark"], record["better"]) for record in self.records()], [("score", "bigger"), ("time", "smaller")])

    def test_a_whole_history(self):
        runs = [{"commit": {"id": identity, "message": f"{identity}\n\nmore", "timestamp": f"2024-05-0{day}T00:00:00Z", "url": f"https://forge.example/{identity}"},
                 "date": 1714521600000 + day, "tool": "pytest", "benches": [{"name": "b", "unit": "iter/sec", "value": value, "range": "stddev: 0.1"}]}
                for identity, day, value in (("b" * 40, 2, 2), ("a" * 40, 1, 1), ("b" * 40, 2, 3))]
        runs[2]["date"] += 5
        file = self.file("window.BENCHMARK_DATA = " + json.dumps({"entries": {"Python": runs}}))
        printed, said = self.history("import", "data.js", file)
        self.assertIn(f"3 records appended to {self.kept}\n1 of them are of commits that were measured before, too: the page shows the latest", printed)
        self.assertIn("bigger is better: 'iter/sec'", printed)
        self.assertEqual(said, "left out: the rest of messages after their first lines (3), the spread of ranges that are kept as texts (3, such as 'stddev: 0.1')\n")
        self.assertIn(f"0 records appended to {self.kept}\n3 records were there already", self.history("import", "data.js", file)[0])
        exported, said = self.history("export", "data.js")
        self.assertEqual(said, "")
        again = json.loads(exported.partition("= ")[2])["entries"]["Python"]
        self.assertEqual([each["commit"]["id"][0] for each in again], ["a", "b", "b"])
        self.assertEqual([again[0][name] for name in ("tool", "date")] + [again[0]["benches"]], ["pytest", runs[1]["date"], runs[1]["benches"]])
        self.assertIn("the file names its commits itself", self.refused("import", "data.js", file, "--commit", "x"))
        self.assertEqual(json.loads(self.history("export", "github-action-benchmark")[0])[0]["value"], 3)  # the last commit, measured last
        self.assertEqual(json.loads(self.history("export", "github-action-benchmark", "--commit", "aaaa")[0])[0]["value"], 1)

    def test_records_lose_nothing(self):
        self.import_one()
        exported = self.history("export", "records")[0]
        before, self.kept = self.records(), self.folder / "again"
        self.history("import", "records", "-", given=exported)
        self.assertEqual(self.records(), before)

    def test_what_is_a_guess_is_said(self):
        printed = self.import_one([{"b": {f"m{number}": {"value": 1} for number in range(30)}}][0], name="bmf")[0]
        self.assertIn(f"machine: this one, {history.machine()[0]}, since the file names none", printed)
        self.assertRegex(printed, r"which values are better is unknown of: 'm0', .* and 10 others; --better says it")
        self.assertEqual(self.import_one(None, "--machine", "m", "--better", "smaller")[0].count("\n"), 1)

    def test_a_commit_that_is_measured_again(self):
        self.import_one(BMF, name="bmf")
        again = {"find": {"latency": {"value": 90.0}}}
        self.assertIn("1 records appended to " + str(self.kept) + "\n1 of them are of commits that were measured before", self.import_one(again, name="bmf")[0])
        self.assertEqual(json.loads(self.history("export", "bmf")[0])["find"]["latency"]["value"], 90)
        exported, said = self.history("export", "data.js")
        self.assertEqual([each["value"] for each in json.loads(exported.partition("= ")[2])["entries"][history.machine()[0]][0]["benches"]], [90, 42])
        self.assertIn("1 records as a whole", said)
        self.assertEqual(len(self.history("export", "records")[0].splitlines()), 3)

    def test_a_file_has_one_direction_for_the_action(self):
        self.import_one([{"name": unit, "unit": unit, "value": 1} for unit in ("ms", "req/s")])
        self.assertIn("export customBiggerIsBetter and customSmallerIsBetter instead", self.history("export", "github-action-benchmark")[1])
        exported, said = self.history("export", "customBiggerIsBetter")
        self.assertEqual([each["name"] for each in json.loads(exported)], ["req/s"])
        self.assertIn("1 records as a whole", said)

    def test_losses_are_said_in_one_line(self):
        self.import_one(GOOGLE, name="google-benchmark")
        self.import_one(ACTION)
        said = self.history("export", "bmf")[1]
        self.assertRegex(said, r"^bmf has no place for about \(1 records\), .*, commit \(all records\)")
        self.assertEqual(said.count("\n"), 1)

    def test_a_reader_that_ends(self):
        self.import_one([{"name": f"{number} {'x' * 300}", "unit": "ns", "value": 1} for number in range(500)])
        done = subprocess.run(f'"{ROOT}/ci/history" --history "{self.kept}" export records 2>"{self.folder}/said" | head -1', shell=True, capture_output=True, check=True)
        self.assertEqual((done.stdout.count(b"\n"), (self.folder / "said").read_text()), (1, ""))


@unittest.skipUnless((ROOT / ".git").exists(), "needs a git clone, to look up commits")
class OfThisRepository(Case):
    def test_import_and_export(self):
        for name, document, number in (("google-benchmark", GOOGLE, 1), ("github-action-benchmark", ACTION, 2), ("bmf", BMF, 2)):
            self.assertIn(f"{number} records appended", self.history("import", name, self.file(document), "--project", ROOT)[0])
        self.assertIn("5 records of 1 commits and 1 machines, 0 lines damaged", self.history("check")[0])
        exported = json.loads(self.history("export", "bmf", "--project", ROOT)[0])
        self.assertEqual(exported["my_binary"]["file-size"]["value"], 42)

    def test_another_repository_is_not_taken_for_this_one(self):
        subprocess.run(["git", "init", "-q", self.folder], check=True)
        for words in (("history", "export", "bmf"), ("history", "import", "bmf", self.file(BMF), "--commit", "x", "--date", "2024-05-01"), ("dashboard", "--no-setup")):
            done = subprocess.run([ROOT / "ci" / words[0], *words[1:]], cwd=self.folder, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, "is another repository than that of .*bench/history: say --history FOLDER")

    def test_commits_of_another_project_are_noticed(self):
        line = {"commit": HASH, "time": 1, "subject": "", "machine": "m", "benchmark": "b", "measure": "time", "unit": "ns", "value": 1, "low": 1, "high": 1}
        self.assertIn(f"1 of 1 commits are not in the repository {ROOT}", self.history("import", "records", self.file(line), "--project", ROOT)[0])

    def test_errors_are_reported(self):
        self.assertIn("kept: no such folder; measure", self.refused("check"))
        self.kept.mkdir()
        for words, sentence in ((("export", "bmf", "--project", ROOT), "the history has no records of"), (("import", "bmf", self.folder / "none", "--project", ROOT), "No such file"),
                                (("export", "bmf", "--commit", "nonsense", "--project", ROOT), "no such commit"), (("export", "bmf", "--commit", "-x", "--project", ROOT), ""),
                                (("import", "bmf", self.file(BMF), "--commit", "nonsense", "--project", ROOT), "no such commit")):
            if sentence:
                self.assertIn(sentence, self.refused(*words))
        (self.kept / "abc-0000.jsonl").write_text("half a li")
        self.assertIn("1 damaged lines of the history were skipped: ci/history check", self.history("export", "bmf", "--project", ROOT, status=2)[1])
        self.assertIn("abc-0000.jsonl:1: incomplete", self.history("check", status=1)[0])


if __name__ == "__main__":
    unittest.main()
