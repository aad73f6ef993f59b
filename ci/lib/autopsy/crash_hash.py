"""A short hash that core dumps of one cause have in common.

It is made of the signal, the kind of fault, and the first frames of the program: for each the module's name, and the function's
name, or, without symbols, the offset in the module's file. No address is part of it, so that it is the same under address
randomisation. Of an assertion it has the text, of an exception the type, if they are known. Frames of the C library and the like
are left out, and a frame that comes again counts once. A static program without symbols does not show which they are, so more
frames are taken. Of an endless recursion, the hash has the functions that call each other, in the order of their names. Where no
frame is known, the program's name stands in. If a handler raised the signal again, it has the fault before that.

A build with symbols and one without differ in it, and so do two builds without. A proved defect of 2014 always has the same
hash, since what died of it is chance."""

import collections
import hashlib
import os

from autopsy.program_frame import base_name

FRAMES, DEEP, DIGITS = 3, 10, 10
OFTEN = 3  # times a frame stands on a stack that an endless recursion used up


def name_of(frame):
    if frame["function"]:
        return f"{frame['module']}!{base_name(frame)}"
    return f"{frame['module']}+{frame['offset']:x}" if frame["offset"] is not None else frame["module"]


def places(facts, kind, names):
    """The names that say where it happened."""
    if not names:
        return [os.path.basename(facts.get("executable") or "")]
    if kind == "StackOverflow":
        often = sorted(name for name, count in collections.Counter(names).items() if count >= OFTEN)
        return often or names[:1]
    return list(dict.fromkeys(names))[:FRAMES if facts.get("first_frame") else DEEP]


def said(facts):
    """What tells apart several reasons to abort in one function."""
    message = facts.get("message") or ""
    if any(base_name(frame) == "std::terminate" for frame in facts.get("frames", ())):
        return [message.partition(": ")[0]]
    return [message] if "Assertion" in message else []


def of_core(facts, verdict, kind, frames):
    words = [str(facts["signal"]), kind, *said(facts), *places(facts, kind, [name_of(frame) for frame in frames])]
    if verdict == "this defect":
        words = [verdict]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:DIGITS]
