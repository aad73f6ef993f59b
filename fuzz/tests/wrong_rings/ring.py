#!/usr/bin/env python3
"""A ring in another process, as somebody might write it in Python: a sorted list of points. Right as it stands.
`ring.py FAULT` has one of these faults:

strips          removes blanks and line feeds around names and keys
decodes         drops the bytes of names and keys that are not UTF-8
bisect_right    takes the point behind an equal one, where at or after is declared
dict            keeps points in a dict: of equal ones the last, which goes with its node (hash_ring of PyPI has a dict)
class_state     keeps the nodes' replicas in the class: all rings have the same dict
lru_cache       remembers the answers of finds, and forgets them only when a node is added
float           int(replicas / 100 * 100) points: 28 of 29
first_256       gives a node no more than 256 points
once            errs once in ten thousand finds
short_first     orders equal points by the length of the name before the name
second_first    find-n begins with the second owner, if three or more are found
forgets_256th   says ok to the 256th node, and does not add it
"""
import bisect
import hashlib
import os
import re
import sys

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
DECLARED = ("ringproof 1 placement=own successor=at-or-after ties=by-name position-bits=32 adding-twice=fails "
            "removing-absent=fails finding-in-empty=ignores empty-key=accepts calls=find-n name=ring.py")


def position(key):
    return int.from_bytes(hashlib.md5(key).digest()[:4], "little")


def point(name, index):
    return position(name + b"-%d" % index)


def seen(text):
    """What the ring makes of a name or key."""
    if FAULT == "strips":
        return text.strip(b" \n")
    return text.decode(errors="ignore").encode() if FAULT == "decodes" else text


class Ring:
    replicas = {}
    finds = 0

    def __init__(self):
        if FAULT != "class_state":
            self.replicas = {}
        self.points = []  # (position, name), sorted
        self.cache = {}

    def points_of(self, name):
        count = self.replicas[name]
        if FAULT == "float":
            count = int(count / 100 * 100)
        return [(point(name, index), name) for index in range(min(count, 256) if FAULT == "first_256" else count)]

    def sort(self):
        if FAULT == "dict":
            self.points = list(dict(self.points).items())
        self.points.sort(key=(lambda each: (each[0], len(each[1]), each[1])) if FAULT == "short_first" else None)

    def add(self, name, replicas):
        if name in self.replicas:
            return False
        if FAULT == "forgets_256th" and len(self.replicas) >= 255:
            return True
        self.replicas[name] = replicas
        self.points += self.points_of(name)
        self.sort()
        self.cache.clear()
        return True

    def remove(self, name):
        if name not in self.replicas:
            return False
        if FAULT == "dict":
            gone = {where for where, _ in self.points_of(name)}
            self.points = [each for each in self.points if each[0] not in gone]
        else:
            self.points = [each for each in self.points if each[1] != name]
        del self.replicas[name]
        return True

    def find_n(self, key, wanted):
        start = bisect.bisect_left(self.points, (position(key),))
        if FAULT == "bisect_right":
            start = bisect.bisect_right(self.points, (position(key), b"\xff" * 300))
        found = {}
        for at in range(len(self.points)):
            if len(found) >= wanted:
                break
            found[self.points[(start + at) % len(self.points)][1]] = True
        if FAULT == "second_first" and len(found) >= 3:
            return [*list(found)[1:], list(found)[0]]
        return list(found)

    def find(self, key):
        Ring.finds += 1
        if FAULT == "once" and Ring.finds % 10000 == 0:
            return [self.points[0][1]] if self.points else []
        if FAULT == "lru_cache":
            return self.cache.setdefault(key, self.find_n(key, 1))
        return self.find_n(key, 1)


def unquote(word):
    return re.sub(rb"\\x([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), word[1:-1])


def quote(text):
    return b'"' + re.sub(rb"[^A-Za-z0-9._:/-]", lambda found: b"\\x%02x" % found[0][0], text) + b'"'


def names(found):
    return b" ".join(map(quote, found)) or b"none"


def outcome(success):
    return b"ok" if success else b"error"


RINGS = {}
USED = 0


def answer(kind, *words):
    global USED
    match kind:
        case b"ring":
            RINGS[USED] = Ring()
            return b"ok"
        case b"destroy":
            del RINGS[USED]
            return b"ok"
        case b"use":
            USED = int(words[0])
            return b"ok"
        case b"point":
            return b"%d" % point(unquote(words[0]), int(words[1]))
        case b"position":
            return b"%d" % position(unquote(words[0]))
        case b"add":
            return outcome(RINGS[USED].add(seen(unquote(words[0])), int(words[1])))
        case b"remove":
            return outcome(RINGS[USED].remove(seen(unquote(words[0]))))
        case b"find":
            return names(RINGS[USED].find(seen(unquote(words[0]))))
        case b"find-n":
            return names(RINGS[USED].find_n(seen(unquote(words[0])), int(words[1])))
    return b"cannot do this"


def main():
    """Answers all statements that have come before it writes, so that they need not wait for one another."""
    print(DECLARED, flush=True)
    waiting = b""
    while more := os.read(0, 1 << 16):
        *lines, waiting = (waiting + more).split(b"\n")
        sys.stdout.buffer.write(b"".join(answer(*line.split(b" ")) + b"\n" for line in lines))
        sys.stdout.buffer.flush()


if FAULT and FAULT not in re.findall(r"^(\w+)  ", __doc__, re.M):
    sys.exit(f"{sys.argv[0]}: no fault {FAULT}")
main()
