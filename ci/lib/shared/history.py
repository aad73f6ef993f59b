"""The history of measurements: JSON lines, which are only appended. Each machine has its own shards of at most 250 KB.
record.schema.json describes a record."""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import re
import statistics

from shared import files
from shared.commits import commit_named
from shared.errors import CannotRun
from shared.programs import run
from shared.record import wrong_with
from shared.repository import ROOT

FOLDER = ROOT / "bench/history"
SHARD_MAX = 250_000  # bytes
LAST = 9999  # shard of a machine
UNKNOWN = "unknown"  # the machine of records that came without one


def machine(cpuinfo=pathlib.Path("/proc/cpuinfo"), caches=pathlib.Path("/sys/devices/system/cpu/cpu0/cache")):
    """A key for this machine, and what it stands for in words: processor model and cache sizes, which survive a reboot."""
    fields = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", cpuinfo.read_text(), re.M))
    said = [fields.get(name, "?") for name in ("vendor_id", "cpu family", "model", "model name")]
    for index in sorted(caches.glob("index*")):
        said.append("L{} {} {}".format(*((index / name).read_text().strip() for name in ("level", "type", "size"))))
    words = ", ".join(said)
    return hashlib.sha256(words.encode()).hexdigest()[:12], words


def commit(name):
    """The fields of a record that describe a commit."""
    identity = commit_named(name)
    time, _, subject = run("git", "-C", ROOT, "show", "-s", "--format=%ct %s", identity).strip().partition(" ")
    return {"commit": identity, "time": int(time), "subject": subject}


def records_of(which, benchmark, instructions, times):
    """Records of one workload, measured on this machine: instructions and nanoseconds per operation."""
    common = {**which, "machine": machine()[0], "benchmark": benchmark, "better": "smaller"}
    return [
        {**common, "measure": "instructions", "unit": "instructions", "value": instructions, "low": instructions, "high": instructions},
        {**common, "measure": "time", "unit": "ns", "value": statistics.median(times), "low": min(times), "high": max(times)},
    ]


@contextlib.contextmanager
def locked(folder):
    """Locks the folder against other processes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / ".lock", "w", encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{error.filename}: {error.strerror}; correct it, or name another history with --history; nothing was appended") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def shard_key(machine_name):
    """What the names of a machine's shards begin with: its name, if that can be a part of a file's name."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", machine_name):
        return machine_name
    readable = re.sub(r"[^A-Za-z0-9]+", "-", machine_name)[:40].strip("-")
    return f"{readable or 'machine'}-{hashlib.sha256(machine_name.encode()).hexdigest()[:8]}"


def shards(folder, key="*"):
    return sorted(folder.glob(f"{key}-[0-9][0-9][0-9][0-9].jsonl"))


def append(records, folder=FOLDER):
    """Appends all records or none. A line that an earlier run left incomplete is ended first, and stays."""
    with locked(folder):
        append_locked(records, folder)


def append_locked(records, folder):
    """append() for who has locked the folder."""
    for record in records:
        if wrong := wrong_with(record):
            raise CannotRun(f"cannot append a record with {wrong}: {record}")
    sizes = {path: path.stat().st_size for path in shards(folder)}
    try:
        lines = {}
        for record in records:
            lines.setdefault(shard_key(record["machine"]), []).append(json.dumps(record, sort_keys=True).encode() + b"\n")
        for key in sorted(lines):
            append_lines(lines[key], folder, key)
    except BaseException as error:
        for path in shards(folder):
            if path in sizes:
                os.truncate(path, sizes[path])
            else:
                path.unlink()
        if isinstance(error, OSError):
            raise CannotRun(f"{folder}: {error.strerror}; nothing was appended") from None
        raise


def append_lines(lines, folder, key):
    existing = shards(folder, key)
    path = existing[-1] if existing else folder / f"{key}-0000.jsonl"
    while lines:
        with open(path, "ab", buffering=0) as shard:
            begin = b"" if shard.tell() == 0 or ends_whole(path) else b"\n"
            room = SHARD_MAX - shard.tell() - len(begin)
            fit = 0
            while fit < len(lines) and len(lines[fit]) <= room:
                room -= len(lines[fit])
                fit += 1
            if fit == 0 and shard.tell() == 0:
                raise CannotRun(f"a record of {len(lines[0])} bytes does not fit into a shard of {SHARD_MAX} bytes; shorten its names")
            if fit > 0:
                files.write_whole(shard, begin + b"".join(lines[:fit]))
        lines = lines[fit:]
        if lines and path.stem.endswith(f"-{LAST}"):
            raise CannotRun(f"{path} is the last shard that a machine may have, and full; begin another history with --history; nothing was appended")
        path = folder / f"{key}-{int(path.stem[-4:]) + 1:04d}.jsonl"


def ends_whole(path):
    with open(path, "rb") as shard:
        shard.seek(-1, 2)
        return shard.read(1) == b"\n"


def read(folder=FOLDER):
    """Returns all records in the order in which they were appended, and a message for each damaged line, which is skipped."""
    records, problems = [], []
    for path in shards(folder):
        if not path.is_file():
            raise CannotRun(f"{path} is no file, or leads to none; remove it, or name another history with --history")
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise CannotRun(f"{path}: {error.strerror}; correct its rights, or name another history with --history") from None
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            try:
                record = json.loads(line)
                wrong = wrong_with(record)
            except (ValueError, RecursionError):
                record, wrong = None, "incomplete or damaged"
            if wrong:
                problems.append(f"{path.name}:{number}: {wrong}: skipped")
            else:
                records.append(record)
    return records, problems
