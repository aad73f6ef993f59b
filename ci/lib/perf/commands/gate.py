"""
Tells whether a commit made the ring library slower. Builds the library at both commits, runs the workloads of bench/gate
on both, counts their instructions under Callgrind, times them side by side, and prints a table.
"""
from perf import workloads
from shared import command_line, lib_sh, locks
from shared.commits import commit_named


def arguments():
    parser = command_line.parser("perf", __doc__, "0 not slower, 1 slower, 2 not measured, and the reason is printed.",
                                 {"--commit": "--record"})
    parser.add_argument("base", metavar="BASE", help="the commit to compare with, such as HEAD~1; uncommitted changes are not measured")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="the commit to test; default HEAD")
    command_line.add_only(parser, "workloads")
    command_line.add_json(parser)
    parser.add_argument("--record", action="store_true", help="append the results of HEAD to the history in bench/history")
    command_line.add_seed(parser, "the order in which both are timed")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = command_line.open_json(arguments())
    options.base, options.head = map(commit_named, (options.base, options.head))
    options.names = workloads.chosen(options.only)
    lib_sh.prepare(options, "perf", "install_packages")
    from perf import build, gate  # after its packages are installed
    with locks.alone(build.BUILT / "lock"):  # two at once would disturb each other's times
        return gate.run(options)


if __name__ == "__main__":
    command_line.finish("perf", main)
