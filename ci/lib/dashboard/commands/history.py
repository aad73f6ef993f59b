"""
The history of measurements, bench/history: checks it, and exchanges it with other tools.
"""
import pathlib

from dashboard import exchange
from dashboard.formats import FORMATS
from shared import command_line, history


def arguments():
    parser = command_line.parser("history", __doc__, "0 done, 1 the history is damaged somewhere, and it says where, 2 it could not be done: and why.")
    parser.add_argument("--folder", type=pathlib.Path, default=history.FOLDER, help="bench/history unless told")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="reads all of it")
    for name, what in (("import", "appends what FILE says of a commit, on this machine"), ("export", "prints what is known of a commit")):
        command = commands.add_parser(name, help=what)
        command.add_argument("format", choices=FORMATS)
        if name == "import":
            command.add_argument("file", type=pathlib.Path, metavar="FILE")
        command.add_argument("--commit", default="HEAD", help="HEAD unless told")
    return parser.parse_args()


def main():
    return exchange.run(arguments())


if __name__ == "__main__":
    command_line.finish("history", main)
