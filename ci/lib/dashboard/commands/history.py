"""
Checks the history of measurements in bench/history, and exchanges it with other tools. Formats:

{formats}

An import says what it leaves out. Nothing is appended if something is wrong in the file.
"""
import argparse
import pathlib

from dashboard import exchange, origin
from dashboard.formats.registry import EXPORTS, FORMATS
from shared import command_line, history

FORMAT_LINES = "\n".join(f"{name:25}{each.about}{'' if each.write else ' (import only)'}" for name, each in FORMATS.items())


def arguments():
    parser = command_line.parser("history", __doc__.format(formats=FORMAT_LINES), "0 done, 1 the history has damaged lines, which are printed, "
                                 "2 not done, and the reason is printed.", {"--folder": "--history"})
    parser.add_argument("--history", type=pathlib.Path, default=history.FOLDER, metavar="FOLDER",
                        help="the history of measurements; default bench/history")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="reads the whole history and prints what is damaged")
    add_import(commands.add_parser("import", help="appends the measurements in FILE"))
    add_export(commands.add_parser("export", help="prints the records of a commit; data.js and records have those of all commits"))
    options = parser.parse_args()
    if options.command == "import":  # the others only read
        try:
            command_line.new_folder(options.history)
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument --history: {error}")
    return options


def add_import(command):
    command.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    command.add_argument("file", type=pathlib.Path, metavar="FILE", help="measurements in that format; - is standard input")
    command.add_argument("--commit", metavar="NAME", help="the commit that was measured; default: what the file says, or HEAD")
    command.add_argument("--date", metavar="TIME", help="when that commit was made, such as 2024-05-01T12:00:00Z, if no repository has it")
    command.add_argument("--machine", metavar="NAME", help="the machine that measured; default: what the file says, or this one")
    command.add_argument("--suite", metavar="NAME", help="a name for this group of benchmarks")
    command.add_argument("--better", choices=("smaller", "bigger"), help="which values are better; default: what the format or the unit says")
    origin.add_project(command)


def add_export(command):
    command.add_argument("format", choices=EXPORTS, metavar="FORMAT", help=", ".join(EXPORTS))
    command.add_argument("--commit", metavar="NAME", help="of this commit; default HEAD, or the last one, or all")
    command.add_argument("--machine", metavar="NAME", help="only measurements of this machine")
    command.add_argument("--suite", metavar="NAME", help="only measurements of this group of benchmarks")
    command.add_argument("--better", choices=("smaller", "bigger", "neither"), help="only measures of which such values are better")
    origin.add_project(command)


def main():
    return exchange.run(arguments())


if __name__ == "__main__":
    command_line.finish("history", main)
