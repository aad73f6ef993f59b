"""Reads messages that a terminal or a mail has wrapped onto several lines."""
import re

from autopsy.kernel_forms import ENDINGS, WORDS
from autopsy.kernel_log import read_all
from autopsy.log_prefix import TAG, cut_pieces

WIDTH = 80
SHORTEST = 60  # a full line is not shorter
FOLLOWING = 3  # lines that a message may go on
WIDEST = 400  # a longer line is not wrapped
QUOTE = re.compile(r"\s*(?:[>|#*]+\s+)*")
PARTS = ("program", "pid", "address", "ip", "sp", "error", "mapping")
ENOUGH = {"page fault": ("program", "pid", "address", "ip", "sp", "error"), "trap": ("program", "pid", "ip", "sp", "error"),
          "mips": ("program", "address"), "fatal": ("signal",), "arm": ("program", "address"), "signal": ("program", "signal")}


def has_word(text):
    for word in WORDS:
        if word in text:
            return True
    return text.endswith(ENDINGS)


def begins_record(text):
    return not text.strip() or cut_pieces(text)[1] is not None or TAG.match(text) is not None or has_word(text) or \
        re.match(r"\s*(?:#\d|Code:|<\d)", text) is not None


def is_complete(facts):
    return all(facts[part] is not None for part in ENOUGH.get(facts["form"], ("program", "pid")))


def seam_after(lines, at):
    """Nothing where the line is as wide as a terminal, or as the line before it; otherwise a space."""
    width = len(lines[at])
    return "" if width == WIDTH or (width >= SHORTEST and at > 0 and width == len(lines[at - 1])) else " "


def joined(lines, seam):
    text = lines[0]
    for at, line in enumerate(lines[1:]):
        text += (seam_after(lines, at) if seam is None else seam) + QUOTE.sub("", line, count=1)
    return text


def score(found):
    return sum(facts[part] is not None for facts in found for part in PARTS)


def candidates(before, text, following):
    """Texts that the line may have been before it was wrapped, with the number of lines after it that they take."""
    for first in ([], [before] if before is not None else None):
        if first is None:
            continue
        for seam in (None, "", " "):
            for count in range(0 if first else 1, len(following) + 1):
                yield count, joined([*first, text, *following[:count]], seam)


def read_wrapped(before, text, following):
    """The facts of the messages that begin in this line, or end in it, and how many of the following lines they take."""
    found, end = read_all(text)
    if found and all(map(is_complete, found)) and end < len(text) and not " in".startswith(text[end:end + 3].lstrip(",")):
        return found, 0
    if len(text) > WIDEST:
        return found, 0
    taken = []
    for line in following[:FOLLOWING]:
        if len(line) > WIDEST or begins_record(line) and not (len(text) == WIDTH and not taken and not found):
            break
        taken.append(line)
    best, best_score, used = found, score(found), 0
    if found and all(map(is_complete, found)) or (before is not None and len(before) > WIDEST):
        before = None  # only its end may be missing
    for count, candidate in candidates(before, text, taken):
        others, other_end = read_all(candidate)
        if len(others) < max(len(found), 1) or len(others) > max(len(found), 1):
            continue
        # An error code may be cut in two.
        value = score(others) + (0.5 if count == 1 and len(text) == WIDTH and end == len(text) and other_end > end else 0)
        if value > best_score:
            best, best_score, used = others, value, count
    return best, used
