"""Implements ci/nightly.

Jobs run one after another on each CPU, for all combinations of target, engine and subject in turn. Everything that matters
is in files at once: `state.json` has the time spent, and `history.jsonl` the result of each job. So a run that was killed
can be continued.
"""
import collections
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

from fuzzing import corpus, engines, findings, jobs, nightly_page, planted
from shared import files
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

ENGINES = ["libfuzzer", "afl", "afl-asan"]
CORPUS, FINDINGS, MUTANTS, PLANTED = (ROOT / "ci" / name for name in ("corpus", "findings", "mutants", "planted"))
PLANTED_SHARE = 0.15  # of the time, for planted faults
MUTANTS_SHARE = 0.10
JOB_MIN, JOB_MAX = 15, 600  # seconds


def append(path, row):
    """Appends a line. If the run is killed meanwhile, the line may be cut; read_lines() skips it then."""
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(row, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())


def write_state(output, state):
    files.replace(output / "state.json", json.dumps(state).encode() + b"\n")


def read_state(output, seconds, seed):
    path = output / "state.json"
    state = json.loads(path.read_text()) if path.exists() else {"finished": True}
    if state["finished"] or "jobs" not in state:  # an earlier version of ci/nightly wrote other fields
        return {"finished": False, "seconds": seconds, "spent": 0, "jobs": 0, "seed": seed, "began": int(time.time())}
    print(f"continuing the run that ended after {state['spent']:.0f} of {state['seconds']:.0f} s", flush=True)
    return state


def combinations(targets):
    """All combinations, in an order in which every target runs early."""
    return [jobs.Combination(target, engine, subject)
            for position in range(3) for engine in ENGINES for target in targets
            for subject in corpus.subjects(target)[position:position + 1]]


def unpack(targets, output):
    for target in targets:
        folder = output / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        corpus.write_inputs(corpus.unpack(target), folder)


def describe(running, state):
    """How far fuzzing is, and what runs."""
    parts = []
    for job in running:
        figures = job.figures()
        parts.append(f"{job.combination} {figures.speed} programs/s, {figures.edges} edges")
    found = sum(job.found() for job in running)
    return f"{state['spent']:.0f} of {state['seconds']:.0f} s of the night; {'; '.join(parts)}; {found} failing inputs"


class Run:
    def __init__(self, options, targets, state):
        self.output = options.output
        self.state = state
        self.slots = os.cpu_count()
        self.waiting = combinations(targets)
        self.fuzzing = state["seconds"] * (1 - PLANTED_SHARE - MUTANTS_SHARE)
        share = self.fuzzing * self.slots / len(self.waiting)
        rounds = max(1, int(share / JOB_MAX))
        self.job_seconds = max(JOB_MIN, int(share / rounds))
        # Continue where an earlier run ended.
        first = state["jobs"] % len(self.waiting)
        self.waiting = self.waiting[first:] + self.waiting[:first]
        self.running = []

    def start_job(self, slot):
        combination = self.waiting.pop(0)
        self.waiting.append(combination)
        left = self.fuzzing - self.state["spent"]
        seconds = int(max(5, min(self.job_seconds, left)))
        seed = random.Random(f"{self.state['seed']} {self.state['jobs']}").randrange(1, 2**31)
        self.state["jobs"] += 1
        self.running.append(jobs.Job(combination, slot, seconds, seed, self.output))

    def end_job(self, job):
        self.running.remove(job)
        row = job.end()
        append(self.output / "history.jsonl", {"time": int(time.time()), **row})
        print(f"{job.combination}: {row['programs']} programs in {row['seconds']} s, {row['edges']} edges, "
              f"{row['corpus']} inputs in the corpus" + (f", {row['raw']} FAILING INPUTS" if row["raw"] else ""), flush=True)
        if "trouble" in row:
            raise CannotRun(f"{job.combination} ran no program; the end of its log:\n{row['trouble']}")

    def fuzz(self):
        progress = Progress("fuzzing")
        ticked = time.monotonic()
        try:
            while self.state["spent"] < self.fuzzing or self.running:
                free = set(range(self.slots)) - {job.slot for job in self.running}
                if self.state["spent"] < self.fuzzing:
                    for slot in sorted(free):
                        self.start_job(slot)
                time.sleep(0.5)
                now = time.monotonic()
                self.state["spent"] += now - ticked
                ticked = now
                write_state(self.output, self.state)
                for job in [job for job in self.running if not job.running()]:
                    self.end_job(job)
                    nightly_page.render(self.output)
                if self.running:
                    progress.show(lambda: describe(self.running, self.state))
        finally:
            for job in list(self.running):
                job.stop()


def start_marked(command, output, **more):
    """Starts a command that ends with this process. If it leaves processes behind, their environment tells that they belong
    to this run: see jobs.kill_marked()."""
    return subprocess.Popen([*jobs.ENDS_WITH_THIS, *map(str, command)], env=dict(os.environ, RINGPROOF_JOB=str(output)), **more)


def run_marked(command, output):
    """Runs such a command, and returns its exit status."""
    with start_marked(command, output) as process:
        return process.wait()


def run_logged(command, output, what, report=os.devnull):
    """Runs such a command with its output in a log, and shows its progress. Returns the exit status and the log. With --json,
    the JSON goes to `report`."""
    log = output / f"{command[0].name}.log"
    with open(log, "wb") as out, open(report, "wb") as json_, \
            start_marked(command, output, stdout=json_ if "--json" in command else out, stderr=out) as process:
        try:
            status = Progress(what).wait_for(process, log)
        finally:
            process.kill()
    return status, log.read_text(errors="replace")


