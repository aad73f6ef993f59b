"""JSON of JMH, Java's microbenchmark harness: -rf json. See JSONResultFormat of openjdk/jmh."""
from dashboard import units
from dashboard.formats.nodes import json_of, short
from dashboard.formats.reading import Reading
from shared.record import is_number

MODES = {"thrpt": ("throughput", "bigger"), "avgt": ("time", "smaller"), "sample": ("sampled time", "smaller"), "ss": ("single-shot time", "smaller")}
KEPT = ("threads", "forks", "measurementIterations", "jdkVersion", "vmName")


def read(path):
    reading = Reading()
    for entry in json_of(path).items():
        entry = entry.named(entry.get("benchmark").text())
        params = (entry.optional("params", lambda node: node.fields()) or [])
        name = entry.value["benchmark"] + (f" ({', '.join(f'{each}={node.text()}' for each, node in params)})" if params else "")
        mode = entry.get("mode").text()
        if mode not in MODES:
            entry.wrong(f"unknown mode {short(mode)}; known are {', '.join(MODES)}")
        about = {each: entry.value[each] for each in KEPT if isinstance(entry.value.get(each), str) or is_number(entry.value.get(each))}
        reading.leave_unread(entry, {"benchmark", "mode", "params", "primaryMetric", "secondaryMetrics", *KEPT})
        add_metric(reading, name, entry.get("primaryMetric"), *MODES[mode], about)
        for measure, metric in entry.optional("secondaryMetrics", lambda node: node.fields()) or []:
            add_metric(reading, name, metric, measure, direction(measure, metric), about)
    return reading.merge_repetitions()


def direction(measure, metric):
    """The garbage collector's figures are costs, even if they are rates."""
    return "smaller" if measure.lstrip("·").startswith("gc.") else units.better_of_unit(metric.get("scoreUnit").text())


def add_metric(reading, name, metric, measure, better, about):
    """A bound is "NaN" if there were too few runs for one."""
    value = metric.get("score").number()
    bounds = [node.value for node in metric.optional("scoreConfidence", lambda node: node.items()) or []]
    if len(bounds) != 2 or not all(map(is_number, bounds)):
        bounds = (None, None)
    reading.add(name, measure, metric.get("scoreUnit").text(), value, *bounds, better=better, about=about)
    reading.leave_unread(metric, {"score", "scoreConfidence", "scoreUnit"})
