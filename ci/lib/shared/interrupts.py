"""Ctrl-C and SIGTERM end a command alike: it stops what it started, says that it was interrupted, and exits with 130."""
import os
import pathlib
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """The message is the name of the signal."""


def ignore():
    """Ignores further signals: the command is about to end."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def watch():
    """Raises Interrupted at the first signal. One that was ignored when the command started, as by nohup, stays ignored."""
    def interrupt(number, _frame):
        ignore()
        raise Interrupted(signal.Signals(number).name)
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)


def children(of):
    """The processes that a process started, and those that they started, and so on."""
    parents = {}
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    found, left = [], [of]
    while left:
        parent = left.pop()
        fresh = [process for process, its in parents.items() if its == parent]
        found += fresh
        left += fresh
    return found


def kill_children():
    kill_all(children(os.getpid()))


def kill(process):
    """Kills a process and what it started."""
    kill_all([process, *children(process)])


def kill_all(processes):
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it has ended
