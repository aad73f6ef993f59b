"""uhashring: its class HashRing with the hash function of the argument.

    md5       the default. A point is the MD5 of "NODE-i" as a number of 128 bits. Here it is cut to 64 bits: that changes no
              order unless two MD5 have the first eight bytes in common
    crc32     a hash function of 32 bits, as users may give one: equal points occur
    ketama    the MD5 of "NODE-j" gives four points, its little-endian words

A key lies where its hash is, under ketama at the first word. It belongs to the first point after it."""
import hashlib
import itertools
import struct
import sys
import zlib

from protocol import serve
from uhashring import HashRing

FUNCTION, NAME = sys.argv[1:3]


def words(text):
    return struct.unpack("<4I", hashlib.md5(text).digest())


OPTIONS, RULE, POSITION, POINT = {
    "md5": ({}, "position-bits=64",
            lambda key: int.from_bytes(hashlib.md5(key).digest()[:8], "big"),
            lambda name, index: POSITION(b"%b-%d" % (name, index))),
    "crc32": ({"hash_fn": lambda text: zlib.crc32(text.encode())}, "position-bits=32",
              zlib.crc32,
              lambda name, index: POSITION(b"%b-%d" % (name, index))),
    "ketama": ({"hash_fn": "ketama"}, "position-bits=32 points-per-replica=4",
               lambda key: words(key)[0],
               lambda name, index: words(b"%b-%d" % (name, index // 4))[index % 4]),
}[FUNCTION]


class Ring:
    def __init__(self):
        self.ring = HashRing(**OPTIONS)

    def add(self, name, replicas):
        self.ring.add_node(name.decode(), {"vnodes": replicas})

    def remove(self, name):
        self.ring.remove_node(name.decode())

    def find(self, key):
        return self.ring.get_node(key.decode())

    def find_n(self, key, count):
        return [node for node in itertools.islice(self.ring.iterate_nodes(key.decode()), count) if node is not None]


serve(f"placement=own successor=after ties=last-wins {RULE} names=utf-8 keys=utf-8 "
      f"removing-absent=fails empty-key=accepts rebuilds=yes calls=find-n name={NAME}", Ring, POINT, POSITION)
