"""Runs other programs."""
import subprocess

from shared import interrupts
from shared.errors import CannotRun


def run(*command, seconds=None, input=None, **options):  # pylint: disable=redefined-builtin
    """Returns what a program prints. A program that fails, is not there, or takes longer than `seconds` raises CannotRun."""
    words = [str(word) for word in command]
    try:
        with subprocess.Popen(words, stdin=subprocess.DEVNULL if input is None else subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **options) as process:
            try:
                out, errors = process.communicate(input, timeout=seconds)
            except subprocess.TimeoutExpired:
                raise CannotRun(f"{' '.join(words)}: not done after {seconds} s; run it by hand to see why") from None
            finally:
                if process.poll() is None:
                    interrupts.kill(process.pid)
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise CannotRun(f"{words[0]} cannot be started: {error.strerror}: {error.filename}; install it, or correct its name") from None
    if process.returncode != 0:
        said = (out + errors).decode(errors="replace")[-2000:]
        raise CannotRun(f"{' '.join(words)}: exit {process.returncode}\n{said}")
    return out.decode(errors="replace")
