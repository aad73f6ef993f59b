"""HAProxy's `hash-type consistent`: a real one, whose servers come and go by its runtime API.

    adapter.py            servers are added with an `id`, a hash of the name
    adapter.py --no-id    HAProxy gives them ids, and tells them: `show servers state`

Points come from ids alone. Each of 16 rings is a backend. All servers are one address, a frontend of the same process:
HAProxy says itself which one it asked.
"""
import base64
import functools
import socket
import sys

import protocol
import servers

NO_ID = sys.argv[1:] == ["--no-id"]
CONFIGURATION = """
global
    stats socket %(folder)s/api level admin
    stats timeout 1d
    nbthread 1
    maxconn 100
    tune.bufsize 262144
defaults
    mode http
    timeout connect 5s
    timeout client 1d
    timeout server 1d
    retries 0
    http-error status 503 content-type text/plain string "."
frontend questions
    bind unix@%(folder)s/questions
    use_backend %%[req.hdr(ring)]
frontend answers
    bind unix@%(folder)s/answers
    http-request return status 200 content-type text/plain string "."
""" + "".join(f"""
backend ring{number}
    balance hash req.hdr(key),b64dec
    hash-type consistent
    http-response set-header Server %%s
""" for number in range(16))


def mix(value):
    """Bob Jenkins' integer hash with full avalanche, in six shifts, times a prime."""
    value = value + 0x7ED55D16 + (value << 12) & 0xFFFFFFFF
    value = value ^ 0xC761C23C ^ value >> 19
    value = value + 0x165667B1 + (value << 5) & 0xFFFFFFFF
    value = (value + 0xD3A2646C ^ value << 9) & 0xFFFFFFFF
    value = value + 0xFD7046C5 + (value << 3) & 0xFFFFFFFF
    value = value ^ 0xB55A4F09 ^ value >> 16
    return value * 3221225473 & 0xFFFFFFFF


@functools.lru_cache(maxsize=1 << 20)
def point_of(number, index):
    return mix(number * 4096 + index & 0xFFFFFFFF)


def id_of(name):
    """FNV-1a in 31 bits, and not 0."""
    value = 0x811C9DC5
    for byte in name:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value & 0x7FFFFFFF or 1


def position(key):
    value = 0
    for byte in key:
        value = byte + (value << 6) + (value << 16) - value & 0xFFFFFFFF
    return mix(value)


class HAProxy:
    """The process, the connection for questions, and the one for commands."""

    def __init__(self):
        folder = servers.Folder()
        with open(folder.file("configuration"), "w", encoding="ascii") as file:
            file.write(CONFIGURATION % {"folder": folder.path})
        self.folder, self.free = folder, list(range(16))
        _, self.questions = servers.start(["haproxy", "-db", "-q", "-f", folder.file("configuration")],
                                          folder.file("questions"))
        self.commands = socket.socket(socket.AF_UNIX)
        self.commands.connect(folder.file("api"))
        self.commands.sendall(b"prompt\n")
        self.read_prompt()

    def read_prompt(self):
        answer = b""
        while not answer.endswith(b"\n> "):
            data = self.commands.recv(1 << 18)
            if not data:
                raise EOFError("HAProxy ended")
            answer += data
        return answer[:-3].strip()

    def command(self, text, *good):
        """Gives a command. Unless its answer begins as expected, it failed."""
        self.commands.sendall(text + b"\n")
        answer = self.read_prompt()
        if good and not answer.startswith(good):
            raise ValueError(f"{text.decode()}: {answer.decode()}")
        return answer

    def ask(self, questions):
        """The answers to the questions: the server's name, or None."""
        found, rest = [], b""
        for at in range(0, len(questions), 100):
            group = questions[at:at + 100]
            self.questions.sendall(b"".join(group))
            while len(found) < at + len(group):
                data = self.questions.recv(1 << 18)
                if not data:
                    raise EOFError("HAProxy ended")
                *heads, rest = (rest + data).split(b"\r\n\r\n.")
                found += [head.partition(b"\r\nserver: ")[2].partition(b"\r\n")[0] or None for head in heads]
        return found


class Ring:
    haproxy = HAProxy()

    def __init__(self):
        self.number = b"ring%d" % self.haproxy.free.pop()
        self.names = {}  # and weights

    def add(self, name, weight):
        server = b"%b/%b" % (self.number, name)
        given = b"" if NO_ID else b" id %d" % id_of(name)
        answer = self.haproxy.command(b"add server %b unix@%b/answers weight %d%b" %
                                      (server, self.haproxy.folder.path.encode(), weight, given))
        if answer.startswith(b"This id is already used") or b"ustom id" in answer:
            raise protocol.Cannot("two names have the same id")
        if answer != b"New server registered.":
            raise ValueError(answer)
        self.haproxy.command(b"enable server " + server, b"")
        self.names[name] = weight

    def remove(self, name):
        server = b"%b/%b" % (self.number, name)
        self.haproxy.command(b"set server %b state maint" % server)
        self.haproxy.command(b"del server " + server, b"Server deleted.")
        del self.names[name]

    def list(self):
        points = []
        for line in self.haproxy.command(b"show servers state " + self.number).splitlines():
            words = line.split()
            if len(words) > 4 and words[1] == self.number:
                points += [(point_of(int(words[2]), index), words[3]) for index in range(self.names[words[3]] * 16)]
        return sorted(points)

    def find_many(self, keys):
        return self.haproxy.ask([b"GET / HTTP/1.1\r\nHost: h\r\nRing: %b\r\nKey: %b\r\n\r\n" %
                                 (self.number, base64.b64encode(key)) for key in keys])

    def close(self):
        for name in list(self.names):
            self.remove(name)
        self.haproxy.free.append(int(self.number[4:]))


servers.serve(
    ("name=haproxy-no-id placement=listed" if NO_ID else "name=haproxy placement=own") +
    " points-per-replica=16 replicas-max=256 position-bits=32 successor=nearest names=printable keys=bytes key-max=65536"
    r""" not-in-names="!\x22#$%&'()*+,/;<=>?@[\x5c]^`{|}~" """
    "adding-twice=fails removing-absent=fails finding-in-empty=fails",
    Ring, lambda name, index: point_of(id_of(name), index), position)
