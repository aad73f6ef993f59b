"""
Makes findings that a person can use of the files that engines leave when something crashes or hangs: each distinct
one once, minimal, under a name, with a line that reproduces it, and its report.
"""
import pathlib

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("findings", __doc__, "0 there was nothing, 1 there are findings, 2 it could not be installed, built or run.")
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER",
                        help="crash-*, timeout-*, oom-*, leak-* of libFuzzer, crashes/ and hangs/ of AFL++; what failed is in the path: "
                             "TARGET[.SUBJECT]/..., or TARGET-[SUBJECT-]crash-...")
    parser.add_argument("--output", required=True, type=pathlib.Path, metavar="FOLDER",
                        help="a folder for each finding, by its name: trace, input, reproduce, report.txt, seen, raw/")
    parser.add_argument("--tree", action="append", type=pathlib.Path, metavar="FOLDER",
                        help="of the build they are run in, as it is; build/asan unless told, and then build/fuzz, if it is there")
    parser.add_argument("--target", metavar="TARGET.SUBJECT", help="what failed, where paths do not tell")
    parser.add_argument("--seconds", type=float, default=10, metavar="S", help="one run may take; 10 unless told")
    parser.add_argument("--minimise-seconds", type=float, default=60, metavar="S", help="making one finding small may take; 60 unless told")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    if not options.tree:
        lib_sh.prepare(options, "findings", "install_packages", "build_tree asan ringproof fuzz_targets")
    from fuzzing import findings  # not before its packages are there
    return findings.run(options)


if __name__ == "__main__":
    command_line.finish("findings", main, OSError)
