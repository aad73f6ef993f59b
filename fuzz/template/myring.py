"""A ring of your own for `ringproof check --subject 'exec:python3 myring.py'`: let the class Ring call your ring, and
correct the declarations. fuzz/README.md, "A ring in another process", explains both."""
import bisect
import hashlib
import sys

DECLARATIONS = ("placement=own position-bits=32 successor=at-or-after ties=by-name empty-key=accepts"
                " adding-twice=ignores removing-absent=ignores finding-in-empty=ignores")


def position(key):  # own placement: where a key lies
    return int.from_bytes(hashlib.md5(key).digest()[:4], "big")


def point(name, index):  # and where a point of a node lies
    return position(b"%s-%d" % (name, index))


class Ring:  # YOUR RING: let these methods call it. Names and keys are bytes.
    def __init__(self):
        self.points = []

    def add(self, name, replicas):
        if all(name != other for _, other in self.points):
            self.points = sorted(self.points + [(point(name, i), name) for i in range(replicas)])

    def remove(self, name):
        self.points = [(at, other) for at, other in self.points if other != name]

    def find(self, key):  # None if there is no node
        index = bisect.bisect_left(self.points, (position(key),))
        return self.points[index % len(self.points)][1] if self.points else None


def read(text):  # "a\x2fb", or a number
    return text[1:-1].encode().decode("unicode_escape").encode("latin-1") if text[0] == '"' else int(text)


print("ringproof 1 name=myring", DECLARATIONS, flush=True)
rings, now, placed = {}, 0, {"position": position, "point": point}  # there may be several rings at once
for word, *words in map(str.split, sys.stdin):
    values = [read(text) for text in words if word != "ring"]
    now = values[0] if word == "use" else now
    rings[now] = Ring() if word == "ring" else rings.get(now)
    call = getattr(rings[now], word) if word in ("add", "remove", "find") else placed.get(word, lambda *_: None)
    answer = call(*values)
    print('"%s"' % "".join(f"\\x{byte:02x}" for byte in answer) if isinstance(answer, bytes)
          else answer if answer is not None else "none" if word == "find"
          else "ok" if word in ("ring", "use", "destroy", "add", "remove") else "cannot do this", flush=True)
