"""
Checks the history of measurements in bench/history, and exchanges it with other tools.

google-benchmark           JSON of Google Benchmark
github-action-benchmark    JSON of the GitHub Action benchmark-action, customSmallerIsBetter
bmf                        Bencher Metric Format
"""
import pathlib

from dashboard import exchange
from dashboard.formats import FORMATS
from shared import command_line, history


def arguments():
    parser = command_line.parser("history", __doc__, "0 done, 1 the history has damaged lines, which are printed, 2 not done, and the reason is "
                                 "printed.", {"--folder": "--history"})
    parser.add_argument("--history", type=command_line.new_folder, default=history.FOLDER, metavar="FOLDER",
                        help="the history of measurements; default bench/history")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="reads the whole history and prints what is damaged")
    for name, what in (("import", "appends the measurements in FILE, for a commit and this machine"),
                       ("export", "prints the records of a commit")):
        command = commands.add_parser(name, help=what)
        command.add_argument("format", choices=FORMATS)
        if name == "import":
            command.add_argument("file", type=pathlib.Path, metavar="FILE", help="measurements in that format")
        command.add_argument("--commit", default="HEAD", help="the commit that was measured; default HEAD")
    return parser.parse_args()


def main():
    return exchange.run(arguments())


if __name__ == "__main__":
    command_line.finish("history", main)
