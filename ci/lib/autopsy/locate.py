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
    segments = [segment for segment in elf.segments_of(build_id.head_of(path) or b"") if segment["type"] == elf.PT_LOAD and segment["flags"] & 1]
    size = os.path.getsize(path)
    return any(segment["file_size"] and segment["offset"] + segment["file_size"] <= size for segment in segments)


class Folder:
    """A folder whose files are found by their build ids, in it and in the folders below, or by their names."""

    def __init__(self, path):
        self.path, self.programs, self.debug, self.names = path, {}, {}, {}
        paths = (os.path.join(folder, name) for folder, _, names in os.walk(path) for name in sorted(names))
        for file in itertools.islice(paths, INDEXED):
            self.names.setdefault(os.path.basename(file), []).append(file)
            found = build_id.build_id(build_id.head_of(file) or b"")
            if found is not None:
                (self.programs if has_code(file) else self.debug).setdefault(found, file)
        self.whole = next(paths, None) is None

    def candidates(self, name, wanted):
        by_id = [self.programs[wanted]] if wanted in self.programs else []
        return by_id or [file for file in self.names.get(os.path.basename(name), []) if wanted is None or file not in self.debug.values()]

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
        return next((folder.debug[wanted] for folder in self.folders if wanted in folder.debug), None)
