"""Prints the summary of a run of ci/harness, and writes its report page.

usage: report.summary FOLDER    FOLDER has `about`, `steps`, a log for each step, and `findings`.

Exit: 0 all steps passed, 1 a step failed or there are findings, 2 FOLDER or repro/depth/map.tsv cannot be read.
"""

import json
import pathlib
import re
import sys

from report import depth_map, ratio_chart
from shared import pages
from shared.errors import CannotRun
from shared.repository import ROOT

# One line about a step, from its log: the last match of the pattern, and the text to put it into.
HIGHLIGHTS = {
    "fuzz": (re.compile(r"#(\d+): cov: (\d+) "), "{0} programs, coverage {1} edges"),
    "check": (re.compile(r"agreed: (\d+) programs, (\d+) operations in ([\d.]+) s"), "{0} programs, {1} operations in {2} s"),
    "fuzz-driver": (re.compile(r"#(\d+): cov: (\d+) "), "{0} streams of commands, coverage {1} edges"),
    "beam-crash": (re.compile(r"^(the historical driver: .*)$", re.M), "{0}"),
    "crash": (re.compile(r"^# ((?:killed|ended) by.*)$", re.M), "found, as it must be: {0}"),
}
# Rows of the table of ratios: adding a node to a ring of 100000 points, or removing one.
RATIOS = re.compile(r"^(add|remove) +128 +100000 +\S+ \S+ +(\S+) \(.*?\) +(\S+) \(.*?\) +(\S+) \(", re.M)
FINDINGS_SHOWN = 4
DEPTH = ROOT / "repro/depth/map.tsv"


def read(path):
    try:
        return path.read_text(errors="replace")
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; run ci/harness to its end") from error


def count_cases(log):
    ok = len(re.findall(r"^  ok  ", log, re.M))
    failed = len(re.findall(r"^  FAIL", log, re.M))
    return f"{ok} of {ok + failed} as expected" if ok + failed else ""


def name_ratios(log):
    ratios = [f"{name} {' / '.join(others)}" for name, *others in RATIOS.findall(log)]
    return f"times as fast as merge / resort / legacy, at 100000 points: {', '.join(ratios)}" if ratios else ""


def count_answers(log):
    answers = sum(int(count) for count in re.findall(r"(\d+) answers equal to the model's", log))
    vms = re.findall(r"^(\d+ of \d+) VMs passed", log, re.M)
    return f"{vms[-1]} VMs passed, {answers} answers equal to the model's" if vms else ""


def highlight(name, log):
    if name == "beam-soak":
        return count_answers(log)
    if name.startswith("repro"):
        return count_cases(log)
    if name == "bench":
        return name_ratios(log)
    kind = name if name in HIGHLIGHTS else name.split("-")[0]
    if kind not in HIGHLIGHTS:
        return ""
    pattern, words = HIGHLIGHTS[kind]
    matches = pattern.findall(log)
    if not matches:
        return ""
    last = matches[-1] if isinstance(matches[-1], tuple) else (matches[-1],)
    return words.format(*last)


def read_steps(folder):
    steps = []
    for line in read(folder / "steps").splitlines():
        fields = line.split("\t")
        if len(fields) != 4 or not all(field.isdigit() for field in fields[1:3]):
            raise CannotRun(f"{folder}/steps: not a step: {line!r}; run ci/harness again")
        name, status, seconds, title = fields
        log = read(folder / f"{name}.log")
        steps.append({
            "name": name,
            "title": title,
            "good": status == "0",
            "status": int(status),
            "seconds": int(seconds),
            "highlight": highlight(name, log),
            "log": log,
        })
    if not steps:
        raise CannotRun(f"{folder}/steps: no step ran; run ci/harness again")
    return steps


def read_findings(folder):
    """Reads the findings: a folder for each that ci/findings made, and a trace SUBJECT.trace for each of `ringproof check`."""
    findings = []
    for path in sorted((folder / "findings").glob("*")):
        if path.suffix == ".trace":
            replay = f"build/asan/fuzz/ringproof replay {path} --subject {path.stem}"
            findings.append({"name": f"check-{path.stem}", "trace": read(path), "reproduce": replay, "seen": "", "report": ""})
        elif path.is_dir():
            shown = {name: read(path / name).strip() for name in ("reproduce", "seen")}
            trace = read(path / "trace") if (path / "trace").exists() else ""
            findings.append({"name": path.name, "trace": trace, "report": read(path / "report.txt"), **shown})
    return findings


def read_crash(folder):
    """What ci/beam-crash saw in the VMs, or None if it did not get that far."""
    folder = folder / "beam-crash"
    try:
        seen = json.loads((folder / "legacy" / "front1.json").read_text())
        return {
            "seen": seen,
            "legacy": read(folder / "legacy" / "log"),
            "core": read(folder / "core" / "log"),
            "rates": read(folder / "rates.txt"),
        }
    except (OSError, ValueError, CannotRun):
        return None


def read_depth():
    try:
        return depth_map.make_maps(DEPTH.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(f"{DEPTH}: {error.strerror}; restore it: git checkout {DEPTH.relative_to(ROOT)}") from error
    except CannotRun as error:
        raise CannotRun(f"{DEPTH}: {error}") from error


def table_of(steps):
    """The table of ratios, without the progress lines before it."""
    logs = [step["log"] for step in steps if step["name"] == "bench"]
    return logs[0][logs[0].find("Median time"):].rstrip() if logs and "Median time" in logs[0] else ""


def print_summary(about, steps, findings, page):
    for key, value in about.items():
        print(f"{key:8} {value}")
    for step in steps:
        mark = "ok  " if step["good"] else "FAIL"
        print(f"{mark} {step['name']:16} {step['seconds']:4} s  {step['highlight']}")
        if not step["good"]:
            print(f"     exit status {step['status']}; see {page.parent}/{step['name']}.log")
    for finding in findings[:FINDINGS_SHOWN]:
        print(f"finding: {finding['name']}{': ' if finding['seen'] else ''}{finding['seen']}")
        print(f"         {finding['reproduce']}")
    if len(findings) > FINDINGS_SHOWN:
        print(f"         and {len(findings) - FINDINGS_SHOWN} more in {page.parent}/findings")
    failed = sum(not step["good"] for step in steps)
    print(f"{len(steps) - failed} of {len(steps)} steps passed, {len(findings)} findings; report: {page}")
    return failed + len(findings)


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[1])
    try:
        about = dict(line.split(" ", 1) for line in read(folder / "about").splitlines())
        steps = read_steps(folder)
        findings = read_findings(folder)
        depth = read_depth()
        crash = read_crash(folder)
    except (CannotRun, ValueError) as error:
        print(f"report.summary: {error}", file=sys.stderr)
        return 2
    page = folder / "index.html"
    page.write_text(pages.template(pathlib.Path(__file__).with_name("page.html"), strict=True).render(
        about=about, steps=steps, findings=findings, table=table_of(steps), chart=ratio_chart.chart(table_of(steps)), depth=depth, crash=crash), encoding="utf-8")
    return 1 if print_summary(about, steps, findings, page) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
