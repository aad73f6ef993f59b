"""Finds the files that ran: where they were, in a copy of the other host's root, in folders that the user names, and with
debuginfod. A file of another build is never taken, and is named."""

import itertools
import os
import shutil
import subprocess
import time
import typing

from autopsy import build_id, elf

INDEXED = 20000  # files of a folder that are looked at
SECONDS = 120  # for all that debuginfod is asked for


class Places(typing.NamedTuple):
    sysroot: str | None = None
    search: tuple = ()


class Found(typing.NamedTuple):
    state: str  # same, different, missing, or unknown
    path: str | None  # the file to use
    looked: list  # places where no such file is
    others: list  # files of that name that did not run


def has_code(path):
    """False for a file of debug information only: its segments have no contents."""
    try:
        size = os.path.getsize(path)
    except OSError:  # it is gone now
        return False
    return any(segment["type"] == elf.PT_LOAD and segment["flags"] & 1 and 0 < segment["file_size"] <= size - segment["offset"]
               for segment in elf.segments_of(build_id.head_of(path) or b""))


def files_below(folder):
    for path, folders, names in os.walk(folder):
        folders.sort()
        yield from (os.path.join(path, name) for name in sorted(names))


class Folder:
    """A folder whose files are found by their build ids, in it and in the folders below, or by their names."""

    def __init__(self, path):
        self.path, self.programs, self.debug, self.names = path, {}, {}, {}
        paths = files_below(path)
        for file in itertools.islice(paths, INDEXED):
            self.add(file)
        self.whole = next(paths, None) is None

    def add(self, file):
        found = build_id.build_id(build_id.head_of(file) or b"")
        if found is not None and not has_code(file):
            self.debug.setdefault(found, file)
            return
        self.names.setdefault(os.path.basename(file), []).append(file)
        if found is not None:
            self.programs.setdefault(found, file)

    def look_up(self, wanted):
        """Debuggers' own layout needs no list of all files."""
        for ending in ("", ".debug") if not self.whole else ():
            path = os.path.join(self.path, ".build-id", wanted[:2], wanted[2:] + ending)
            if os.path.isfile(path):
                self.add(path)

    def candidates(self, name, wanted):
        if wanted is not None:
            self.look_up(wanted)
        return [self.programs[wanted]] if wanted in self.programs else self.names.get(os.path.basename(name), [])

    def debug_file(self, wanted):
        self.look_up(wanted)
        return self.debug.get(wanted)

    def describe(self):
        return self.path if self.whole else f"{self.path} (its first {INDEXED} files)"


class Debuginfod:
    """Asks the servers in $DEBUGINFOD_URLS, and no others."""

    def __init__(self):
        self.urls = os.environ.get("DEBUGINFOD_URLS", "").strip()
        self.ends = time.monotonic() + SECONDS

    def ask(self, wanted):
        """The path of a program or library with that build id, or None, and why there is none."""
        if shutil.which("debuginfod-find") is None:
            return None, "debuginfod-find is missing; as root, run: apt-get install debuginfod"
        seconds = self.ends - time.monotonic()
        try:
            result = subprocess.run(["debuginfod-find", "executable", wanted], capture_output=True, text=True, errors="replace", check=False,
                                    stdin=subprocess.DEVNULL, timeout=max(seconds, 0))
        except subprocess.TimeoutExpired:
            return None, f"no answer within {SECONDS} s for all files"
        said = (result.stderr.strip().splitlines() or ["found none"])[-1]
        return (None, said) if result.returncode else (result.stdout.split("\n")[0], "what it gave cannot be read")

    def find(self, wanted):
        """The path or None, and the place in words."""
        path, why = self.ask(wanted)
        return path, f"debuginfod ({self.urls}: {why})"


class Locator:
    def __init__(self, places):
        self.places = places
        self.folders = [Folder(path) for path in places.search]
        self.debuginfod = Debuginfod()

    def where_it_was(self, name):
        """A sysroot stands for the root: this machine's own files did not run there."""
        name = build_id.name_on_disk(name)
        return os.path.join(self.places.sysroot, name.lstrip("/")) if self.places.sysroot else name

    def attempts(self, name, wanted):
        """Paths of files to look at, each with the place in words. The path is None where nothing is."""
        first = self.where_it_was(name)
        yield first, first
        for folder in self.folders:
            candidates = folder.candidates(name, wanted)
            yield from ((path, folder.describe()) for path in candidates or [None])
        if self.debuginfod.urls and wanted is not None:
            yield self.debuginfod.find(wanted)

    def find(self, name, ran):
        """`ran` is the first page of what was mapped, or None."""
        wanted = build_id.build_id(ran) if ran is not None else None
        looked, others, unchecked = [], [], None
        for path, place in self.attempts(name, wanted):
            state = build_id.check_file(ran, build_id.head_of(path) if path is not None else None)
            if state == "same":
                return Found(state, path, looked, others)
            if state == "different":
                others.append(path)
            elif state == "missing":
                looked.append(place)
            unchecked = unchecked or (path if state == "unknown" else None)
        if unchecked is not None:
            return Found("unknown", unchecked, looked, others)
        return Found("different" if others else "missing", None, looked, others)

    def debug_file(self, ran):
        """A file of debug information for what was mapped, in the user's folders, or None."""
        wanted = build_id.build_id(ran)
        return next(filter(None, (folder.debug_file(wanted) for folder in self.folders)), None) if wanted is not None else None
