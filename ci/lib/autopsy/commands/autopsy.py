"""
Does a core dump, or the kernel's line about a segfault, bear the marks of the crash of 2014?

CORE        a core dump, not packed; gdb reads it. The executable is found by what the core says of it.
LOG LINE    the kernel's, from dmesg or a log: ... beam.smp[21880]: segfault at ... ip ... sp ... error ...
-           lines on standard input: of all segfaults in them, the one that is most like this defect

The first line is the verdict, the lines below it say why, the last one what to do next.
"""
import argparse
import sys
import traceback

from shared import command_line
from shared.errors import CannotRun


def arguments():
    parser = command_line.parser("autopsy", __doc__, "0 this defect, 1 consistent with it, 3 not this, 4 cannot tell, "
                                 "2 something is wrong with the call.")
    parser.usage = ("ci/autopsy [--json FILE] CORE [EXECUTABLE]\n"
                    "       ci/autopsy [--json FILE] 'LOG LINE'\n"
                    "       dmesg | ci/autopsy [--json FILE] -")
    parser.add_argument("--json", metavar="FILE", help="everything that was found, too")
    # A line of the log is taken without quotes, too: what follows its first word is no option.
    parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.words or (options.words[0].startswith("-") and options.words != ["-"]):
        parser.error("wants a core, a line of the log, or -")
    return options


def main():
    options = arguments()
    try:
        from autopsy import examine
        return examine.run(options.words, options.json)
    except CannotRun:
        raise
    except Exception:  # pylint: disable=broad-exception-caught
        # Python's own status for these is 1, which is a verdict here.
        traceback.print_exc()
        print("autopsy: a defect in autopsy itself: please report it, with the lines above", file=sys.stderr)
        return 2


if __name__ == "__main__":
    command_line.finish("autopsy", main)
