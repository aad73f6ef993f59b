"""
Measures how well fuzzing works. Each engine searches for each planted fault from an empty corpus, in several trials with
different seeds. Prints a table: how often each fault was caught, and the median time and number of programs until then.

With --rings, `ringproof check` searches the rings of fuzz/tests/wrong_rings instead: it must find each wrong ring with every
seed, and call no right ring wrong.
"""
from fuzzing import planted, planted_rings
from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("planted", __doc__, "0 each engine caught every fault in most trials, 1 one was missed, "
                                 "2 it could not be installed,\nbuilt or run. With --rings: 0 each wrong ring was found with every "
                                 "seed, and no right\nring called wrong, 1 not, 2 as above.", {"--seconds": "--for"})
    command_line.add_for(parser, "one trial may take on one CPU", "default 1m", default=60)
    parser.add_argument("--trials", type=command_line.whole(), default=3, metavar="N", help="trials for each fault and engine; default 3")
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), action="append", help="use only this engine; default: both")
    parser.add_argument("--rings", action="store_true", help="check wrong and right rings, and use no engine")
    parser.add_argument("--seeds", type=command_line.whole(), default=5, metavar="N", help="with --rings: checks of each wrong ring; default 5")
    parser.add_argument("--right-for", dest="right_duration", type=command_line.duration(), default=600, metavar="TIME",
                        help="with --rings: how long each right ring is checked, with one seed; default 10m")
    command_line.add_only(parser, "faults, or with --rings only rings such as 'wrong takes_equal'")
    command_line.add_seed(parser, "all trials", default=1)
    command_line.add_jobs(parser, "trials run")
    command_line.add_output(parser, "results.json and the faulty builds go, with --rings in its folder rings; default build/planted",
                            default=ROOT / "build/planted")
    parser.add_argument("--no-control", action="store_true", help="skip the control: that engines find nothing without a fault")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    if options.rings:
        planted_rings.judge(options)
        lib_sh.prepare(options, "planted", "install_packages", *(f"build_tree {tree} ringproof_tool" for tree in
                       sorted({ring.tree for ring in planted_rings.chosen_rings(options)})))
        return planted_rings.run(options)
    planted.judge(options)
    lib_sh.prepare(options, "planted", "install_packages", "build_tree fuzz fuzz_targets", "build_tree afl-asan fuzz_targets")
    return planted.run(options)


if __name__ == "__main__":
    command_line.finish("planted", main)
