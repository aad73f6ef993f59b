"""Runs ringproof on a ring, and tells findings that are known from new ones."""
import json
import re
import signal
import subprocess

from rings import speed
from shared.progress import Progress

SPARE = 120  # seconds that a check may take longer than it was told, before it is ended


class Finding:
    """What a check found. `known` is the known finding that it is, or None."""

    def __init__(self, kind, trigger, times, trace, known):
        self.kind, self.trigger, self.times, self.trace, self.known = kind, trigger, times, trace, known


class Verdict:
    """What is known about a ring after it was judged, or why it was not."""

    def __init__(self, ring):
        self.ring = ring
        self.skipped = ""     # why it was not judged
        self.declares = {}
        self.questions = self.changes = None  # in a second
        self.operations = self.programs = 0
        self.findings = []
        self.known = []       # pairs: a known finding, and whether it is still there; None if that could not be seen

    def new(self):
        return [finding for finding in self.findings if not finding.known]


def kind_of(name):
    """A finding's name without the number that tells it from others of the kind."""
    return re.sub(r"-\d+$", "", name)


def read_check(lines, known):
    """The findings and the summary in what `check --json --keep-going` printed. Those that its table lacks have no trigger."""
    objects = [json.loads(line) for line in lines if line.startswith("{")]
    of_type = lambda name: [entry for entry in objects if entry.get("type") == name]
    rows = {row["name"]: row for table in of_type("table") for row in table["findings"]}
    findings = []
    for entry in of_type("finding"):
        name = entry.get("name") or entry["verdict"]
        row = rows.get(name, {})
        kind, trigger = kind_of(name), row.get("trigger", "")
        findings.append(Finding(kind, trigger, row.get("times", 1), entry.get("file", ""),
                                next((one for one in known if one.covers(kind, trigger)), None)))
    return findings, (of_type("summary") or [{}])[-1]


def run(words, seconds, log, what):
    """Runs a program with its output in log.out and log.err. Returns its exit status, or None if it had to be ended."""
    with log.with_suffix(".out").open("wb") as out, log.with_suffix(".err").open("wb") as errors:
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, start_new_session=True) as process:
            progress = Progress(what)
            try:
                for _ in range(round(seconds)):
                    try:
                        return process.wait(1)
                    except subprocess.TimeoutExpired:
                        progress.show("running")
                process.send_signal(signal.SIGTERM)
                process.wait(SPARE)
            except subprocess.TimeoutExpired:
                pass
            finally:
                if process.poll() is None:
                    process.kill()
    return None


def check(tool, ring, options, folder, verdict):
    """Returns an error, or an empty text."""
    status = run([str(tool), "check", "--keep-going", "--json", "--for", f"{options.duration:g}s", "--seed", str(options.seed),
                  "--subject", f"exec:{ring.command}", "--output", str(folder / "found")], options.duration + SPARE, folder / "check", ring.name)
    said = (folder / "check.out").read_text(errors="replace").splitlines()
    verdict.findings, summary = read_check(said, ring.known())
    verdict.operations, verdict.programs = summary.get("operations", 0), summary.get("programs", 0)
    if status in (0, 1) and summary:
        return ""
    complaint = [line for line in (folder / "check.err").read_text(errors="replace").splitlines() if line.strip()]
    return f"ringproof check {'did not end' if status is None else f'ended with {status}'}: {(complaint or ['it said nothing'])[-1][:160]}"


def replay(tool, ring, folder):
    """Whether each known finding is still there."""
    found = []
    for known in ring.known():
        status = run([str(tool), "replay", "--json", str(known.path), "--subject", f"exec:{ring.command}"], SPARE, folder / f"known-{known.path.stem}",
                     ring.name)
        found.append((known, {0: False, 1: True}.get(status)))
    return found


def measure(ring, seconds, verdict):
    """How fast the ring is. A ring that cannot be measured is still judged."""
    for what in ("questions", "changes"):
        try:
            setattr(verdict, what, getattr(speed, what)(ring.command, seconds))
        except speed.Mute:
            pass


def judge(tool, ring, options, folder):
    """The verdict on a ring that is installed. Files go to `folder`."""
    verdict = Verdict(ring)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        verdict.declares = speed.declarations(ring.command)
    except speed.Mute as error:
        verdict.skipped = str(error)
        return verdict
    measure(ring, options.measure, verdict)
    verdict.known = replay(tool, ring, folder)
    verdict.skipped = check(tool, ring, options, folder, verdict)
    return verdict
