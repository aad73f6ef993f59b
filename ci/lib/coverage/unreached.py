"""Reads what gcovr measured of core/ (its JSON), and prints it: a table, and all that was not reached.

gcovr's own gate rounds; here one branch of any number is one too many. Exit: 0 all is reached, 1 not so, 2 the file
is not what gcovr writes.
"""
import json
import sys

from shared.repository import ROOT

MARK = "GCOVR_EXCL_"  # with the reason beside it


def counted(lines):
    return [line for line in lines if not line["gcovr/noncode"]]


def source_line(name, number):
    return (ROOT / name).read_text(encoding="utf-8").splitlines()[number - 1].strip()


def missed(name, line):
    """What of a line was not reached, in words; None: all was."""
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
                yield f"{path.relative_to(ROOT)}:{number}: marked as out of reach: {text.strip()}"


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
    # A source that is in no library has no counts at all.
    misses += [f"{path.relative_to(ROOT)}: not measured: in no library"
               for path in sources("*.c") if str(path.relative_to(ROOT)) not in files]
    outcome = f"not reached in full: {len(misses)} lines" if misses else "all is reached"
    print(*marked(), *misses, outcome, sep="\n")
    return 1 if misses else 0


def main(words):
    if len(words) != 1:
        print("usage: coverage.unreached FILE    as gcovr --json writes it", file=sys.stderr)
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
