#!/usr/bin/python3
"""Prints the time of each benchmark's first contestant, and the ratios of the others to it.

Reads Google Benchmark's JSON with all repetitions. bench/README.md explains how the figures are made.
"""

import argparse
import json
import math
import re
import statistics
import sys
from collections import defaultdict, namedtuple

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
NAME = re.compile(
    r"(?P<bench>[^:]+)/(?P<contestant>[^/:]+)"
    r"(/(?P<variant_name>\w+):(?P<variant>\d+))?/(?P<size_name>(?!iterations|repeats)\w+):(?P<size>\d+)"
    r"(/min_time:[\d.]+)?(/iterations:\d+)?(/repeats:\d+)?(/manual_time|/real_time)?"
)
DISTRIBUTION = {"median": "s", "p99": "s", "p99.9": "s", "max": "s"}
# Benchmarks whose own time means nothing, and the counters to print instead. Unit: seconds, "n" (a whole
# number), or none.
COUNTED = {
    "bytes": {"average": "", "worst": "", "peak": "", "batch": "", "batch_peak": ""},
    "heap": {"heap": ""},
    "ketama_heap": {"heap": ""},
    "grow": {"adds": "n", **DISTRIBUTION},
    "add_times": {"changes": "n", **DISTRIBUTION},
    "remove_times": {"changes": "n", **DISTRIBUTION},
}
SPREAD = "median (lowest..highest) of the repetitions"
# A heading for a document, and a title above the table.
COUNT_TITLES = {
    "bytes": (
        "memory, bytes per point",
        "Bytes per point. While the ring doubles: average and worst between calls, peak during them; then one batch",
    ),
    "heap": ("memory beside other rings", "Bytes per point of a ring filled by one batch, as malloc() counts them"),
    "ketama_heap": ("memory beside ketama", "Bytes per point of a ring filled by one batch, as malloc() counts them"),
    "grow": ("additions while a ring doubles", f"Time of one addition, from that many points on: {SPREAD}"),
    "add_times": ("single additions", f"Time of one addition, in a ring of that many points: {SPREAD}"),
    "remove_times": ("single removals", f"Time of one removal, in a ring of that many points: {SPREAD}"),
}
# In smaller rings the fixed cost of a call flattens the slope.
FIT_FROM = 1000
CONFIDENCE = 0.95

Case = namedtuple("Case", "bench variant_name variant size_name size")


class ReportError(Exception):
    """No report can be made of the file. The message says why."""


class Results:
    """times[case][contestant][repetition] in seconds; counts[case][contestant][repetition][name]. Of one repetition:
    iterations[case][contestant]. Of one iteration, if instructions.py counted them: instructions[case][contestant].

    Benchmarks and contestants come in the order in which the program registered them.
    context: what Google Benchmark recorded about the machine and the build."""

    def __init__(self):
        self.times = defaultdict(lambda: defaultdict(dict))
        self.counts = defaultdict(lambda: defaultdict(dict))
        self.iterations = defaultdict(dict)
        self.instructions = defaultdict(dict)
        self.family = {}
        self.context = {}

    def benches(self, measured):
        """The benchmarks in `measured`, which is `times` or `counts`."""
        return sorted({case.bench for case in measured}, key=self.first_family)

    def first_family(self, bench):
        return min(index for (name, _), index in self.family.items() if name == bench)

    def contestants(self, bench):
        found = {name: index for (of, name), index in self.family.items() if of == bench}
        return sorted(found, key=found.get)

    @staticmethod
    def cases(measured, bench):
        return sorted(
            (case for case in measured if case.bench == bench),
            key=lambda case: (case.variant or 0, case.size),
        )


def parse_name(name):
    """The case, and the contestant."""
    match = NAME.fullmatch(name)
    if match is None:
        raise ReportError(f"{name!r} is not NAME/CONTESTANT[/VARIANT:v]/SIZE:s")
    variant = match["variant"]
    case = Case(
        match["bench"],
        match["variant_name"],
        int(variant) if variant else None,
        match["size_name"],
        int(match["size"]),
    )
    return case, match["contestant"]


def read_run(results, run):
    if run["run_type"] != "iteration":
        return
    name = run["run_name"]
    if run.get("error_occurred"):
        raise ReportError(f"{name} failed: {run.get('error_message', 'no reason given')}")
    case, contestant = parse_name(name)
    counted = COUNTED.get(case.bench)
    repetitions = (results.counts if counted else results.times)[case][contestant]
    if run["repetition_index"] in repetitions:
        raise ReportError(f"{name} has repetition {run['repetition_index']} twice")
    seconds = run["real_time"] * SECONDS[run["time_unit"]]
    if not seconds > 0:
        raise ReportError(f"{name} took no time: measure longer")
    counts = {each: float(run[each]) for each in counted} if counted else None
    repetitions[run["repetition_index"]] = counts or seconds
    results.iterations[case][contestant] = run.get("iterations", 1)
    key = (case.bench, contestant)
    results.family[key] = min(run["family_index"], results.family.get(key, math.inf))


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise ReportError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ReportError(f"is not JSON, or not all of it: {error}; is the disk full?") from error
    results = Results()
    try:
        for run in document["benchmarks"]:
            read_run(results, run)
        for counted in document.get("instructions", []):
            case, contestant = parse_name(counted["run_name"])
            results.instructions[case][contestant] = float(counted["instructions"])
        results.context = dict(document.get("context", {}))
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(f"is not a report of Google Benchmark: {error!r}") from error
    if not results.times and not results.counts:
        raise ReportError("holds no measurements, or only aggregates")
    for case, contestants in results.times.items():
        counts = {frozenset(repetitions) for repetitions in contestants.values()}
        if len(counts) > 1:
            raise ReportError(f"the contestants of {case.bench} differ in their number of repetitions")
        if len(counts.pop()) < 2:
            raise ReportError("holds no repetitions: use --benchmark_repetitions=5")
    return results


