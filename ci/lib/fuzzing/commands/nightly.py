"""
The long run: every fuzz target on every point store, with both engines, in turns on all cores; then
planted bugs, and mutants.
What it leaves can be read while it runs, and after it was killed: the next run with the same folder goes on.
"""
import pathlib
import random

from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("nightly", __doc__, "0 nothing was found, 1 something was, or a planted bug was not, or a mutant survived, "
                                 "2 it could not be installed, built or run.")
    parser.add_argument("--hours", type=float, required=True, metavar="H", help="in all; 0.1 will do to see it work")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build/nightly", metavar="FOLDER",
                        help="build/nightly unless told: index.html, findings/, corpus/, *.jsonl")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 2**31), metavar="S",
                        help="those of engines are drawn with it; any unless told")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="targets whose names match")
    parser.add_argument("--keep-corpus", action="store_true", help="do not merge what was found into fuzz/corpus/")
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
    from fuzzing import nightly  # not before its packages are there
    return nightly.run(options)


if __name__ == "__main__":
    command_line.finish("nightly", main)
