"""Prints coverage that gcovr measured: a table of the files of core/, and every line and branch that was not reached.

gcovr's own limits round percentages; this fails for a single branch. Exit: 0 everything is reached, 1 something is not,
2 the file is not gcovr's JSON.
"""
import json
import sys

from shared.repository import ROOT

MARK = "GCOVR_EXCL_"  # in the source, with the reason why it cannot be reached


def counted(lines):
    return [line for line in lines if not line["gcovr/noncode"]]


def source_line(name, number):
    return (ROOT / name).read_text(encoding="utf-8").splitlines()[number - 1].strip()


def missed(name, line):
    """Says what of a line was not reached, or returns None."""
    never = sum(branch["count"] == 0 for branch in line["branches"])
    if line["count"] > 0 and never == 0:
        return None
    what = "not run" if line["count"] == 0 else f"{never} of {len(line['branches'])} branches not taken"
    number = line["line_number"]
    return f"{name}:{number}: {what}: {source_line(name, number)}"


def row(name, lines):
    branches = [branch for line in lines for branch in line["branches"]]
    run = sum(line["count"] > 0 for line in lines)
    taken = sum(branch["count"] > 0 for branch in branches)
    return f"{name:<24} {run:>5} of {len(lines):<5} {taken:>5} of {len(branches)}"


def sources(pattern):
    return [path for path in sorted((ROOT / "core").rglob(pattern)) if ROOT / "core/tests" not in path.parents]


def marked():
    for path in sources("*.[ch]"):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MARK in text:
                yield f"{path.relative_to(ROOT)}:{number}: marked as unreachable: {text.strip()}"


def report(files):
    every = []
    misses = []
    print(f"{'':<24} {'lines run':<14} branches taken")
    for name in sorted(files):
        lines = counted(files[name])
        every += lines
        misses += filter(None, (missed(name, line) for line in lines))
        print(row(name, lines))
    print(row("all", every))
    # gcovr has no counts for a source that is in no library.
    misses += [f"{path.relative_to(ROOT)}: not measured: it is in no library"
               for path in sources("*.c") if str(path.relative_to(ROOT)) not in files]
    outcome = f"not fully reached: {len(misses)} lines; test them, or mark them with GCOVR_EXCL_ and a reason" if misses \
        else "all lines and branches are reached"
    print(*marked(), *misses, outcome, sep="\n")
    return 1 if misses else 0


def main(words):
    if len(words) != 1:
        print("usage: coverage.unreached FILE    FILE is written by gcovr --json", file=sys.stderr)
        return 2
    try:
        with open(words[0], encoding="utf-8") as file:
            files = {each["file"]: each["lines"] for each in json.load(file)["files"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"coverage.unreached: {words[0]}: {error!r}: not what gcovr --json writes", file=sys.stderr)
        return 2
    return report(files)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
