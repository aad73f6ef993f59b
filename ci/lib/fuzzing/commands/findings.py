"""
Turns the files that fuzzing engines leave after a crash or hang into findings. Files that fail alike are one finding: it
gets a name, the smallest input that shows it, a command that reproduces it, and the report.
"""
import pathlib

from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("findings", __doc__, "0 no findings, 1 there are findings, 2 it could not be installed, built or run.")
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER",
                        help="has files of libFuzzer (crash-*, timeout-*, oom-*, leak-*) or AFL++ (in crashes/ and hangs/); their paths "
                             "name target and subject: TARGET[.SUBJECT]/..., or TARGET-[SUBJECT-]crash-...")
    parser.add_argument("--output", required=True, type=pathlib.Path, metavar="FOLDER",
                        help="gets a folder for each finding, with trace, input, reproduce, report.txt, seen and raw/")
    parser.add_argument("--tree", action="append", type=pathlib.Path, metavar="FOLDER",
                        help="the build tree to run the files in; may be repeated; default build/asan, then build/fuzz if it exists")
    parser.add_argument("--target", metavar="TARGET.SUBJECT", help="the target and subject of files whose paths do not name them")
    parser.add_argument("--seconds", type=float, default=10, metavar="S", help="the time limit of one run; default 10")
    parser.add_argument("--minimise-seconds", type=float, default=60, metavar="S",
                        help="the time limit for shrinking one finding; default 60")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    if not options.tree:
        lib_sh.prepare(options, "findings", "install_packages", "build_tree asan ringproof fuzz_targets")
    from fuzzing import findings  # after its packages are installed
    return findings.run(options)


if __name__ == "__main__":
    command_line.finish("findings", main, OSError)
