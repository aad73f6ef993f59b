"""
Tells whether a core dump, a log or a backtrace shows the crash of 2014.

CORE        a core dump, which gdb reads; it may be packed with zstd, lz4, gzip, xz or bzip2
EXECUTABLE  the program that ran; default: the one that the core dump names
LOG         a file with text, such as kern.log.1.gz, a backtrace, or a whole bug report
TEXT        such text itself: beam.smp[21880]: segfault at ... ip ... sp ... error ...
-           reads a core dump or text from standard input

The first line printed is the verdict. The lines below it say why, and the last line says what to do next. Where a text has
several crashes, the one most like this defect comes first, and the others follow. Only a core dump can prove the defect,
and only one of x86-64; of other machines, what is known is said.

A file is used only if its build id is the one in the core dump, where there is one. It is looked for where it was, or in
--sysroot; then in each --search folder and those below; then, if DEBUGINFOD_URLS is set, with debuginfod. What is not found
is named.

Of a core dump, it also says who sent the signal, the kind of fault, the first frame that is the program's own, and what the C
library or an exception said. Core dumps with the same kind of fault and first frames have the same hash. Of several core dumps,
ci/autopsy prints a table of such groups, the one most like this defect first, and lists those that cannot be read. The exit code
is that of the first.

--json prints, of a core dump's memory, registers, addresses, names, the sort's variables and the message of an abort or exception,
which may have any text; of a text, the lines that are understood.
"""
import argparse
import sys
import traceback

from shared import command_line, disk
from shared.errors import CannotRun


def arguments():
    parser = command_line.parser("autopsy", __doc__, "0 this defect: it is proved;\n1 consistent with it: it may be this defect;\n"
                                 "3 not this: another crash;\n4 cannot tell: too little is known;\n"
                                 "2 wrong usage, or what was given cannot be read or understood")
    parser.usage = ("ci/autopsy [-h] [-V] [--json] [--sysroot DIR] [--search DIR]... CORE [EXECUTABLE]\n"
                    "       ci/autopsy [--json] [--sysroot DIR] [--search DIR]... CORE CORE...\n"
                    "       ci/autopsy [--json] LOG | 'TEXT'\n"
                    "       dmesg | ci/autopsy [--json] -\n"
                    "       coredumpctl dump PID | ci/autopsy [--json] - [EXECUTABLE]")
    command_line.add_json(parser)
    parser.add_argument("--sysroot", type=command_line.old_folder, metavar="DIR",
                        help="the root of the container or host where the crash was: the files that ran are looked for in it")
    parser.add_argument("--search", type=command_line.old_folder, metavar="DIR", action="append", default=[],
                        help="a folder in which they are looked for too, by their build ids, else by their names; may be given several times")
    # A log line may come without quotes: no word after the first is an option.
    parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.words or (options.words[0].startswith("-") and options.words[0] != "-"):
        parser.error("give a core dump, a log, text, or -")
    return options


def main():
    options = command_line.open_json(arguments())
    try:
        from autopsy import examine
        return examine.run(options)
    except CannotRun:
        raise
    except Exception as error:  # pylint: disable=broad-exception-caught
        if disk.is_full(error):
            raise
        # Python would exit with 1, which is a verdict here.
        traceback.print_exc()
        print("autopsy: this is a bug in autopsy; please report it with the lines above", file=sys.stderr)
        return 2


if __name__ == "__main__":
    command_line.finish("autopsy", main)
