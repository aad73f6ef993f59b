"""
Writes the history of measurements as one HTML page that needs no server: charts of all workloads over the commits, the
steps in them, and two commits compared. Beside it: regressions.atom, a feed of what became worse, and badge.svg, which
counts what became worse in the last 20 commits.
"""
import pathlib

from dashboard import origin
from shared import command_line, history, lib_sh
from shared.errors import CannotRun
from shared.repository import ROOT

# Not in ci/packages: Debian's npm has hundreds of dependencies, and another npm may be installed.
NPM = "command -v npm >/dev/null || install_these npm"


def arguments():
    parser = command_line.parser("dashboard", __doc__, "0 written, 2 not written, and the reason is printed.", {"--out": "--output"})
    parser.add_argument("--history", type=pathlib.Path, default=history.FOLDER, metavar="FOLDER",
                        help="the history of measurements; default bench/history")
    command_line.add_output(parser, "index.html, regressions.atom and badge.svg go; default build/dashboard", default=ROOT / "build/dashboard")
    origin.add_project(parser)
    parser.add_argument("--repository", metavar="URL",
                        help='link commits as URL/commit/HASH; default: the address of the remote "origin" of the '
                             "project's repository")
    parser.add_argument("--title", help="the project's name on the page; default: the last word of the repository's address")
    parser.add_argument("--address", metavar="URL", help="where the folder will be published; then the feed's links are absolute")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    origin.refuse_other_repository(options.history, options.project)
    origin.repository(options)
    if not history.shards(options.history):
        raise CannotRun(f"{options.history}: no history; measure the last commits first: ci/perf-backfill --last 20")
    lib_sh.prepare(options, "dashboard", "install_packages", NPM)
    from dashboard import page  # after its packages are installed
    return page.run(options)


if __name__ == "__main__":
    command_line.finish("dashboard", main)
