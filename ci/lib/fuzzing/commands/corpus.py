"""
Grows, merges, minimises and repacks the corpora of the fuzz targets: fuzz/corpus/TARGET.tar.gz. Equal inputs give equal
bytes. A corpus that would cover less than before, or less than fuzz/corpus/coverage records, stays as it is.
"""
from fuzzing import corpus
from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("corpus", __doc__, "0 done, 1 coverage would drop or --check failed, 2 it could not be installed, built or run.",
                                 {"--minutes": "--for"})
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a fuzz target; default: all that have a corpus")
    command_line.add_for(parser, "each target is fuzzed first", "default: not at all", least="0s", default=0)
    parser.add_argument("--from", dest="source", type=command_line.old_folder, metavar="FOLDER",
                        help="add the inputs in FOLDER/TARGET, such as those that ci/nightly leaves")
    parser.add_argument("--accept-less", action="store_true",
                        help="accept fewer edges than fuzz/corpus/coverage records, because the source has fewer now")
    parser.add_argument("--check", action="store_true",
                        help="only check that the corpora cover what fuzz/corpus/coverage records")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    corpus.judge(options)
    lib_sh.prepare(options, "corpus", "install_packages", "build_tree explore")
    return corpus.run(options)


if __name__ == "__main__":
    command_line.finish("corpus", main)
