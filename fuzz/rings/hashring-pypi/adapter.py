"""hashring of PyPI, a port of hash_ring. A ring is made from a list of nodes, so each change makes a new one.

Its rule: the MD5 of "NODE-j", j from 0 to 39, gives three points, the little-endian words at bytes 0, 4 and 8. A key lies at
the first word of its MD5, and belongs to the first point after it."""
import hashlib
import itertools
import struct

from hashring import HashRing
from protocol import serve


def words(text):
    return struct.unpack("<4I", hashlib.md5(text).digest())


class Ring:
    def __init__(self):
        self.nodes = []
        self.ring = HashRing(self.nodes)

    def change(self, nodes):
        self.nodes, self.ring = nodes, HashRing(nodes)

    def add_many(self, nodes):
        self.change(self.nodes + [name.decode() for name, _ in nodes])

    def add(self, name, replicas):
        self.add_many([(name, replicas)])

    def remove(self, name):
        self.change([node for node in self.nodes if node != name.decode()])

    def find(self, key):
        return self.ring.get_node(key.decode())

    def find_n(self, key, count):
        return list(itertools.islice(self.ring.iterate_nodes(key.decode()), count)) if self.nodes else []


serve("placement=own successor=after ties=last-wins replicas=fixed points-per-replica=120 position-bits=32 names=utf-8 keys=utf-8 "
      "finding-in-empty=ignores empty-key=accepts rebuilds=yes calls=add-many,find-n name=hashring-pypi", Ring,
      point=lambda name, index: words(b"%b-%d" % (name, index // 3))[index % 3], position=lambda key: words(key)[0])
