"""Runs other programs."""
import contextlib
import os
import selectors
import subprocess
import tempfile
import time

from shared import interrupts
from shared.errors import CannotRun

MOST = 256 << 20  # bytes that a program may print: one that never stops would take all memory
QUIET = 1.0  # seconds


@contextlib.contextmanager
def file_of(data):
    """What subprocess takes as standard input for these bytes, or for None."""
    if data is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file


def printed(process, words, seconds, until):
    """What a program prints on standard output, and on standard error, until it ends, or until standard output matches `until`.
    What it leaves in the background, such as a compiler's cache, may keep both open."""
    parts, end = {process.stdout: bytearray(), process.stderr: bytearray()}, time.monotonic() + (seconds or float("inf"))
    with selectors.DefaultSelector() as open_ones:
        for each in parts:
            open_ones.register(each, selectors.EVENT_READ)
        while open_ones.get_map():
            left = end - time.monotonic()
            ready = open_ones.select(max(0, min(left, QUIET)))
            if not ready and process.poll() is not None:
                break
            if left <= 0:
                raise CannotRun(f"{words}: not done after {seconds} s; run it by hand to see why")
            for key, _ in ready:
                more = os.read(key.fd, 1 << 16)
                parts[key.fileobj] += more
                if not more:
                    open_ones.unregister(key.fileobj)
            if sum(map(len, parts.values())) > MOST:
                raise CannotRun(f"{words}: printed more than {MOST >> 20} MB, and was stopped; let it print less")
            if until and until.search(parts[process.stdout]):
                return tuple(map(bytes, parts.values()))
    try:
        process.wait(None if seconds is None else max(0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise CannotRun(f"{words}: not done after {seconds} s; run it by hand to see why") from None
    return tuple(map(bytes, parts.values()))


def run(*command, seconds=None, input=None, until=None, **options):  # pylint: disable=redefined-builtin
    """Returns what a program prints. A program that fails, cannot be started, or takes longer than `seconds` raises CannotRun.
    `until`: a compiled pattern of bytes. The program is ended as soon as what it printed matches."""
    words = [str(word) for word in command]
    with file_of(input) as given:
        try:
            process = subprocess.Popen(words, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        except OSError as error:
            raise CannotRun(f"{words[0]} cannot be started: {error.strerror}: {error.filename}; install it, or correct its name") from None
        with process:
            try:
                out, errors = printed(process, " ".join(words), seconds, until)
            finally:
                if ended := process.poll() is None:
                    interrupts.kill(process.pid)
    if process.returncode != 0 and not ended:
        said = (out + errors).decode(errors="replace")[-2000:]
        raise CannotRun(f"{' '.join(words)}: exit {process.returncode}\n{said}")
    return out.decode(errors="replace")
