"""
Writes the history of measurements as one HTML page that needs no server: charts of all workloads over the commits, the
steps in them, and two commits compared. Beside it: regressions.atom, a feed of what became worse, and badge.svg, which
counts what became worse in the last 20 commits.
"""
import argparse
import pathlib
import re

from dashboard import origin
from dashboard.selftest import rivals
from shared import command_line, history, lib_sh
from shared.errors import CannotRun
from shared.repository import ROOT

# Not in ci/packages: Debian's npm has hundreds of dependencies, and another npm may be installed.
NPM = "command -v npm >/dev/null || install_these npm"


def percent(text):
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", text):
        raise argparse.ArgumentTypeError(f"{text}: not a percentage; write a number from 0 to 999, such as 0.5")
    return float(text)


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
    parser.add_argument("--least", type=percent, default=0.5, metavar="PERCENT",
                        help="the least difference that is a step, and so better or worse; default 0.5: less comes from the layout of code more "
                             "often than from a change. A step must also be half a standard deviation of the series' own noise, and more than its rounding")
    parser.add_argument("--selftest", type=command_line.old_folder, metavar="FOLDER",
                        help="instead, measure how often steps are wrong or missed, with the noise of the files data.js of "
                             "github-action-benchmark in FOLDER, and print the tables; minutes; compares with Otava and ruptures after: "
                             + rivals.INSTALL)
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    if options.selftest:
        lib_sh.prepare(options, "dashboard", "install_packages")
        from dashboard.selftest import report  # after its packages are installed
        return report.run(options.selftest)
    origin.refuse_other_repository(options.history, options.project)
    origin.repository(options)
    if not history.shards(options.history):
        raise CannotRun(f"{options.history}: no history; measure the last commits first: ci/perf-backfill --last 20")
    lib_sh.prepare(options, "dashboard", "install_packages", NPM)
    from dashboard import page  # after its packages are installed
    return page.run(options)


if __name__ == "__main__":
    command_line.finish("dashboard", main)
