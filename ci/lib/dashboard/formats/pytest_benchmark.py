"""JSON of pytest-benchmark: --benchmark-json. See its src/pytest_benchmark/stats.py."""
from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading

KEPT = ("mean", "stddev", "rounds", "iterations")


def read(path):
    document, reading = json_of(path), Reading()
    if not document.optional("benchmarks", lambda node: node.items()):
        document.wrong("no benchmarks; write it with pytest --benchmark-json=FILE")
    common = origin_of(document, reading)
    reading.leave_unread(document, {"benchmarks", "commit_info", "datetime"})
    for entry in document.get("benchmarks").items():
        name = entry.find("fullname") or entry.get("name")
        entry = entry.named(name.text())
        stats = entry.get("stats")
        about = {each: stats.optional(each, lambda node: node.number()) for each in KEPT}
        about |= {each: entry.optional(each, lambda node: node.text()) for each in ("group", "param") if isinstance(entry.object().get(each), str)}
        about["dirty"] = common["dirty"]
        value = stats.find("median") or stats.get("mean")
        reading.add(name.text(), "time", "s", value.number(), *(stats.optional(each, lambda node: node.number()) for each in ("min", "max")),
                    better="smaller", about=about, **common["fields"])
        reading.leave_unread(stats, {"median", "min", "max", *KEPT})
        reading.leave_unread(entry, {"name", "fullname", "stats", "group", "param"})
    return reading.merge_repetitions()


def origin_of(document, reading):
    """The commit and the processor, where the file names them."""
    fields, dirty = {}, None
    if commit := document.find("commit_info"):
        reading.leave_unread(commit, {"id", "time", "dirty"})
        dirty = True if commit.object().get("dirty") else None
        if commit.find("id") and commit.find("time"):
            fields = {"commit": commit.get("id").text(), "time": commit.get("time").moment()}
    if document.find("datetime"):
        fields["measured"] = document.get("datetime").moment()
    cpu = (document.object().get("machine_info") or {}).get("cpu") if isinstance(document.object().get("machine_info"), dict) else None
    brand = (cpu.get("brand_raw") or cpu.get("brand")) if isinstance(cpu, dict) else None
    return {"fields": {**fields, "machine": brand if isinstance(brand, str) else None}, "dirty": dirty}
