"""Output of `go test -bench`, which benchstat reads; with -json, too. See the proposal 14313-benchmark-format of Go, and
benchfmt/ of golang/perf."""
import json
import re

from dashboard import units
from dashboard.formats.nodes import Node, short, text_of
from dashboard.formats.reading import Reading, measure_of
from shared.errors import CannotRun

# Words of a line that begins with Benchmark: name, iterations, then pairs of value and unit.
RESULT = re.compile(r"Benchmark[^a-z\s]?\S*\s+\d+\s")
SETTING = re.compile(r"([a-z][^\s:A-Z]*):\s+(.*)")
UNIT = re.compile(r"Unit\s+(\S+)\s.*\bbetter=(higher|lower)\b")
BETTER = {"ns/op": "smaller", "sec/op": "smaller", "B/op": "smaller", "allocs/op": "smaller", "MB/s": "bigger", "B/s": "bigger"}
KEPT = ("goos", "goarch")


def lines_of(path):
    """The lines of the output. -json puts pieces of them into objects."""
    text = text_of(path)
    if not text.lstrip().startswith("{"):
        return text.splitlines()
    pieces = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            event = json.loads(line) if line.strip() else {}
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            raise CannotRun(f"line {number}: not an object of JSON, as go test -json writes them")
        if isinstance(event.get("Output"), str):
            package = str(event.get("Package", ""))
            pieces.setdefault(package, [f"pkg: {package}\n"] if package else []).append(event["Output"])
    return "".join("".join(each) + "\n" for each in pieces.values()).splitlines()


def read(path):
    reading, settings, better = Reading(), {}, dict(BETTER)
    for number, line in enumerate(lines_of(path), 1):
        if found := UNIT.match(line):
            better[found[1]] = {"higher": "bigger", "lower": "smaller"}[found[2]]
        elif found := SETTING.fullmatch(line.rstrip()):
            settings[found[1]] = found[2].strip()
            reading.leave_out("other settings", found[1] not in (*KEPT, "pkg", "cpu", "commit"), found[1])
        elif RESULT.match(line):
            read_result(Node(line.split(), f"line {number}"), settings, better, reading)
    name_processors(reading.rows)
    return reading.merge_repetitions()


def name_processors(rows):
    """Runs with several -cpu are several benchmarks. Where there is only one, the number is the machine's, and not in the name."""
    procs = {}
    for row in rows:
        procs.setdefault((row.get("suite"), row["benchmark"]), set()).add(row["about"].get("procs"))
    several = {key for key, each in procs.items() if len(each) > 1}
    for row in rows:
        if (row.get("suite"), row["benchmark"]) in several and "procs" in row["about"]:
            row["benchmark"] += f"-{row['about']['procs']}"


def read_result(line, settings, better, reading):
    name, iterations, *pairs = line.value
    if not pairs or len(pairs) % 2:
        line.wrong(f"the benchmark {short(name)} has a value without a unit")
    name, procs = re.fullmatch(r"(.+?)(?:-(\d{1,9}))?", name).groups()
    about = {"iterations": int(iterations) if len(iterations) < 20 else None, "procs": procs and int(procs), **{each: settings.get(each) for each in KEPT}}
    more = {"machine": settings.get("cpu"), "suite": settings.get("pkg") or None, "commit": settings.get("commit")}
    for value, unit in zip(pairs[::2], pairs[1::2]):
        try:
            value = Node(float(value), f"{line.where} ({short(name)}), {unit}").number()
        except ValueError:
            line.wrong(f"{short(value)} is not a number")
        reading.add(name, measure_of(unit), unit, value, better=better.get(unit) or units.better_of_unit(unit), about=about, **more)
