"""The series of a history, as the page, its plain tables and the feed need them."""
import math
import statistics

from dashboard import change_points
from shared import history

UNKNOWN = 1e9  # a noise
DIGITS = 6  # of a value on the page; it shows four


def series_of(records):
    """The commits of one machine in the order of their first records, and for each benchmark and measure the values by
    commit. If a commit was measured twice, the later values count."""
    commits, series = {}, {}
    for record in records:
        place = commits.setdefault(record["commit"], [len(commits), record["time"], record["subject"]])[0]
        series.setdefault((record["benchmark"], record["measure"], record["unit"], record.get("better", "smaller")), {})[place] = [
            record[name] for name in ("value", "low", "high")]
    return commits, series


def steps_of(values, unit):
    """The steps of a series, as common.js reads them (STEP). Places are indices of commits."""
    places = sorted(values)
    steps = change_points.steps_of([values[place][0] for place in places], counted=unit == "instructions")
    return [[places[step.place], places[step.place - 1], places[step.first], places[step.last], rounded(step.before), rounded(step.after)] for step in steps]


def rounded(value):
    return float(f"{value:.{DIGITS}g}")


def noise_of(values):
    """How much a series varies from one commit to the next, relative to its level: the median, so that steps do not count."""
    column = [values[place][0] for place in sorted(values)]
    level = abs(statistics.median(column))
    return statistics.median(abs(after - before) for before, after in zip(column, column[1:])) / level if len(column) > 1 and level else UNKNOWN


def one_series(about, values, count):
    """A series with columns over all commits, and null for commits that were not measured."""
    benchmark, measure, unit, better = about
    columns = [[rounded(values[place][at]) if place in values else None for place in range(count)] for at in range(3)]
    return {"benchmark": benchmark, "measure": measure, "unit": unit, "better": better, "noise": rounded(noise_of(values)),
            "value": columns[0], "low": columns[1], "high": columns[2], "steps": steps_of(values, unit)}


def machine_data(name, records):
    """The data of one machine for common.js. A commit is [hash, time, subject]."""
    commits, series = series_of(records)
    return {"name": name, "commits": [[commit, *about[1:]] for commit, about in commits.items()],
            "series": [one_series(about, values, len(commits)) for about, values in sorted(series.items())]}


def finite(records):
    """The records that a chart can show, and a message for each of the others."""
    wrong = [record for record in records if not all(math.isfinite(record[name]) for name in history.NUMBERS)]
    return [record for record in records if record not in wrong], [
        f"{record['benchmark']}, {record['measure']}, of {record['commit']}: not a finite number: skipped" for record in wrong]


def data_of(records):
    return [machine_data(name, [record for record in records if record["machine"] == name])
            for name in dict.fromkeys(record["machine"] for record in records)]


def changes_of(machine):
    """For each commit with steps, the newest first: its place, and (series, step, change, whether it is worse), the worst first."""
    places = {}
    for series in machine["series"]:
        for step in series["steps"]:
            before, after = step[4:6]
            change = after / before - 1 if before else math.inf
            worse = change < 0 if series["better"] == "bigger" else change > 0
            places.setdefault(step[0], []).append((series, step, change, worse))
    return [(place, sorted(places[place], key=lambda each: (not each[3], -abs(each[2])))) for place in sorted(places, reverse=True)]
