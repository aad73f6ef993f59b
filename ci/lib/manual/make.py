"""
Makes manual pages of the tool, its commands, the commands of ci/ and ring.h, and completion of the tool for bash and zsh.
The build calls it: see CMakeLists.txt beside it.
"""
import argparse
import pathlib

from manual import commands_pages, completion, header_page, scdoc
from shared import command_line


def arguments():
    parser = argparse.ArgumentParser(prog="manual.make", description=__doc__.strip())
    parser.add_argument("--tool", required=True, metavar="FILE", help="the program ringproof")
    parser.add_argument("--header", required=True, type=pathlib.Path, metavar="FILE", help="ring.h")
    parser.add_argument("--version", required=True, metavar="V", help="the version of both")
    parser.add_argument("--ci", action="store_true", help="also make pages of the commands of ci/")
    parser.add_argument("--output", required=True, type=pathlib.Path, metavar="FOLDER",
                        help="where share/ goes, which is installed, and ci/, which is not")
    return parser.parse_args()


def main():
    options = arguments()
    man = options.output / "share/man"
    for name, source in commands_pages.of_tool(options.tool, options.version):
        scdoc.write(man / f"man1/{name}.1", source)
    if options.ci:
        for name, source in commands_pages.of_ci(options.version):
            scdoc.write(options.output / f"ci/man1/{name}.1", source)
    header = options.header.read_text(encoding="utf-8")
    include = "/".join(options.header.parts[-2:]) if options.header.parent.name == "ringproof" else options.header.name
    scdoc.write(man / "man3/ringproof_ring.h.3", header_page.page(header, include, options.version))
    for function in header_page.functions(header):
        (man / f"man3/{function}.3.gz").symlink_to("ringproof_ring.h.3.gz")
    for path, text in (("bash-completion/completions/ringproof", completion.bash), ("zsh/site-functions/_ringproof", completion.zsh)):
        script = options.output / "share" / path
        script.parent.mkdir(parents=True)
        script.write_text(text(*commands_pages.tool_helps(options.tool)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    command_line.finish("manual.make", main)
