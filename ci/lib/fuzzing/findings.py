"""Implements ci/findings.

Every raw file is run again, in a sanitized build, and what it then says is its signature. The smallest file of each
signature is made smaller as long as that stays alike; those that then have the same one are one finding.
"""
import concurrent.futures
import dataclasses
import datetime
import itertools
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile
import time

from fuzzing import corpus, engines, signatures
from shared.errors import CannotRun
from shared.repository import ROOT

KINDS = "crash|timeout|oom|leak"
LIBFUZZER_NAME = re.compile(rf"(?:(?P<target>\w+)-(?:(?P<subject>\w+)-)?)?(?:{KINDS})-\w+")
FOLDER_NAME = re.compile(r"(?P<target>\w+)(?:\.(?P<subject>\w+))?")
RAW_KEPT = 3
REPORT_MAX = 200_000  # bytes: a trace in it can be megabytes
RSS_LIMIT = "hard_rss_limit_mb=2048"  # as libFuzzer's
# All point stores: a trace that is kept is replayed on each.
STORES = {"core", "tiny", "merge"}
DATE = "%Y-%m-%dT%H:%M:%SZ"


@dataclasses.dataclass(frozen=True)
class Lane:
    target: str
    subject: str


@dataclasses.dataclass
class Raw:
    """Files of the same content, of one lane."""
    lane: Lane
    path: pathlib.Path
    size: int
    digest: str
    count: int
    first: float  # seconds since 1970


@dataclasses.dataclass
class Finding:
    signature: signatures.Signature
    tree: pathlib.Path
    raws: list  # smallest first
    data: bytes = b""  # the input that shows it
    minimal: bool = True  # or the time was up
    others: set = dataclasses.field(default_factory=set)  # signatures of raw files that came to this one

    @property
    def lane(self):
        return Lane(self.signature.target, self.signature.subject)


# RAW FILES

def is_raw(path):
    afl = path.parent.name in ("crashes", "hangs") and path.name.startswith("id")
    return path.is_file() and (afl or LIBFUZZER_NAME.fullmatch(path.name) is not None)


def lane_of(path, known, default):
    """From the file's own name, or from the nearest folder that is named after a target."""
    names = [LIBFUZZER_NAME.fullmatch(path.name)] + [FOLDER_NAME.fullmatch(folder.name) for folder in path.parents]
    for match in names:
        if match and match["target"] in known:
            return Lane(match["target"], match["subject"] or "core")
    if default:
        return default
    raise CannotRun(f"{path}: of which target? put it into a folder named TARGET.SUBJECT, or say --target; "
                    f"targets are: {', '.join(sorted(known))}")


def collect(folders, known, default, output):
    """Not those that are kept with findings."""
    raws = {}
    for folder in folders:
        if not folder.exists():
            raise CannotRun(f"{folder}: no such folder")
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if not is_raw(path) or path.resolve().is_relative_to(output):
                continue
            data = path.read_bytes()
            lane = lane_of(path.resolve(), known, default)
            key = (lane, corpus.name_of(data))
            raw = raws.setdefault(key, Raw(lane, path, len(data), key[1], 0, path.stat().st_mtime))
            raw.count += 1
            raw.first = min(raw.first, path.stat().st_mtime)
    return sorted(raws.values(), key=lambda raw: (raw.lane.target, raw.lane.subject, raw.size, raw.digest))


# RUNS

