"""
Turns the files that fuzzing engines leave after a crash or hang into findings. Files that fail alike are one finding: it
gets a name, the smallest input that shows it, a command that reproduces it, and the report.
"""
import pathlib

from fuzzing import findings
from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("findings", __doc__, "0 no findings, 1 there are findings, 2 it could not be installed, built or run.",
                                 {"--seconds": "--run-for", "--minimise-seconds": "--shrink-for"})
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER",
                        help="has files of libFuzzer (crash-*, timeout-*, oom-*, leak-*) or AFL++ (in crashes/ and hangs/); their paths "
                             "name target and subject: TARGET[.SUBJECT]/..., or TARGET-[SUBJECT-]crash-...")
    command_line.add_output(parser, "findings go: a folder for each, with trace, input, reproduce, report.txt, seen and raw/", required=True)
    parser.add_argument("--tree", action="append", type=command_line.old_folder, metavar="FOLDER",
                        help="the build tree to run the files in; may be repeated; default build/asan, then build/fuzz if it exists")
    parser.add_argument("--target", metavar="TARGET.SUBJECT", help="the target and subject of files whose paths do not name them")
    parser.add_argument("--run-for", type=command_line.duration(), default=10, metavar="TIME",
                        help="how long one run may take; default 10s")
    parser.add_argument("--shrink-for", type=command_line.duration(), default=60, metavar="TIME",
                        help="how long shrinking one finding may take; default 1m")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    raws = findings.judge(options)
    if raws and not options.tree:
        lib_sh.prepare(options, "findings", "install_packages", "build_tree asan ringproof_tool fuzz_targets")
    return findings.run(options, raws)


if __name__ == "__main__":
    command_line.finish("findings", main, OSError)
