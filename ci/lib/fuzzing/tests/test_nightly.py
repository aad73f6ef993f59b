"""What ci/nightly leaves, and takes up again after it was killed."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from fuzzing import jobs, nightly, nightly_page

JOB = {"target": "ring_ops", "subject": "core", "engine": "libfuzzer", "seconds": 30.0, "programs": 90000, "edges": 700,
        "corpus": 500, "speed": 3000, "raw": 0, "time": 1}


class Nightly(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_a_run_that_was_killed_is_gone_on_with(self):
        state = nightly.read_state(self.output, 100, 7)
        self.assertEqual((state["spent"], state["seed"]), (0, 7))
        nightly.write_state(self.output, {**state, "spent": 60, "jobs": 4})
        again = nightly.read_state(self.output, 100, 8)
        self.assertEqual((again["spent"], again["jobs"], again["seed"]), (60, 4, 7))
        nightly.write_state(self.output, {**again, "finished": True})
        self.assertEqual(nightly.read_state(self.output, 100, 8)["spent"], 0)
        self.write("state.json", json.dumps({"finished": False, "spent": 60, "turns": 4}))
        self.assertEqual(nightly.read_state(self.output, 100, 8)["spent"], 0)

    def test_what_a_killed_job_had_found_is_kept(self):
        self.write("jobs/0/target", "ring_ops.tiny")
        self.write("jobs/0/out/job0/queue/id:000000,orig:0", "an input")
        self.write("jobs/0/out/job0/crashes/id:000000,sig:06", "a crash")
        self.write("jobs/0/out/job0/hangs/id:000000,src:0", "a hang")
        (self.output / "corpus/ring_ops").mkdir(parents=True)
        jobs.absorb(self.output / "jobs/0", self.output)
        self.assertEqual([path.read_text() for path in (self.output / "corpus/ring_ops").iterdir()], ["an input"])
        self.assertEqual(sorted(path.read_text() for path in (self.output / "raw/ring_ops.tiny").iterdir()), ["a crash", "a hang"])
        self.assertFalse((self.output / "jobs/0").exists())

    def test_what_outlives_a_killed_run_is_ended(self):
        folder = self.output / "jobs/0"
        outlives = subprocess.Popen(["sleep", "60"], env={"RINGPROOF_JOB": str(folder)}, start_new_session=True)
        other = subprocess.Popen(["sleep", "60"], env={"RINGPROOF_JOB": str(folder) + "1"}, start_new_session=True)
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        while not pathlib.Path(f"/proc/{outlives.pid}/environ").read_bytes():
            time.sleep(0.01)  # it is not yet the program that it becomes
        jobs.kill_marked(folder)
        self.assertEqual(outlives.wait(10), -9)
        self.assertIsNone(other.poll())

    def test_the_page_is_made_of_what_is_there_even_if_a_line_was_cut(self):
        self.write("history.jsonl", json.dumps(JOB) + "\n" + json.dumps({**JOB, "edges": 710})[:40])
        summary = nightly_page.render(self.output)
        self.assertIn("90000 programs in 0.01 core hours, 0 findings", summary)
        self.assertIn("700 edges", (self.output / "index.html").read_text())

    def test_findings_are_counted_and_shown(self):
        self.write("history.jsonl", json.dumps(JOB) + "\n")
        self.write("raw/ring_ops.core/crash-0123456789abcdef", "\0")
        self.assertEqual(nightly_page.count_findings(self.output), 1)
        nightly_page.render(self.output)
        self.assertIn("crash-0123456789", (self.output / "index.html").read_text())

    def test_findings_are_made_of_raw_files_and_of_nothing_else(self):
        command = self.output / "findings-command"
        command.write_text('#!/bin/sh\nmkdir -p "$3/a-name" && ls "$1"/* >"$3/a-name/seen"\nexit 1\n')
        command.chmod(0o755)
        nightly.FINDINGS, before = command, nightly.FINDINGS
        self.addCleanup(setattr, nightly, "FINDINGS", before)
        nightly.make_findings(self.output)
        self.assertFalse((self.output / "findings").exists())
        self.write("raw/ring_ops.core/crash-0123456789abcdef", "\0")
        nightly.make_findings(self.output)
        self.assertEqual([finding["name"] for finding in nightly_page.read_findings(self.output)], ["a-name"])
        self.assertIn("crash-0123456789abcdef", nightly_page.read_findings(self.output)[0]["seen"])

    def test_what_fails_no_longer_is_put_aside_when_a_night_begins(self):
        self.write("raw/ring_ops.tiny/crash-1", "fails")
        self.write("raw/ring_ops.tiny/crash-2", "agrees")
        for name, data in (("stays", "fails"), ("goes", "agrees")):
            self.write(f"findings/{name}/input", data)
            self.write(f"findings/{name}/signature", json.dumps([["ring_ops", "tiny", "hang", []]]))
        target = self.output / "tree/fuzz/ring_ops"
        self.write("tree/fuzz/ring_ops", '#!/bin/sh\ngrep -q agrees "$1" && [ "$RINGPROOF_SUBJECT" = tiny ]\n')
        target.chmod(0o755)
        nightly.retire(self.output, nightly.findings.Runner([self.output / "tree"], 10))
        left = sorted(str(path.relative_to(self.output)) for folder in ("raw", "findings", "mended")
                      for path in (self.output / folder).rglob("*") if path.is_file() and path.name != "signature")
        self.assertEqual(left, ["findings/stays/input", "mended/findings/goes/input", "mended/raw/ring_ops.tiny/crash-2",
                                "raw/ring_ops.tiny/crash-1"])

    def test_what_a_killed_night_had_started_ends_too(self):
        script = "import pathlib, sys; from fuzzing import nightly; nightly.run_marked(['sh', '-c', 'sleep 61 & echo x; wait'], pathlib.Path(sys.argv[1]))"
        night = subprocess.Popen([sys.executable, "-B", "-c", script, str(self.output)], stdout=subprocess.PIPE)
        self.addCleanup(night.stdout.close)
        night.stdout.readline()
        self.wait_for_marked(2)  # the shell, and what it started
        night.kill()
        night.wait()
        self.wait_for_marked(1)  # the shell went by itself
        jobs.kill_marked(self.output)
        self.wait_for_marked(0)

    def wait_for_marked(self, count):
        deadline = time.monotonic() + 20
        while len(jobs.marked(self.output)) != count:
            self.assertLess(time.monotonic(), deadline, jobs.marked(self.output))
            time.sleep(0.01)

    def test_a_job_counts_what_it_found_itself(self):
        self.write("raw/ring_ops.core/crash-old", "an earlier job's")
        before = nightly.jobs.Job.libfuzzer
        self.addCleanup(setattr, nightly.jobs.Job, "libfuzzer", before)
        nightly.jobs.Job.libfuzzer = lambda job, *_: ["sh", "-c", f"echo trouble; [ ! -e {self.output}/finds ] || : >{job.raw}/crash-new"]
        row = self.whole_job()
        self.assertEqual((row["raw"], row["trouble"]), (0, "trouble\n"))
        self.write("finds", "")
        row = self.whole_job()
        self.assertEqual((row["raw"], row.get("trouble")), (1, None))

    def whole_job(self):
        job = jobs.Job(jobs.Lane("ring_ops", "libfuzzer", "core"), 0, 5, 1, self.output)
        job.process.wait()
        return job.end()

    def test_what_afl_says_when_it_has_hardly_begun_is_no_error(self):
        self.addCleanup(setattr, jobs.Job, "afl", jobs.Job.afl)
        jobs.Job.afl = lambda *_: ["true"]
        job = jobs.Job(jobs.Lane("ring_ops", "afl", "core"), 0, 5, 1, self.output)
        job.process.wait()
        self.write("jobs/0/out/job0/fuzzer_stats", "execs_done : 7\nedges_found : 3\ncorpus_count : 2\nexecs_per_sec : inf\n")
        self.assertEqual(job.figures(), jobs.Figures(7, 3, 2, 0))

    def test_a_planted_bug_that_was_not_found_shows(self):
        self.write("planted.jsonl", json.dumps({"bug": "wrap", "engine": "afl", "found": False, "seconds": 60}) + "\n")
        self.assertIn("0 of 1 found", nightly_page.render(self.output))

    def look_for_one_bug(self, *outcomes):
        """What plant() returns if looks for a bug end so, one after the other."""
        class Bug:
            name = "wrap"
        outcomes = list(outcomes)

        def look_for(bugs, _output, trials, _seed):
            self.assertEqual(bugs, ["wrap"])
            return [{"bug": "wrap", "engine": "afl", "found": outcomes.pop(0)} for _ in range(trials)]
        for module, name, other in ((nightly, "look_for", look_for), (nightly.planted, "all_bugs", lambda: [Bug])):
            self.addCleanup(setattr, module, name, getattr(module, name))
            setattr(module, name, other)
        missed = nightly.plant(self.output, {"seconds": 60, "seed": 1})
        self.assertEqual(outcomes, [])
        return missed

    def test_a_bug_that_one_look_misses_is_looked_for_again(self):
        self.assertEqual(self.look_for_one_bug(True), [])
        self.assertEqual(self.look_for_one_bug(False, True, True), [])
        self.assertEqual(self.look_for_one_bug(False, True, False), ["wrap by afl"])

    def test_a_mutant_that_survives_shows(self):
        self.write("mutants.jsonl", json.dumps({"time": 1, "unit": 7, "corpus": 1, "survived": 1, "waiting": 3}) + "\n")
        self.write("mutants.json", json.dumps({"mutants": [
            {"id": "a < b => a <= b", "file": "run.c", "line": 12, "outcome": "survived"},
            {"id": "dead => gone", "file": "run.c", "line": 13, "outcome": "unit"}]}))
        nightly_page.render(self.output)
        page = (self.output / "index.html").read_text()
        self.assertIn("8 killed, 1 survived", page)
        self.assertIn("3 wait for another night", page)
        self.assertIn("core/run.c:12 a &lt; b =&gt; a &lt;= b", page)
        self.assertNotIn("dead", page)

    def test_mutants_that_survive_are_returned(self):
        command = self.output / "mutants-command"
        outcomes = {"mutants": [{"id": "one", "outcome": "survived"}, {"id": "two", "outcome": "unit"}], "stale": [["three", "no such mutant"]]}
        self.write("mutants-command", f"#!/bin/sh\necho '{json.dumps(outcomes)}' >\"$5\"\nexit 1\n")
        command.chmod(0o755)
        nightly.MUTANTS, before = command, nightly.MUTANTS
        self.addCleanup(setattr, nightly, "MUTANTS", before)
        self.assertEqual(nightly.mutate(self.output, {"seconds": 60}), ["one", "three in core/tests/equivalent_mutants: no such mutant"])
        self.assertEqual(nightly_page.read_lines(self.output / "mutants.jsonl")[0]["survived"], 1)

    def test_targets_of_text_are_given_their_dictionary(self):
        folder = nightly.ROOT / "fuzz/dictionaries"
        self.assertLessEqual({path.stem for path in folder.iterdir()}, set(nightly.corpus.targets()))
        for target, given in (("trace_text", True), ("ring_ops", False)):
            binary = pathlib.Path("build") / target
            self.assertEqual(f"-dict={folder}/{target}.dict" in nightly.engines.libfuzzer(binary, "c", "a", 1, 1), given)
            self.assertEqual(f"-x{folder}/{target}.dict" in nightly.engines.afl(binary, self.output, "o", 1, 1), given)

    def test_runs_of_afl_are_drawn_by_their_seed(self):
        draw = nightly.engines.afl_draw
        drawn = [draw(seed, False, True) for seed in range(400)]
        self.assertEqual(drawn, [draw(seed, False, True) for seed in range(400)])
        for percent, given in ((20, lambda each: "-Z" in each[0]), (40, lambda each: "-L" in each[0]), (60, lambda each: "2" in each[0]),
                               (65, lambda each: "AFL_DISABLE_TRIM" in each[1]), (40, lambda each: "AFL_EXPAND_HAVOC_NOW" in each[1])):
            self.assertAlmostEqual(sum(map(given, drawn)) / 4, percent, delta=10)
        self.assertFalse(any({"-L", "-l"} & set(draw(seed, True, False)[0]) for seed in range(400)))

    def test_names_in_findings_are_text_and_not_markup(self):
        self.write("findings/odd/trace", "add \"<script>\" 1\n")
        nightly_page.render(self.output)
        self.assertNotIn("<script>", (self.output / "index.html").read_text())

    def test_every_target_is_met_by_every_engine_on_every_point_store(self):
        met = {str(lane) for lane in nightly.lanes(["ring_ops", "driver_commands"])}
        for subject in ("core", "tiny", "merge"):
            for engine in nightly.ENGINES:
                self.assertIn(f"ring_ops {subject} {engine}", met)
        self.assertEqual(len(met), 4 * len(nightly.ENGINES))


if __name__ == "__main__":
    unittest.main()