class Runner:
    def __init__(self, trees, seconds):
        self.trees = trees
        self.seconds = seconds

    def run(self, tree, lane, path):
        """The signature of what comes of it, or None; and what was printed."""
        environment = dict(os.environ, RINGPROOF_SUBJECT=lane.subject, RINGPROOF_SLOW_MS=str(engines.SLOW_SANITIZED_MS), ASAN_OPTIONS=RSS_LIMIT,
                           UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        try:
            done = subprocess.run([str(tree / "fuzz" / lane.target), str(path)], env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=self.seconds, check=False)
        except subprocess.TimeoutExpired as late:
            return signatures.Signature(lane.target, lane.subject, "hang", ()), (late.stderr or b"").decode(errors="replace")
        except OSError as error:
            raise CannotRun(f"{tree}/fuzz/{lane.target}: {error.strerror}: build it: cmake --build {tree} --target fuzz_targets") from error
        said = done.stderr.decode(errors="replace")
        if "RINGPROOF_SUBJECT=" in said:
            raise CannotRun(said.strip())
        return signatures.of_run(lane.target, lane.subject, done.returncode, said), said

    def first_failure(self, raw):
        """Where it fails first, and how."""
        for tree in self.trees:
            signature, _ = self.run(tree, raw.lane, raw.path)
            if signature:
                return tree, signature
        return self.trees[0], signatures.Signature(raw.lane.target, raw.lane.subject, signatures.AGREES_NOW, ())


def group(raws, failures):
    groups = {}
    for raw, (tree, signature) in zip(raws, failures):
        groups.setdefault(signature, Finding(signature, tree, [])).raws.append(raw)
    return list(groups.values())


def fold(findings):
    """Those that have the same signature, now that they are small, into one."""
    folded = {}
    for finding in sorted(findings, key=lambda finding: (finding.signature, len(finding.data), finding.data)):
        first = folded.setdefault(finding.signature, finding)
        if first is not finding:
            first.raws = sorted(first.raws + finding.raws, key=lambda raw: (raw.size, raw.digest))
            first.others |= finding.others
    return list(folded.values())


# MAKING SMALL

def source_of(target):
    return next(path for folder in ("fuzz/targets", "repro/beam/fuzz") if (path := ROOT / folder / f"{target}.c").exists())


def head_of(target):
    """How many bytes a target reads itself before its program; None: its input is no program.
    From its source, which says so once, so that nobody has to say it again."""
    source = source_of(target).read_text()
    call = re.search(r"target_program\(data, size, (\w+),", source)
    if not call:
        return None
    if call[1].isdigit():
        return int(call[1])
    constant = re.search(rf"\b{call[1]} = (\d+)", source)
    return int(constant[1]) if constant else None


def shrink_bytes(data, fails):
    """As few bytes as fail: halves, quarters, ... single bytes are left out, as long as any can be."""
    smaller = True
    while smaller:
        smaller = False
        size = max(1, len(data) // 2)
        while size > 0:
            end = len(data)
            while end > 0:
                begin = max(0, end - size)
                candidate = data[:begin] + data[end:]
                if fails(candidate):
                    data = candidate
                    smaller = True
                end = begin
            size //= 2
    return data


def shrink_program(ringproof, head, data, fails, work):
    """By `ringproof shrink`; None where the program alone is not what fails."""
    (work / "whole").write_bytes(data)
    candidate = work / "shrunk"
    command = [str(ringproof), "shrink", f"--head={head}", f"--candidate={candidate}", str(work / "whole")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shrinker:
        for _ in shrinker.stdout:
            shrinker.stdin.write("fails\n" if fails(candidate.read_bytes()) else "agrees\n")
            shrinker.stdin.flush()
        said = shrinker.stderr.read()
        status = shrinker.wait()
    if status not in (0, 1):
        raise CannotRun(f"ringproof shrink ended with {status}: {said}")
    return candidate.read_bytes() if status == 0 else None


def make_small(finding, runner, ringproof, seconds, work):
    """Finds the smallest input, and what it is a finding of."""
    deadline = time.monotonic() + seconds
    seen = {}

    def fails(candidate):
        if time.monotonic() > deadline:
            finding.minimal = False
            return False
        path = work / "candidate"
        path.write_bytes(candidate)
        signature, _ = runner.run(finding.tree, finding.lane, path)
        if signature is None or not signature.is_like(finding.signature):
            return False
        seen[candidate] = signature
        return True

    data = finding.raws[0].path.read_bytes()
    head = head_of(finding.lane.target)
    shrunk = shrink_program(ringproof, head, data, fails, work) if head is not None else None
    finding.data = shrink_bytes(data, fails) if shrunk is None else shrunk
    finding.signature = seen.get(finding.data, finding.signature)


def settle(finding, known, runner, ringproof, seconds):
    """Gives the finding its input. One that an earlier run made small will do, if it still shows what it did."""
    finding.others.add(finding.signature)
    finding.data = finding.raws[0].path.read_bytes()
    if finding.signature in known:
        where, signature = known[finding.signature]
        if runner.run(finding.tree, finding.lane, where / "input")[0] == signature:
            finding.data = (where / "input").read_bytes()
            finding.signature = signature
            return finding
    if finding.signature.kind != signatures.AGREES_NOW:
        with tempfile.TemporaryDirectory() as work:
            make_small(finding, runner, ringproof, seconds, pathlib.Path(work))
    return finding


# WHAT IS WRITTEN

def shown(path):
    """As it is written in a command that is run in the repository."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def reproduce(finding, where):
    words = [f"RINGPROOF_SUBJECT={finding.lane.subject}"]
    kind = finding.signature.kind
    if kind in ("slow", "hang"):
        words.append(f"RINGPROOF_SLOW_MS={engines.SLOW_SANITIZED_MS}")
    if kind == signatures.TOO_MUCH_MEMORY:
        words.append(f"ASAN_OPTIONS={RSS_LIMIT}")
    return " ".join([*words, shown(finding.tree / "fuzz" / finding.lane.target), shown(where / "input")])


def write_trace(finding, name, said, ringproof, where):
    """For people; and, of ring_ops, for `ringproof expect`, so that it can be kept as it is."""
    head = head_of(finding.lane.target)
    if head is None:
        return
    data = (where / "input").read_bytes()
    (where / "program").write_bytes(data[head:])
    done = subprocess.run([str(ringproof), "convert", str(where / "program")], capture_output=True, check=False)
    (where / "program").unlink()
    if done.returncode != 0:
        raise CannotRun(f"ringproof convert: {done.stderr.decode(errors='replace')}")
    rule, _, operations = done.stdout.partition(b"\n")
    comments = [f"# {line}" for line in [name, *signatures.sentences(finding.signature, said)]]
    if finding.lane.target == "ring_ops":
        expectations = [f"expect {subject} agree" for subject in sorted(STORES | {finding.lane.subject})]
    else:
        comments.append(f"# The program alone, to be read; what fails is {finding.lane.target}, on 'input'.")
        expectations = []
    text = "\n".join(comments).encode() + b"\n" + rule + b"\n" + "".join(f"{line}\n" for line in expectations).encode() + operations
    (where / "trace").write_bytes(text)


def write_seen(finding, where):
    first = min(raw.first for raw in finding.raws)
    date = datetime.datetime.fromtimestamp(first, datetime.timezone.utc).strftime(DATE)
    before = re.search(r"the first of (\S+)", (where / "seen").read_text()) if (where / "seen").exists() else None
    date = min(date, before[1]) if before else date
    count = sum(raw.count for raw in finding.raws)
    (where / "seen").write_text(f"{count} raw file{'' if count == 1 else 's'}, the first of {date}\n")


def write_raw(finding, where):
    shutil.rmtree(where / "raw", ignore_errors=True)
    (where / "raw").mkdir()
    for raw in finding.raws[:RAW_KEPT]:
        shutil.copy(raw.path, where / "raw" / f"{finding.lane.target}-{finding.lane.subject}-crash-{raw.digest[:16]}")


def read_signatures(path):
    """That of the finding's input, and then those of its raw files."""
    return list(map(signatures.Signature.parse, json.loads(path.read_text())))


def read_known(output):
    """Of an earlier run: for each signature of raw files the folder, and the signature of its input, which stands first."""
    known = {}
    for path in sorted(output.glob("*/signature")):
        first, *others = read_signatures(path)
        known.update({signature: (path.parent, first) for signature in [first, *others]})
    return known


def place(findings, known, output):
    """A folder for each: the one that it had, or one under a free name."""
    places = {first: where for where, first in known.values()}
    for finding in findings:
        name = finding.signature.name()
        names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
        if finding.signature not in places:
            places[finding.signature] = next(output / free for free in names if output / free not in places.values())
        places[finding.signature].mkdir(exist_ok=True)
    return places


def write(finding, where, runner, ringproof):
    """Fills the finding's folder; says it in a line."""
    name = where.name
    (where / "input").write_bytes(finding.data)
    _, said = runner.run(finding.tree, finding.lane, where / "input")
    line = reproduce(finding, where)
    (where / "reproduce").write_text(line + "\n")
    (where / "report.txt").write_text(f"{name}\n{line}\n\n{said or signatures.SILENCE}"[:REPORT_MAX])
    write_trace(finding, name, said, ringproof, where)
    write_seen(finding, where)
    write_raw(finding, where)
    rows = [finding.signature, *sorted(finding.others - {finding.signature})]
    (where / "signature").write_text(json.dumps([dataclasses.astuple(row) for row in rows]) + "\n")
    late = "" if finding.minimal else ", not minimal: the time was up"
    return f"{name}: {(where / 'seen').read_text().strip()}; {len(finding.data)} bytes{late}"


def default_trees():
    return [ROOT / "build/asan"] + [tree for tree in [ROOT / "build/fuzz"] if (tree / "fuzz/ring_ops").exists()]


def run(options):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are wanted here, core files are not
    known = set(corpus.targets())
    default = None
    if options.target:
        match = FOLDER_NAME.fullmatch(options.target)
        if not match or match["target"] not in known:
            raise CannotRun(f"--target {options.target}: no such target; there are: {', '.join(sorted(known))}")
        default = Lane(match["target"], match["subject"] or "core")
    output = options.output.resolve()
    raws = collect(options.folders, known, default, output)
    if not raws:
        print("no raw files: nothing was found")
        return 0
    output.mkdir(parents=True, exist_ok=True)
    trees = [tree.resolve() for tree in options.tree or default_trees()]
    runner = Runner(trees, options.seconds)
    ringproof = trees[0] / "fuzz/ringproof"
    if not ringproof.exists():
        raise CannotRun(f"{ringproof} is not there: build it: cmake --build {trees[0]} --target ringproof")
    print(f"{sum(raw.count for raw in raws)} raw files, {len(raws)} different ones", flush=True)
    known_before = read_known(output)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        groups = group(raws, list(pool.map(runner.first_failure, raws)))
        settled = pool.map(lambda finding: settle(finding, known_before, runner, ringproof, options.minimise_seconds), groups)
        findings = fold(settled)
        places = place(findings, known_before, output)
        for line in pool.map(lambda finding: write(finding, places[finding.signature], runner, ringproof), findings):
            print(line, flush=True)
    print(f"{len(findings)} findings: {shown(output)}")
    return 1
