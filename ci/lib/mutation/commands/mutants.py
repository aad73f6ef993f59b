"""
Measures the tests: makes one small change after another in core/, and runs unit tests, the corpus and a short
fuzz until one of them notices; plain, and what survives so with sanitizers. Prints a table, and each change that
nothing noticed. Verdicts are kept in build/mutants: a run that was stopped goes on, and a later one does what
changed.
"""
import os
import pathlib

from shared import command_line, lib_sh


def arguments(words=None):
    parser = command_line.parser("mutants", __doc__, "0 all were noticed, or core/tests/equivalent_mutants says why nobody can; 1 not so, or what "
                                 "that file says\nis stale; 2 it could not be installed, built or run.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="of core/; all unless told")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many of them, drawn with --seed")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="1 unless told")
    parser.add_argument("--only", type=command_line.pattern, default="", metavar="REGEX", help="those whose names match")
    parser.add_argument("--minutes", type=float, default=float("inf"), metavar="M", help="no longer: what it does not come to waits for another run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="mutants at a time; one a core unless told")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="writes the outcome of each there")
    parser.add_argument("--list", action="store_true", help="names them, and runs nothing")
    parser.add_argument("--fresh", action="store_true", help="forgets all verdicts")
    command_line.add_setup(parser)
    return parser.parse_args(words)


def main():
    options = arguments()
    lib_sh.prepare(options, "mutants", "install_packages", "build_judges_of_mutants")
    from mutation import mutants, ring  # not before their packages are there
    return mutants.run(ring.project(), options)


if __name__ == "__main__":
    command_line.finish("mutants", main)
