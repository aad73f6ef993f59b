"""The history of measurements, bench/history: checks it, and exchanges it with other tools.
Exit: 0 done, 1 the history is damaged somewhere, and it says where, 2 it could not be done: and why."""
import argparse
import json
import pathlib
import sys

from dashboard import formats
from shared import history
from shared.errors import CannotRun


def arguments():
    parser = argparse.ArgumentParser(prog="ci/history", description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, default=history.FOLDER)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="reads all of it")
    for name, what in (("import", "appends what FILE says of a commit, on this machine"), ("export", "prints what is known of a commit")):
        command = commands.add_parser(name, help=what)
        command.add_argument("format", choices=formats.FORMATS)
        if name == "import":
            command.add_argument("file", type=pathlib.Path)
        command.add_argument("--commit", default="HEAD")
    return parser.parse_args()


def read_json(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise CannotRun(f"{path}: no JSON: {error}") from None


def take_in(options):
    common = {**history.commit(options.commit), "machine": history.machine()[0]}
    names = ("benchmark", "measure", "unit", "value", "low", "high")
    rows = formats.FORMATS[options.format][0](read_json(options.file))
    history.append([{**common, **dict(zip(names, row))} for row in rows], options.folder)
    print(f"{len(rows)} records appended")


def give_out(options):
    commit = history.commit(options.commit)["commit"]
    latest = {(record["benchmark"], record["measure"]): record
              for record in history.read(options.folder)[0] if record["commit"] == commit}
    if not latest:
        raise CannotRun(f"nothing is known of {commit}: ci/perf {commit}~1 {commit} --commit")
    print(json.dumps(formats.FORMATS[options.format][1](list(latest.values())), indent=1, ensure_ascii=False))


def check(options):
    records, problems = history.read(options.folder)
    for problem in problems:
        print(problem)
    print(f"{len(records)} records of {len({record['commit'] for record in records})} commits and "
          f"{len({record['machine'] for record in records})} machines, {len(problems)} lines damaged")
    return 1 if problems else 0


def main():
    options = arguments()
    return {"check": check, "import": take_in, "export": give_out}[options.command](options) or 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotRun as error:
        print(f"history: {error}", file=sys.stderr)
        sys.exit(2)
