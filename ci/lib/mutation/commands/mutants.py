"""
Measures the tests of the ring library: makes one small change at a time in core/ (a mutant), and runs test programs until
one of them fails. The mutant is then killed; if all pass, it survives. Test programs are the unit tests, the corpus of
ring_ops and short runs of ringproof check; mutants that survive them run once more with sanitizers. Prints a table by file
and every survivor. Results are kept in build/mutants, so a run that was stopped continues, and a later run tries only what
changed. core/tests/equivalent_mutants lists mutants that no test can kill, and why.
"""
import os
import pathlib

from shared import command_line, lib_sh


def arguments(words=None):
    parser = command_line.parser("mutants", __doc__, "0 all mutants are killed or listed as equivalent, 1 one survived or that list is stale,\n"
                                 "2 it could not be installed, built or run.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="a source or header of core/; default: all")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="try only N mutants, drawn at random with --seed")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the seed of --sample; default 1")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="try only mutants whose names match")
    parser.add_argument("--minutes", type=float, default=float("inf"), metavar="M",
                        help="stop after M minutes; the next run tries the other mutants; default: no limit")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="mutants tried at a time; default: one per CPU")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="also write the outcome of each mutant to OUT")
    parser.add_argument("--list", action="store_true", help="only print the names of the mutants")
    parser.add_argument("--fresh", action="store_true", help="forget all earlier results")
    command_line.add_setup(parser)
    return parser.parse_args(words)


def main():
    options = arguments()
    lib_sh.prepare(options, "mutants", "install_packages", "build_test_programs")
    from mutation import mutants, ring  # after their packages are installed
    return mutants.run(ring.project(), options)


if __name__ == "__main__":
    command_line.finish("mutants", main)
