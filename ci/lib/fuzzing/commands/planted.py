"""
Measures the fuzzing: builds the planted bugs one by one, lets each engine look for each of them from an empty
corpus, several times with other seeds, and prints a table: found or not, median time and programs until then.
"""
import os
import pathlib

from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("planted", __doc__, "0 every bug was found by every engine within the time, 1 not so, "
                                 "2 it could not be installed, built or run.")
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="for one look, of one core; 60 unless told")
    parser.add_argument("--trials", type=int, default=3, metavar="N", help="looks for each bug and engine; 3 unless told")
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), action="append", help="this one; both unless told")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="bugs whose names match")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="that of each look is drawn with it; 1 unless told")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="looks at a time; one a core unless told")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/planted", metavar="FOLDER",
                        help="keeps results.json and what was found there; build/planted unless told")
    parser.add_argument("--no-control", action="store_true", help="do not see first that nothing is found without a bug")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "planted", "install_packages", "build_tree fuzz fuzz_targets", "build_tree afl-asan fuzz_targets")
    from fuzzing import planted  # not before its packages are there
    return planted.run(options)


if __name__ == "__main__":
    command_line.finish("planted", main)
