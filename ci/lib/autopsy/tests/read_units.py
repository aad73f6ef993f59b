"""Reads texts made of units, once with SIZE characters each and once with twice as many. It calls getppid(2) before and after
each group of texts, at which Callgrind writes its counters. The last group is read with the pattern that once was quadratic.
Usage: read_units SIZE GROUPS, GROUPS as JSON."""
import io
import json
import os
import re
import sys

from autopsy import pasted, plain_text, rewrap

OLD = re.compile(r"(?P<program>[^\s:\]][^:\]]*?)\[(?P<pid>\d+)\]:? segfault at ")


def read(unit, size):
    lines = 4 if "\n" in unit else 1  # a line costs more than a character
    data = (unit * (size // len(unit) // lines)).encode() + b"\n"
    for _ in pasted.Reader(plain_text.lines_of(io.BytesIO(data), b"")).facts():
        pass


def main():
    size, groups = int(sys.argv[1]), json.loads(sys.argv[2])
    for unit in sum(groups, []):
        read(unit, 100)
    os.getppid()
    for units in groups:
        if units is groups[-1]:
            rewrap.has_word, size = lambda text: bool(OLD.search(text)), size // 5
        for times in (1, 2):
            for unit in units:
                read(unit, times * size)
            os.getppid()


if __name__ == "__main__":
    main()
