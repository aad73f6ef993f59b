"""Locks against a second run in the same folder."""
import contextlib
import fcntl
import os
import shutil

from shared.errors import CannotRun


@contextlib.contextmanager
def alone(path):
    """Holds the lock file `path`, or refuses to run. The kernel frees the lock when this process ends, however it ends:
    programs that it started do not inherit it. So never remove the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            process = lock.read(20).strip() or "unknown"
            raise CannotRun(f"another run works in {path.parent} (process {process}); wait for its end, or stop it") from None
        with contextlib.suppress(OSError):  # on a full disk, the lock holds without the number
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
        yield


@contextlib.contextmanager
def emptied(folder, mark):
    """Makes a folder for the results of this run alone, and removes what an earlier run left. `mark` is the name of the file
    that says which command made the folder, and the lock."""
    with alone(folder / mark):
        for path in folder.iterdir():
            if path.name != mark:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        yield
