"""JSON of Google Benchmark, of all versions: docs/user_guide.md, "Output Formats", and src/json_reporter.cc of
google/benchmark. Before 1.5.0 there is no run_type: only names tell aggregates from runs."""
from dashboard import units
from dashboard.formats.nodes import json_of, short
from dashboard.formats.reading import Reading
from shared.record import is_number

AGGREGATES = ("mean", "median", "stddev", "cv", "min", "max", "BigO", "RMS")
COMPLEXITY = ("BigO", "RMS", "cv")
UNREAD = {"repetition_index", "family_index", "per_family_instance_index"}
KNOWN = {*UNREAD, "name", "run_name", "run_type", "repetitions", "threads", "iterations", "real_time", "cpu_time", "time_unit", "label",
         "aggregate_name", "aggregate_unit", "error_occurred", "error_message", "skipped", "skip_message", "big_o", "rms", "cpu_coefficient",
         "real_coefficient", "manual_time"}
RATES = {"bytes_per_second": "bytes/s", "items_per_second": "items/s"}
MEMORY = {"allocs_per_iter": "allocs", "max_bytes_used": "bytes", "total_allocated_bytes": "bytes", "net_heap_growth": "bytes"}


def read(path):
    document, reading = json_of(path), Reading()
    if not isinstance(document.value, dict) or not isinstance(document.value.get("benchmarks"), list):
        document.wrong('not Google Benchmark\'s JSON: it has no list "benchmarks"; write it with --benchmark_out_format=json')
    entries = [entry.named(entry.get("name").text()) for entry in document.get("benchmarks").items()]
    old = aggregated_before_run_type(entries)
    aggregates = {}
    for entry in entries:
        aggregate = aggregate_of(entry, old)
        if entry.value.get("error_occurred") or entry.value.get("skipped"):
            reading.leave_out("benchmarks that were skipped or failed", example=entry.value["name"])
        elif aggregate:
            aggregates.setdefault(run_name(entry, aggregate), {})[aggregate] = entry
        else:
            read_run(entry, name_of(entry), reading)
    read_aggregates(aggregates, {row["benchmark"] for row in reading.rows}, reading)
    reading.leave_unread(document, {"benchmarks"})
    return reading.merge_repetitions()


def name_of(entry):
    return entry.optional("run_name", lambda node: node.text()) or entry.value["name"]


def aggregated_before_run_type(entries):
    """The benchmarks that have aggregates, in files without run_type: there is NAME_mean and NAME_stddev; and there are several
    runs of NAME, or none. Two benchmarks may well be called so: then their iterations differ."""
    named, runs = {}, {}
    for entry in entries:
        if not entry.find("run_type"):
            named[entry.value["name"]] = entry.value.get("iterations")
            runs[entry.value["name"]] = runs.get(entry.value["name"], 0) + 1
    bases = (name.removesuffix("_mean") for name in named if name.endswith("_mean") and name.removesuffix("_mean") + "_stddev" in named)
    return {base for base in bases if runs.get(base, 0) > 1 or (base not in runs and named[f"{base}_stddev"] in (0, named[f"{base}_mean"]))}


def aggregate_of(entry, old):
    """Which aggregate an entry is, or None for a run. `old` is what aggregated_before_run_type() found."""
    if entry.find("run_type"):
        return entry.optional("aggregate_name", lambda node: node.text()) or "?" if entry.value["run_type"] == "aggregate" else None
    if entry.find("big_o") or entry.find("rms"):
        return "BigO" if entry.find("big_o") else "RMS"
    base, _, last = entry.value["name"].rpartition("_")
    return last if base in old and last in AGGREGATES else None


def run_name(entry, aggregate):
    return entry.optional("run_name", lambda node: node.text()) or entry.value["name"].removesuffix(f"_{aggregate}")


def measures_of(entry):
    """The measures of an entry: name, unit, direction and value."""
    unit = entry.optional("time_unit", lambda node: node.text()) or "ns"
    if unit not in units.NANOSECONDS:
        entry.wrong(f"unknown time_unit {short(unit)}; known are {', '.join(units.NANOSECONDS)}")
    yield "time", unit, "smaller", entry.get("real_time").number()
    if entry.find("cpu_time"):
        yield "cpu time", unit, "smaller", entry.get("cpu_time").number()
    for name, node in entry.fields():
        if name not in KNOWN and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            counter = RATES.get(name) or MEMORY.get(name) or ""
            yield name, counter, units.better_of_unit(counter), node.number()


def read_run(entry, name, reading):
    about = {field: entry.optional(field, lambda node: node.number()) for field in ("iterations", "threads")}
    about["label"] = entry.optional("label", lambda node: node.text())
    measures = list(measures_of(entry))
    for measure, unit, better, value in measures:
        reading.add(name, measure, unit, value, better=better, about=about)
    reading.leave_unread(entry, KNOWN - UNREAD | {measure for measure, *_ in measures})


def read_aggregates(aggregates, runs, reading):
    """Where only aggregates were written, the median, or else the mean, is the result, and a standard deviation around it is
    the spread."""
    for name, entries in aggregates.items():
        main = next((entries[each] for each in ("median", "mean") if each in entries), None)
        if name not in runs and main:
            spread = dict((measure, value) for measure, _, _, value in measures_of(entries["stddev"])) if "stddev" in entries else {}
            about = {"repetitions": main.finite("repetitions"), "aggregate": "median" if "median" in entries else "mean",
                     "threads": main.finite("threads"), "label": main.optional("label", lambda node: node.text())}
            measures = list(measures_of(main))
            for measure, unit, better, value in measures:
                by = spread.get(measure, 0)
                reading.add(name, measure, unit, value, value - by, value + by, better=better, about=about)
            reading.leave_unread(main, KNOWN - UNREAD | {measure for measure, *_ in measures})
        reading.leave_out("BigO, RMS and coefficients of variation", sum(each in COMPLEXITY for each in entries))
        if name in runs or not main:
            reading.leave_out("aggregates of repetitions", sum(each not in COMPLEXITY for each in entries))


def write(records):
    """One entry for each benchmark. Only what was measured is in it."""
    groups = {}
    for record in records:
        groups.setdefault(record["benchmark"], {}).setdefault(record["measure"], record)
    entries, kept = [], []
    for name, measures in groups.items():
        time = measures.get("time")
        if not time or not units.time_unit(time["unit"]):
            continue
        entry, written = entry_of(name, time, measures)
        entries.append(entry)
        kept += written
    return {"context": {}, "benchmarks": entries}, kept


def entry_of(name, time, measures):
    unit, about = units.time_unit(time["unit"]), time.get("about", {})
    entry = {"name": name, "run_name": name, "run_type": "iteration"}
    entry |= {field: about[field] for field in ("threads", "iterations") if is_number(about.get(field))}
    entry["real_time"] = units.converted(time["value"], time["unit"], unit)
    kept, counters = [time], {}
    for measure, record in measures.items():
        if measure == "cpu time" and units.time_unit(record["unit"]):
            entry["cpu_time"] = units.converted(record["value"], record["unit"], unit)
            kept.insert(1, record)
        elif measure not in ("time", "cpu time") and measure not in KNOWN:
            counters[measure] = record["value"]
            kept.append(record)
    entry["time_unit"] = unit
    if isinstance(about.get("label"), str):
        entry["label"] = about["label"]
    return entry | counters, kept
