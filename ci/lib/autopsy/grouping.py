"""Groups core dumps by their cause: ci/autopsy CORE CORE..."""

import concurrent.futures
import contextlib
import os

from autopsy import crash_group, elf, sources
from shared.errors import CannotRun


def is_core(word):
    """Whether it is a file that can only be a core dump: its header says so, it is packed, or it was cut off at once."""
    if not os.path.isfile(word):
        return False
    try:
        with open(word, "rb") as file:
            head = file.read(64)
    except OSError:
        return False
    if head.startswith(tuple(sources.MODULES | sources.TOOLS)) or not head:
        return True
    header = elf.header(head)
    return head.startswith(elf.MAGIC) and (header is None or header.type == elf.ET_CORE)


def are_many(words):
    """Whether the words are core dumps, and not one with its executable, nor text."""
    return is_core(words[1]) if len(words) == 2 else len(words) > 2 and any(map(is_core, words))


def examine_one(word, judge):
    """The verdict and facts of one, or the reason why there are none. To open a pipe may wait for ever, and then Ctrl-C does not end it."""
    if os.path.exists(word) and not os.path.isfile(word) and not os.path.isdir(word):
        return None, f"{word}: not a file, but a pipe or the like; give it alone"
    try:
        with contextlib.ExitStack() as open_things:
            source = sources.open_source(word, open_things)
            if source.core is None:
                return None, f"{word}: text, not a core dump; give it alone"
            return judge(source)
    except CannotRun as error:
        return None, str(error)
    except OSError as error:
        return None, f"{word}: {error.strerror}; give a core dump that can be read"


def examine(words, judge):
    """What --json prints. `judge` returns verdict and facts of a core dump that is open."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda word: examine_one(word, judge), words))
    unreadable = [{"core": word, "reason": why} for word, (judgement, why) in zip(words, found) if judgement is None]
    judged = [(judgement, facts) for judgement, facts in found if judgement is not None]
    if not judged:
        raise CannotRun("none of them can be examined:\n" + "\n".join(f"  {one['reason']}" for one in unreadable))
    return crash_group.describe(judged, unreadable)
