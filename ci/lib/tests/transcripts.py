#!/usr/bin/python3
"""usage: transcripts.py TREE FILE...

Runs the transcripts in Markdown files and compares the output. A transcript is a fenced block of `console`: commands
begin with "$ ", and the expected output follows each. In it, `...` stands for any text, also of several lines, as in
Python's doctest. All blocks of a file run in one folder, which has links to the repository's top-level entries. Programs
of the build tree TREE are in PATH. Exit codes are not compared, but a command must exist. Nor are the progress lines of
ringproof, which only a slow machine shows.
Exit: 0 all outputs are as expected, 1 one is not, 2 usage."""
import doctest
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRESS = re.compile(r"^(?:checking|classifying|counting|shrinking)\b.*: .*\d s(?:, about .* left)?\n", re.M)


def transcripts(text):
    """Yields the line, the command and the expected output of each. Text before the first command is what no command
    prints."""
    for block in re.finditer(r"^ *(```+|~~~+) *console\b.*\n((?s:.*?))(?:^ *\1 *$|\Z)", text, re.M):
        line = text.count("\n", 0, block.start()) + 2
        inside = textwrap.dedent(block[2])
        if first := re.match(r"(?:(?!\$ ).*\n)+", inside):
            yield line, "", first[0]
        for command in re.finditer(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", inside, re.M):
            yield line + inside.count("\n", 0, command.start()), command[1], command[2]


def run(path, folder, tree):
    """How many transcripts a file has, and how many of them are wrong."""
    checker = doctest.OutputChecker()
    environment = dict(os.environ, PATH=f"{tree}/fuzz:{tree}/repro:{os.environ['PATH']}")
    count = wrong = 0
    for line, command, expected in transcripts(path.read_text(encoding="utf-8")):
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        count += 1
        printed = PROGRESS.sub("", done.stdout)
        if done.returncode == 127 or not checker.check_output(expected, printed, doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1):
            wrong += 1
            print(f"{path}:{line}: $ {command}")
            print(checker.output_difference(doctest.Example(command, expected), printed, doctest.REPORT_UDIFF))
    return count, wrong


def main(words):
    if len(words) < 2 or words[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    tree = pathlib.Path(words[0]).resolve()
    wrong = 0
    for name in words[1:]:
        with tempfile.TemporaryDirectory() as folder:
            for entry in ROOT.iterdir():
                if not entry.name.startswith("."):
                    os.symlink(entry, pathlib.Path(folder) / entry.name)
            count, failed = run(pathlib.Path(name), folder, tree)
        print(f"{name}: {count} commands, {failed} print something else")
        wrong += failed
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
