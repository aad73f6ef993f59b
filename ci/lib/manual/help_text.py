"""Reads what --help prints: by argp (the tool), argparse, or a shell script of ci/."""
import dataclasses
import os
import re
import subprocess

from shared.errors import CannotRun

OPTION = re.compile(r"(?:(?P<letter>-\S)(?: [^ ,]+)?, )?(?P<name>--[a-z][a-z-]*)(?:\[?[ =](?P<value>[^ \]]+)\]?)?(?: {2,}(?P<text>\S.*))?")
TERM = re.compile(r"(?P<name>\S+(?: \S+)*?) {2,}(?P<text>\S.*)")
CHOICES = re.compile(r" *(\{\S+\})")
# By argp, about its own notation.
BOILERPLATE = "Mandatory or optional arguments to long options"


@dataclasses.dataclass
class Option:
    letter: str | None
    name: str
    value: str | None
    text: str


@dataclasses.dataclass
class Terms:
    """Words and their meanings, as pairs. The heading is empty if there is none."""
    heading: str
    pairs: list


@dataclasses.dataclass
class Help:
    usage: list = dataclasses.field(default_factory=list)  # lines
    blocks: list = dataclasses.field(default_factory=list)  # paragraphs, and Terms, in order
    options: list = dataclasses.field(default_factory=list)
    exits: list = dataclasses.field(default_factory=list)  # pairs: codes, meaning

    @property
    def first_sentence(self):
        """As it stands in the NAME of a page."""
        paragraphs = [block for block in self.blocks if isinstance(block, str)]
        if not paragraphs:
            raise CannotRun(f"the help of {self.usage[0]} has no sentence that says what it does: add one")
        first = re.split(r"[.?:](?: |$)", paragraphs[0])[0]
        return first[0].lower() + first[1:]


def run(*command):
    """What a program prints, in 80 columns, and without the variables that steer its help."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ARGP", "RINGPROOF"))}
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
                          env={**environment, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        raise CannotRun(f"{' '.join(str(word) for word in command)}: exit {done.returncode}; pages are made from what it prints: "
                        f"run it by hand and correct it\n{done.stderr}")
    return done.stdout


def items(lines, pattern):
    """Reads a list: pairs of a match, and the whole text. None if the lines are no such list."""
    found = []
    for line in lines:
        indentation = len(line) - len(line.lstrip())
        match = pattern.fullmatch(line.strip())
        if match and indentation <= 6:
            found.append((match, [match["text"] or ""]))
        elif found and indentation > 6:
            found[-1][1].append(line.strip())
        else:
            return None
    return [(match, " ".join(text).strip()) for match, text in found]


def read_terms(lines, heading):
    """None if the lines are no list. Choices such as {a,b} may have a line of their own, before their meanings if these are
    told."""
    choices = CHOICES.fullmatch(lines[0])
    pairs = items(lines[1:] if choices else lines, TERM)
    if pairs is None or not (pairs or choices):
        return None
    pairs = [(match["name"], text) for match, text in pairs]
    told = choices and [name for name, _ in pairs] == choices[1][1:-1].split(",")
    return Terms("commands" if told else heading, ([(choices[1], "one of them")] if choices and not told else []) + pairs)


def read_block(help_, lines):
    """Adds the lines between two empty ones."""
    heading = ""
    if re.fullmatch(r"[a-z ]+:", lines[0]):
        heading, *lines = lines
    options = items(lines, OPTION)
    terms = None if options else read_terms(lines, heading.rstrip(":"))
    if options:
        help_.options += [Option(match["letter"], match["name"], match["value"], text) for match, text in options]
    elif terms:
        help_.blocks.append(terms)
    elif not lines[0].startswith(BOILERPLATE):
        end = next((at for at, line in enumerate(lines) if re.match(r"Exit(?: codes)?: ", line)), len(lines))
        help_.blocks += [" ".join(lines[:end])] if lines[:end] else []
        help_.exits += exit_codes(" ".join(lines[end:]).partition(": ")[2]) if lines[end:] else []


def exit_codes(text):
    """Pairs, from "0 done, 1 not done." or "0 done; 1 not done"."""
    between = "; " if re.search(r"; \d+ ", text) else ", "
    return [tuple(part.split(" ", 1)) for part in re.split(rf"{between}(?=\d+ )", text.removesuffix("."))]


def parse(text):
    """The parts of a help."""
    if not re.match("[Uu]sage: ", text):
        raise CannotRun(f"this help does not begin with the usage: correct it, or ci/lib/manual/help_text.py:\n{text[:200]}")
    help_ = Help()
    lines = text[len("usage: "):].splitlines()
    while lines and (not help_.usage or lines[0].startswith("  ")):
        help_.usage.append(lines.pop(0).removeprefix(" " * len("usage: ")))
    for block in re.split(r"\n{2,}", "\n".join(lines).strip("\n")):
        if block:
            read_block(help_, block.splitlines())
    return help_
