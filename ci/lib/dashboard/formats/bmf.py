"""Bencher Metric Format: an object of benchmarks, each an object of measures with value, lower_value and upper_value. See
https://bencher.dev/docs/reference/bencher-metric-format. Units and directions belong to the measures: those below are
Bencher's own (lib/bencher_json/src/project/measure/built_in.rs of bencherdev/bencher)."""
from dashboard import units
from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading

# Of other measures, BMF tells neither.
MEASURES = {"latency": ("ns", "smaller"), "throughput": ("ops/s", "bigger"), "build-time": ("s", "smaller"), "file-size": ("bytes", "smaller"),
            "allocated": ("bytes", "smaller"), "instructions": ("instructions", "smaller"), "estimated-cycles": ("cycles", "smaller"),
            "total-bytes": ("bytes", "smaller"), "total-blocks": ("blocks", "smaller"), "maximum-bytes": ("bytes", "smaller"),
            "ram-accesses": ("accesses", "smaller"), "l1-hit-rate": ("%", "bigger"), "ll-hit-rate": ("%", "bigger")}


def read(path):
    reading = Reading()
    for benchmark, measures in json_of(path).fields():
        for measure, metric in measures.fields():
            value = metric.get("value").number()
            unit, better = MEASURES.get(measure, ("", "neither"))
            low, high = (metric.optional(name, lambda node: node.number()) for name in ("lower_value", "upper_value"))
            reading.leave_unread(metric, {"value", "lower_value", "upper_value"})
            reading.add(benchmark, measure, unit, value, low, high, better=better)
    return reading


def measure_in_bmf(record, taken):
    """Bencher calls a time "latency", in nanoseconds. Its measures with other units have other names."""
    if units.time_unit(record["unit"]) and "latency" not in taken and record["measure"] in ("time", "latency"):
        return "latency"
    name = record["measure"]
    return name if name not in taken else f"{name}, {record['unit']}"


def write(records):
    document, kept = {}, {}
    for record in records:
        measures = document.setdefault(record["benchmark"], {})
        name = measure_in_bmf(record, measures)
        if name in measures:
            continue
        figures = [record[each] for each in ("value", "low", "high")]
        unit = MEASURES.get(name, (None,))[0]
        if unit and units.time_unit(unit) and units.time_unit(record["unit"]):
            figures = [units.converted(each, record["unit"], unit) for each in figures]
        measures[name] = dict(zip(("value", "lower_value", "upper_value"), figures))
        kept.setdefault(record["benchmark"], []).append(record)
    return document, [record for group in kept.values() for record in group]
