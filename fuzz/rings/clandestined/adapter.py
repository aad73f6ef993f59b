"""clandestined: rendezvous hashing. A key belongs to the node whose MurmurHash3 together with the key is highest."""
from clandestined import RendezvousHash
from protocol import serve


class Ring:
    def __init__(self):
        self.ring = RendezvousHash()

    def add(self, name, _):
        self.ring.add_node(name.decode())

    def remove(self, name):
        self.ring.remove_node(name.decode())

    def find(self, key):
        return self.ring.find_node(key.decode())


serve("placement=opaque replicas=fixed names=utf-8 keys=utf-8 adding-twice=ignores removing-absent=fails empty-key=accepts "
      "name=clandestined", Ring)
