"""
Grows, merges, minimises and repacks the corpora that are committed: one packed file a fuzz target, in fuzz/corpus/.
The same inputs give the same bytes. A corpus that would cover less than before, or than was recorded, is left as it was.
"""
import pathlib

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("corpus", __doc__, "0 done, 1 coverage would drop, or --check failed, 2 it could not be installed, built or run.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="of fuzz/corpus/; all unless told")
    parser.add_argument("--minutes", type=float, default=0, metavar="M", help="fuzz each target for that long first; 0 unless told")
    parser.add_argument("--from", dest="source", type=pathlib.Path, metavar="FOLDER",
                        help="take the inputs of FOLDER/TARGET in, too, as ci/nightly leaves them")
    parser.add_argument("--accept-less", action="store_true",
                        help="also where fewer edges are reached than fuzz/corpus/coverage says: the source has fewer now")
    parser.add_argument("--check", action="store_true", help="only see that the packed corpora cover what fuzz/corpus/coverage says")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "corpus", "install_packages", "build_tree explore")
    from fuzzing import corpus  # not before its packages are there
    return corpus.run(options)


if __name__ == "__main__":
    command_line.finish("corpus", main)
