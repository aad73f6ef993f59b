"""Implements ci/dashboard: writes the history as one HTML page."""
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
MODULES = ROOT / "build/site"  # where npm installs the chart library


def repository():
    """The web address of the remote `origin`, or "" if it has none."""
    done = subprocess.run(["git", "-C", str(ROOT), "remote", "get-url", "origin"], capture_output=True, text=True, check=False)
    return web_address(done.stdout.strip())


def web_address(remote):
    """The web address of a remote, without a user or password."""
    match = re.fullmatch(r"(?:https://|ssh://)?(?:[^@/]+@)?([\w.-]+\.[a-z]+)(?::\d+)?[:/]([\w.~/-]+?)(?:\.git)?/?", remote)
    return f"https://{match[1]}/{match[2]}" if match else ""


def uplot():
    """The folder of the chart library, in the version that the lock file pins. Downloaded once."""
    lock = (SITE / "package-lock.json").read_bytes()
    kept = MODULES / "package-lock.json"
    folder = MODULES / "node_modules/uplot/dist"
    if folder.is_dir() and kept.is_file() and kept.read_bytes() == lock:
        return folder
    if not shutil.which("npm"):
        raise CannotRun("npm is missing, which downloads the chart library uPlot; as root, run: apt-get install npm")
    MODULES.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MODULES.parent) as name:
        fresh = pathlib.Path(name) / "site"
        fresh.mkdir()
        for each in ("package.json", "package-lock.json"):
            shutil.copy(SITE / each, fresh)
        done = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=fresh, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotRun("npm could not install uPlot as ci/lib/dashboard/site/package-lock.json pins it; check the network:\n"
                            f"{done.stderr.strip()[-2000:]}")
        shutil.rmtree(MODULES, ignore_errors=True)
        fresh.rename(MODULES)
    return folder


def series_of(records):
    """The commits of one machine in the order of their first records, and for each benchmark and measure the values by
    commit. If a commit was measured twice, the later values count."""
    commits, series = {}, {}
    for record in records:
        place = commits.setdefault(record["commit"], [len(commits), record["time"], record["subject"]])[0]
        series.setdefault((record["benchmark"], record["measure"], record["unit"]), {})[place] = [
            record[name] for name in ("value", "low", "high")]
    return commits, series


def steps_of(values, unit):
    """The steps of a series, as common.js reads them (STEP). Places are indices of commits."""
    places = sorted(values)
    steps = change_points.steps_of([values[place][0] for place in places], counted=unit == "instructions")
    return [[places[step.place], places[step.place - 1], places[step.first], places[step.last], step.before, step.after] for step in steps]


def machine_data(name, records):
    """The data of one machine for common.js. A commit is [hash, time, subject]. Each series has columns over all commits,
    with null for commits that were not measured."""
    commits, series = series_of(records)
    columns = lambda values, at: [values[place][at] if place in values else None for place in range(len(commits))]
    return {"name": name, "commits": [[commit, *about[1:]] for commit, about in commits.items()], "series": [
        {"benchmark": benchmark, "measure": measure, "unit": unit, "value": columns(values, 0),
         "low": columns(values, 1), "high": columns(values, 2), "steps": steps_of(values, unit)}
        for (benchmark, measure, unit), values in sorted(series.items())]}


def finite(records):
    """The records that a chart can show, and a message for each of the others."""
    wrong = [record for record in records if not all(math.isfinite(record[name]) for name in history.NUMBERS)]
    return [record for record in records if record not in wrong], [
        f"{record['benchmark']}, {record['measure']}, of {record['commit']}: not a finite number: skipped" for record in wrong]


def data_of(records):
    return [machine_data(name, [record for record in records if record["machine"] == name])
            for name in dict.fromkeys(record["machine"] for record in records)]


def as_script(data):
    """JSON that cannot end its script element, whatever a commit's message contains."""
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
        raise CannotRun(f"{options.history}: no history; measure the last commits first: ci/perf-backfill --last 20")
    address = repository() if options.repository is None else options.repository.rstrip("/")
    machines = data_of(records)
    try:
        page = render(machines, problems, address, options.output)
    except OSError as error:
        raise CannotRun(f"{error.filename}: {error.strerror}; name another folder with --output") from None
    count = lambda what: sum(map(what, machines))
    print(f"{len(machines)} machines, {count(lambda each: len(each['series']))} series, {count(lambda each: len(each['commits']))} commits, "
          f"{count(lambda each: sum(len(one['steps']) for one in each['series']))} steps: {page}")
    return 0
