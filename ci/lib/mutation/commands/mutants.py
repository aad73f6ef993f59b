"""
Measures the tests of the ring library: makes one small change at a time in core/ (a mutant), and runs test programs until
one of them fails. The mutant is then killed; if all pass, it survives. Test programs are the unit tests, the corpus of
ring_ops and short runs of ringproof check; mutants that survive them run once more with sanitizers. Prints a table by file
and every survivor. Results are kept in build/mutants, so a run that was stopped continues, and a later run tries only what
changed. core/tests/equivalent_mutants lists mutants that no test can kill, and why.
"""
from mutation import proofs, ring
from shared import command_line, lib_sh


def arguments(words=None):
    parser = command_line.parser("mutants", __doc__, "0 all mutants are killed or listed as equivalent, 1 one survived or that list is stale,\n"
                                 "2 it could not be installed, built or run. With --proofs: 1 more than 5 % of the mutants of a function\nof core/ survived, 2 none was tried in time.", {"--minutes": "--for"})
    parser.add_argument("files", nargs="*", metavar="FILE", help="a source or header of core/, or, with --proofs, another with proved functions; default: all")
    parser.add_argument("--sample", type=command_line.whole(), default=0, metavar="N",
                        help="try only N mutants, drawn at random with --seed")
    command_line.add_seed(parser, "--sample", default=1)
    command_line.add_only(parser, "mutants")
    command_line.add_for(parser, "mutants are tried", "the next run tries the others; default: no limit", least="0s", default=float("inf"))
    command_line.add_jobs(parser, "mutants are tried")
    command_line.add_json(parser)
    parser.add_argument("--list", action="store_true", help="only print the names of the mutants; builds nothing")
    parser.add_argument("--proofs", action="store_true",
                        help="instead of tests, proofs must notice the mutants: those of functions that ci/prove proves")
    parser.add_argument("--fresh", action="store_true", help="forget all earlier results")
    command_line.add_setup(parser)
    return parser.parse_args(words)


def main():
    options = command_line.open_json(arguments())
    widened = proofs.widened if options.proofs else lambda project: project
    widened(ring.project()).names_of(options.files)
    lib_sh.prepare(options, "mutants", "install_packages", *(["install_provers"] if options.proofs else []))
    from mutation import mutants  # after its packages are installed
    return mutants.run(widened(ring.with_libraries()), options, lambda: lib_sh.prepare(options, "mutants", "build_test_programs"))


if __name__ == "__main__":
    command_line.finish("mutants", main)
