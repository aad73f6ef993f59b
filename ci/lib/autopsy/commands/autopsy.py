"""
Tells whether a core dump, or the kernel's line about a segfault, shows the crash of 2014.

CORE        a core dump, uncompressed; gdb reads it
EXECUTABLE  the program that ran; default: the one that the core dump names
LOG LINE    the kernel's line, from dmesg or a log: ... beam.smp[21880]: segfault at ... ip ... sp ... error ...
-           reads lines from standard input, and examines the segfault that is most like this defect

The first line printed is the verdict. The lines below it say why, and the last line says what to do next.
"""
import argparse
import sys
import traceback

from shared import command_line
from shared.errors import CannotRun


def arguments():
    parser = command_line.parser("autopsy", __doc__, "0 this defect, 1 consistent with it, 3 not this, 4 cannot tell, "
                                 "2 wrong usage, or a file cannot be read.")
    parser.usage = ("ci/autopsy [-h] [-V] [--json] CORE [EXECUTABLE]\n"
                    "       ci/autopsy [--json] 'LOG LINE'\n"
                    "       dmesg | ci/autopsy [--json] -")
    command_line.add_json(parser)
    # A log line may come without quotes: no word after the first is an option.
    parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.words or (options.words[0].startswith("-") and options.words != ["-"]):
        parser.error("give a core dump, a segfault line of the kernel, or -")
    return options


def main():
    options = command_line.open_json(arguments())
    try:
        from autopsy import examine
        return examine.run(options)
    except CannotRun:
        raise
    except Exception:  # pylint: disable=broad-exception-caught
        # Python would exit with 1, which is a verdict here.
        traceback.print_exc()
        print("autopsy: this is a bug in autopsy; please report it with the lines above", file=sys.stderr)
        return 2


if __name__ == "__main__":
    command_line.finish("autopsy", main)
