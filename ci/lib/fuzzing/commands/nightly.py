"""
Runs what takes hours: fuzzes every target on every point store with both engines, in jobs on all CPUs; makes findings of
what failed; grows the corpora; measures planted faults; and tries mutants. The results can be read in index.html at any
time. If the run is killed, the next run with the same folder continues it.
"""
import pathlib
import random

from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("nightly", __doc__, "0 all is well; 1 there are findings, a corpus would cover less, a planted fault was missed,\n"
                                 "or a mutant survived; 2 it could not be installed, built or run.")
    parser.add_argument("--hours", type=float, required=True, metavar="H", help="how long in all; 0.1 is enough to see it work")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/nightly", metavar="FOLDER",
                        help="gets index.html, findings/, corpus/ and *.jsonl; default build/nightly")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 2**31), metavar="S",
                        help="the engines' seeds are derived from it; default random")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="fuzz only targets whose names match")
    parser.add_argument("--keep-corpus", action="store_true", help="do not merge new inputs into fuzz/corpus/")
    command_line.add_setup(parser)
    options = parser.parse_args()
    if not 0.01 <= options.hours <= 1000:
        parser.error("--hours: from 0.01 to 1000")
    return options


def main():
    options = arguments()
    lib_sh.prepare(options, "nightly", "install_packages",
                   *(f"build_tree {tree} fuzz_targets" for tree in ("explore", "fuzz", "afl", "afl-asan", "afl-cmplog", "asan")),
                   "build_test_programs")
    from fuzzing import nightly  # after its packages are installed
    return nightly.run(options)


if __name__ == "__main__":
    command_line.finish("nightly", main)
