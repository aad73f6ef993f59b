"""
Measures the gate of ci/perf: how often it sees a difference in what is the same (commits built twice, in other folders and
with other environments), and how often it sees slowdowns that were planted, of 1 to 50 %.
"""
import pathlib
import random

from shared import command_line, lib_sh


def positive(text):
    if int(text) < 1:
        raise ValueError
    return int(text)


def arguments():
    parser = command_line.parser("perf-selftest", __doc__, "0 the goals are met, 1 one is not, 2 it could not be measured: and why.")
    parser.add_argument("--short", action="store_true", help="instructions alone, and few of them")
    parser.add_argument("--percent", type=float, action="append", metavar="P", help="slowdowns to plant; 1, 2, 5, 10 and 50 unless told")
    parser.add_argument("--alarms", type=positive, default=100, metavar="N", help="timed pairs of the same; 100 unless told")
    parser.add_argument("--trials", type=positive, default=10, metavar="N", help="timed pairs for each slowdown and workload; 10 unless told")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), metavar="S",
                        help="of the order in which pairs are timed")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="writes what was measured there")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "perf-selftest", "install_packages")
    from perf import selftest  # not before its packages are there
    return selftest.run(options)


if __name__ == "__main__":
    command_line.finish("perf-selftest", main)
