"""The history that github-action-benchmark keeps on a web site: data.js, with all commits. See src/write.ts and
src/addBenchmarkEntry.ts of benchmark-action/github-action-benchmark."""
import datetime
import json
import re

from dashboard.formats.github_entries import TOOLS, names_of, read_entry, to_entry
from dashboard.formats.nodes import Node, parsed, short, text_of
from dashboard.formats.reading import IDENTITY, Reading
from shared import history
from shared.errors import CannotRun
from shared.record import AUTHOR

PREFIX = "window.BENCHMARK_DATA = "
BEGIN = re.compile(r"\s*(?:window\.BENCHMARK_DATA\s*=)?\s*(?=\{)")


def document_of(path):
    """The root node of the file."""
    text = text_of(path)
    begin = BEGIN.match(text)
    if not begin:
        raise CannotRun(f"not a data.js of github-action-benchmark: it does not begin with {PREFIX}")
    try:
        return parsed(text[begin.end():].rstrip().rstrip(";"))
    except CannotRun as error:
        raise CannotRun(f"not a data.js of github-action-benchmark: {error}") from None


def read(path):
    reading, document = Reading(), document_of(path)
    reading.leave_unread(document, {"entries", "lastUpdate"})
    for suite, runs in document.get("entries").fields():
        for run in runs.items():
            read_run(suite, run, reading)
    return reading.merge_repetitions()


def commit_of(commit, measured, reading):
    """The fields of records that describe the commit."""
    identity = commit.get("id").text()
    reading.leave_unread(commit, {"id", "message", "author", "committer", "timestamp", "url"})
    message = commit.optional("message", lambda node: node.text()) or ""
    subject, _, rest = message.partition("\n")
    reading.leave_out("the rest of messages after their first lines", bool(rest.strip()))
    for each in filter(None, (commit.find("author"), commit.find("committer"))):
        reading.leave_unread(each, AUTHOR)
    author = {name: node.text() for name, node in (commit.optional("author", lambda node: node.fields()) or []) if name in AUTHOR}
    committer = commit.optional("committer", lambda node: node.object()) or {}
    reading.leave_out("committers that are not the author", bool(committer) and committer.get("email") != author.get("email"))
    time = commit.optional("timestamp", lambda node: node.moment())
    reading.leave_out("times of commits, which the file lacks: those of the measurements stand for them", time is None)
    return {"commit": identity, "time": measured if time is None else time, "subject": subject, "author": author or None,
            "url": commit.optional("url", lambda node: node.text() if node.text().startswith(("https://", "http://")) else None)}


def read_run(suite, run, reading):
    measured = run.get("date").number() / 1000
    tool = run.get("tool").text()
    reading.leave_unread(run, {"commit", "date", "tool", "benches"})
    if tool not in TOOLS:
        run.wrong(f"unknown tool {short(tool)}; known are {', '.join(TOOLS)}")
    common = {**commit_of(run.get("commit"), measured, reading), "measured": measured, "suite": suite, "machine": history.UNKNOWN}
    entries = run.get("benches").items()
    if tool == "go":
        names = {entry.object().get("name") for entry in entries if isinstance(entry.object().get("name"), str)}
        entries = [single for entry in entries for single in without_pairs(entry, names)]
    for entry in entries:
        read_entry(entry, reading, tool, **common)


def without_pairs(entry, names):
    """The action wrote the further measures of Go's benchmarks into the unit of the first: "ns/op 16 B/op". Since version 1.18
    it also gives them entries of their own."""
    unit, *pairs = str(entry.object().get("unit")).split() or [""]
    if not pairs or len(pairs) % 2:
        return [entry]
    single = [Node({**entry.value, "unit": unit}, entry.where)]
    for value, other in zip(pairs[::2], pairs[1::2]):
        if f"{entry.value.get('name')} - {other}" not in names:
            single.append(Node({**entry.value, "unit": other, "value": value}, entry.where))
    return single


def write(records):
    """Suites and, in each, one run for each commit and time of measurement."""
    runs, kept = {}, []
    for record in {tuple(record.get(name) for name in IDENTITY): record for record in records}.values():  # the latest of each
        suite = record.get("suite", record["machine"])
        measured = record.get("measured", record["time"])
        runs.setdefault(suite, {}).setdefault((record["commit"], measured, tool_of(record)), []).append(record)
    document = {"lastUpdate": int(1000 * max((record.get("measured", record["time"]) for record in records), default=0)), "repoUrl": "", "entries": {}}
    for suite, groups in runs.items():
        document["entries"][suite] = [run_of(suite, tool, measured, group) for (_, measured, tool), group in groups.items()]
        kept += [record for group in groups.values() for record in group]
    return PREFIX + json.dumps(document, indent=1, ensure_ascii=False), kept


def tool_of(record):
    tool = record.get("about", {}).get("tool")
    if tool in TOOLS and not tool.startswith("custom"):
        return tool
    return "customBiggerIsBetter" if record.get("better") == "bigger" else "customSmallerIsBetter"


def run_of(suite, tool, measured, group):
    first = group[0]
    commit = {"author": first.get("author", {}), "id": first["commit"], "message": first["subject"], "timestamp": timestamp(first["time"])}
    commit.update({"url": first["url"]} if "url" in first else {})
    date = measured * 1000
    date = int(date) if date == int(date) else date
    common = {**commit_of(Node(commit), date / 1000, Reading()), "measured": date / 1000, "suite": suite, "machine": history.UNKNOWN}
    return {"commit": commit, "date": date, "tool": tool, "benches": [to_entry(record, name, tool, **common) for record, name in zip(group, names_of(group))]}


def timestamp(time):
    try:
        return datetime.datetime.fromtimestamp(int(time), datetime.timezone.utc).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
