"""twemproxy's ketama, by nutcracker before a stub: which server gets a question is which one owns its key.

    adapter.py [--hash fnv1a_64|md5] [--host-port] NAME

The stub is one socket for all of 127/8, and answers with the address that was asked: so it serves as every server. The
names of servers are those of its configuration, in brackets; with --host-port, those that it gives where there are
none: the host at port 11211, host:port at others.

After a change, the first question starts another nutcracker, which makes the ring again. Its list is made here, from the rule.
"""
import argparse
import hashlib
import os
import re
import selectors
import socket
import struct
from ctypes import c_float

import protocol
import servers

options = argparse.ArgumentParser()
options.add_argument("--hash", default="fnv1a_64", choices=["fnv1a_64", "md5"])
options.add_argument("--host-port", action="store_true")
options.add_argument("name")
options = options.parse_args()


def md5(data):
    return struct.unpack("<4I", hashlib.md5(data).digest())


def fnv1a_64(data):
    """The lower half of it, and bytes are signed."""
    value = 0x84222325
    for byte in data:
        value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 0x1B3 & 0xFFFFFFFF
    return value


def position(key):
    return md5(key)[0] if options.hash == "md5" else fnv1a_64(key)


def single(number):
    return c_float(number).value


class Stub:
    """A socket that answers with the number of the server that was asked. Its connections and ours share one loop."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
        self.listener.bind(("0.0.0.0", 0))
        self.listener.listen(4096)
        self.port = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)

    def accept(self):
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        own = struct.unpack("!I", socket.inet_aton(connection.getsockname()[0]))[0] & 0xFFFFFF
        rest = b""

        def serve():
            nonlocal rest
            try:
                data = connection.recv(1 << 16)
            except ConnectionError:
                data = b""
            if not data:
                self.selector.unregister(connection)
                connection.close()
                return
            *lines, rest = (rest + data).split(b"\r\n")
            value = b"%d" % own
            connection.setblocking(True)
            connection.sendall(b"".join(b"VALUE %b 0 %d\r\n%b\r\nEND\r\n" % (line[4:], len(value), value) for line in lines))
            connection.setblocking(False)

        self.selector.register(connection, selectors.EVENT_READ, serve)

    def turn(self):
        for event, _ in self.selector.select(10):
            event.data()


class Ring:
    folder = servers.Folder()
    stub = Stub()
    made = 0

    def __init__(self):
        self.nodes = {}  # weights, in order of coming
        self.server = None

    def add(self, name, weight):
        self.close()
        if name in self.nodes:
            raise KeyError(name)
        self.nodes[name] = weight

    def remove(self, name):
        self.close()
        del self.nodes[name]

    def list(self):
        total = sum(self.nodes.values())
        points = []
        for order, (name, weight) in enumerate(self.nodes.items()):
            share = single(weight / total)
            digests = int(single(single(single(single(share * 160) / 4) * len(self.nodes)) + 1e-10))
            for i in range(digests):
                points += [(point, order, name) for point in md5(b"%b-%d" % (self.shown(name), i))]
        return [(point, name) for point, _, name in sorted(points)]

    @staticmethod
    def shown(name):
        return name.removesuffix(b":11211") if options.host_port else name

    def start(self):
        Ring.made += 1
        self.files = sock, conf = self.folder.file(f"{Ring.made}.sock"), self.folder.file(f"{Ring.made}.yml")
        with open(conf, "wb") as file:
            file.write(b"ring:\n  listen: %b\n  hash: %b\n  distribution: ketama\n  timeout: 60000\n  servers:\n" %
                       (sock.encode(), options.hash.encode()))
            for number, (name, weight) in enumerate(self.nodes.items(), 1):
                address = socket.inet_ntoa(struct.pack("!I", 127 << 24 | number)).encode()
                file.write(b"  - '%b:%d:%d %b'\n" % (address, self.stub.port, weight, self.shown(name).replace(b"'", b"''")))
        pid = os.getpid()
        statistics = f"127.{64 + (pid >> 16) % 64}.{pid >> 8 & 255}.{pid & 255}"
        self.server, self.connection = servers.start(
            ["nutcracker", "-c", conf, "-o", self.folder.file("log"), "-p", self.folder.file("pid"), "-v", "0",
             "-a", statistics, "-s", str(20000 + Ring.made % 10000)], sock)
        self.names = list(self.nodes)

    def find_many(self, keys):
        if not self.nodes:
            raise protocol.Cannot("a pool has a server")
        if not self.server:
            self.start()
        found, rest = [], b""
        for at in range(0, len(keys), 200):
            self.connection.sendall(b"".join(b"get %b\r\n" % key for key in keys[at:at + 200]))
            wanted = min(len(keys), at + 200)

            def read():
                nonlocal rest
                data = self.connection.recv(1 << 18)
                if not data:
                    raise EOFError("nutcracker ended")
                *answers, rest = re.split(rb"END\r\n|ERROR[^\n]*\r\n", rest + data)
                for answer in answers:
                    lines = answer.split(b"\r\n")
                    found.append(self.names[int(lines[1]) - 1] if lines[0].startswith(b"VALUE") else None)

            self.stub.selector.register(self.connection, selectors.EVENT_READ, read)
            while len(found) < wanted:
                self.stub.turn()
            self.stub.selector.unregister(self.connection)
        return found

    def close(self):
        if self.server:
            self.connection.close()
            servers.end(self.server, self.files)
            self.server = None


servers.serve(
    f"name={options.name} placement=listed replicas=weight position-bits=32 successor=at-or-after ties=first-wins"
    f" names={'host-port' if options.host_port else 'printable'} keys=bytes key-max=250 rebuilds=yes"
    r' not-in-keys="\x20\x0a\x0d"',
    Ring, position=position)