def spread(values):
    values = list(values)
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def median_interval(values):
    """The median with its confidence interval, which two of the values bound: no distribution is assumed. Of fewer than
    six values, the lowest and highest."""
    from scipy import stats  # takes half a second, and not every table needs it

    ordered = sorted(values)
    rank = max(int(stats.binom.ppf((1 - CONFIDENCE) / 2, len(ordered), 0.5)), 1)
    return {"median": statistics.median(ordered), "lowest": ordered[rank - 1], "highest": ordered[-rank]}


def row(case, contestants, times):
    """The time of the first contestant, and the ratios of the others to it."""
    base = times.get(contestants[0])
    ratios = {}
    for other in contestants[1:]:
        if base is not None and other in times:
            ratios[other] = spread(times[other][index] / base[index] for index in base)
    return {
        **case._asdict(),
        "base": contestants[0],
        "seconds": spread(base.values()) if base is not None else None,
        "ratios": ratios,
    }


def slope(points, least=FIT_FROM):
    """The slope of log(time) over log(size), by least squares. None: fewer than two sizes."""
    logs = [(math.log(size), math.log(time)) for size, time in points if size >= least]
    if len(logs) < 2:
        return None
    return statistics.linear_regression(*zip(*logs)).slope


def exponent(points):
    """The slope with its confidence interval, by Student's t over all repetitions. The interval tells how well one
    power of the size describes the times. None: fewer than two sizes."""
    from scipy import stats  # as above

    points = [(size, time) for size, time in points if size >= FIT_FROM]
    if len({size for size, _ in points}) < 2:
        return None
    fitted = stats.linregress([math.log(size) for size, _ in points], [math.log(time) for _, time in points])
    half = fitted.stderr * stats.t.ppf((1 + CONFIDENCE) / 2, len(points) - 2)
    return {"slope": fitted.slope, "low": fitted.slope - half, "high": fitted.slope + half}


def exponents(results, bench, contestants):
    rows = []
    all_cases = results.cases(results.times, bench)
    for variant in sorted({case.variant or 0 for case in all_cases}):
        cases = [case for case in all_cases if (case.variant or 0) == variant]
        fitted = {}
        for contestant in contestants:
            fitted[contestant] = exponent(
                (case.size, time)
                for case in cases
                for time in results.times[case].get(contestant, {}).values()
            )
        if any(value is not None for value in fitted.values()):
            rows.append({"bench": bench, "variant": variant or None, "exponents": fitted})
    return rows


def report(results):
    """Tables. Benchmarks with the same contestants and parameters share one."""
    tables = {}
    for bench in results.benches(results.times):
        contestants = results.contestants(bench)
        cases = results.cases(results.times, bench)
        key = (*contestants, cases[0].variant_name, cases[0].size_name)
        table = tables.setdefault(key, {"contestants": contestants, "rows": [], "exponents": []})
        table["rows"] += [row(case, contestants, results.times[case]) for case in cases]
        table["exponents"] += exponents(results, bench, contestants)
    for (*_, variant_name, size_name), table in tables.items():
        table.update(variant_name=variant_name, size_name=size_name)
    return list(tables.values())


def report_counts(results):
    """One table for each benchmark in COUNTED."""
    tables = []
    for bench in results.benches(results.counts):
        rows = []
        for case in results.cases(results.counts, bench):
            for contestant in results.contestants(bench):
                repetitions = results.counts[case].get(contestant, {}).values()
                if repetitions:
                    counts = {
                        name: spread(counts[name] for counts in repetitions)
                        for name in COUNTED[bench]
                    }
                    rows.append({**case._asdict(), "contestant": contestant, "counts": counts})
        tables.append({"bench": bench, "units": COUNTED[bench], "rows": rows})
    return tables


def digits(value):
    """Three significant digits, without an exponent."""
    places = 2 - math.floor(math.log10(value)) if value > 0 else 2
    return f"{round(value, places):.{max(places, 0)}f}"


def unit_of(seconds):
    return next(each for each in SECONDS.items() if seconds < 1000 * each[1] or each[0] == "s")


