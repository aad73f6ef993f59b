"""
Measures how often ci/perf is wrong: how often it reports a difference between two builds of the same commit (a false
alarm), and how often it catches planted slowdowns of 1 to 50 %.
"""
import argparse
import re

from shared import command_line, lib_sh, locks


def percent(text):
    """How much slower."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: not a number above 0 and below 10000")
    return float(text)


def arguments():
    parser = command_line.parser("perf-selftest", __doc__, "0 all goals are met, 1 one is missed, 2 not measured, and the reason is printed.")
    parser.add_argument("--short", action="store_true", help="only a few counts of instructions, and no times")
    parser.add_argument("--percent", type=percent, action="append", metavar="P",
                        help="a slowdown to plant; may be repeated; default 1, 2, 5, 10 and 50")
    parser.add_argument("--alarms", type=command_line.whole(), default=100, metavar="N", help="timed pairs of the same commit; default 100")
    parser.add_argument("--trials", type=command_line.whole(), default=10, metavar="N",
                        help="timed pairs for each slowdown and workload; default 10")
    parser.add_argument("--layouts", type=command_line.whole(), metavar="N",
                        help="only N timed pairs of the same commit, linked in two layouts, which move unchanged code")
    command_line.add_seed(parser, "the order in which pairs are timed")
    command_line.add_json(parser)
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = command_line.open_json(arguments())
    lib_sh.prepare(options, "perf-selftest", "install_packages")
    from perf import build, selftest  # after its packages are installed
    with locks.alone(build.BUILT / "lock"):  # two at once would disturb each other's times
        return selftest.run(options)


if __name__ == "__main__":
    command_line.finish("perf-selftest", main)
