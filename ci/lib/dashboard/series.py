"""The series of a history, as the page, its plain tables and the feed need them."""
import itertools
import math
import statistics

from dashboard import change_points, commit_order, units
from shared import history
from shared.record import better_of

UNKNOWN = 1e9  # a noise
DIGITS = 6  # of a value on the page; it shows four


def commits_of(records, root):
    """The commits of these records in the order of the history, as common.js reads them: hash, time, subject, and the address
    if the history has it."""
    about = {}
    for record in records:
        about.setdefault(record["commit"], [record["commit"], record["time"], record["subject"], *([record["url"]] if "url" in record else [])])
    return [about[commit] for commit in commit_order.in_order({commit: time for commit, time, *_ in about.values()}, root)]


def unit_key(unit):
    """Times are one series, whichever unit a tool chose for a value."""
    return ("time", unit.partition("/")[2]) if units.time_unit(unit) else ("", unit)


def in_two_units(records):
    """The (benchmark, measure) that one run gives in two units of time: these are two measures."""
    found = {}
    for record in records:
        run = tuple(record.get(name) for name in ("benchmark", "measure", "commit", "measured"))
        found.setdefault((*run, unit_key(record["unit"])), set()).add(record["unit"])
    return {run[:2] for run, several in found.items() if len(several) > 1}


def series_of(records, places):
    """For each benchmark, measure, latest unit and direction: the values by place. If a commit was measured twice, the later
    values count."""
    found, series, apart = {}, {}, in_two_units(records)
    for record in sorted(records, key=lambda record: record.get("measured", 0)):
        name = (record["benchmark"], record["measure"])
        found.setdefault((*name, ("", record["unit"]) if name in apart else unit_key(record["unit"])), {})[places[record["commit"]]] = record
    for (benchmark, measure, _), by_place in found.items():
        latest = by_place[max(by_place)]
        series[benchmark, measure, latest["unit"], better_of(latest)] = {place: figures(record, latest["unit"]) for place, record in by_place.items()}
    return series


def figures(record, unit):
    """Value, low and high in this unit."""
    given = [record[name] for name in ("value", "low", "high")]
    return given if record["unit"] == unit else [units.converted(each, record["unit"], unit) for each in given]


def steps_of(values, unit, least):
    """The steps of a series, as common.js reads them (STEP). Places are indices of commits."""
    places = sorted(values)
    steps = change_points.steps_of([values[place][0] for place in places], counted=change_points.is_count(unit), least=least)
    return [[places[step.place], places[step.place - 1], places[step.first], places[step.last], rounded(step.before), rounded(step.after)] for step in steps]


def rounded(value):
    return float(f"{value:.{DIGITS}g}")


def noise_of(values):
    """How much a series varies from one commit to the next, relative to its level: the median, so that steps do not count."""
    column = [values[place][0] for place in sorted(values)]
    level = abs(statistics.median(column))
    return statistics.median(abs(after - before) for before, after in zip(column, column[1:])) / level if len(column) > 1 and level else UNKNOWN


def one_series(about, values, count, least):
    """A series with columns over all commits, and null for commits that were not measured. One whose steps cannot be found
    says so on its own panel."""
    benchmark, measure, unit, better = about
    columns = [[rounded(values[place][at]) if place in values else None for place in range(count)] for at in range(3)]
    made = {"benchmark": benchmark, "measure": measure, "unit": unit, "better": better, "noise": UNKNOWN,
            "value": columns[0], "low": columns[1], "high": columns[2], "steps": []}
    try:
        steps, noise = steps_of(values, unit, least), rounded(noise_of(values))
        if not all(map(math.isfinite, [noise, *itertools.chain(*steps)])):
            raise ValueError("a level is not a finite number")
        if any(after[0] <= before[0] for before, after in itertools.pairwise(steps)):
            raise ValueError("they are not in order")
        return {**made, "steps": steps, "noise": noise}
    except (ArithmeticError, ValueError, IndexError) as error:
        return {**made, "problem": f"The steps of this series could not be found: {error}."}


def machine_data(name, records, root, least):
    """The data of one machine for common.js."""
    commits = commits_of(records, root)
    series = series_of(records, {commit[0]: place for place, commit in enumerate(commits)})
    return {"name": name, "commits": commits, "series": [one_series(about, values, len(commits), least) for about, values in sorted(series.items())]}


def group_of(record):
    """What the page shows together: a machine, or one suite on it. Its name in addresses, and in words."""
    suite, machine = record.get("suite"), record["machine"]
    if suite is None:
        return machine, f"machine {machine}"
    return (suite, suite) if machine == history.UNKNOWN else (f"{suite}, {machine}", f"{suite}, machine {machine}")


def data_of(records, root=None, least=change_points.LEAST):
    """`root`: the git repository that has the commits, or None. `least`: of a step, as a share of its level."""
    groups = {}
    for record in records:
        groups.setdefault(group_of(record), []).append(record)
    return [{"title": title, **machine_data(name, group, root, least)} for (name, title), group in groups.items()]


def relative(before, after):
    """How much more, as a share of the level before. More is positive, also below 0. As relative() in common.js."""
    if before == 0:
        return math.copysign(math.inf, after) if after else 0.0
    return after / abs(before) - math.copysign(1, before)


def verdict(series, change):
    """As verdict() in common.js."""
    if series["better"] == "neither":
        return "changed"
    return "worse" if (change < 0 if series["better"] == "bigger" else change > 0) else "better"


def changes_of(machine):
    """For each commit with steps, the newest first: its place, and (series, step, change, whether it is worse), the worst first."""
    places = {}
    for series in machine["series"]:
        for step in series["steps"]:
            before, after = step[4:6]
            change = relative(before, after)
            places.setdefault(step[0], []).append((series, step, change, verdict(series, change) == "worse"))
    return [(place, sorted(places[place], key=lambda each: (not each[3], -abs(each[2])))) for place in sorted(places, reverse=True)]
