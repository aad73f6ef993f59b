"""The tests that `ci/coverage --only` chooses.

usage: coverage.choose REGEX [FILE]    FILE has the names of the tests that ctest knows

Prints those whose names match. Reads from the sources which tests there will be, so that a wrong REGEX is refused before
anything is built.
Exit: 0 printed, 2 none match, or REGEX is none, or FILE has other tests than the sources.
"""
import argparse
import pathlib
import sys

from shared import command_line
from shared.errors import CannotRun
from shared.repository import ROOT


def expected():
    """The names of the tests that count, by the sources."""
    return sorted(f"coverage.core.{path.stem.removeprefix('test_')}" for path in (ROOT / "core/tests").glob("test_*.c"))


def choose(only, names, known=None):
    """The names that match. `known` are those that ctest knows."""
    if known is not None and sorted(known) != names:
        differ = " ".join(sorted(set(known) ^ set(names)))
        raise CannotRun(f"build/coverage has other tests than the sources: correct expected() in {__file__}; they differ in: {differ}")
    return command_line.matching(only, names, "test")


def main(words):
    try:
        only = command_line.pattern(words[0])
    except argparse.ArgumentTypeError as error:
        raise CannotRun(f"--only {error}") from None
    known = pathlib.Path(words[1]).read_text(encoding="utf-8").split() if len(words) > 1 else None
    print("\n".join(choose(only, expected(), known)))
    return 0


if __name__ == "__main__":
    command_line.finish("coverage", lambda: main(sys.argv[1:]))
