"""
Measures the last commits side by side in one run, and appends the results to the history in bench/history, as if each
commit had been measured when it was made.
"""
from perf import workloads
from shared import command_line, commits, lib_sh, locks


def arguments():
    parser = command_line.parser("perf-backfill", __doc__, "0 measured, 2 not measured, and the reason is printed.")
    parser.add_argument("--last", type=command_line.whole(), default=20, metavar="N",
                        help="how many commits; default 20. Commits that did not change core/ are measured, too: they show the noise")
    parser.add_argument("--rounds", type=command_line.whole(), default=5, metavar="N", help="how often each commit is timed; default 5")
    command_line.add_only(parser, "workloads")
    command_line.add_seed(parser, "the order in which commits are timed")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    commits.expect_own("start it in the folder of ringproof")
    options.names = workloads.chosen(options.only)
    lib_sh.prepare(options, "perf-backfill", "install_packages")
    from perf import build, backfill  # after its packages are installed
    with locks.alone(build.BUILT / "lock"):  # two at once would disturb each other's times
        return backfill.run(options)


if __name__ == "__main__":
    command_line.finish("perf-backfill", main)