def retire(output, runner):
    """Moves findings and raw files of earlier nights that no longer fail to no-longer-fails/: they are fixed, or flaky."""
    retired = output / "no-longer-fails"
    candidates = [(path, path, findings.configuration_of(path, set(corpus.targets()), None))
                  for path in sorted((output / "raw").glob("*/*")) if engines.is_raw(path)]
    for path in sorted((output / "findings").glob("*/signature")):
        signature = findings.read_signatures(path)[0]
        candidates.append((path.parent, path.parent / "input", findings.Configuration(signature.target, signature.subject)))
    for what, given, configuration in candidates:
        if all(runner.run(tree, configuration, given)[0] is None for tree in runner.trees):
            into = retired / what.relative_to(output)
            shutil.rmtree(into, ignore_errors=True)
            into.parent.mkdir(parents=True, exist_ok=True)
            os.replace(what, into)
            print(f"no longer fails, moved to {retired}: {what.relative_to(output)}", flush=True)


def make_findings(output):
    """Makes findings of the raw files. If that fails, the page still shows the raw files."""
    if any(engines.is_raw(path) for path in (output / "raw").glob("*/*")):
        status = run_marked([FINDINGS, output / "raw", "--output", output / "findings"], output)
        if status not in (0, 1):
            print(f"ci/findings ended with {status}: see above; the failing inputs are in {output}/raw", flush=True)


def search_for(faults, output, trials, seed):
    """Searches for planted faults, keeps the rows of ci/planted in the history, and returns them."""
    status, log = run_logged([PLANTED, "--no-setup", "--only", f"^({'|'.join(faults)})$", "--trials", trials, "--no-control",
                              "--seed", seed, "--output", output / "planted-work"], output, "planted faults")
    if status not in (0, 1):
        raise CannotRun(f"ci/planted failed:\n{log[-2000:]}")
    rows = json.loads((output / "planted-work/results.json").read_text())["results"]
    for row in rows:
        append(output / "planted.jsonl", {"time": int(time.time()), **row})
    return rows


def search_faults(output, state):
    """Searches for planted faults, beginning with those that were tried longest ago, until the time is up. Returns those
    that were missed. A fault that one trial misses gets two more, and the majority decides."""
    deadline = time.monotonic() + max(30, state["seconds"] * PLANTED_SHARE)
    last = {row["fault"]: row["time"] for row in nightly_page.read_planted(output)}
    oldest = sorted((fault.name for fault in planted.all_faults()), key=lambda name: (last.get(name, 0), name))
    missed = []
    while oldest and time.monotonic() < deadline:
        some, oldest = oldest[:4], oldest[4:]
        rows = search_for(some, output, 1, state["seed"])
        again = sorted({row["fault"] for row in rows if not row["found"]})
        if again:
            rows += search_for(again, output, 2, state["seed"] + 1)
        found = collections.Counter((row["fault"], row["engine"]) for row in rows if row["found"])
        trials = collections.Counter((row["fault"], row["engine"]) for row in rows)
        this_time = [f"{fault} by {engine}" for fault, engine in trials if 2 * found[fault, engine] < trials[fault, engine]]
        missed += this_time
        print(f"planted faults {', '.join(some)}: {'MISSED: ' + ', '.join(this_time) if this_time else 'all caught'}", flush=True)
    return missed


def try_mutants(output, state):
    """Tries mutants that no night has tried yet, until the time is up. Returns the survivors, and stale entries of the list
    of equivalent mutants."""
    report = output / "mutants.json"
    seconds = max(30, int(state["seconds"] * MUTANTS_SHARE))
    status, log = run_logged([MUTANTS, "--no-setup", "--for", f"{seconds}s", "--json"], output, f"ci/mutants for {seconds} s", report)
    if status not in (0, 1):
        raise CannotRun(f"ci/mutants failed:\n{log[-2000:]}")
    print("\n".join(line for line in log.splitlines() if not line.startswith(" ")), flush=True)
    outcomes = json.loads(report.read_text())
    counts = collections.Counter(mutant["outcome"] for mutant in outcomes["mutants"])
    append(output / "mutants.jsonl", {"time": int(time.time()), **counts})
    return [mutant["id"] for mutant in outcomes["mutants"] if mutant["outcome"] == "survived"] + [
        f"{each} in core/tests/equivalent_mutants: {what}" for each, what in outcomes["stale"]]


def run(options):
    targets = options.targets
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are expected; core dumps would only fill the disk
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    state = read_state(options.output, options.duration, options.seed)
    print(f"seed {state['seed']}; {len(targets)} targets, {os.cpu_count()} CPUs; results: {options.output}/index.html", flush=True)
    for left in (options.output / "jobs").glob("*"):
        jobs.kill_marked(left)
        jobs.absorb(left, options.output)
    jobs.kill_marked(options.output)
    if state["jobs"] == 0:
        retire(options.output, findings.Runner(findings.default_trees(), engines.HANG_SECONDS))
    unpack(targets, options.output)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    Run(options, targets, state).fuzz()
    make_findings(options.output)
    merged = True
    if not options.keep_corpus:
        merged = run_marked([CORPUS, "--no-setup", "--from", options.output / "corpus", *targets], options.output) == 0
    missed = search_faults(options.output, state)
    survived = try_mutants(options.output, state)
    write_state(options.output, {**state, "finished": True})
    summary = nightly_page.render(options.output)
    print(summary)
    if missed:
        print(f"missed planted faults: {', '.join(missed)}; improve the targets or the way inputs are made, never the fault")
    if survived:
        print(f"mutants: {'; '.join(survived)}; improve the tests, or say in core/tests/equivalent_mutants why no test can kill them")
    return 0 if merged and not missed and not survived and nightly_page.count_findings(options.output) == 0 else 1
