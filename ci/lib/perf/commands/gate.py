"""
Tells whether a commit made the ring library slower. Builds the library at both commits, runs the workloads of bench/gate
on both, counts their instructions under Callgrind, times them side by side, and prints a table. With --project, does the
same for another git repository.

Time decides where it differs for sure, otherwise instructions do. Where one is better for sure and the other worse, the
verdict is a trade, which has to be acknowledged like a slowdown. A difference of times that instructions do not show is
timed again in two other layouts of the same code. If it does not show in both, only addresses made it: the verdict is
layout, which passes, as unstable does.
"""
from perf import project, rules, workloads
from shared import command_line, commits, lib_sh, locks
from shared.errors import CannotRun
from shared.repository import ROOT

FEW = "git python3-jinja2 python3-scipy valgrind"  # what another project needs; its own compiler it has
ACKNOWLEDGED = ROOT / "bench/gate/acknowledged"


def add_project(parser):
    other = parser.add_argument_group("another project, explained below")
    other.add_argument("--project", type=command_line.old_folder, metavar="DIR", help="gate this git repository, or a folder in it; default: ringproof")
    other.add_argument("--build", metavar="CMD", help="the shell command that builds a commit in a checkout of it")
    other.add_argument("--ruler", metavar="CMD", help="the program that it builds, and that runs workloads as bench/gate/ruler.h says")
    other.add_argument("--limits", type=command_line.old_file, metavar="FILE", help="from which change on a figure counts, by workload")
    other.add_argument("--acknowledged", type=command_line.old_file, metavar="FILE",
                       help="accepted slowdowns; default for ringproof: bench/gate/acknowledged")


def arguments():
    parser = command_line.parser("perf", __doc__, "0 not slower, 1 slower or a trade, 2 not measured, and the reason is printed.",
                                 {"--commit": "--record"})
    parser.epilog = "\n\n".join((parser.epilog, project.EXPLAINED, rules.EXPLAINED))
    parser.add_argument("base", metavar="BASE", help="the commit to compare with, such as HEAD~1; uncommitted changes are not measured")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="the commit to test; default HEAD")
    command_line.add_only(parser, "workloads")
    command_line.add_json(parser)
    parser.add_argument("--markdown", type=command_line.new_file, metavar="FILE",
                        help="write the results as a comment for a pull request; - prints it, and all else on standard error")
    command_line.add_output(parser, "a page with the tables goes, and flame graphs of what changed; default: none")
    parser.add_argument("--record", action="store_true", help="append the results of HEAD to the history in bench/history")
    command_line.add_seed(parser, "the order in which both are timed")
    command_line.add_setup(parser)
    add_project(parser)
    return parser.parse_args()


def judge(options):
    """Judges the arguments before anything is installed or built."""
    if options.json and str(options.markdown) == "-":
        raise CannotRun("--json and --markdown - both want standard output; write --markdown FILE")
    options.foreign = project.of_options(options)
    options.root = options.foreign.root if options.foreign else ROOT
    options.base, options.head = (commits.commit_named(name, options.root) for name in (options.base, options.head))
    if not options.foreign:
        options.names = workloads.chosen(options.only)
        options.acknowledged = options.acknowledged or ACKNOWLEDGED
    options.floors = rules.limits(options.limits) if options.limits else []
    options.accepted = rules.acknowledged(options.acknowledged, options.root, options.base, options.head) if options.acknowledged else []


def main():
    options = arguments()
    commits.leave_hook()
    judge(options)
    command_line.open_json(options)
    if str(options.markdown) == "-":
        options.markdown = command_line.take_output()
    lib_sh.prepare(options, "perf", f"install_missing {FEW}" if options.foreign else "install_packages")
    from perf import build, gate  # after its packages are installed
    with locks.alone(build.BUILT / "lock"):  # two at once would disturb each other's times
        return gate.run(options)


if __name__ == "__main__":
    command_line.finish("perf", main)
