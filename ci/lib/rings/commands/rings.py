"""
Judges the rings of fuzz/rings: libraries and servers that people run. Installs each from its registry into its folder of
build/rings, measures it, replays its known findings, and runs ringproof check on it. A ring whose registry or tool is not
there is skipped.
"""
import pathlib

from rings import folder
from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("rings", __doc__, "0 nothing new was found; 1 there are new findings; 2 no ring could be judged.")
    command_line.add_for(parser, "each ring is checked", "default 2m", default=120)
    command_line.add_only(parser, "rings")
    parser.add_argument("--fast", action="store_true", help="only the fastest, which are in Debian")
    parser.add_argument("--list", action="store_true", help="list the rings and exit")
    command_line.add_seed(parser, "all checks", default=1)
    command_line.add_output(parser, "index.html, results.md, results.json and the rings themselves go; default build/rings",
                            default=ROOT / "build/rings")
    parser.add_argument("--measure", type=command_line.duration("0.1s"), default=2, metavar="TIME",
                        help="how long each of the two speeds is measured; default 2s")
    parser.add_argument("--tool", type=pathlib.Path, default=folder.TOOL, metavar="FILE", help="the tool ringproof; default: that of the tree release")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    rings = folder.choose(options)
    if options.list:
        folder.list_rings(rings)
        return 0
    lib_sh.prepare(options, "rings", "install_packages", "build_tree release ringproof_tool")
    from rings import run  # after its packages are installed
    return run.run(options)


if __name__ == "__main__":
    command_line.finish("rings", main)
