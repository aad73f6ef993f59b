"""Implements ci/nightly.

Lanes (target, subject, engine) take turns on the cores. Nothing is kept in memory alone: `state.json` says how much
of the time is spent, `history.jsonl` what each job came to, so that a run that was killed is gone on with.
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
from shared.repository import ROOT

ENGINES = ["libfuzzer", "afl", "afl-asan"]
CORPUS, FINDINGS, MUTANTS, PLANTED = (ROOT / "ci" / name for name in ("corpus", "findings", "mutants", "planted"))
PLANTED_SHARE = 0.15  # of the time, for planted bugs
MUTANTS_SHARE = 0.10
JOB_MIN, JOB_MAX = 15, 600  # seconds
SHOWN_EVERY = 10


def append(path, row):
    """A line, whole or not at all for who reads it: readers skip a line that is cut."""
    with open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(row, sort_keys=True) + "\n")
        out.flush()
        os.fsync(out.fileno())


def write_state(output, state):
    files.replace(output / "state.json", json.dumps(state).encode() + b"\n")


def read_state(output, seconds, seed):
    path = output / "state.json"
    state = json.loads(path.read_text()) if path.exists() else {"finished": True}
    if state["finished"] or "jobs" not in state:  # an earlier ci/nightly counted something else
        return {"finished": False, "seconds": seconds, "spent": 0, "jobs": 0, "seed": seed, "began": int(time.time())}
    print(f"going on with the run that was cut short after {state['spent']:.0f} of {state['seconds']:.0f} s", flush=True)
    return state


def lanes(targets):
    """So ordered that a short run meets every target early."""
    return [jobs.Lane(target, engine, subject)
            for position in range(3) for engine in ENGINES for target in targets
            for subject in corpus.subjects(target)[position:position + 1]]


def unpack(targets, output):
    for target in targets:
        folder = output / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        corpus.write_inputs(corpus.unpack(target), folder)


def show(running, state):
    parts = []
    for job in running:
        figures = job.figures()
        parts.append(f"{job.lane}: {figures.speed} execs/s, {figures.edges} edges")
    raw = sum(job.found() for job in running)
    print(f"    {state['spent']:.0f} of {state['seconds']:.0f} s; {'; '.join(parts)}; raw findings there: {raw}", flush=True)


class Run:
    def __init__(self, options, targets, state):
        self.output = options.output
        self.state = state
        self.slots = os.cpu_count()
        self.waiting = lanes(targets)
        self.fuzzing = state["seconds"] * (1 - PLANTED_SHARE - MUTANTS_SHARE)
        share = self.fuzzing * self.slots / len(self.waiting)
        rounds = max(1, int(share / JOB_MAX))
        self.job_seconds = max(JOB_MIN, int(share / rounds))
        # Where a run that was cut short had come to.
        first = state["jobs"] % len(self.waiting)
        self.waiting = self.waiting[first:] + self.waiting[:first]
        self.running = []

    def start_job(self, slot):
        lane = self.waiting.pop(0)
        self.waiting.append(lane)
        left = self.fuzzing - self.state["spent"]
        seconds = int(max(5, min(self.job_seconds, left)))
        seed = random.Random(f"{self.state['seed']} {self.state['jobs']}").randrange(1, 2**31)
        self.state["jobs"] += 1
        self.running.append(jobs.Job(lane, slot, seconds, seed, self.output))

    def end_job(self, job):
        self.running.remove(job)
        row = job.end()
        append(self.output / "history.jsonl", {"time": int(time.time()), **row})
        print(f"{job.lane}: {row['programs']} programs in {row['seconds']} s, {row['edges']} edges, "
              f"corpus {row['corpus']}" + (f", {row['raw']} RAW FINDINGS" if row["raw"] else ""), flush=True)
        if "trouble" in row:
            raise CannotRun(f"{job.lane} ran no program:\n{row['trouble']}")

    def fuzz(self):
        shown = ticked = time.monotonic()
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
                if now - shown > SHOWN_EVERY and self.running:
                    shown = now
                    show(self.running, self.state)
        finally:
            for job in list(self.running):
                job.stop()


def run_marked(command, output, **more):
    """To its end, or to that of this process; what it leaves behind then is known by its mark."""
    return subprocess.run([*jobs.ENDS_WITH_THIS, *map(str, command)], check=False,
                          env=dict(os.environ, RINGPROOF_JOB=str(output)), **more)


def retire(output, runner):
    """What was found in earlier nights and fails no longer goes to mended/: it was mended, or is unsteady."""
    mended = output / "mended"
    candidates = [(path, path, findings.lane_of(path, set(corpus.targets()), None))
                  for path in sorted((output / "raw").glob("*/*")) if engines.is_raw(path)]
    for path in sorted((output / "findings").glob("*/signature")):
        signature = findings.read_signatures(path)[0]
        candidates.append((path.parent, path.parent / "input", findings.Lane(signature.target, signature.subject)))
    for what, given, lane in candidates:
        if all(runner.run(tree, lane, given)[0] is None for tree in runner.trees):
            into = mended / what.relative_to(output)
            shutil.rmtree(into, ignore_errors=True)
            into.parent.mkdir(parents=True, exist_ok=True)
            os.replace(what, into)
            print(f"fails no longer, and is in {mended} now: {what.relative_to(output)}", flush=True)


def make_findings(output):
    """Names them and makes them small. Where that fails, raw files are still there, and on the page."""
    if any(engines.is_raw(path) for path in (output / "raw").glob("*/*")):
        status = run_marked([FINDINGS, output / "raw", "--output", output / "findings"], output).returncode
        if status not in (0, 1):
            print(f"ci/findings ended with {status}, see above: what was found is in {output}/raw", flush=True)


def look_for(bugs, output, trials, seed):
    """Rows of ci/planted, which are kept in the history."""
    done = run_marked([PLANTED, "--no-setup", "--only", f"^({'|'.join(bugs)})$", "--trials", trials, "--no-control",
                       "--seed", seed, "--output", output / "planted-work"], output, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise CannotRun(done.stderr)
    rows = json.loads((output / "planted-work/results.json").read_text())["results"]
    for row in rows:
        append(output / "planted.jsonl", {"time": int(time.time()), **row})
    return rows


def plant(output, state):
    """Looks for the bugs that were looked for longest ago, as many as there is time for: returns those that were not found.
    One look may miss what others find: what it misses is looked for twice more, and the median decides."""
    deadline = time.monotonic() + max(30, state["seconds"] * PLANTED_SHARE)
    last = {row["bug"]: row["time"] for row in nightly_page.read_lines(output / "planted.jsonl")}
    oldest = sorted((bug.name for bug in planted.all_bugs()), key=lambda name: (last.get(name, 0), name))
    missed = []
    while oldest and time.monotonic() < deadline:
        some, oldest = oldest[:4], oldest[4:]
        rows = look_for(some, output, 1, state["seed"])
        again = sorted({row["bug"] for row in rows if not row["found"]})
        if again:
            rows += look_for(again, output, 2, state["seed"] + 1)
        found = collections.Counter((row["bug"], row["engine"]) for row in rows if row["found"])
        looks = collections.Counter((row["bug"], row["engine"]) for row in rows)
        this_time = [f"{bug} by {engine}" for bug, engine in looks if 2 * found[bug, engine] < looks[bug, engine]]
        missed += this_time
        print(f"planted: {', '.join(some)}: {'NOT FOUND: ' + ', '.join(this_time) if this_time else 'all found'}", flush=True)
    return missed


def mutate(output, state):
    """Judges mutants of the core, those that no night has judged yet; returns those that survive."""
    report = output / "mutants.json"
    done = run_marked([MUTANTS, "--no-setup", "--minutes", max(0.5, state["seconds"] * MUTANTS_SHARE / 60),
                       "--json", report], output, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise CannotRun(done.stderr)
    print("\n".join(line for line in done.stdout.splitlines() if not line.startswith(" ")), flush=True)
    outcomes = json.loads(report.read_text())
    counts = collections.Counter(mutant["outcome"] for mutant in outcomes["mutants"])
    append(output / "mutants.jsonl", {"time": int(time.time()), **counts})
    return [mutant["id"] for mutant in outcomes["mutants"] if mutant["outcome"] == "survived"] + [
        f"{each} in core/tests/equivalent_mutants: {what}" for each, what in outcomes["stale"]]


def run(options):
    targets = [target for target in corpus.targets() if options.only.search(target)]
    if not targets:
        raise CannotRun(f"no target's name matches --only; there are: {', '.join(corpus.targets())}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are wanted here, core files are not
    options.output = options.output.resolve()
    options.output.mkdir(parents=True, exist_ok=True)
    state = read_state(options.output, options.hours * 3600, options.seed)
    print(f"seed {state['seed']}; {len(targets)} targets, {os.cpu_count()} cores; {options.output}/index.html", flush=True)
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
        merged = run_marked([CORPUS, "--no-setup", "--from", options.output / "corpus", *targets], options.output).returncode == 0
    missed = plant(options.output, state)
    survived = mutate(options.output, state)
    write_state(options.output, {**state, "finished": True})
    summary = nightly_page.render(options.output)
    print(summary)
    if missed:
        print(f"planted bugs that were not found: {', '.join(missed)}: mend the oracle or the generator")
    if survived:
        print(f"mutants: {'; '.join(survived)}: mend the tests, or say in core/tests/equivalent_mutants why nobody can tell")
    return 0 if merged and not missed and not survived and nightly_page.count_findings(options.output) == 0 else 1
