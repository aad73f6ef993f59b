#!/usr/bin/python3
"""Writes the results file of `bench/run --results`: all tables, with the commit, the machine and the date.

FILE is replaced at once, or left as it was. If FILE is not a regular file, such as /dev/stdout, it is written to.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
from pathlib import Path

import goals
import peers
import ratios
from ratios import ReportError

ROOT = Path(__file__).resolve().parent.parent.parent
NOTES = f"""\
A cell is the {ratios.SPREAD}. One figure means that all agree. A
wide spread is noise from other work on the machine. Compare ratios, which come from one interleaved run, and not
times. [README.md](README.md) says what each benchmark times and how the figures are made.
"""


def sections_of_goals(results):
    yield from goals.sections(results)
    yield from all_sections(results)


def sections_of_peers(results):
    against_everything, *last = peers.sections(results)
    yield against_everything
    yield from ratios.growth_sections(ratios.report(results))
    yield from ratios.count_sections(ratios.report_counts(results))
    yield from last


def all_sections(results):
    yield from ratios.times_sections(ratios.report(results))
    yield from ratios.count_sections(ratios.report_counts(results))


RUNS = {
    "goals": ("Goals", sections_of_goals),
    "peers": ("Against everything", sections_of_peers),
    "shared": ("Readers beside a writer", all_sections),
    "digests": ("Digests", all_sections),
}


def duration(seconds):
    minutes, seconds = divmod(int(seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def commit():
    """The commit of the sources, and whether they differ from it."""

    def git(*arguments):
        command = ["git", "--no-optional-locks", "-C", ROOT, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short=12", "HEAD") + (", with uncommitted changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown: not a Git checkout"


def processor(cpuinfo=Path("/proc/cpuinfo")):
    try:
        fields = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", cpuinfo.read_text(encoding="utf-8"), re.M))
    except OSError:
        fields = {}
    return "{}, family {}, model {}".format(*(fields.get(name, "?") for name in ("model name", "cpu family", "model")))


def cache(each):
    kind = {"Data": "d", "Instruction": "i"}.get(each["type"], "")
    size = each["size"] // 1024
    size = f"{size // 1024} MB" if size >= 1024 else f"{size} KB"
    shared = each.get("num_sharing", 1)
    return f"L{each['level']}{kind} {size}" + (f" shared by {shared} cores" if shared > 1 else "")


def head(options, contexts):
    """The first lines: what wrote the file, and what, where and when was measured."""
    first = next(iter(contexts.values()))
    try:
        cores = first["num_cpus"]
        caches = ", ".join(cache(each) for each in first["caches"])
        loads = [f"{context['load_avg'][0]:.1f}" for context in contexts.values()]
        library = first["library_build_type"]
    except (KeyError, IndexError, TypeError) as error:
        raise ReportError(f"has no complete context of Google Benchmark: {error!r}") from error
    began = datetime.datetime.fromtimestamp(options.began, datetime.timezone.utc)
    runs = [
        [RUNS[kind][0], f"`{command}`", duration(seconds), load]
        for (kind, command, seconds, _), load in zip(options.run, loads)
    ]
    table = ratios.format_table([["run", "command", "duration", "load average when it began"], *runs], markdown=True)
    short = "- short form, for a test: the figures mean nothing\n" if options.short else ""
    return f"""\
# Results of `{options.command}`

That command writes this file: do not edit it.

{short}\
- date: {began.strftime("%Y-%m-%d %H:%M UTC")}
- commit: {commit()}
- machine: {cores} cores, {processor()}; {caches}
- compiler: {first.get("compiler", "unknown")}
- Google Benchmark: built as {library}; the rings are compiled as said above
- duration: {duration(sum(int(seconds) for _, _, seconds, _ in options.run))}

{table}
{NOTES}"""


def document(options):
    contexts, parts = {}, []
    for kind, command, _, path in options.run:
        try:
            results = ratios.read(path)
            sections = list(RUNS[kind][1](results))
        except ReportError as error:
            raise ReportError(f"{kind}: {path}: {error}") from error
        contexts[kind] = results.context
        name = RUNS[kind][0]
        for section in sections:
            heading = section.heading if section.heading == name else f"{name}: {section.heading}"
            table = ratios.format_table(section.lines, markdown=True)
            parts.append(f"## {heading}\n\n`{command}`\n\n{section.title}.\n\n{table}")
    return "\n".join([head(options, contexts), *parts])


def write(path, text):
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(
        prog="bench/tables/results.py",
        description=__doc__.strip(),
        epilog="Exit: 0 written, 2 wrong usage, or it could not be written.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, type=Path, help="where the results go")
    parser.add_argument("--command", required=True, help="what wrote the file: its first line names it")
    parser.add_argument("--began", required=True, type=int, help="seconds since 1970")
    parser.add_argument("--short", action="store_true", help="the figures are those of a short run")
    parser.add_argument(
        "--run",
        nargs=4,
        action="append",
        required=True,
        metavar=("KIND", "COMMAND", "SECONDS", "JSON"),
        help=f"one of {', '.join(RUNS)}; the command that measures it; how long it took; what it measured",
    )
    options = parser.parse_args()
    try:
        write(options.output, document(options))
    except ReportError as error:
        print(f"results.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"results.py: {options.output}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
