"""
Compares how many programs a second ring_ops runs at two commits, with sanitizers and without. Draws 100 programs of 64
operations, builds the target at both commits, and times both on the same programs, one after the other, seven times.
"""
from fuzzing import speed
from shared import command_line, lib_sh
from shared.commits import commit_named, expect_own


def arguments():
    parser = command_line.parser("fuzz-speed", __doc__, "0 measured, 2 not measured, and the reason is printed.")
    parser.add_argument("base", metavar="BASE", help="the commit to compare with, such as HEAD~1; uncommitted changes are not measured")
    parser.add_argument("head", metavar="HEAD", nargs="?", default="HEAD", help="the other commit; default HEAD")
    parser.add_argument("--programs", type=command_line.whole(), default=100, metavar="N", help="how many programs; default 100")
    parser.add_argument("--rounds", type=command_line.whole(3), default=7, metavar="N", help="how often each is timed; default 7")
    command_line.add_seed(parser, "the programs", default=1)
    command_line.add_output(parser, "the programs and builds go; default build/fuzz-speed", default=speed.FOLDER)
    command_line.add_json(parser)
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = command_line.open_json(arguments())
    expect_own("start it in the folder of ringproof")
    options.base, options.head = map(commit_named, (options.base, options.head))
    lib_sh.prepare(options, "fuzz-speed", "install_packages", "build_tree release ringproof_tool", "build_tree explore ring_ops")
    return speed.measure(options)


if __name__ == "__main__":
    command_line.finish("fuzz-speed", main)
