"""Implements ci/dashboard: writes the history as one HTML page."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import markupsafe

from dashboard import feed, origin, plain, series
from shared import commits, files, history, pages
from shared.errors import CannotRun
from shared.repository import ROOT

SITE = pathlib.Path(__file__).with_name("site")
PARTS = ("common.js", "address.js", "theme.js", "overview.js", "compare.js", "tables.js", "charts.js", "panel.js", "routes.js")
MODULES = ROOT / "build/site"  # where npm installs the chart library


def remote_address(folder):
    """The web address of the remote `origin` of the repository that a folder is in, or "" if there is none."""
    return web_address(commits.git(folder, "remote", "get-url", "origin").strip())


def recorded(records):
    """The web address of the repository in the latest record's link to its commit, or "" if there is none. Repositories move."""
    links = [record["url"] for record in records if "/commit/" in record.get("url", "")]
    return links[-1].partition("/commit/")[0] if links else ""


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


def as_script(data):
    """JSON that cannot end its script element, whatever a commit's message contains."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return markupsafe.Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def render(machines, problems, about, folder):
    """Writes the page, the feed and the badge. `about`: title, repository (its web address, or ""), and address of the page, or ""."""
    charts = uplot()
    read = lambda path: markupsafe.Markup(path.read_text(encoding="utf-8"))
    page = pages.template(SITE / "page.html").render(
        title=about["title"], data=as_script({"machines": machines, "repository": about["repository"], "title": about["title"]}), problems=problems,
        plain=[plain.tables(machine, about["repository"]) for machine in machines], feed=feed.FILE,
        styles=[read(charts / "uPlot.min.css"), read(SITE / "page.css")], licence=read(charts.parent / "LICENSE"),
        scripts=[read(charts / "uPlot.iife.min.js"), markupsafe.Markup("").join(read(SITE / part) for part in PARTS)])
    folder.mkdir(parents=True, exist_ok=True)
    files.replace(folder / feed.FILE, feed.atom(machines, about))
    files.replace(folder / feed.BADGE, feed.badge(machines))
    files.replace(folder / "index.html", page.encode())
    return folder / "index.html"


def title_of(address):
    return address.rpartition("/")[2] or "benchmarks"


def run(options):
    records, problems = history.read(options.history)
    for problem in problems:
        print(problem)
    if not records:
        raise CannotRun(f"{options.history}: no history; measure the last commits first: ci/perf-backfill --last 20")
    root = origin.repository(options)
    address = remote_address(root or options.history) or recorded(records) if options.repository is None else options.repository.rstrip("/")
    about = {"repository": address, "title": options.title or title_of(address), "address": (options.address or "").rstrip("/")}
    machines = series.data_of(records, root, options.least / 100)
    for one in (one for machine in machines for one in machine["series"] if "problem" in one):
        print(f"{one['benchmark']}, {one['measure']}: {one['problem']}")
    try:
        page = render(machines, problems, about, options.output)
    except OSError as error:
        raise CannotRun(f"{error.filename or options.output}: {error.strerror}; name another folder with --output") from None
    count = lambda what: sum(map(what, machines))
    print(f"{len(machines)} machines, {count(lambda each: len(each['series']))} series, {count(lambda each: len(each['commits']))} commits, "
          f"{count(lambda each: sum(len(one['steps']) for one in each['series']))} steps: {page}")
    return 0
