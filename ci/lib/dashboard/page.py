"""Implements ci/dashboard: the history as a page."""
import json
import math
import pathlib
import re
import shutil
import subprocess
import tempfile

import markupsafe

from dashboard import change_points
from shared import files, history, pages
from shared.errors import CannotRun
from shared.repository import ROOT

SITE = pathlib.Path(__file__).with_name("site")
PARTS = ("common.js", "theme.js", "overview.js", "tables.js", "charts.js", "panel.js", "routes.js")
MODULES = ROOT / "build/site"  # what npm brings


def repository():
    """Where the commits of this clone can be read, or nothing."""
    done = subprocess.run(["git", "-C", str(ROOT), "remote", "get-url", "origin"], capture_output=True, text=True, check=False)
    return web_address(done.stdout.strip())


def web_address(remote):
    """Of a remote on a forge, without what it says of who asks."""
    match = re.fullmatch(r"(?:https://|ssh://)?(?:[^@/]+@)?([\w.-]+\.[a-z]+)(?::\d+)?[:/]([\w.~/-]+?)(?:\.git)?/?", remote)
    return f"https://{match[1]}/{match[2]}" if match else ""


def uplot():
    """The chart library's folder: as the lock file pins it, brought once."""
    lock = (SITE / "package-lock.json").read_bytes()
    kept = MODULES / "package-lock.json"
    folder = MODULES / "node_modules/uplot/dist"
    if folder.is_dir() and kept.is_file() and kept.read_bytes() == lock:
        return folder
    if not shutil.which("npm"):
        raise CannotRun("no npm, which brings the charts (uPlot): apt-get install npm")
    MODULES.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MODULES.parent) as name:
        fresh = pathlib.Path(name) / "site"
        fresh.mkdir()
        for each in ("package.json", "package-lock.json"):
            shutil.copy(SITE / each, fresh)
        done = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=fresh, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotRun(f"npm could not bring uPlot, see ci/lib/dashboard/site/package-lock.json:\n{done.stderr.strip()[-2000:]}")
        shutil.rmtree(MODULES, ignore_errors=True)
        fresh.rename(MODULES)
    return folder


def series_of(records):
    """Of one machine: its commits as appended, and for each benchmark and measure, values by commit. What was measured
    again counts as measured last."""
    commits, series = {}, {}
    for record in records:
        place = commits.setdefault(record["commit"], [len(commits), record["time"], record["subject"]])[0]
        series.setdefault((record["benchmark"], record["measure"], record["unit"]), {})[place] = [
            record[name] for name in ("value", "low", "high")]
    return commits, series


def steps_of(values, unit):
    """Steps, their places as commits."""
    places = sorted(values)
    steps = change_points.steps_of([values[place][0] for place in places], counted=unit == "instructions")
    return [[places[step.place], places[step.place - 1], places[step.first], places[step.last], step.before, step.after] for step in steps]


def machine_data(name, records):
    """As common.js reads it: commits [hash, time, subject]; series with columns over all commits, null for not measured."""
    commits, series = series_of(records)
    columns = lambda values, at: [values[place][at] if place in values else None for place in range(len(commits))]
    return {"name": name, "commits": [[commit, *said[1:]] for commit, said in commits.items()], "series": [
        {"benchmark": benchmark, "measure": measure, "unit": unit, "value": columns(values, 0),
         "low": columns(values, 1), "high": columns(values, 2), "steps": steps_of(values, unit)}
        for (benchmark, measure, unit), values in sorted(series.items())]}


def finite(records):
    """Those that a chart can show, and what is wrong with the others."""
    wrong = [record for record in records if not all(math.isfinite(record[name]) for name in history.NUMBERS)]
    return [record for record in records if record not in wrong], [
        f"{record['benchmark']}, {record['measure']}, of {record['commit']}: not a finite number: left out" for record in wrong]


def data_of(records):
    return [machine_data(name, [record for record in records if record["machine"] == name])
            for name in dict.fromkeys(record["machine"] for record in records)]


def as_script(data):
    """JSON that ends no script element, whatever a commit's message says."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return markupsafe.Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def render(machines, problems, address, folder):
    charts = uplot()
    read = lambda path: markupsafe.Markup(path.read_text(encoding="utf-8"))
    page = pages.template(SITE / "page.html").render(
        data=as_script({"machines": machines, "repository": address}), problems=problems,
        styles=[read(charts / "uPlot.min.css"), read(SITE / "page.css")], licence=read(charts.parent / "LICENSE"),
        scripts=[read(charts / "uPlot.iife.min.js"), markupsafe.Markup("").join(read(SITE / part) for part in PARTS)])
    folder.mkdir(parents=True, exist_ok=True)
    files.replace(folder / "index.html", page.encode())
    return folder / "index.html"


def run(options):
    records, problems = history.read(options.history)
    records, endless = finite(records)
    problems += endless
    for problem in problems:
        print(problem)
    if not records:
        raise CannotRun(f"{options.history}: no history: ci/perf-backfill --last 20 measures the last commits")
    address = repository() if options.repository is None else options.repository.rstrip("/")
    machines = data_of(records)
    try:
        page = render(machines, problems, address, options.out)
    except OSError as error:
        raise CannotRun(f"{error.filename}: {error.strerror}") from None
    count = lambda what: sum(map(what, machines))
    print(f"{len(machines)} machines, {count(lambda each: len(each['series']))} series, {count(lambda each: len(each['commits']))} commits, "
          f"{count(lambda each: sum(len(one['steps']) for one in each['series']))} steps: {page}")
    return 0
