"""Runs other programs."""
import subprocess

from shared.errors import CannotRun


def run(*command, **options):
    """Returns what a program prints. A program that fails raises CannotRun."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False, **options)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode(errors="replace")[-2000:]
        raise CannotRun(f"{' '.join(str(word) for word in command)}: exit {done.returncode}\n{said}")
    return done.stdout.decode()
