"""Programs that wait for turns: each empty line makes a ruler run one round and print its time."""
import contextlib
import math
import os
import select
import subprocess
import time

from shared import interrupts
from shared.errors import CannotRun

ROUND_SECONDS = 60  # the longest that a round may take, with the preparation before the first one
LONGEST = 1 << 16  # bytes of a line


def refuse(process, why):
    return CannotRun(f"{' '.join(process.args)} {why}")


def stopped(process):
    return refuse(process, f"ended early, with exit status {process.wait()}; run it by hand to see why")


@contextlib.contextmanager
def waiting(ruler, load):
    with subprocess.Popen([*ruler.words, "time", load], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=ruler.environment(),
                          cwd=ruler.folder) as process:
        try:
            yield process
            process.stdin.close()
            process.wait(ROUND_SECONDS)
        except subprocess.TimeoutExpired:
            raise refuse(process, f"did not end within {ROUND_SECONDS} s after the end of its input; see bench/gate/ruler.h") from None
        finally:
            if process.poll() is None:
                interrupts.kill(process.pid)
    if process.returncode != 0:
        raise stopped(process)


def line_of(process):
    """The next line that a program prints."""
    line, end = b"", time.monotonic() + ROUND_SECONDS
    while not line.endswith(b"\n"):
        if not select.select([process.stdout], [], [], max(0, end - time.monotonic()))[0]:
            raise refuse(process, f"printed no line within {ROUND_SECONDS} s for a round; make its rounds shorter, and flush each line")
        more = os.read(process.stdout.fileno(), 4096)
        if not more:
            raise stopped(process)
        line += more
        if len(line) > LONGEST:
            raise refuse(process, f"printed {line[:100].decode(errors='replace')!r} and so on for a round, and not one number; see bench/gate/ruler.h")
    return line[:-1].decode(errors="replace")


def answer(process):
    """Makes the program run one more round. Returns its time in nanoseconds per operation."""
    try:
        process.stdin.write(b"\n")
    except BrokenPipeError:
        raise stopped(process) from None
    line = line_of(process)
    try:
        took = float(line)
    except ValueError:
        took = math.nan
    if not 0 < took <= ROUND_SECONDS * 1e9:
        raise refuse(process, f"printed {line[:100]!r} for a round, and not its nanoseconds per operation, above 0 and at most {ROUND_SECONDS} s; see bench/gate/ruler.h")
    return took
