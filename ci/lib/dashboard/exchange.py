"""Implements ci/history: checks the history, imports measurements of other tools, and exports the records of a commit."""
import json

from dashboard.formats import FORMATS
from shared import history
from shared.errors import CannotRun


def read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; name a file that can be read") from None
    except ValueError as error:
        raise CannotRun(f"{path}: not JSON: {error}; see ci/history --help for the formats") from None


def import_records(options):
    common = {**history.commit(options.commit), "machine": history.machine()[0]}
    names = ("benchmark", "measure", "unit", "value", "low", "high")
    rows = FORMATS[options.format][0](read_json(options.file))
    history.append([{**common, **dict(zip(names, row))} for row in rows], options.history)
    print(f"{len(rows)} records appended")


def export_records(options):
    commit = history.commit(options.commit)["commit"]
    latest = {(record["benchmark"], record["measure"]): record
              for record in history.read(options.history)[0] if record["commit"] == commit}
    if not latest:
        raise CannotRun(f"the history has no records of {commit}; measure it: ci/perf {commit}~1 {commit} --record")
    print(json.dumps(FORMATS[options.format][1](list(latest.values())), indent=1, ensure_ascii=False))


def check(options):
    records, problems = history.read(options.history)
    for problem in problems:
        print(problem)
    print(f"{len(records)} records of {len({record['commit'] for record in records})} commits and "
          f"{len({record['machine'] for record in records})} machines, {len(problems)} lines damaged")
    return 1 if problems else 0


def run(options):
    if options.command != "import" and not options.history.is_dir():
        raise CannotRun(f"{options.history}: no such folder; measure the last commits first: ci/perf-backfill --last 20")
    return {"check": check, "import": import_records, "export": export_records}[options.command](options) or 0
