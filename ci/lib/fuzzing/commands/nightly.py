"""
Runs what takes hours: fuzzes every target on every point store with both engines, in jobs on all CPUs; makes findings of
what failed; grows the corpora; measures planted faults; and tries mutants. The results can be read in index.html at any
time. If the run is killed, the next run with the same folder continues it.
"""
from fuzzing import corpus, ending
from shared import command_line, lib_sh, locks
from shared.repository import ROOT


SETUP = ("install_packages", *(f"build_tree {tree} fuzz_targets" for tree in ("explore", "fuzz", "afl", "afl-asan", "afl-cmplog", "asan")),
         "build_test_programs")


def arguments():
    parser = command_line.parser("nightly", __doc__, "0 all is well; 1 there are findings, a corpus would cover less, a planted fault was missed,\n"
                                 "or a mutant survived; 2 it could not be installed, built or run; 130 interrupted. The last line, "
                                 "status.json and\nthe page say why.", {"--hours": "--for"})
    command_line.add_for(parser, "in all", "6m is enough to see it work", least="36s", required=True)
    command_line.add_output(parser, "index.html, status.json, findings/, corpus/ and *.jsonl go; default build/nightly",
                            default=ROOT / "build/nightly")
    command_line.add_seed(parser, "all engines' seeds")
    command_line.add_only(parser, "targets")
    parser.add_argument("--update-corpus", action="store_true", help="merge new inputs into fuzz/corpus/; default: only into the output folder's corpus/")
    command_line.add_setup(parser)
    return parser.parse_args()


def whole_night(options, night):
    night.stage("building")
    lib_sh.prepare(options, "nightly", *SETUP)
    from fuzzing import nightly  # after its packages are installed
    nightly.run(options, night)


def run(options):
    options.output = options.output.resolve()
    with locks.alone(options.output / "lock"):
        return ending.run(options.output, lambda night: whole_night(options, night))


def main():
    options = arguments()
    options.targets = command_line.matching(options.only, corpus.targets(), "target")
    return run(options)


if __name__ == "__main__":
    command_line.finish("nightly", main)
