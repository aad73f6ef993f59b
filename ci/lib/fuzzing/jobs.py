"""Jobs of ci/nightly. A job is one engine on one target and subject for a while. Several jobs run at a time.

A job writes everything to files at once, so that nothing is lost if the run is killed. libFuzzer writes new inputs into the
target's corpus. AFL++ writes them into the job's own folder; absorb() moves them into the corpus, if necessary in the next
run.
"""
import dataclasses
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from fuzzing import corpus, engines
from shared import files
from shared.trees import BUILD

LIBFUZZER_LINE = re.compile(r"#(\d+)\s.*?cov: (\d+) .*?corp: (\d+)/.*?exec/s: (\d+)")


@dataclasses.dataclass(frozen=True)
class Combination:
    """What a job runs."""
    target: str
    engine: str  # libfuzzer (with sanitizers), afl (with CMPLOG) or afl-asan
    subject: str

    def __str__(self):
        return f"{self.target} {self.subject} {self.engine}"


@dataclasses.dataclass
class Figures:
    programs: int = 0
    edges: int = 0
    corpus: int = 0
    speed: int = 0


def absorb(folder, output):
    """Moves what an AFL++ job left: its queue into the corpus, its crashes and hangs into raw/."""
    target = (folder / "target").read_text() if (folder / "target").exists() else ""
    if target:
        corpus.write_inputs((path.read_bytes() for path in folder.glob("out/*/queue/id*")), output / "corpus" / target.split(".")[0])
        raw = output / "raw" / target
        raw.mkdir(parents=True, exist_ok=True)
        for kind in ("crashes", "hangs"):
            for path in folder.glob(f"out/*/{kind}/id*"):
                data = path.read_bytes()
                files.replace(raw / f"{'crash' if kind == 'crashes' else 'timeout'}-{corpus.name_of(data)}", data)
    shutil.rmtree(folder, ignore_errors=True)


def marked(folder):
    """The processes of a job, by their environment. AFL++'s fork servers outlive it, in their own sessions."""
    mark = f"RINGPROOF_JOB={folder}".encode()
    processes = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                processes.append(int(process.name))
        except OSError:
            continue  # it has ended, or belongs to another user
    return processes


def kill_all(output):
    """Ends all processes that a run with this output folder has started."""
    for folder in (output, *(output / "jobs").glob("*")):
        kill_marked(folder)


def kill_marked(folder):
    for process in marked(folder):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it has ended


class Job:
    def __init__(self, combination, slot, seconds, seed, output):
        self.combination = combination
        self.slot = slot
        self.output = output
        self.folder = output / "jobs" / str(slot)
        self.corpus = output / "corpus" / combination.target
        self.raw = output / "raw" / f"{combination.target}.{combination.subject}"
        for folder in (self.folder, self.corpus, self.raw):
            folder.mkdir(parents=True, exist_ok=True)
        self.raw_before = set(self.raw.iterdir())
        self.deadline = time.monotonic() + seconds
        self.began = time.monotonic()
        self.log = self.folder / "log"
        environment = dict(engines.environment(combination.subject, combination.target, sanitized=combination.engine != "afl"),
                           RINGPROOF_JOB=str(self.folder))
        if combination.engine == "libfuzzer":
            command = self.libfuzzer(seconds, seed)
        else:
            drawn, more = engines.afl_draw(seed, "AFL_CUSTOM_MUTATOR_LIBRARY" in environment, combination.engine == "afl")
            environment.update(more)
            command = self.afl(seconds, seed, drawn)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*engines.ENDS_WITH_THIS, *map(str, command)],
                                            env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    def libfuzzer(self, seconds, seed):
        return engines.libfuzzer(BUILD / "fuzz/fuzz" / self.combination.target, self.corpus, f"{self.raw}/", seconds, seed)

    def afl(self, seconds, seed, options):
        target, engine = self.combination.target, self.combination.engine
        (self.folder / "target").write_text(f"{target}.{self.combination.subject}")
        cmplog = ["-c", BUILD / "afl-cmplog/fuzz" / target] if engine == "afl" else []
        return engines.afl(BUILD / engine / "fuzz" / target, self.corpus, self.folder / "out",
                           seconds, seed, "-S", f"job{self.slot}", *cmplog, *options)

    def figures(self):
        """What the engine has reported so far."""
        if self.combination.engine == "libfuzzer":
            lines = LIBFUZZER_LINE.findall(self.log.read_text(errors="replace"))
            return Figures(*map(int, lines[-1])) if lines else Figures()
        stats = {}
        for path in self.folder.glob("out/*/fuzzer_stats"):
            stats = dict(re.findall(r"^(\w+) +: (\S+)", path.read_text(errors="replace"), re.M))
        speed = float(stats.get("execs_per_sec", 0))  # AFL++ reports inf right after its start
        return Figures(int(stats.get("execs_done", 0)), int(stats.get("edges_found", 0)),
                       int(stats.get("corpus_count", 0)), int(speed) if math.isfinite(speed) else 0)

    def running(self):
        if self.process.poll() is not None:
            return False
        if time.monotonic() > self.deadline + 60:  # the engine itself hangs
            self.stop()
            return False
        return True

    def stop(self):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        kill_marked(self.folder)

    def found(self):
        """How many failing inputs this job has found, including those that are not absorbed yet."""
        fresh = sum(map(engines.is_raw, set(self.raw.iterdir()) - self.raw_before))
        return fresh + sum(1 for kind in ("crashes", "hangs") for _ in self.folder.glob(f"out/*/{kind}/id*"))

    def end(self):
        """Ends the job and returns its row for the history. `trouble` is the end of the log if the job ran no program."""
        kill_marked(self.folder)
        figures = self.figures()
        seconds = time.monotonic() - self.began
        trouble = "" if figures.programs > 0 or self.found() else self.log.read_text(errors="replace")[-500:]
        if self.combination.engine == "libfuzzer":
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            absorb(self.folder, self.output)
        return {**dataclasses.asdict(self.combination), "seconds": round(seconds, 1), "programs": figures.programs, "edges": figures.edges,
                "corpus": sum(1 for _ in self.corpus.iterdir()), "speed": int(figures.programs / max(seconds, 1)),
                "raw": self.found(), **({"trouble": trouble} if trouble else {})}
