"""Implements ci/findings.

A raw file is a failing input that an engine left. Each one runs again in a sanitized build; what it prints gives its
signature. The smallest file of each signature is shrunk while the signature stays alike. Files whose signatures are then
equal are one finding.
"""
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
from shared import files, locks, pools
from shared.errors import CannotRun
from shared.progress import Progress
from shared.repository import ROOT

KINDS = "crash|timeout|oom|leak"
LIBFUZZER_NAME = re.compile(rf"(?:(?P<target>\w+)-(?:(?P<subject>\w+)-)?)?(?:{KINDS})-\w+")
FOLDER_NAME = re.compile(r"(?P<target>\w+)(?:\.(?P<subject>\w+))?")
RAW_KEPT = 3
REPORT_MAX = 200_000  # characters, since a trace in it can have megabytes
RSS_LIMIT = "hard_rss_limit_mb=2048"  # the same as libFuzzer's
# All point stores, since a trace in regressions/ is replayed on each.
STORES = {"core", "tiny", "merge"}
DATE = "%Y-%m-%dT%H:%M:%SZ"


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What a raw file runs on."""
    target: str
    subject: str


@dataclasses.dataclass
class Raw:
    """Raw files of the same content and configuration."""
    configuration: Configuration
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
    minimal: bool = True  # False if the time limit ended the shrinking
    others: set = dataclasses.field(default_factory=set)  # signatures of raw files that shrank to this finding

    @property
    def configuration(self):
        return Configuration(self.signature.target, self.signature.subject)


# RAW FILES

def is_raw(path):
    afl = path.parent.name in ("crashes", "hangs") and path.name.startswith("id")
    return path.is_file() and (afl or LIBFUZZER_NAME.fullmatch(path.name) is not None)


def configuration_of(path, known, default):
    """Target and subject, from the file's name or from the nearest folder that is named after a target."""
    names = [LIBFUZZER_NAME.fullmatch(path.name)] + [FOLDER_NAME.fullmatch(folder.name) for folder in path.parents]
    for match in names:
        if match and match["target"] in known:
            return Configuration(match["target"], match["subject"] or "core")
    if default:
        return default
    raise CannotRun(f"{path}: unknown target; put the file into a folder named TARGET.SUBJECT, or use --target; "
                    f"targets are: {', '.join(sorted(known))}")


def collect(folders, known, default, output):
    """The raw files in the folders, smallest first. Leaves out those below `output`, which belong to findings."""
    raws = {}
    for folder in folders:
        if not folder.exists():
            raise CannotRun(f"{folder}: no such folder; name one that an engine wrote to")
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            if not is_raw(path) or path.resolve().is_relative_to(output):
                continue
            data = path.read_bytes()
            configuration = configuration_of(path.resolve(), known, default)
            key = (configuration, corpus.name_of(data))
            raw = raws.setdefault(key, Raw(configuration, path, len(data), key[1], 0, path.stat().st_mtime))
            raw.count += 1
            raw.first = min(raw.first, path.stat().st_mtime)
    return sorted(raws.values(), key=lambda raw: (raw.configuration.target, raw.configuration.subject, raw.size, raw.digest))


# RUNS

