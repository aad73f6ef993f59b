"""
Makes crashes with known causes and checks what ci/autopsy says about their core dumps: the crash of 2014 in many builds, with
the library's file there, moved, replaced and deleted; and other crashes, some of which look like it. Prints a table.
"""
from shared import command_line, lib_sh


def arguments():
    parser = command_line.parser("autopsy-selftest", __doc__, "0 all verdicts are right, 1 one is wrong, 2 not tested, and the "
                                 "reason is printed.")
    command_line.add_only(parser, "crashes")
    command_line.add_jobs(parser, "crashes")
    command_line.add_setup(parser)
    return parser.parse_args()


def main():
    options = arguments()
    lib_sh.prepare(options, "autopsy-selftest", "install_packages")
    from autopsy.selftest import selftest  # after the packages are installed
    return selftest.run(options)


if __name__ == "__main__":
    command_line.finish("autopsy-selftest", main)
