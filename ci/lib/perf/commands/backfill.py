"""
Measures the last commits, all in one run, side by side, and appends them to the history, as if
each had been measured when it was made.
"""
import random

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("perf-backfill", __doc__, "0 measured, 2 not: and why.")
    parser.add_argument("--last", type=int, default=20, metavar="N",
                        help="so many commits; 20 unless told. One that did not change core/ is measured all the same: it shows the noise")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="times that each is timed; 5 unless told")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="workloads whose names match")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), metavar="S",
                        help="of the order in which they are timed")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "perf-backfill", "install_packages")
    from perf import backfill  # not before its packages are there
    return backfill.run(options)


if __name__ == "__main__":
    command_line.finish("perf-backfill", main)
