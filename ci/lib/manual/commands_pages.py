"""Pages of commands: the tool, each of its commands, and each command of ci/. What --help lacks is in the folder pages."""
import os
import pathlib
import re

from manual import help_text, scdoc
from manual.help_text import Terms
from shared.errors import CannotRun
from shared.repository import ROOT

ADDED = pathlib.Path(__file__).parent / "pages"
# What a page may add to its help, in this order.
SECTIONS = ("ENVIRONMENT", "FILES", "EXAMPLES")


def option(one):
    letter = f"{scdoc.strong(one.letter)}, " if one.letter else ""
    value = f"={scdoc.underlined(one.value)}" if one.value else ""
    return scdoc.definition(f"{letter}{scdoc.strong(one.name)}{value}", one.text)


def block(one):
    if isinstance(one, Terms):
        return "\n".join(scdoc.definition(scdoc.strong(name), text) for name, text in one.pairs)
    return f"{scdoc.plain(one)}\n"


def description(help_):
    """The sections of its paragraphs and lists."""
    titles = {"positional arguments": "ARGUMENTS", "commands": "COMMANDS"}
    parts = {}
    for one in help_.blocks:
        title = titles.get(one.heading, "DESCRIPTION") if isinstance(one, Terms) else "DESCRIPTION"
        parts.setdefault(title, []).append(block(one))
    return [scdoc.section(title, *parts[title]) for title in sorted(parts, key=["DESCRIPTION", "COMMANDS", "ARGUMENTS"].index)]


def environment(help_):
    """The variables that options name."""
    users = {}
    for one in help_.options:
        for name in re.findall(r"\bRINGPROOF_[A-Z]+\b", one.text):
            users.setdefault(name, one)
    return [scdoc.definition(scdoc.strong(name), f"the default of {one.name}") for name, one in users.items()]


def added(name):
    """The sections of pages/NAME.scd, by title."""
    path = ADDED / f"{name}.scd"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = {}
    for part in re.split(r"^# ", text, flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        if title not in SECTIONS:
            raise CannotRun(f"{path}: {title} is no title of a page: take one of {', '.join(SECTIONS)}")
        found[title] = body.strip("\n") + "\n"
    return found


def page(name, version, about, help_, exits, see, inner=()):
    """The source of a page in section 1. `inner` are the helps of commands of the command, by name."""
    more = added(name)
    variables = environment(help_) + ([more["ENVIRONMENT"]] if "ENVIRONMENT" in more else [])
    return scdoc.page(
        name, 1, version,
        scdoc.section("NAME", f"{name} - {scdoc.plain(about)}\n"),
        scdoc.section("SYNOPSIS", scdoc.literal(help_.usage)),
        *description(help_),
        scdoc.section("OPTIONS", *map(option, help_.options)),
        *(scdoc.section(f"OPTIONS OF {title}", scdoc.literal(one.usage), *map(block, one.blocks), *map(option, one.options)) for title, one in inner),
        scdoc.section("EXIT STATUS", *(scdoc.definition(scdoc.strong(codes), text) for codes, text in exits)),
        scdoc.section("ENVIRONMENT", *variables),
        *(scdoc.section(title, more[title]) for title in SECTIONS[1:] if title in more),
        scdoc.section("SEE ALSO", ", ".join(f"{scdoc.strong(other)}({number})" for other, number in see) + "\n"))


def tool_helps(tool):
    """The help of the tool, and a list for its commands: name, what it does, help."""
    top = help_text.parse(help_text.run(tool, "--help"))
    commands = next(one for one in top.blocks if isinstance(one, Terms))
    commands.heading = "commands"
    return top, [(name, about, help_text.parse(help_text.run(tool, name, "--help"))) for name, about in commands.pairs]


def of_tool(tool, version):
    """Names and sources."""
    top, commands = tool_helps(tool)
    names = [(f"ringproof-{name}", 1) for name, _, _ in commands]
    yield "ringproof", page("ringproof", version, top.first_sentence, top, top.exits, [*names, ("ringproof_ring.h", 3)])
    for name, about, help_ in commands:
        others = [one for one in names if one[0] != f"ringproof-{name}"]
        yield f"ringproof-{name}", page(f"ringproof-{name}", version, about, help_, top.exits, [("ringproof", 1), *others])


def ci_commands():
    return [path for path in sorted((ROOT / "ci").iterdir()) if path.is_file() and os.access(path, os.X_OK)]


def of_ci(version):
    """Names and sources. A command may have commands of its own."""
    paths = ci_commands()
    for path in paths:
        help_ = help_text.parse(help_text.run(path, "--help"))
        inner = [(name, help_text.parse(help_text.run(path, name, "--help"))) for one in help_.blocks
                 if isinstance(one, Terms) and one.heading == "commands" for name, _ in one.pairs]
        name = f"ringproof-ci-{path.name}"
        see = [(f"ringproof-ci-{other.name}", 1) for other in paths if other != path]
        yield name, page(name, version, help_.first_sentence, help_, help_.exits, [("ringproof", 1), *see], inner)
