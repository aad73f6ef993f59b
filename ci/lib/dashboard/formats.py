"""Converts measurements from and to the formats of other tools. An importer returns tuples (benchmark, measure, unit, value,
low, high). An exporter takes the records of one commit.

Google Benchmark: docs/user_guide.md, "Output Formats", of google/benchmark.
github-action-benchmark: README.md, "customSmallerIsBetter", of benchmark-action/github-action-benchmark.
BMF: https://bencher.dev/docs/reference/bencher-metric-format with its JSON schema."""
import re
import statistics

from shared.errors import CannotRun

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def number(value, where):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CannotRun(f"{where}: {value!r} is not a number")
    return value


def spread(values):
    return statistics.median(values), min(values), max(values)


def from_google_benchmark(document):
    times = {}
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise CannotRun("not Google Benchmark's JSON: it has no list \"benchmarks\"; write it with --benchmark_out_format=json")
    for entry in document["benchmarks"]:
        if entry.get("run_type", "iteration") != "iteration" or entry.get("error_occurred"):
            continue
        unit = entry.get("time_unit", "ns")
        if unit not in NANOSECONDS:
            raise CannotRun(f"{entry.get('name')}: unknown time_unit {unit!r}; known are {', '.join(NANOSECONDS)}")
        name = entry.get("run_name", entry["name"])
        times.setdefault(name, []).append(number(entry.get("real_time"), name) * NANOSECONDS[unit])
    return [(name, "time", "ns", *spread(values)) for name, values in times.items()]


def to_google_benchmark(records):
    entries = [{"name": record["benchmark"], "run_name": record["benchmark"], "run_type": "iteration", "repetitions": 1,
                "repetition_index": 0, "threads": 1, "iterations": 1, "real_time": record["value"],
                "cpu_time": record["value"], "time_unit": "ns"} for record in records if record["unit"] == "ns"]
    return {"context": {"executable": "ringproof"}, "benchmarks": entries}


def from_github_action(document):
    if not isinstance(document, list):
        raise CannotRun("not github-action-benchmark's JSON: it is not a list of objects with name, unit and value")
    rows = []
    for entry in document:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not isinstance(entry.get("unit"), str):
            raise CannotRun(f"not github-action-benchmark's JSON: {entry!r} has no name or no unit")
        value = number(entry.get("value"), entry["name"])
        around = re.fullmatch(r"(?:±|\+/-)?\s*([0-9.eE+-]+)", str(entry.get("range", "0")).strip())
        deviation = float(around[1]) if around else 0
        name, _, measure = entry["name"].rpartition(": ")
        rows.append((name or measure, measure if name else "value", entry["unit"], value, value - deviation, value + deviation))
    return rows


def to_github_action(records):
    return [{"name": f"{record['benchmark']}: {record['measure']}", "unit": record["unit"], "value": record["value"],
             "range": f"± {max(record['value'] - record['low'], record['high'] - record['value']):g}",
             "extra": f"commit {record['commit']}\nmachine {record['machine']}"} for record in records]


def from_bmf(document):
    rows = []
    if not isinstance(document, dict):
        raise CannotRun("not BMF: it is not an object of benchmarks")
    for benchmark, measures in document.items():
        if not isinstance(measures, dict):
            raise CannotRun(f"not BMF: {benchmark} is not an object of measures")
        for measure, metric in measures.items():
            where = f"{benchmark}, {measure}"
            if not isinstance(metric, dict):
                raise CannotRun(f"not BMF: {where} is not an object with a value")
            value = number(metric.get("value"), where)
            bounds = (number(metric.get(name, value), where) for name in ("lower_value", "upper_value"))
            rows.append((benchmark, measure, "ns" if measure == "latency" else measure, value, *bounds))
    return rows


def to_bmf(records):
    document = {}
    for record in records:
        measure = "latency" if record["unit"] == "ns" else record["measure"]
        document.setdefault(record["benchmark"], {})[measure] = {
            "value": record["value"], "lower_value": record["low"], "upper_value": record["high"]}
    return document


FORMATS = {
    "google-benchmark": (from_google_benchmark, to_google_benchmark),
    "github-action-benchmark": (from_github_action, to_github_action),
    "bmf": (from_bmf, to_bmf),
}
