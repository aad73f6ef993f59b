"""Reads all that is understood in a text: messages of the kernel, backtraces, the first lines of an Erlang crash dump."""
import collections
import itertools
import re

from autopsy import backtrace_text, kernel_log, rewrap
from autopsy.kernel_forms import REGISTER_LINES

SURE = ("segfault at", "general protection", "unhandled signal", "fatal signal", "sending SIGSEGV", "oom-kill")
NEAR = re.compile(r"segfault|segmentation|SIGSEGV|signal|core dump|dumped|crash|fault|trap|killed", re.I)
QUOTED, QUOTE = 3, 200
SEARCHED = 5000  # lines; what speaks of a crash stands among them, or other lines than these are quoted
LOOKED_FOR = ("a kernel's message (segfault at, general protection, trap, unhandled signal, sending SIGSEGV, fatal signal, Killed "
              "process), a backtrace (#0 0x... in ...), coredumpctl's message, and the first lines of an Erlang crash dump (Slogan:)")


class NotUnderstood:
    """Keeps a few of the lines that were not understood: those that name a message first, then those that speak of a crash."""

    def __init__(self):
        self.count, self.kept = 0, {0: [], 1: [], 2: []}

    def add(self, text):
        if not text.strip():
            return
        self.count += 1
        if self.count > SEARCHED and SURE[0] not in text:
            return
        rank = 0 if any(word in text for word in SURE) else 1
        if len(self.kept[rank]) >= QUOTED:
            return
        if rank == 1 and not NEAR.search(text[:1000]):
            rank = 2
        if len(self.kept[rank]) < QUOTED:
            self.kept[rank].append(text.strip()[:QUOTE])

    def named(self):
        """Lines that name a message of the kernel, but lack a part of it."""
        return self.kept[0]

    def quoted(self):
        return (self.kept[0] + self.kept[1] + self.kept[2])[:QUOTED]


class Reader:
    def __init__(self, lines):
        self.lines = lines
        self.rest = NotUnderstood()
        self.frames = backtrace_text.Reader()
        self.pending, self.patience = None, 0  # a message whose registers follow

    def windows(self):
        """The line before each, and a queue of that line and some after it."""
        before, window = None, collections.deque()
        source = iter(self.lines)
        window.extend(itertools.islice(source, rewrap.FOLLOWING + 1))
        while window:
            yield before, window
            before = window.popleft()
            window.extend(itertools.islice(source, 1))

    def with_registers(self, facts):
        """Holds back a message until its registers are read. Returns what was held back before."""
        ready = [self.pending] if self.pending is not None else []
        self.pending, self.patience = None, 0
        if facts is None:
            return ready
        if kernel_log.needs_registers(facts):
            self.pending, self.patience = facts, REGISTER_LINES
            return ready
        return [*ready, facts]

    def read_messages(self, before, window):
        line = window[0]
        text = line.text
        wide = len(text) == rewrap.WIDTH and len(window) > 1 and rewrap.has_word(text[-32:] + window[1].text[:32])
        if not rewrap.has_word(text) and not wide:
            return [], 0
        following = [line.text for line in itertools.islice(window, 1, None)]
        found, used = rewrap.read_wrapped(before.text if before else None, text, following)
        for facts in found:
            facts["time"] = line.time or facts["time"]
        return found, used

    def facts(self):
        """Yields the facts of each thing understood."""
        skip = 0
        for before, window in self.windows():
            if skip:
                skip -= 1
                continue
            found, skip = self.read_messages(before, window)
            text = window[0].text
            for facts in found:
                yield from self.with_registers(facts)
            if found:
                continue
            if self.pending is not None:
                kernel_log.add_registers(self.pending, text)
                self.patience -= 1
                if not self.patience:
                    yield from self.with_registers(None)
            if not self.frames.take(text):
                self.rest.add(text)
            if self.frames.done:
                yield from self.frames.taken()
        yield from self.with_registers(None)
        yield from self.frames.end()
