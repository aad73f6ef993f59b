"""
Runs what takes hours: fuzzes every target on every point store with both engines, in jobs on all CPUs; makes findings of
what failed; grows the corpora; measures planted faults; and tries mutants. The results can be read in index.html at any
time. If the run is killed, the next run with the same folder continues it.
"""
from fuzzing import corpus
from shared import command_line, lib_sh
from shared.repository import ROOT


def arguments():
    parser = command_line.parser("nightly", __doc__, "0 all is well; 1 there are findings, a corpus would cover less, a planted fault was missed,\n"
                                 "or a mutant survived; 2 it could not be installed, built or run.", {"--hours": "--for"})
    command_line.add_for(parser, "in all", "6m is enough to see it work", least="36s", required=True)
    command_line.add_output(parser, "index.html, findings/, corpus/ and *.jsonl go; default build/nightly",
                            default=ROOT / "build/nightly")
    command_line.add_seed(parser, "all engines' seeds")
    command_line.add_only(parser, "targets")
    parser.add_argument("--keep-corpus", action="store_true", help="do not merge new inputs into fuzz/corpus/")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    options.targets = command_line.matching(options.only, corpus.targets(), "target")
    lib_sh.prepare(options, "nightly", "install_packages",
                   *(f"build_tree {tree} fuzz_targets" for tree in ("explore", "fuzz", "afl", "afl-asan", "afl-cmplog", "asan")),
                   "build_test_programs")
    from fuzzing import nightly  # after its packages are installed
    return nightly.run(options)


if __name__ == "__main__":
    command_line.finish("nightly", main)
