"""The page of ring.h: its comments and declarations, in their order."""
import re
import textwrap

from manual import scdoc
from shared.errors import CannotRun

TITLE = re.compile(r"[A-Z]+(?: [A-Z]+)*")
COMMENT = re.compile(r"/\*(.*?)\*/\n?", re.S)
FUNCTION = re.compile(r"^RING_API [^(]*?(\w+)\(", re.M)
TYPE = re.compile(r"^((?:enum|struct) \w+)(?: \{|;)", re.M)


def filled(lines):
    """Paragraphs; lists stay lists, and indented lines stay as they are."""
    groups = [("empty", [])]
    for line in lines:
        before = groups[-1][0]
        kind = "empty" if not line else before if before == "item" and line.startswith("  ") else \
            "item" if line.startswith("- ") else "kept" if line.startswith("  ") else "text"
        if kind != before or line.startswith(("- ", "Errors: ")):
            groups.append((kind, []))
        groups[-1][1].append(line)
    make = {"empty": lambda _: "",
            "text": lambda group: f"{scdoc.plain(' '.join(group))}\n",
            "item": lambda group: f"- {scdoc.plain(' '.join(group)[2:])}",
            "kept": lambda group: "\n" + scdoc.literal(textwrap.dedent("\n".join(group)).splitlines())}
    return re.sub(r"\n{3,}", "\n\n", "\n".join(make[kind](group) for kind, group in groups)).strip("\n") + "\n"


def comment_lines(comment):
    """Without the star in front of each line."""
    return [re.sub(r"^ \* ?", "", line).strip("\n") for line in comment.strip().splitlines()]


def sections(comment):
    """Pairs of a title and lines. The first title is empty."""
    found = [("", [])]
    for line in comment_lines(comment):
        if TITLE.fullmatch(line):
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return found


def declarations(text):
    """Pairs of a comment, which may be empty, and the code below it, without what only the compiler needs."""
    lines = [line for line in text.splitlines() if not re.match(r"#(?!define RING_(?!API|H\b)\w+ )|extern \"C\"|}$", line)]
    for chunk in re.split(r"\n{2,}", "\n".join(lines).strip("\n")):
        comment = COMMENT.match(chunk)
        code = chunk[comment.end():] if comment else chunk
        if code.strip():
            yield comment[1] if comment else "", code
        elif chunk.strip():
            raise CannotRun(f"ring.h has a comment without code below it: move it, or correct ci/lib/manual/header_page.py:\n{chunk}")


def declaration(comment, code):
    names = [*TYPE.findall(code), *FUNCTION.findall(code)]
    title = f"## {', '.join(names)}\n\n" if names else ""
    if FUNCTION.search(code):  # what is aligned with an argument stays so
        code = re.sub(r"^RING_API |^ {9}(?= {9})", "", code, flags=re.M)
    return f"{title}{scdoc.literal(code.splitlines())}\n{filled(comment_lines(comment)) if comment else ''}"


def functions(header):
    return FUNCTION.findall(header)


def page(header, include, version):
    """The source of the page. `include` is how a program includes the header."""
    first = COMMENT.match(header)
    if not first:
        raise CannotRun("ring.h does not begin with a comment: correct ci/lib/manual/header_page.py")
    intro, *more = sections(first[1])
    about = intro[1][0].partition(": ")[2].rstrip(".")
    names = ["ringproof_ring.h", *functions(header)]
    return scdoc.page(
        "ringproof_ring.h", 3, version,
        scdoc.section("NAME", f"{', '.join(names)} - {scdoc.plain(about)}\n"),
        scdoc.section("SYNOPSIS", scdoc.strong(f"#include <{include}>") + "\n"),
        scdoc.section("DESCRIPTION", filled(intro[1][1:])),
        *(scdoc.section(title, filled(lines)) for title, lines in more),
        scdoc.section("DECLARATIONS", *(declaration(*pair) for pair in declarations(header[first.end():]))),
        scdoc.section("SEE ALSO", "*ringproof*(1)\n"))
