"""The process protocol of ringproof (fuzz/README.md, "A ring in another process"), for adapters in Python.

An adapter has a class for a ring. Its methods take names and keys as bytes, and it has those that the ring can do:

    add(name, replicas)
    add_many(nodes)      nodes: a list of (name, replicas). Without it, an add-many is several adds
    remove(name)
    find(key)            a name, or None
    find_n(key, n)       a list of names; n is at most sys.maxsize
    list()               the points in ring order, as (position, name)

Any exception that a method raises is the ring's error, except Cannot, and UnicodeDecodeError: names and keys are decoded where
the ring wants text. A name is bytes or text.

Answers are written when there is no further statement to read, so that many are on their way at once.
"""
import os
import re
import sys
import traceback


class Cannot(Exception):
    """The adapter cannot express this statement. The message says why."""


def unquote(word):
    """The bytes that a quoted word stands for."""
    return re.sub(rb"\\x(..)", lambda match: bytes([int(match[1], 16)]), word[1:-1]) if b"\\" in word else word[1:-1]


def quote(name):
    data = name.encode() if isinstance(name, str) else name
    return b'"%b"' % re.sub(rb"[^A-Za-z0-9._:/-]", lambda match: b"\\x%02x" % match[0][0], data)


class Session:
    """What the process knows: 16 rings, and which of them is in use."""

    def __init__(self, ring, point, position):
        self.make, self.point, self.position = ring, point, position
        self.rings, self.used = [None] * 16, 0

    def answer(self, words):
        """The answer to a statement, given as its words."""
        ring = self.rings[self.used]
        match words:
            case [b"find", key]:
                node = ring.find(unquote(key))
                return b"none" if node is None else quote(node)
            case [b"position", key]:
                return b"%d" % self.position(unquote(key))
            case [b"point", name, index]:
                return b"%d" % self.point(unquote(name), int(index))
            case [b"find-n", key, count]:
                return b" ".join(map(quote, ring.find_n(unquote(key), min(int(count), sys.maxsize)))) or b"none"
            case [b"add", name, replicas]:
                ring.add(unquote(name), int(replicas))
            case [b"remove", name]:
                ring.remove(unquote(name))
            case [b"add-many", *nodes]:
                pairs = [(unquote(name), int(replicas)) for name, replicas in zip(nodes[::2], nodes[1::2])]
                if hasattr(ring, "add_many"):
                    ring.add_many(pairs)
                else:
                    for name, replicas in pairs:
                        ring.add(name, replicas)
            case [b"list"]:
                return b" ".join(b"%d %b" % (position, quote(name)) for position, name in ring.list()) or b"none"
            case [b"ring", _]:
                self.rings[self.used] = self.make()
            case [b"destroy"]:
                self.rings[self.used] = None
            case [b"use", number]:
                self.used = int(number)
            case _:
                raise Cannot("unknown statement")
        return b"ok"

    def judge(self, line):
        """The answer to a line, also if the ring raises an exception."""
        try:
            return self.answer(line.split())
        except Cannot as error:
            return b"cannot %b" % str(error).encode()
        except UnicodeDecodeError:
            return b"cannot name text that is not UTF-8"
        except Exception:  # pylint: disable=broad-exception-caught
            if sys.stdin.isatty():
                traceback.print_exc()
            return b"error"


def serve(declarations, ring, point=None, position=None):
    """Answers statements until standard input ends. `ring` makes an empty ring."""
    session = Session(ring, point, position)
    os.write(1, b"ringproof 1 %b\n" % declarations.encode())
    rest = b""
    while chunk := os.read(0, 1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        answers = b"".join(session.judge(line) + b"\n" for line in lines)
        while answers:
            answers = answers[os.write(1, answers):]