def human(value, unit="s"):
    """`unit` as in COUNTED."""
    if unit == "s":
        name, size = unit_of(value)
        return f"{digits(value / size)} {name}"
    return f"{value:.0f}" if unit == "n" else digits(value)


def spread_cell(values, unit=""):
    """The lowest and highest value share the unit of the median. One figure if all repetitions agree."""
    if values is None:
        return "-"
    median, lowest, highest = (values[key] for key in ("median", "lowest", "highest"))
    if lowest == highest:
        return human(median, unit)
    size = unit_of(median)[1] if unit == "s" else 1
    return f"{human(median, unit)} ({digits(lowest / size)}..{digits(highest / size)})"


def ratio_lines(table):
    base, *others = table["contestants"]
    parameters = [name for name in (table["variant_name"], table["size_name"]) if name]
    lines = [["benchmark", *parameters, base, *(f"{other}/{base}" for other in others)]]
    for each in table["rows"]:
        values = [each["variant"]] if table["variant_name"] else []
        lines.append(
            [
                each["bench"],
                *(str(value) for value in (*values, each["size"])),
                human(each["seconds"]["median"]) if each["seconds"] else "-",
                *(spread_cell(each["ratios"].get(other)) for other in others),
            ]
        )
    return lines


def exponent_lines(table):
    variant = [table["variant_name"]] if table["variant_name"] else []
    lines = [["benchmark", *variant, *table["contestants"]]]
    for each in table["exponents"]:
        fits = [each["exponents"].get(name) for name in table["contestants"]]
        lines.append(
            [
                each["bench"],
                *([str(each["variant"])] if variant else []),
                *("-" if fit is None else "{slope:.2f} ({low:.2f}..{high:.2f})".format(**fit) for fit in fits),
            ]
        )
    return lines


def count_lines(table):
    first = table["rows"][0]
    parameters = [first["variant_name"]] if first["variant_name"] else []
    lines = [[table["bench"], *parameters, first["size_name"], *table["units"]]]
    for each in table["rows"]:
        values = [each["variant"]] if parameters else []
        lines.append(
            [
                each["contestant"],
                *(str(value) for value in (*values, each["size"])),
                *(
                    spread_cell(each["counts"][name], unit)
                    for name, unit in table["units"].items()
                ),
            ]
        )
    return lines


def format_table(lines, markdown):
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = []
    for number, cells in enumerate(lines):
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        text.append("| " + " | ".join(padded) + " |" if markdown else "  ".join(padded))
        if markdown and number == 0:
            rules = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
            text.append("| " + " | ".join(rules) + " |")
    return "".join(f"{line}\n" for line in text)


def print_table(title, lines, markdown):
    print(title)
    if markdown:
        print()
    print(format_table(lines, markdown))


class Section(namedtuple("Section", "heading title lines")):
    """A table with the title above it, and a short heading for a document of many."""


def times_sections(tables):
    for table in tables:
        compared = len(table["contestants"]) > 1
        title = f"Median time, and ratios of times: {SPREAD}" if compared else "Median time"
        benches = ", ".join(dict.fromkeys(each["bench"] for each in table["rows"]))
        yield Section(f"times of {benches}", title, ratio_lines(table))
        yield from growth_sections([table])


def growth_sections(tables):
    for table in tables:
        if table["exponents"]:
            interval = f"with its {CONFIDENCE:.0%} confidence interval"
            title = f"Exponent of {table['size_name']} in the time, {interval}, fitted from {FIT_FROM} on"
            benches = ", ".join(dict.fromkeys(each["bench"] for each in table["exponents"]))
            yield Section(f"growth of {benches}", title, exponent_lines(table))


def count_sections(tables):
    for table in tables:
        yield Section(*COUNT_TITLES[table["bench"]], count_lines(table))


def parser(program, about, exits="0 printed, 2 wrong usage, or the file cannot be read."):
    """A parser for a program that reads one file. `about` is the program's docstring, `exits` explains its exit codes."""
    made = argparse.ArgumentParser(
        prog=f"bench/tables/{program}",
        description=about.strip(),
        epilog=f"Exit: {exits}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("file", help="Google Benchmark's JSON, with repetitions")
    made.add_argument("--markdown", action="store_true", help="print Markdown tables")
    return made


def print_sections(program, about, sections_of):
    """The whole of a program that prints the tables of sections_of(Results). Returns the exit status."""
    options = parser(program, about).parse_args()
    try:
        sections = list(sections_of(read(options.file)))
    except ReportError as error:
        print(f"{program}: {options.file}: {error}", file=sys.stderr)
        return 2
    for section in sections:
        print_table(section.title, section.lines, options.markdown)
    return 0


def main():
    made = parser("ratios.py", __doc__)
    made.add_argument("--json", action="store_true", help="print the results as JSON, and no tables")
    options = made.parse_args()
    try:
        results = read(options.file)
        tables = report(results)
        counts = report_counts(results)
    except ReportError as error:
        print(f"ratios.py: {options.file}: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"tables": tables, "counts": counts}, indent=2))
        return 0
    for section in (*times_sections(tables), *count_sections(counts)):
        print_table(section.title, section.lines, options.markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
