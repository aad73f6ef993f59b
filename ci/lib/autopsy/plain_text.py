"""Text as people paste it and as loggers keep it, as plain lines: decoded, without colours, taken out of JSON."""
import codecs
import datetime
import html
import io
import json
import re
import typing

LONGEST = 1 << 16  # characters of a line; what is longer is read in pieces
# A terminal's colours, as bytes and as loggers write them.
COLOUR = re.compile(r"(?:\x1b|\^\[|#033|\\x1b|\\u001b|\\033)(?:\[[0-9;?]{0,20}[A-Za-z]|[()][0-9A-Z])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\u200b]")
MESSAGES = ("MESSAGE", "log", "message", "msg", "textPayload")  # journald, docker, others
TIMES = ("time", "timestamp", "@timestamp", "__REALTIME_TIMESTAMP")


class Line(typing.NamedTuple):
    text: str
    time: str | None  # if it stands beside the text


def encoding_of(head):
    """UTF-16 if its first bytes say so, or every second of them is zero, as what Windows' tools write."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 > len(head) and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def plain(text):
    text = text.rstrip()
    if "&" in text:
        text = html.unescape(text)
    if text.isprintable() and not any(mark in text for mark in ("^[", "#033", "\\")):
        return text
    return CONTROL.sub("", COLOUR.sub("", text).replace("\xa0", " ")).rstrip()


def message_of(document):
    """The text of a logger's JSON. journald writes text with colours as an array of bytes."""
    value = next((document[name] for name in MESSAGES if document.get(name)), None)
    if isinstance(value, list):
        try:
            return bytes(value).decode(errors="replace")
        except (TypeError, ValueError):
            return None
    return value if isinstance(value, str) else None


def time_of(document):
    value = next((document[name] for name in TIMES if document.get(name)), None)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{16}", value):  # journald counts microseconds
        return datetime.datetime.fromtimestamp(int(value) / 1e6, datetime.timezone.utc).isoformat(timespec="seconds")
    return plain(value)[:64] if isinstance(value, str) else None


def unwrapped(text):
    """The lines of text in a line of a log, which may be JSON."""
    stripped = text.lstrip(" \tdat:")  # server-sent events begin with data:
    if stripped.startswith("{"):
        try:
            document = json.loads(stripped)
        except (ValueError, RecursionError):
            document = None
        message = message_of(document) if isinstance(document, dict) else None
        if message is not None:
            return [Line(plain(line), time_of(document)) for line in message.splitlines()]
    if "#012" in text:  # a syslog daemon's line break
        return [Line(plain(line), None) for line in text.split("#012")]
    return [Line(plain(text), None)]


def lines_of(stream, head):
    """Yields the lines of a binary stream, of which `head` are the first bytes, already read."""
    source = io.TextIOWrapper(io.BufferedReader(Resumed(head, stream)), encoding_of(head), "replace", newline=None)
    while piece := source.readline(LONGEST):
        yield from unwrapped(piece)


class Resumed(io.RawIOBase):
    """A stream from its beginning, of which the first bytes have been read."""

    def __init__(self, head, rest):
        super().__init__()
        self.head, self.rest = head, rest

    def readable(self):
        return True

    def readinto(self, buffer):
        data, self.head = self.head[:len(buffer)], self.head[len(buffer):]
        data = data or self.rest.read(len(buffer)) or b""
        buffer[:len(data)] = data
        return len(data)
