"""The files that ci/nightly leaves, its page, and how it continues after it was killed."""
import argparse
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from fuzzing import jobs, nightly, nightly_page
from shared import disk, files

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

    def test_a_killed_run_is_continued(self):
        state = nightly.read_state(self.output, 100, 7)
        self.assertEqual((state["spent"], state["seed"]), (0, 7))
        nightly.write_state(self.output, {**state, "spent": 60, "jobs": 4})
        again = nightly.read_state(self.output, 100, 8)
        self.assertEqual((again["spent"], again["jobs"], again["seed"]), (60, 4, 7))
        nightly.write_state(self.output, {**again, "finished": True})
        self.assertEqual(nightly.read_state(self.output, 100, 8)["spent"], 0)
        self.write("state.json", json.dumps({"finished": False, "spent": 60, "turns": 4}))
        self.assertEqual(nightly.read_state(self.output, 100, 8)["spent"], 0)

    def test_the_inputs_of_a_killed_job_are_kept(self):
        self.write("jobs/0/target", "ring_ops.tiny")
        self.write("jobs/0/out/job0/queue/id:000000,orig:0", "an input")
        self.write("jobs/0/out/job0/crashes/id:000000,sig:06", "a crash")
        self.write("jobs/0/out/job0/hangs/id:000000,src:0", "a hang")
        (self.output / "corpus/ring_ops").mkdir(parents=True)
        jobs.absorb(self.output / "jobs/0", self.output)
        self.assertEqual([path.read_text() for path in (self.output / "corpus/ring_ops").iterdir()], ["an input"])
        self.assertEqual(sorted(path.read_text() for path in (self.output / "raw/ring_ops.tiny").iterdir()), ["a crash", "a hang"])
        self.assertFalse((self.output / "jobs/0").exists())

    def test_processes_of_a_killed_run_are_ended(self):
        folder = self.output / "jobs/0"
        outlives = subprocess.Popen(["sleep", "60"], env={"RINGPROOF_JOB": str(folder)}, start_new_session=True)
        other = subprocess.Popen(["sleep", "60"], env={"RINGPROOF_JOB": str(folder) + "1"}, start_new_session=True)
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        while not pathlib.Path(f"/proc/{outlives.pid}/environ").read_bytes():
            time.sleep(0.01)  # it has not called exec() yet
        jobs.kill_marked(folder)
        self.assertEqual(outlives.wait(10), -9)
        self.assertIsNone(other.poll())

    def test_the_page_skips_a_line_that_was_cut(self):
        self.write("history.jsonl", json.dumps(JOB) + "\n" + json.dumps({**JOB, "edges": 710})[:40])
        summary = nightly_page.render(self.output)
        self.assertIn("90000 programs in 0.01 CPU hours, 0 findings", summary)
        self.assertIn("700 edges", (self.output / "index.html").read_text())

    def test_findings_are_counted_and_shown(self):
        self.write("history.jsonl", json.dumps(JOB) + "\n")
        self.write("raw/ring_ops.core/crash-0123456789abcdef", "\0")
        self.assertEqual(nightly_page.count_findings(self.output), 1)
        nightly_page.render(self.output)
        self.assertIn("crash-0123456789", (self.output / "index.html").read_text())

    def test_findings_are_made_only_if_there_are_raw_files(self):
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

    def test_findings_that_no_longer_fail_are_moved_away(self):
        self.write("raw/ring_ops.tiny/crash-1", "fails")
        self.write("raw/ring_ops.tiny/crash-2", "agrees")
        for name, data in (("stays", "fails"), ("goes", "agrees")):
            self.write(f"findings/{name}/input", data)
            self.write(f"findings/{name}/signature", json.dumps([["ring_ops", "tiny", "hang", []]]))
        target = self.output / "tree/fuzz/ring_ops"
        self.write("tree/fuzz/ring_ops", '#!/bin/sh\ngrep -q agrees "$1" && [ "$RINGPROOF_SUBJECT" = tiny ]\n')
        target.chmod(0o755)
        nightly.retire(self.output, nightly.findings.Runner([self.output / "tree"], 10))
        left = sorted(str(path.relative_to(self.output)) for folder in ("raw", "findings", "no-longer-fails")
                      for path in (self.output / folder).rglob("*") if path.is_file() and path.name != "signature")
        self.assertEqual(left, ["findings/stays/input", "no-longer-fails/findings/goes/input",
                                "no-longer-fails/raw/ring_ops.tiny/crash-2", "raw/ring_ops.tiny/crash-1"])

    def test_commands_of_a_killed_run_end_too(self):
        script = "import pathlib, sys; from fuzzing import nightly; nightly.start_marked(['sh', '-c', 'sleep 61 & echo x; wait'], pathlib.Path(sys.argv[1])).wait()"
        night = subprocess.Popen([sys.executable, "-B", "-c", script, str(self.output)], stdout=subprocess.PIPE)
        self.addCleanup(night.stdout.close)
        night.stdout.readline()
        self.wait_for_marked(2)  # the shell, and what it started
        night.kill()
        night.wait()
        self.wait_for_marked(1)  # the shell has ended with its parent
        jobs.kill_marked(self.output)
        self.wait_for_marked(0)

    def wait_for_marked(self, count):
        deadline = time.monotonic() + 20
        while len(jobs.marked(self.output)) != count:
            self.assertLess(time.monotonic(), deadline, jobs.marked(self.output))
            time.sleep(0.01)

    def test_a_job_counts_only_its_own_failing_inputs(self):
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
        job = jobs.Job(jobs.Combination("ring_ops", "libfuzzer", "core"), 0, 5, 1, self.output)
        job.process.wait()
        return job.end()

    def test_a_full_disk_ends_the_jobs_at_once(self):
        def need_room():
            raise disk.DiskFull("the disk is full")
        self.addCleanup(setattr, jobs.Job, "libfuzzer", jobs.Job.libfuzzer)
        jobs.Job.libfuzzer = lambda *_: ["sleep", "300"]
        night = argparse.Namespace(need_room=need_room)
        run = nightly.Run(argparse.Namespace(output=self.output), ["ring_ops"], nightly.read_state(self.output, 100, 7), night)
        run.waiting = [jobs.Combination("ring_ops", "libfuzzer", "core")]
        with self.assertRaises(disk.DiskFull):
            run.fuzz()
        self.assertEqual({job.process.poll() for job in run.running}, {-15})

    def test_an_infinite_speed_of_afl_counts_as_zero(self):
        self.addCleanup(setattr, jobs.Job, "afl", jobs.Job.afl)
        jobs.Job.afl = lambda *_: ["true"]
        job = jobs.Job(jobs.Combination("ring_ops", "afl", "core"), 0, 5, 1, self.output)
        job.process.wait()
        self.write("jobs/0/out/job0/fuzzer_stats", "execs_done : 7\nedges_found : 3\ncorpus_count : 2\nexecs_per_sec : inf\n")
        self.assertEqual(job.figures(), jobs.Figures(7, 3, 2, 0))

    def test_the_page_counts_missed_faults(self):
        for key in ("fault", "bug"):  # earlier versions wrote `bug`
            self.write("planted.jsonl", json.dumps({key: "wrap", "engine": "afl", "found": False, "seconds": 60}) + "\n")
            self.assertIn("0 of 1 caught", nightly_page.render(self.output))

    def search_for_one_fault(self, *outcomes):
        """What search_faults() returns if the trials of a fault have these outcomes, in this order."""
        class Fault:
            name = "wrap"
        outcomes = list(outcomes)

        def search_for(faults, _output, trials, _seed):
            self.assertEqual(faults, ["wrap"])
            return [{"fault": "wrap", "engine": "afl", "found": outcomes.pop(0)} for _ in range(trials)]
        for module, name, other in ((nightly, "search_for", search_for), (nightly.planted, "all_faults", lambda: [Fault])):
            self.addCleanup(setattr, module, name, getattr(module, name))
            setattr(module, name, other)
        missed = nightly.search_faults(self.output, {"seconds": 60, "seed": 1})
        self.assertEqual(outcomes, [])
        return missed

    def test_a_fault_that_one_trial_misses_is_tried_again(self):
        self.assertEqual(self.search_for_one_fault(True), [])
        self.assertEqual(self.search_for_one_fault(False, True, True), [])
        self.assertEqual(self.search_for_one_fault(False, True, False), ["wrap by afl"])

    def test_the_page_shows_surviving_mutants(self):
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

    def test_surviving_mutants_and_stale_entries_are_returned(self):
        command = self.output / "mutants-command"
        outcomes = {"mutants": [{"id": "one", "outcome": "survived"}, {"id": "two", "outcome": "unit"}], "stale": [["three", "no such mutant"]]}
        self.write("mutants-command", f"#!/bin/sh\necho \"asked: $*\" >&2\necho '{json.dumps(outcomes)}'\nexit 1\n")
        command.chmod(0o755)
        nightly.MUTANTS, before = command, nightly.MUTANTS
        self.addCleanup(setattr, nightly, "MUTANTS", before)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            found = nightly.try_mutants(self.output, {"seconds": 900})
        self.assertIn("asked: --no-setup --for 90s --json\n", out.getvalue())
        self.assertEqual(found, ["one", "three in core/tests/equivalent_mutants: no such mutant"])
        self.assertEqual(files.read_lines(self.output / "mutants.jsonl")[0]["survived"], 1)

    def test_targets_of_text_get_their_dictionary(self):
        folder = nightly.ROOT / "fuzz/dictionaries"
        self.assertLessEqual({path.stem for path in folder.iterdir()}, set(nightly.corpus.targets()))
        for target, given in (("trace_text", True), ("ring_ops", False)):
            binary = pathlib.Path("build") / target
            self.assertEqual(f"-dict={folder}/{target}.dict" in nightly.engines.libfuzzer(binary, "c", "a", 1, 1), given)
            self.assertEqual(f"-x{folder}/{target}.dict" in nightly.engines.afl(binary, self.output, "o", 1, 1), given)

    def test_options_of_afl_depend_on_the_seed(self):
        draw = nightly.engines.afl_draw
        drawn = [draw(seed, False, True) for seed in range(400)]
        self.assertEqual(drawn, [draw(seed, False, True) for seed in range(400)])
        for percent, given in ((20, lambda each: "-Z" in each[0]), (40, lambda each: "-L" in each[0]), (60, lambda each: "2" in each[0]),
                               (65, lambda each: "AFL_DISABLE_TRIM" in each[1]), (40, lambda each: "AFL_EXPAND_HAVOC_NOW" in each[1])):
            self.assertAlmostEqual(sum(map(given, drawn)) / 4, percent, delta=10)
        self.assertFalse(any({"-L", "-l"} & set(draw(seed, True, False)[0]) for seed in range(400)))

    def test_names_in_findings_are_escaped(self):
        self.write("findings/odd/trace", "add \"<script>\" 1\n")
        nightly_page.render(self.output)
        self.assertNotIn("<script>", (self.output / "index.html").read_text())

    def test_every_engine_runs_every_target_on_every_point_store(self):
        met = {str(combination) for combination in nightly.combinations(["ring_ops", "driver_commands"])}
        for subject in ("core", "tiny", "merge"):
            for engine in nightly.ENGINES:
                self.assertIn(f"ring_ops {subject} {engine}", met)
        self.assertEqual(len(met), 4 * len(nightly.ENGINES))


if __name__ == "__main__":
    unittest.main()
