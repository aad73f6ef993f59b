"""Implements ci/history: checks the history, imports measurements of other tools, and exports records."""
import json
import sys

from dashboard import commit_order, origin
from dashboard.export import document_of, losses
from dashboard.formats.nodes import short
from dashboard.formats.reading import NAMED, SERIES
from dashboard.formats.registry import FORMATS, WHOLE
from shared import command_line, history
from shared.errors import CannotRun
from shared.record import better_of, wrong_with


def check_row(record):
    if wrong := wrong_with(record):
        raise CannotRun(f"{ascii(record.get('benchmark'))}: {wrong}")
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise CannotRun(f"{ascii(record.get('benchmark'))}: a text has a character that is not valid in UTF-8") from None


def import_records(options):
    try:
        reading = FORMATS[options.format].read(options.file)
        if not reading.rows and not reading.left_out:
            raise CannotRun("no measurements")
        records = origin.completed(reading.rows, options)
        for record in records:
            check_row(record)
    except CannotRun as error:
        raise CannotRun(f"{options.file}: {error}; nothing was appended") from None
    known, fresh = append(records, options.history) if records else ([], [])
    if said := reading.left_out_in_words():
        print(f"left out: {said}", file=sys.stderr)
    print_summary(records, fresh, known, options)
    origin.say_machine(reading.rows, options)
    origin.say_strangers(fresh, options)


def append(records, folder):
    """Appends those that are new. Returns what was there before, and what is new."""
    with history.locked(folder):  # so that two imports of one file do not both find it new
        known = history.read(folder)[0]
        fresh = new_ones(records, known)
        history.append_locked(fresh, folder)
    return known, fresh


def new_ones(records, known):
    """The records that are not in the history yet, each once."""
    key = lambda record: json.dumps(record, sort_keys=True)
    there = set(map(key, known))
    return list({key(record): record for record in records if key(record) not in there}.values())


def print_summary(records, fresh, known, options):
    print(f"{len(fresh)} records appended to {options.history}")
    if len(fresh) < len(records):
        print(f"{len(records) - len(fresh)} records were there already, or came twice, and were not appended again")
    same = lambda record: tuple(record.get(name) for name in ("commit", *SERIES))
    before = set(map(same, known))
    if again := len(fresh) - len(set(map(same, fresh)) - before):
        print(f"{again} of them are of commits that were measured before, too: the page shows the latest measurement of each")
    for direction, sentence in (("bigger", "bigger is better: {}"), ("neither", "which values are better is unknown of: {}; --better says it")):
        if measures := sorted({record["measure"] for record in fresh if record["better"] == direction}):
            print(sentence.format(", ".join(map(short, measures[:NAMED])) + (f" and {len(measures) - NAMED} others" if len(measures) > NAMED else "")))


def chosen(options):
    """The records to export, each measure once for each commit: the latest."""
    records, problems = history.read(options.history)
    if problems:
        print(f"{len(problems)} damaged lines of the history were skipped: ci/history check lists them", file=sys.stderr)
    records = [record for record in records
               if (options.machine in (None, record["machine"])) and (options.suite in (None, record.get("suite")))
               and (options.better in (None, better_of(record)))]
    times = {}
    for record in records:
        times.setdefault(record["commit"], record["time"])
    order = commit_order.in_order(times, origin.repository(options))
    if options.format in WHOLE and options.commit is None:
        place = {commit: at for at, commit in enumerate(order)}
        return sorted(records, key=lambda record: place[record["commit"]])
    commit = origin.commit_to_export(options, order)
    latest = {}
    for record in sorted((record for record in records if record["commit"] == commit), key=lambda record: record.get("measured", 0)):
        latest[tuple(record.get(name) for name in SERIES)] = record
    if not latest:
        raise CannotRun(f"the history has no records of {commit}; measure it: ci/perf {commit}~1 {commit} --record")
    return list(latest.values())


def export_records(options):
    records = chosen(options)
    if not records:
        raise CannotRun(f"{options.history}: the history has no such records")
    text, kept = document_of(records, options.format)
    lost = losses(text, records, kept, options.format)
    print(text)
    if lost:
        print(f"{options.format} has no place for {lost}", file=sys.stderr)
    if options.format == "github-action-benchmark" and len({better_of(record) for record in kept}) > 1:
        print("the action takes one direction for a file: export customBiggerIsBetter and customSmallerIsBetter instead", file=sys.stderr)


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
    if options.command != "check":
        origin.refuse_other_repository(options.history, options.project)
    status = 0
    with command_line.reader_may_end():
        status = {"check": check, "import": import_records, "export": export_records}[options.command](options) or 0
    return status
