"""Jobs: one engine on one target and subject for some time, beside others; what ci/nightly consists of.

All that a job finds is in files from the moment it is found: inputs in the target's corpus (libFuzzer) or in the
job's own folder (AFL++), which absorb() empties into the corpus, also after the run was killed.
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
from shared.trees import BUILD

# Or what is started would go on for ever if this process is killed.
ENDS_WITH_THIS = ["setpriv", "--pdeathsig", "KILL", "--"]
LIBFUZZER_LINE = re.compile(r"#(\d+)\s.*?cov: (\d+) .*?corp: (\d+)/.*?exec/s: (\d+)")


@dataclasses.dataclass(frozen=True)
class Lane:
    target: str
    engine: str  # libfuzzer (sanitized), afl (with CMPLOG), afl-asan
    subject: str

    def __str__(self):
        return f"{self.target} {self.subject} {self.engine}"


@dataclasses.dataclass
class Figures:
    programs: int = 0
    edges: int = 0
    corpus: int = 0
    speed: int = 0


def take_in(source, folder):
    """Copies inputs into a corpus, named by content; how many were new."""
    new = 0
    for path in source:
        data = path.read_bytes()
        into = folder / corpus.name_of(data)
        if not into.exists():
            fresh = into.with_name("." + into.name)  # a copy that was cut short is no input
            fresh.write_bytes(data)
            os.replace(fresh, into)
            new += 1
    return new


def absorb(folder, output):
    """What an AFL++ job left: its queue to the corpus, its crashes and hangs to raw/."""
    target = (folder / "target").read_text() if (folder / "target").exists() else ""
    if target:
        take_in(folder.glob("out/*/queue/id*"), output / "corpus" / target.split(".")[0])
        raw = output / "raw" / target
        raw.mkdir(parents=True, exist_ok=True)
        for kind in ("crashes", "hangs"):
            for path in folder.glob(f"out/*/{kind}/id*"):
                data = path.read_bytes()
                (raw / f"{'crash' if kind == 'crashes' else 'timeout'}-{corpus.name_of(data)}").write_bytes(data)
    shutil.rmtree(folder, ignore_errors=True)


def marked(folder):
    """AFL++'s fork servers outlive it, killed or not, in sessions of their own: their environment tells whose they are."""
    mark = f"RINGPROOF_JOB={folder}".encode()
    processes = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                processes.append(int(process.name))
        except OSError:
            continue  # gone, or another user's
    return processes


def kill_marked(folder):
    for process in marked(folder):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue  # gone meanwhile


class Job:
    def __init__(self, lane, slot, seconds, seed, output):
        self.lane = lane
        self.slot = slot
        self.output = output
        self.folder = output / "jobs" / str(slot)
        self.corpus = output / "corpus" / lane.target
        self.raw = output / "raw" / f"{lane.target}.{lane.subject}"
        for folder in (self.folder, self.corpus, self.raw):
            folder.mkdir(parents=True, exist_ok=True)
        self.raw_before = set(self.raw.iterdir())
        self.deadline = time.monotonic() + seconds
        self.began = time.monotonic()
        self.log = self.folder / "log"
        environment = dict(engines.environment(lane.subject, lane.target, sanitized=lane.engine != "afl"), RINGPROOF_JOB=str(self.folder))
        if lane.engine == "libfuzzer":
            command = self.libfuzzer(seconds, seed)
        else:
            drawn, more = engines.afl_draw(seed, "AFL_CUSTOM_MUTATOR_LIBRARY" in environment, lane.engine == "afl")
            environment.update(more)
            command = self.afl(seconds, seed, drawn)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([*ENDS_WITH_THIS, *map(str, command)],
                                            env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    def libfuzzer(self, seconds, seed):
        return engines.libfuzzer(BUILD / "fuzz/fuzz" / self.lane.target, self.corpus, f"{self.raw}/", seconds, seed)

    def afl(self, seconds, seed, options):
        (self.folder / "target").write_text(f"{self.lane.target}.{self.lane.subject}")
        cmplog = ["-c", BUILD / "afl-cmplog/fuzz" / self.lane.target] if self.lane.engine == "afl" else []
        return engines.afl(BUILD / self.lane.engine / "fuzz" / self.lane.target, self.corpus, self.folder / "out",
                           seconds, seed, "-S", f"job{self.slot}", *cmplog, *options)

    def figures(self):
        if self.lane.engine == "libfuzzer":
            lines = LIBFUZZER_LINE.findall(self.log.read_text(errors="replace"))
            return Figures(*map(int, lines[-1])) if lines else Figures()
        stats = {}
        for path in self.folder.glob("out/*/fuzzer_stats"):
            stats = dict(re.findall(r"^(\w+) +: (\S+)", path.read_text(errors="replace"), re.M))
        speed = float(stats.get("execs_per_sec", 0))  # inf, if it is asked at once
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

    def found(self):
        """How many raw files this job left: also those that are not absorbed yet."""
        fresh = sum(map(engines.is_raw, set(self.raw.iterdir()) - self.raw_before))
        return fresh + sum(1 for kind in ("crashes", "hangs") for _ in self.folder.glob(f"out/*/{kind}/id*"))

    def end(self):
        """What it came to. A job that ran no program at all says why."""
        kill_marked(self.folder)
        figures = self.figures()
        seconds = time.monotonic() - self.began
        trouble = "" if figures.programs > 0 or self.found() else self.log.read_text(errors="replace")[-500:]
        if self.lane.engine == "libfuzzer":
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            absorb(self.folder, self.output)
        return {"target": self.lane.target, "subject": self.lane.subject, "engine": self.lane.engine,
                "seconds": round(seconds, 1), "programs": figures.programs, "edges": figures.edges,
                "corpus": sum(1 for _ in self.corpus.iterdir()), "speed": int(figures.programs / max(seconds, 1)),
                "raw": self.found(), **({"trouble": trouble} if trouble else {})}
