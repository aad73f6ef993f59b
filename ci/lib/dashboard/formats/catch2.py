"""Catch2: what its reporters "xml" and "console" print of BENCHMARK. See docs/benchmarks.md and
src/catch2/reporters/catch_reporter_xml.cpp of catchorg/Catch2; its JSON reporter prints no benchmarks. The columns of the
console are those of docs/benchmarks.md."""
import re

from dashboard import units
from dashboard.formats.nodes import Node, content, short, text_of
from dashboard.formats.reading import Reading
from shared.errors import CannotRun

TIME = r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s+(ns|us|ms|s|m|h)"
HEAD = re.compile(r"benchmark name\s+samples\s+iterations\s+(?:estimated|est run time)\s*")
FIRST = re.compile(rf"(?P<name>.*?)\s*\b(?P<samples>\d+)\s+(?P<iterations>\d+)\s+{TIME}\s*")
THREE = re.compile(rf"(?P<more>\S.*?)?\s+{TIME}\s+{TIME}\s+{TIME}\s*")
NANOSECONDS = {**units.NANOSECONDS, "m": 6e10, "h": 3.6e12}


def read(path):
    reading = Reading()
    if content(path)[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        read_xml(path, reading)
    else:
        read_console(path, reading)
    names = {}
    for row in reading.rows:
        names.setdefault(row["benchmark"], set()).add(row.get("about", {}).get("test case"))
    for row in reading.rows:
        if len(names[row["benchmark"]]) > 1:
            row["benchmark"] = f"{row.get('about', {}).get('test case')}: {row['benchmark']}"
    return reading.merge_repetitions()


def add(reading, name, figures, unit, about):
    """`figures`: the mean and its bounds."""
    reading.add(name, "time", unit, *figures, better="smaller", about=about)
    reading.leave_out("resamples, outliers, and bounds of the standard deviation")


def read_xml(path, reading):
    try:
        from defusedxml import ElementTree  # pylint: disable=import-outside-toplevel  # only this format needs it
    except ImportError:
        raise CannotRun("python3-defusedxml is missing; as root, run: apt-get install python3-defusedxml") from None
    try:
        root = ElementTree.fromstring(content(path))
    except ElementTree.ParseError as error:
        raise CannotRun(f"not XML: {error}; an interrupted run leaves it incomplete") from None
    except (ValueError, LookupError) as error:
        raise CannotRun(f"not XML that can be read safely: {type(error).__name__}") from None
    for case in root.iter("TestCase"):
        for result in case.iter("BenchmarkResults"):
            read_result(result, case.get("name", ""), reading)


def read_result(result, case, reading):
    name = result.get("name") or "?"
    if result.find("failed") is not None or result.find("mean") is None:
        reading.leave_out("benchmarks that failed", example=name)
        return
    read = lambda element, field: number(element.get(field), f"{short(name)}, {element.tag} {field}")
    mean, deviation = result.find("mean"), result.find("standardDeviation")
    about = {"test case": case, "stddev": None if deviation is None else read(deviation, "value"),
             **{each: read(result, each) for each in ("samples", "iterations") if result.get(each)}}
    add(reading, name, [read(mean, each) for each in ("value", "lowerBound", "upperBound")], "ns", about)


def number(text, where):
    try:
        value = float(text or "")
    except ValueError:
        raise CannotRun(f"{where}: {short(text)} is not a number") from None
    return Node(int(value) if value.is_integer() else value, where).number()


def read_console(path, reading):
    lines, within, case, above = text_of(path).splitlines(), False, None, []
    for at, line in enumerate(lines):
        first = FIRST.fullmatch(line.rstrip()) if within else None
        if HEAD.fullmatch(line.strip()):
            within, case = True, case_above(lines, at)
        elif first:
            read_rows(lines, at, first, above, case, reading)
            above = []
        elif re.fullmatch(r"\s*|[-.=~]{20,}|\s+\S.*", line):
            above = []
            within = within and not re.fullmatch(r"[.=~]{20,}", line)
        elif within:
            above.append(line.strip())  # a long name, which the next line ends
    if not reading.rows:
        raise CannotRun("no benchmarks: neither Catch2's XML nor what its console prints; run with --reporter xml")


def read_rows(lines, at, first, above, case, reading):
    """Reads the three lines of a benchmark: samples and iterations, means, standard deviations."""
    mean, deviation = (THREE.fullmatch(line) for line in [*lines[at + 1:at + 3], "", ""][:2])
    if not mean or not deviation:
        raise CannotRun(f"line {at + 2}: no mean, low mean and high mean of the benchmark {short(full_name(above, first))}")
    figures, unit = times_of(mean)
    (stddev, *_), _ = times_of(deviation, unit)
    about = {"test case": case, "samples": int(first["samples"]), "iterations": int(first["iterations"]), "stddev": stddev}
    add(reading, full_name(above, first, mean["more"], deviation["more"]), figures, unit, about)


def full_name(above, first, *beside):
    """A long name is in several lines: above the first with figures, or beside the figures, by version."""
    return " ".join(filter(None, [*above, first["name"].strip(), *beside])) or "?"


def case_above(lines, at):
    """The name of the test case and its section, above the table between two lines of dashes."""
    dashes = [place for place in range(at) if re.fullmatch(r"-{20,}", lines[place])][-2:]
    return " ".join(line.strip() for line in lines[dashes[0] + 1:dashes[1]]) if len(dashes) == 2 else None


def times_of(match, unit=None):
    """The three times of a line, in the unit of the first."""
    pairs = list(zip(match.groups()[1::2], match.groups()[2::2]))
    unit = unit or (pairs[0][1] if pairs[0][1] in units.NANOSECONDS else "s")
    return [float(value) if name == unit else float(value) * NANOSECONDS[name] / NANOSECONDS[unit] for value, name in pairs], unit