class Runner:
    def __init__(self, trees, seconds):
        self.trees = trees
        self.seconds = seconds

    def run(self, tree, configuration, path):
        """Runs an input. Returns its signature, or None if it passes, and what was printed."""
        target, subject = configuration.target, configuration.subject
        environment = dict(os.environ, RINGPROOF_SUBJECT=subject, RINGPROOF_SLOW_MS=str(engines.SLOW_SANITIZED_MS), ASAN_OPTIONS=RSS_LIMIT,
                           UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")
        try:
            done = subprocess.run([str(tree / "fuzz" / target), str(path)], env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=self.seconds, check=False)
        except subprocess.TimeoutExpired as late:
            return signatures.Signature(target, subject, "hang", ()), (late.stderr or b"").decode(errors="replace")
        except OSError as error:
            raise CannotRun(f"{tree}/fuzz/{target}: {error.strerror}; build it: cmake --build {tree} --target fuzz_targets") from error
        output = done.stderr.decode(errors="replace")
        if "RINGPROOF_SUBJECT=" in output:
            raise CannotRun(output.strip())
        return signatures.of_run(target, subject, done.returncode, output), output

    def first_failure(self, raw):
        """The first tree in which a raw file fails, and its signature there."""
        for tree in self.trees:
            signature, _ = self.run(tree, raw.configuration, raw.path)
            if signature:
                return tree, signature
        return self.trees[0], signatures.Signature(raw.configuration.target, raw.configuration.subject, signatures.AGREES_NOW, ())


def group(raws, failures):
    groups = {}
    for raw, (tree, signature) in zip(raws, failures):
        groups.setdefault(signature, Finding(signature, tree, [])).raws.append(raw)
    return list(groups.values())


def fold(findings):
    """Joins findings that have the same signature after shrinking."""
    folded = {}
    for finding in sorted(findings, key=lambda finding: (finding.signature, len(finding.data), finding.data)):
        first = folded.setdefault(finding.signature, finding)
        if first is not finding:
            first.raws = sorted(first.raws + finding.raws, key=lambda raw: (raw.size, raw.digest))
            first.others |= finding.others
    return list(folded.values())


# SHRINKING

def source_of(target):
    return next(path for folder in ("fuzz/targets", "repro/beam/fuzz") if (path := ROOT / folder / f"{target}.c").exists())


def head_of(target):
    """How many bytes of its own a target reads before the program, from its source. None if its input is no program."""
    source = source_of(target).read_text()
    call = re.search(r"target_program\(data, size, (\w+),", source)
    if not call:
        return None
    if call[1].isdigit():
        return int(call[1])
    constant = re.search(rf"\b{call[1]} = (\d+)", source)
    return int(constant[1]) if constant else None


def shrink_bytes(data, fails):
    """Minimises bytes: leaves out halves, quarters and so on down to single bytes, again and again, while the rest fails."""
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
    """Shrinks the program in an input by `ringproof shrink`. None if the input fails only with its exact bytes."""
    (work / "whole").write_bytes(data)
    candidate = work / "shrunk"
    command = [str(ringproof), "shrink", f"--head={head}", f"--output={candidate}", str(work / "whole")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shrinker:
        for _ in shrinker.stdout:
            shrinker.stdin.write("fails\n" if fails(candidate.read_bytes()) else "agrees\n")
            shrinker.stdin.flush()
        errors = shrinker.stderr.read()
        status = shrinker.wait()
    if status not in (0, 1):
        raise CannotRun(f"ringproof shrink ended with {status}: {errors}")
    return candidate.read_bytes() if status == 0 else None


def shrink(finding, runner, ringproof, seconds, work):
    """Replaces the finding's input by the smallest one that fails alike, and its signature by that input's."""
    deadline = time.monotonic() + seconds
    seen = {}

    def fails(candidate):
        if time.monotonic() > deadline:
            finding.minimal = False
            return False
        path = work / "candidate"
        path.write_bytes(candidate)
        signature, _ = runner.run(finding.tree, finding.configuration, path)
        if signature is None or not signature.is_like(finding.signature):
            return False
        seen[candidate] = signature
        return True

    data = finding.raws[0].path.read_bytes()
    head = head_of(finding.configuration.target)
    shrunk = shrink_program(ringproof, head, data, fails, work) if head is not None else None
    finding.data = shrink_bytes(data, fails) if shrunk is None else shrunk
    finding.signature = seen.get(finding.data, finding.signature)


def settle(finding, known, runner, ringproof, seconds):
    """Gives the finding its input. Uses the input that an earlier run has shrunk, if it still fails in the same way."""
    finding.others.add(finding.signature)
    finding.data = finding.raws[0].path.read_bytes()
    if finding.signature in known:
        where, signature = known[finding.signature]
        if runner.run(finding.tree, finding.configuration, where / "input")[0] == signature:
            finding.data = (where / "input").read_bytes()
            finding.signature = signature
            return finding
    if finding.signature.kind != signatures.AGREES_NOW:
        with tempfile.TemporaryDirectory() as work:
            shrink(finding, runner, ringproof, seconds, pathlib.Path(work))
    return finding


# THE FOLDER OF A FINDING

def shown(path):
    """The path for a command that is run in the repository."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def reproduce(finding, where):
    words = [f"RINGPROOF_SUBJECT={finding.configuration.subject}"]
    kind = finding.signature.kind
    if kind in ("slow", "hang"):
        words.append(f"RINGPROOF_SLOW_MS={engines.SLOW_SANITIZED_MS}")
    if kind == signatures.TOO_MUCH_MEMORY:
        words.append(f"ASAN_OPTIONS={RSS_LIMIT}")
    return " ".join([*words, shown(finding.tree / "fuzz" / finding.configuration.target), shown(where / "input")])


def write_trace(finding, name, output, ringproof, where):
    """Writes the program as a trace. For ring_ops it has expect lines, so that it can be moved into regressions/."""
    head = head_of(finding.configuration.target)
    if head is None:
        return
    data = (where / "input").read_bytes()
    (where / "program").write_bytes(data[head:])
    done = subprocess.run([str(ringproof), "convert", str(where / "program")], capture_output=True, check=False)
    (where / "program").unlink()
    if done.returncode != 0:
        raise CannotRun(f"ringproof convert failed: {done.stderr.decode(errors='replace')}")
    rule, _, operations = done.stdout.partition(b"\n")
    comments = [f"# {line}" for line in [name, *signatures.sentences(finding.signature, output)]]
    if finding.configuration.target == "ring_ops":
        expectations = [f"expect {subject} agree" for subject in sorted(STORES | {finding.configuration.subject})]
    else:
        comments.append(f"# This is only the program, to read. To see the failure, run {finding.configuration.target} on 'input'.")
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
        name = f"{finding.configuration.target}-{finding.configuration.subject}-crash-{raw.digest[:16]}"
        shutil.copy(raw.path, where / "raw" / name)


def read_signatures(path):
    """The signature of the finding's input, then those of its raw files."""
    return list(map(signatures.Signature.parse, json.loads(path.read_text())))


def read_known(output):
    """The findings of earlier runs: for each signature, the folder and the signature of the finding's input."""
    known = {}
    for path in sorted(output.glob("*/signature")):
        first, *others = read_signatures(path)
        known.update({signature: (path.parent, first) for signature in [first, *others]})
    return known


def place(findings, known, output):
    """Gives each finding its folder of an earlier run, or a new one."""
    places = {first: where for where, first in known.values()}
    for finding in findings:
        name = finding.signature.name()
        names = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
        if finding.signature not in places:
            places[finding.signature] = next(output / free for free in names if output / free not in places.values())
        places[finding.signature].mkdir(exist_ok=True)
    return places


def write(finding, where, runner, ringproof):
    """Fills the finding's folder, and returns a line about it."""
    name = where.name
    (where / "input").write_bytes(finding.data)
    _, output = runner.run(finding.tree, finding.configuration, where / "input")
    line = reproduce(finding, where)
    (where / "reproduce").write_text(line + "\n")
    (where / "report.txt").write_text(f"{name}\n{line}\n\n{output or signatures.SILENCE}"[:REPORT_MAX])
    write_trace(finding, name, output, ringproof, where)
    write_seen(finding, where)
    write_raw(finding, where)
    rows = [finding.signature, *sorted(finding.others - {finding.signature})]
    files.replace(where / "signature", json.dumps([dataclasses.astuple(row) for row in rows]).encode() + b"\n")
    late = "" if finding.minimal else ", not minimal, because the time limit was reached"
    return f"{name}: {(where / 'seen').read_text().strip()}; {len(finding.data)} bytes{late}"


def default_trees():
    return [ROOT / "build/asan"] + [tree for tree in [ROOT / "build/fuzz"] if (tree / "fuzz/ring_ops").exists()]


def judge(options):
    """Judges the arguments, and returns the raw files."""
    known = set(corpus.targets())
    default = None
    if options.target:
        match = FOLDER_NAME.fullmatch(options.target)
        if not match or match["target"] not in known:
            raise CannotRun(f"--target {options.target}: no such target; there are: {', '.join(sorted(known))}")
        default = Configuration(match["target"], match["subject"] or "core")
    raws = collect(options.folders, known, default, options.output.resolve())
    if raws and options.tree:
        shrinker_in(options.tree[0].resolve())
    return raws


def shrinker_in(tree):
    ringproof = tree / "fuzz/ringproof"
    if not ringproof.exists():
        raise CannotRun(f"{ringproof} does not exist; build it: cmake --build {tree} --target ringproof_tool")
    return ringproof


def run(options, raws):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # crashes are expected; core dumps would only fill the disk
    if not raws:
        print("no findings: there are no raw files")
        return 0
    output = options.output.resolve()
    with locks.alone(output / ".lock"):
        return run_alone(options, raws, output)


def run_alone(options, raws, output):
    trees = [tree.resolve() for tree in options.tree or default_trees()]
    runner = Runner(trees, options.run_for)
    ringproof = shrinker_in(trees[0])
    print(f"{sum(raw.count for raw in raws)} raw files, {len(raws)} of them different", flush=True)
    known_before = read_known(output)
    with pools.pool(os.cpu_count()) as pool:
        def all_of(what, function, items):
            """The results in the order of the items. Shows progress meanwhile."""
            futures = [pool.submit(function, item) for item in items]
            for _ in Progress(what).completed(futures):
                pass
            return [one.result() for one in futures]

        groups = group(raws, all_of("running raw files", runner.first_failure, raws))
        settled = all_of("shrinking findings", lambda finding: settle(finding, known_before, runner, ringproof, options.shrink_for), groups)
        findings = fold(settled)
        places = place(findings, known_before, output)
        for line in all_of("writing findings", lambda finding: write(finding, places[finding.signature], runner, ringproof), findings):
            print(line, flush=True)
    print(f"{len(findings)} findings: {shown(output)}")
    return 1
