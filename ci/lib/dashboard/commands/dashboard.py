"""
Renders the history of measurements as one page, which a browser opens from the file system: charts of all workloads over
the commits, and the steps in them.
"""
import pathlib

from shared import command_line, history, lib_sh
from shared.repository import ROOT

# Not in ci/packages: where npm comes from elsewhere, Debian's and its hundreds of packages are not wanted.
NPM = "command -v npm >/dev/null || install_these npm"


def arguments():
    parser = command_line.parser("dashboard", __doc__, "0 rendered, 2 not: and why.")
    parser.add_argument("--history", type=pathlib.Path, default=history.FOLDER, metavar="FOLDER", help="bench/history unless told")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/dashboard", metavar="FOLDER",
                        help="where index.html is written; build/dashboard unless told")
    parser.add_argument("--repository", metavar="URL",
                        help='of which commits are linked, as URL/commit/HASH; that of the remote "origin" unless told')
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "dashboard", "install_packages", NPM)
    from dashboard import page  # not before its packages are there
    return page.run(options)


if __name__ == "__main__":
    command_line.finish("dashboard", main)
