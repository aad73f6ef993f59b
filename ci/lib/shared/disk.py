"""Full disks."""
import errno
import os
import sqlite3
import tempfile

from shared.errors import CannotRun

LEAST = 4 << 20  # bytes: with less left, a program that writes may already have failed, often without a word


class DiskFull(CannotRun):
    """There is no room for results."""


def sentence(where):
    return f"the disk is full ({where}): free some space, and run again; what was found before is kept"


def is_full(error):
    """Whether an exception says that a disk is full."""
    return (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            or isinstance(error, sqlite3.OperationalError) and "disk is full" in str(error))


def full_one(*folders):
    """The first of these folders, or that for temporary files, whose disk has no room left; or None."""
    for folder in (*folders, tempfile.gettempdir()):
        there = os.statvfs(folder)
        if there.f_bavail * there.f_frsize < LEAST or (there.f_files and not there.f_favail):
            return folder
    return None


def need_room(*folders):
    full = full_one(*folders)
    if full:
        raise DiskFull(sentence(full))
