"""How fast a ring answers through its adapter. Many statements are on their way at once, as in a check."""
import contextlib
import itertools
import os
import re
import selectors
import signal
import subprocess
import time

AT_ONCE = 256       # statements on their way
NODES, REPLICAS = 20, 40
SILENCE = 20        # seconds after which a process counts as hanging


class Mute(Exception):
    """The process ended, or says nothing, or what it says first is no declaration."""


class Process:
    def __init__(self, command):
        self.process = subprocess.Popen(["sh", "-c", f"exec {command}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.rest = b""
        try:
            first = self.lines(1)[0]
            if not re.match(r"ringproof 1( |$)", first):
                raise Mute(f"the adapter began with {first[:60]!r}, not with 'ringproof 1'")
        except Mute:
            self.end()
            raise
        self.declares = {name: value for name, _, value in (word.partition("=") for word in first.split()[2:])}

    def lines(self, count):
        found = []
        while len(found) < count:
            if not self.selector.select(SILENCE):
                raise Mute(f"the adapter said nothing for {SILENCE} s")
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                raise Mute("the adapter ended")
            *whole, self.rest = (self.rest + data).split(b"\n")
            found += [line.decode(errors="replace") for line in whole]
        return found

    def ask(self, statements):
        """The answers to at most AT_ONCE statements."""
        try:
            self.process.stdin.write("".join(f"{statement}\n" for statement in statements).encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Mute("the adapter ended") from None
        return self.lines(len(statements))

    def rate(self, statements, seconds):
        """How many statements are answered in a second. `statements` is an iterator without an end."""
        began, asked = time.monotonic(), 0
        at_once = 1
        while (spent := time.monotonic() - began) < seconds:
            self.ask(list(itertools.islice(statements, at_once)))
            asked += at_once
            at_once = min(2 * at_once, AT_ONCE) if spent < seconds / 4 else at_once
        return asked / (time.monotonic() - began)

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.selector.close()


def node_names(declares):
    """Names without an end."""
    if declares.get("names") == "host-port":
        return (f"127.0.{number // 250 + 1}.{number % 250 + 1}:11211" for number in itertools.count())
    return (f"node{number}" for number in itertools.count())


def declarations(command):
    """What a ring declares: a dictionary. Raises Mute."""
    process = Process(command)
    process.end()
    return process.declares


def questions(command, seconds):
    """Finds in a second, in a ring of NODES nodes."""
    process = Process(command)
    try:
        fill(process, NODES)
        return process.rate((f'find "key{number}"' for number in itertools.count()), seconds)
    finally:
        process.end()


def changes(command, seconds):
    """Adds and removes in a second, in a ring of about NODES nodes. If it cannot remove, only adds, in new rings."""
    process = Process(command)
    try:
        names = fill(process, NODES)
        replicas = replicas_of(process.declares)
        if "no-remove" in process.declares.get("calls", ""):
            adds = lambda: [f'add "{name}" {replicas}' for name in itertools.islice(node_names(process.declares), NODES)]
            return process.rate((line for _ in itertools.count() for line in ["ring own", *adds()]), seconds)
        turn = itertools.cycle(names)
        return process.rate((line for name in turn for line in (f'remove "{name}"', f'add "{name}" {replicas}')), seconds)
    finally:
        process.end()


def replicas_of(declares):
    usual = REPLICAS if declares.get("replicas", "each-node") in ("each-node", "one-number") and "points-per-replica" not in declares else 1
    return min(usual, int(declares.get("replicas-max", usual)))


def fill(process, count):
    declares = process.declares
    count = min(count, int(declares.get("nodes-max", count)))
    names = list(itertools.islice(node_names(declares), count))
    process.ask(["ring own"])
    process.ask([f'add "{name}" {replicas_of(declares)}' for name in names])
    return names
