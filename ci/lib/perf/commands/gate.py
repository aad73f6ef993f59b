"""
Tells whether a commit made the library slower: builds it and its base, each from its commit, runs the workloads of
bench/gate on both, counted under Callgrind and timed side by side, and prints a table.
"""
import pathlib
import random

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("perf", __doc__, "0 not slower, 1 slower, 2 it could not be measured: and why.")
    parser.add_argument("base", metavar="BASE", help="a commit, HEAD~1 say. What is not committed is not measured")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="a commit; HEAD unless told")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="workloads whose names match")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="writes what was measured there")
    parser.add_argument("--commit", action="store_true", help="appends what HEAD took to the history, bench/history")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), metavar="S",
                        help="of the order in which the two are timed")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "perf", "install_packages")
    from perf import gate  # not before its packages are there
    return gate.run(options)


if __name__ == "__main__":
    command_line.finish("perf", main)
