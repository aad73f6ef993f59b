"""
Measures how well fuzzing works. Each engine searches for each planted fault from an empty corpus, in several trials with
different seeds. Prints a table: how often each fault was caught, and the median time and number of programs until then.
"""
import os
import pathlib

from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("planted", __doc__, "0 each engine caught every fault in most trials, 1 one was missed, "
                                 "2 it could not be installed,\nbuilt or run.")
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="the time limit of one trial, on one CPU; default 60")
    parser.add_argument("--trials", type=int, default=3, metavar="N", help="trials for each fault and engine; default 3")
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), action="append", help="use only this engine; default: both")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="use only faults whose names match")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the seeds of all trials are derived from it; default 1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="trials at a time; default: one per CPU")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/planted", metavar="FOLDER",
                        help="gets results.json and the faulty builds; default build/planted")
    parser.add_argument("--no-control", action="store_true", help="skip the control: that engines find nothing without a fault")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "planted", "install_packages", "build_tree fuzz fuzz_targets", "build_tree afl-asan fuzz_targets")
    from fuzzing import planted  # after its packages are installed
    return planted.run(options)


if __name__ == "__main__":
    command_line.finish("planted", main)
