"""Reads files that other tools wrote. Whatever is odd in them becomes one sentence that names the place."""
import collections
import datetime
import functools
import json
import sys

from shared.errors import CannotRun
from shared.record import is_number

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Node:
    """A value of JSON, and where it is in its file."""

    def __init__(self, value, where=""):
        self.value, self.where = value, where

    def wrong(self, reason):
        """Ends the import. The reason is said of this place."""
        raise CannotRun(f"{self.where}: {reason}" if self.where else reason)

    def of(self, kind, words):
        if not isinstance(self.value, kind) or (isinstance(self.value, bool) and kind is not bool):
            self.wrong(f"{short(self.value)} is not {words}")
        return self.value

    def object(self):
        return self.of(dict, "an object")

    def items(self):
        """The nodes of a list."""
        return [Node(value, f"{self.where}[{at}]") for at, value in enumerate(self.of(list, "a list"))]

    def fields(self):
        """The names and nodes of an object."""
        return [(name, self.find(name)) for name, value in self.object().items() if value is not None]

    def get(self, name):
        found = self.find(name)
        return found if found is not None else self.wrong(f"no {name}")

    def find(self, name):
        """The node of a field, or None if it is missing or null."""
        value = self.object().get(name)
        return None if value is None else Node(value, f"{self.where}.{name}" if self.where else name)

    def text(self):
        return self.of(str, "a text")

    def number(self):
        if not is_number(self.value):
            self.wrong(f"{short(self.value)} is not a finite number")
        return self.value

    def moment(self):
        """Seconds since 1970. A time without a zone is taken for UTC."""
        try:
            when = datetime.datetime.fromisoformat(self.text())
            return int((when if when.tzinfo else when.replace(tzinfo=datetime.timezone.utc)).timestamp())
        except (ValueError, OverflowError):
            return self.wrong(f"{short(self.value)} is not a time such as 2024-05-01T12:00:00+02:00")

    def optional(self, name, read):
        """read() of a field, or None if it is missing or null."""
        found = self.find(name)
        return None if found is None else read(found)

    def finite(self, name, otherwise=None):
        """A field that is a number, if it is a finite one: some tools write "NaN" where they could not compute a bound."""
        value = self.object().get(name)
        return value if is_number(value) else otherwise

    def named(self, name):
        """The same node, with the name of its benchmark for messages."""
        return Node(self.value, f"{self.where} ({short(name)})")


def short(value):
    """A value for a message. Only ASCII, on one line."""
    words = "NaN" if value != value else ascii(value) if isinstance(value, str) else json.dumps(value, default=str)
    return words if len(words) <= 60 else words[:57] + "..."


@functools.cache
def standard_input():
    return sys.stdin.buffer.read()


def content(path):
    """The bytes of a file, or of standard input for "-"."""
    try:
        return standard_input() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{error.strerror}; name a file that can be read") from None


def text_of(path):
    data = content(path)
    try:
        return data.decode("utf-16" if data[:2] in UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotRun(f"not a text in UTF-8: byte {error.start}") from None


def unique(pairs):
    """An object of JSON. A name that comes twice would lose a value."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = collections.Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"an object has the name {short(twice)} twice")
    return made


def parsed(text):
    """The root node of a JSON text. NaN and infinities are read: Node.number() refuses them where they matter."""
    try:
        return Node(json.loads(text, object_pairs_hook=unique))
    except RecursionError:
        raise CannotRun("not JSON that can be read: too many lists within lists") from None
    except ValueError as error:
        long = "set_int_max_str_digits" in str(error)  # advice for who can change this program
        raise CannotRun(f"not JSON that can be read: a number has more than {sys.get_int_max_str_digits()} digits" if long else f"not JSON: {error}") from None


def json_of(path):
    return parsed(text_of(path))
