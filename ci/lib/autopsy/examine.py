"""Implements ci/autopsy: finds out what it was given, examines it, and prints the verdict."""
import contextlib
import os

from autopsy import core_verdict, crash_group, grouping, pasted, text
from autopsy.examine_core import collect
from autopsy.locate import Places
from autopsy.plain_text import lines_of, unwrapped
from autopsy.ranking import Ranking
from autopsy.sources import open_source
from shared import command_line
from shared.errors import CannotRun

STATUS = {"this defect": 0, "consistent with it": 1, "cannot tell": 4, "not this": 3}  # most like the defect first
NOTHING_ELSE = {"others": [], "more": [], "not_understood": []}  # beside a core dump


def not_understood(name, rest):
    if not rest.count:
        return CannotRun(f"{name}: no text in it; give a core dump, or a text with {pasted.LOOKED_FOR}")
    quoted = "\n".join(f"    {line}" for line in rest.quoted())
    lines = "one line" if rest.count == 1 else f"{rest.count} lines"
    cut = "; the first of these names a message, but a part of it is missing" if rest.named() else ""
    return CannotRun(f"{name}: {lines} not understood{cut}:\n{quoted}\n  looked for: {pasted.LOOKED_FOR}")


def examine_text(name, lines):
    """The verdict and facts of what is most like the defect, and what else there is to print."""
    reader, ranking = pasted.Reader(lines), Ranking()
    for facts in reader.facts():
        ranking.add(facts)
    if not ranking.count:
        raise not_understood(name, reader.rest)
    judgement, facts, others = ranking.first()
    return judgement, facts, {"others": others, "more": ranking.uncounted(), "not_understood": reader.rest.named()}


def judge_core(source, executable, places):
    try:
        facts = collect(source.core, executable, places)
    except CannotRun as error:  # the user knows the file that was unpacked by another name
        raise CannotRun(str(error).replace(source.core, source.name)) from error
    facts["core"] = source.name
    return core_verdict.judge(facts), facts, {}


def is_file(word):
    return word == "-" or os.path.exists(word)


def examine(arguments, places=Places()):
    """The verdict, the facts, and what else there is to print. `places` are where a core dump's files are looked for."""
    if not is_file(arguments[0]) or (len(arguments) > 2 and arguments[0] != "-"):
        words = " ".join(arguments)
        try:
            return examine_text("the arguments", (line for text_ in words.splitlines() for line in unwrapped(text_)))
        except CannotRun as error:
            if len(arguments) <= 2 and "\n" not in words and not is_file(arguments[0]):
                raise CannotRun(f"{arguments[0]}: there is no such file, and as a line it is not understood; looked for: "
                                f"{pasted.LOOKED_FOR}") from error
            if is_file(arguments[0]):
                raise CannotRun("takes CORE [EXECUTABLE], several core dumps, a log, text, or -; see ci/autopsy --help") from error
            raise
    with contextlib.ExitStack() as open_things:
        source = open_source(arguments[0], open_things)
        if source.core is not None:
            return judge_core(source, arguments[1] if len(arguments) > 1 else None, places)
        if len(arguments) > 1:
            raise CannotRun(f"{source.name} is text, and {arguments[1]} is not needed for it; name a core dump first: ci/autopsy CORE EXECUTABLE")
        return examine_text(source.name, lines_of(source.stream, source.head))


def run(options):
    places = Places(options.sysroot and str(options.sysroot), tuple(map(str, options.search)))
    if grouping.are_many(options.words):
        document = grouping.examine(options.words, lambda source: judge_core(source, None, places)[:2])
        command_line.print_json(options, document)
        with command_line.reader_may_end():
            crash_group.show(document)
        return STATUS[document["verdict"]]
    judgement, facts, found = examine(options.words, places)
    if facts["kind"] != "core" and places != Places():
        raise CannotRun("no file is looked for where there is no core dump: leave out --sysroot and --search, or give the core dump")
    command_line.print_json(options, text.as_json(judgement, facts) | NOTHING_ELSE | found)
    with command_line.reader_may_end():
        text.print_verdict(judgement, facts, found)
    return STATUS[judgement["verdict"]]
