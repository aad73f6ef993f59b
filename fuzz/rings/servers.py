"""What adapters of real servers share: a process that ends with the adapter, a folder, and questions asked many at a time.

A ring has find_many(keys) in place of find(key), and close().
"""
import ctypes
import itertools
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import protocol

PR_SET_PDEATHSIG = 1


def with_me():
    """In a child: the kernel ends it when the adapter ends, even by SIGKILL."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, answers):
    """Starts a server, and waits until it accepts at the socket `answers`."""
    if os.path.exists(answers):
        os.unlink(answers)
    server = subprocess.Popen(command, preexec_fn=with_me, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    for _ in range(2000):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(answers)
            return server, connection
        except OSError:
            connection.close()
            if server.poll() is not None:
                raise RuntimeError(f"{command[0]} exits with {server.returncode}") from None
            time.sleep(0.002)
    end(server)
    raise RuntimeError(f"{command[0]} does not accept")


def end(server, files=()):
    server.kill()
    server.wait()
    for file in files:
        os.unlink(file)


class Folder:
    """A folder of its own, and a watch that removes it when the adapter has ended, however it does."""

    def __init__(self):
        self.path = os.path.join(tempfile.gettempdir(), f"rings.{os.getpid()}.{time.monotonic_ns()}")
        ours, watched = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.close(watched)
            for descriptor in 0, 1, 2:
                os.close(descriptor)
            os.read(ours, 1)
            time.sleep(0.1)
            shutil.rmtree(self.path, ignore_errors=True)
            os._exit(0)
        os.close(ours)
        os.mkdir(self.path, 0o700)  # after the watch: an adapter can be killed at any time

    def file(self, name):
        return os.path.join(self.path, name)


def serve(declarations, ring, point=None, position=None):
    """protocol.serve(), but finds that come one after another are asked together."""
    session = protocol.Session(ring, point, position)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    def answers(kind, lines):
        if kind == b"find":
            try:
                nodes = session.rings[session.used].find_many([protocol.unquote(line.split()[1]) for line in lines])
                return [b"error" if node is None else protocol.quote(node) for node in nodes]
            except protocol.Cannot as error:
                return [b"cannot %b" % str(error).encode()] * len(lines)
        if kind == b"position":  # these two come by the hundred thousand
            return [b"%d" % position(protocol.unquote(line.split()[1])) for line in lines]
        if kind == b"point" and point:
            words = [line.split() for line in lines]
            return [b"%d" % point(protocol.unquote(name), int(index)) for _, name, index in words]
        if kind in (b"ring", b"destroy") and session.rings[session.used]:
            session.rings[session.used].close()
        return map(session.judge, lines)

    os.write(1, b"ringproof 1 %b\n" % declarations.encode())
    rest = b""
    while chunk := os.read(0, 1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        out = b"".join(
            answer + b"\n"
            for kind, group in itertools.groupby(lines, lambda line: line.partition(b" ")[0])
            for answer in answers(kind, list(group)))
        while out:
            out = out[os.write(1, out):]
