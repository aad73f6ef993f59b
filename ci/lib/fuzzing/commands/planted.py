"""
Measures how well fuzzing works. Each engine searches for each planted fault from an empty corpus, in several trials with
different seeds. Prints a table: how often each fault was caught, and the median time and number of programs until then.
"""
from fuzzing import planted
from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("planted", __doc__, "0 each engine caught every fault in most trials, 1 one was missed, "
                                 "2 it could not be installed,\nbuilt or run.", {"--seconds": "--for"})
    command_line.add_for(parser, "one trial may take on one CPU", "default 1m", default=60)
    parser.add_argument("--trials", type=command_line.whole(), default=3, metavar="N", help="trials for each fault and engine; default 3")
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), action="append", help="use only this engine; default: both")
    command_line.add_only(parser, "faults")
    command_line.add_seed(parser, "all trials", default=1)
    command_line.add_jobs(parser, "trials run")
    command_line.add_output(parser, "results.json and the faulty builds go; default build/planted", default=ROOT / "build/planted")
    parser.add_argument("--no-control", action="store_true", help="skip the control: that engines find nothing without a fault")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    planted.judge(options)
    lib_sh.prepare(options, "planted", "install_packages", "build_tree fuzz fuzz_targets", "build_tree afl-asan fuzz_targets")
    return planted.run(options)


if __name__ == "__main__":
    command_line.finish("planted", main)
