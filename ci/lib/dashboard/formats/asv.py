"""airspeed velocity (ASV): its folder of results, with benchmarks.json and MACHINE/COMMIT-ENVIRONMENT.json; or one of these
files. See "Benchmark suite layout and file formats" in docs/source/dev.rst of airspeed-velocity/asv."""
import itertools

from dashboard import units
from dashboard.formats.nodes import Node, json_of
from dashboard.formats.reading import Reading
from shared.errors import CannotRun
from shared.record import is_number

UNITS = {"time": ("time", "s"), "timeraw": ("time", "s"), "mem": ("memory", "bytes"), "peakmem": ("peak memory", "bytes"), "track": ("value", "")}
NOT_RESULTS = ("benchmarks.json", "machine.json")


def read(path):
    reading = Reading()
    files = sorted(each for each in path.rglob("*.json") if each.name not in NOT_RESULTS) if path.is_dir() else [path]
    known = benchmarks_near(path)
    for each in files:
        try:
            read_run(json_of(each), known, each.stem.partition("-")[2], reading)
        except CannotRun as error:
            raise CannotRun(f"{each.relative_to(path)}: {error}" if path.is_dir() else str(error)) from None
    if not files:
        raise CannotRun("no results in this folder; name the results_dir of asv.conf.json")
    return reading


def benchmarks_near(path):
    """benchmarks.json, which has the units; results can be read without it."""
    for folder in [path] if path.is_dir() else path.absolute().parents[:2]:
        if (folder / "benchmarks.json").is_file():
            try:
                return json_of(folder / "benchmarks.json").object()
            except CannotRun as error:
                raise CannotRun(f"benchmarks.json: {error}") from None
    return {}


def read_run(run, known, environment, reading):
    """Old files have the environment only in their name."""
    common = {"commit": run.get("commit_hash").text(), "time": run.get("date").number() / 1000,
              "machine": run.optional("params", lambda node: node.optional("machine", lambda each: each.text())),
              "suite": run.optional("env_name", lambda node: node.text()) or environment or None}
    reading.leave_unread(run, {"commit_hash", "date", "env_name", "result_columns", "results", "version"})
    columns = run.optional("result_columns", lambda node: [each.text() for each in node.items()])
    for name, result in run.get("results").fields():
        read_result(name, fields_of(result, columns), known.get(name), common, reading)


def fields_of(result, columns):
    """The fields of a result by name. Since version 2 of the files, results are lists, before they were objects or numbers."""
    if isinstance(result.value, list):
        return Node(dict(zip(columns or result.wrong("no result_columns"), result.value)), result.where)
    if not isinstance(result.value, dict):
        return Node({"result": [result.value]}, result.where)
    bounds = [each.get("ci_99") if isinstance(each, dict) else None for each in result.optional("stats", lambda node: node.of(list, "a list")) or []]
    bounds = [each if isinstance(each, list) and len(each) == 2 else (None, None) for each in bounds]
    return Node({**result.value, "stats_ci_99_a": [low for low, _ in bounds], "stats_ci_99_b": [high for _, high in bounds]}, result.where)


def about_benchmark(name, described):
    """The measure, unit and direction of a benchmark."""
    kind = name.split(".")[-1].split("_")[0]
    described = described if isinstance(described, dict) else {}
    kind = {"peakmemory": "peakmem", "memory": "mem"}.get(described.get("type"), described.get("type")) or kind
    measure, unit = UNITS.get(kind, UNITS["track"])
    unit = described["unit"] if isinstance(described.get("unit"), str) and kind == "track" else unit
    return measure, unit, units.better_of_unit(unit)


def read_result(name, fields, described, common, reading):
    measure, unit, better = about_benchmark(name, described)
    values = fields.optional("result", lambda node: node.value if isinstance(node.value, list) else [node.value]) or []
    params = [[str(each.value) for each in node.items()] for node in fields.optional("params", lambda node: node.items()) or []]
    combinations = list(itertools.islice(itertools.product(*params), len(values) + 1))
    if values and len(combinations) != len(values):
        fields.wrong(f"{len(values)} results, but another number of combinations of parameters")
    started = fields.finite("started_at")
    for at, (value, combination) in enumerate(zip(values, combinations)):
        full = f"{name}({', '.join(combination)})" if combination else name
        if value is None or value != value:
            reading.leave_out("results that failed or were skipped", example=full)
            continue
        low, high = (column_at(fields, each, at, value) for each in ("stats_ci_99_a", "stats_ci_99_b"))
        about = {"repeat": column_at(fields, "stats_repeat", at), "number": column_at(fields, "stats_number", at)}
        reading.add(full, measure, unit, Node(value, f"{fields.where} ({full})").number(), low, high, better=better, about=about,
                    measured=None if started is None else started / 1000, **common)
    reading.leave_unread(fields, {"result", "params", "started_at", "stats_ci_99_a", "stats_ci_99_b", "stats_repeat", "stats_number"})


def column_at(fields, name, at, otherwise=None):
    column = fields.object().get(name)
    value = column[at] if isinstance(column, list) and at < len(column) else None
    return value if is_number(value) else otherwise
