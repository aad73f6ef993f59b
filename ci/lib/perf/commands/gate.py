"""
Tells whether a commit made the ring library slower. Builds the library at both commits, runs the workloads of bench/gate
on both, counts their instructions under Callgrind, times them side by side, and prints a table.
"""
import pathlib
import random

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("perf", __doc__, "0 not slower, 1 slower, 2 not measured, and the reason is printed.")
    parser.add_argument("base", metavar="BASE", help="the commit to compare with, such as HEAD~1; uncommitted changes are not measured")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="the commit to test; default HEAD")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX",
                        help="measure only workloads whose names match")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="also write all measurements to OUT")
    parser.add_argument("--commit", action="store_true", help="append the results of HEAD to the history in bench/history")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), metavar="S",
                        help="the seed of the order in which both are timed; default random")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "perf", "install_packages")
    from perf import gate  # after its packages are installed
    return gate.run(options)


if __name__ == "__main__":
    command_line.finish("perf", main)
