"""Implements ci/nightly.

Jobs run one after another on each CPU, for all combinations of target, engine and subject in turn. Everything that matters
is in files at once: `state.json` has the time spent, and `history.jsonl` the result of each job. So a run that was killed
can be continued.
"""
import collections
import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
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
TICK = 0.5  # seconds between two looks at the jobs
ENDS_WITHIN = 20  # seconds in which a command must end when the night is interrupted


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
    def __init__(self, options, targets, state, night):
        self.output = options.output
        self.night = night
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
        files.append(self.output / "history.jsonl", {"time": int(time.time()), **row})
        print(f"{job.combination}: {row['programs']} programs in {row['seconds']} s, {row['edges']} edges, "
              f"{row['corpus']} inputs in the corpus" + (f", {row['raw']} FAILING INPUTS" if row["raw"] else ""), flush=True)
        if "trouble" in row:
            self.night.need_room()
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
                time.sleep(TICK)
                self.night.need_room()
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
    return subprocess.Popen([*engines.ENDS_WITH_THIS, *map(str, command)], env=dict(os.environ, RINGPROOF_JOB=str(output)), **more)


def stop(process):
    """Ends a command: gently, so that it ends what it has started."""
    process.terminate()
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()


def run_logged(command, output, what, report=pathlib.Path(os.devnull)):
    """Runs such a command with its output in a log, and shows its progress. Returns the exit status, 0 or 1, and the log. With
    --json, the JSON goes to `report`, if the command could run."""
    log = output / f"{command[0].name}.log"
    fresh = report.with_name(f".{report.name}.new") if "--json" in command else report
    with open(log, "wb") as out, open(fresh, "wb") as json_, \
            start_marked(command, output, stdout=json_ if "--json" in command else out, stderr=out) as process:
        try:
            status = Progress(what).wait_for(process, log)
        except BaseException:
            stop(process)
            raise
    said = log.read_text(errors="replace")
    if status not in (0, 1):
        lines = [line for line in said.splitlines() if line.strip()] or ["it said nothing"]
        raise CannotRun(f"ci/{command[0].name} ended with {status}: {lines[-1][:300]}\n{said[-2000:]}")
    if "--json" in command:
        os.replace(fresh, report)
    return status, said


def print_log(said):
    """Prints what a command said, without progress lines."""
    print("\n".join(line for line in said.splitlines() if not line.startswith("    ... ")), flush=True)


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
        print_log(run_logged([FINDINGS, output / "raw", "--output", output / "findings"], output, "findings")[1])
    count = nightly_page.count_findings(output)
    return [f"{count} finding{'s' if count > 1 else ''} in {output / 'findings'}"] if count else []


def merge(output, targets):
    """Merges new inputs into fuzz/corpus/."""
    status, said = run_logged([CORPUS, "--no-setup", "--from", output / "corpus", *targets], output, "corpora")
    print_log(said)
    unchanged = [line.partition(":")[0] for line in said.splitlines() if ": unchanged, " in line]
    return [f"corpora that would cover less, and are unchanged: {', '.join(unchanged) or 'see corpus.log'}"] if status else []


def search_for(faults, output, trials, seed):
    """Searches for planted faults, keeps the rows of ci/planted in the history, and returns them."""
    run_logged([PLANTED, "--no-setup", "--only", f"^({'|'.join(faults)})$", "--trials", trials, "--no-control",
                "--seed", seed, "--output", output / "planted-work"], output, "planted faults")
    rows = json.loads((output / "planted-work/results.json").read_text())["results"]
    for row in rows:
        files.append(output / "planted.jsonl", {"time": int(time.time()), **row})
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
    print_log(run_logged([MUTANTS, "--no-setup", "--for", f"{seconds}s", "--json"], output, f"ci/mutants for {seconds} s", report)[1])
    outcomes = json.loads(report.read_text())
    counts = collections.Counter(mutant["outcome"] for mutant in outcomes["mutants"])
    files.append(output / "mutants.jsonl", {"time": int(time.time()), **counts})
    return [mutant["id"] for mutant in outcomes["mutants"] if mutant["outcome"] == "survived"] + [
        f"{each} in core/tests/equivalent_mutants: {what}" for each, what in outcomes["stale"]]


def named(what, names, advice):
    """What a stage has found, as a list of at most one sentence."""
    return [f"{what}: {', '.join(names)} ({advice})"] if names else []


def run(options, night):
    output, targets = options.output, options.targets
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are expected; core dumps would only fill the disk
    state = read_state(output, options.duration, options.seed)
    print(f"seed {state['seed']}; {len(targets)} targets, {os.cpu_count()} CPUs; results: {output}/index.html", flush=True)
    jobs.kill_all(output)
    for left in (output / "jobs").glob("*"):
        jobs.absorb(left, output)
    corpus.remove_cut(output / "corpus")
    if state["jobs"] == 0:
        retire(output, findings.Runner(findings.default_trees(), engines.HANG_SECONDS))
    unpack(targets, output)
    night.stage("fuzzing")
    Run(options, targets, state, night).fuzz()
    night.attempt("examining failing inputs", lambda: make_findings(output))
    if options.update_corpus:
        night.attempt("merging corpora", lambda: merge(output, targets))
    night.attempt("searching for planted faults", lambda: named(
        "missed planted faults", search_faults(output, state), "improve the targets or the way inputs are made, never the fault"))
    night.attempt("trying mutants", lambda: named(
        "mutants", try_mutants(output, state), "improve the tests, or say in core/tests/equivalent_mutants why no test can kill them"))
    write_state(output, {**state, "finished": True})
    print(nightly_page.render(output))
