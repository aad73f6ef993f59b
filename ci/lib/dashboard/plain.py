"""The page's tables for readers without scripts."""
import datetime
import math

from dashboard import series

STEPS_SHOWN = 100
HUGE = 1e15  # from here on, values have an exponent, so that they fit


def day(time):
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%d")


def number(value):
    return f"{value:,.0f}" if 1e4 <= abs(value) < HUGE else f"{value:,.4g}"


def percent(change):
    if math.isinf(change):
        return "from 0"
    return (f"{change:+.0e} times" if abs(change) >= HUGE else f"{change:+.1%}".replace("%", " %")).replace("-", "\N{MINUS SIGN}")


def last_value(commits, one):
    place = max(at for at, value in enumerate(one["value"]) if value is not None)
    return {"benchmark": one["benchmark"], "measure": one["measure"], "value": number(one["value"][place]), "unit": one["unit"], "day": day(commits[place][1])}


def step_row(commits, place, changes, repository):
    commit = commits[place]
    address = commit[3] if len(commit) > 3 else f"{repository}/commit/{commit[0]}" if repository else ""
    said = [f"{one['benchmark']} {one['measure']} {percent(change)} {series.verdict(one, change)}" for one, _, change, _ in changes]
    return {"commit": commit[0], "address": address, "day": day(commit[1]), "subject": commit[2], "changes": said[:5], "more": len(said[5:])}


def tables(machine, repository):
    """The last values and the last steps of one machine."""
    commits, steps = machine["commits"], series.changes_of(machine)
    return {"title": machine["title"], "last": [last_value(commits, one) for one in machine["series"]],
            "steps": [step_row(commits, place, changes, repository) for place, changes in steps[:STEPS_SHOWN]], "more": len(steps[STEPS_SHOWN:])}
