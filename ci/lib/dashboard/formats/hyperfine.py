"""JSON of hyperfine: --export-json. See src/benchmark/benchmark_result.rs of sharkdp/hyperfine."""
import statistics

from dashboard.formats.nodes import json_of
from dashboard.formats.reading import Reading


READ = {"command", "mean", "stddev", "median", "user", "system", "min", "max", "times", "memory_usage_byte", "exit_codes", "parameters"}


def read(path):
    document, reading = json_of(path), Reading()
    reading.leave_unread(document, {"results"})
    for entry in document.get("results").items():
        command = entry.get("command").text()
        entry = entry.named(command)
        times = [node.number() for node in entry.optional("times", lambda node: node.items()) or []]
        parameters = entry.optional("parameters", lambda node: node.fields()) or []
        about = {"runs": len(times) or None, "mean": entry.get("mean").number(), "stddev": entry.finite("stddev"),
                 **{f"parameter {name}": node.value if isinstance(node.value, str) else node.number() for name, node in parameters}}
        value = (entry.find("median") or entry.get("mean")).number()
        reading.add(command, "time", "s", value, *(entry.optional(each, lambda node: node.number()) for each in ("min", "max")),
                    better="smaller", about=about)
        for field in ("user", "system"):
            if entry.find(field):
                reading.add(command, f"{field} time", "s", entry.get(field).number(), better="smaller")
        if memory := [node.number() for node in entry.optional("memory_usage_byte", lambda node: node.items()) or []]:
            reading.add(command, "memory", "bytes", statistics.median(memory), min(memory), max(memory), better="smaller")
        reading.leave_out("single runs", len(times))
        reading.leave_unread(entry, READ)
        reading.leave_out("exit codes other than 0", sum(code.value != 0 for code in entry.optional("exit_codes", lambda node: node.items()) or []))
    return reading.merge_repetitions()
