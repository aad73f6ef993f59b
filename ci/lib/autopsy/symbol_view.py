"""A folder for gdb that looks like the root of the host where the crash was. It has links to the files that ran, under the names
that they had there, and to nothing else: gdb cannot take another file of the same name."""

import os
import tempfile

from autopsy import build_id
from shared import disk
from shared.errors import CannotRun

DEBUG = "/debug-files"  # in the view
SYSTEM = "/usr/lib/debug"


def new():
    """A folder that is removed at the end."""
    try:
        return tempfile.TemporaryDirectory(prefix="autopsy-")
    except OSError as error:
        if disk.is_full(error):
            raise
        raise CannotRun(f"no temporary folder can be made: {error.strerror or error}; name one where you may write: "
                        "TMPDIR=FOLDER ci/autopsy ...") from error


def link(view, name, path):
    """Some names cannot be made, such as one below another file. gdb does without the file then."""
    place = view + os.path.normpath("/" + name.lstrip("/"))
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(os.path.abspath(path), place)
    except (OSError, ValueError) as error:
        if disk.is_full(error):
            raise


def fill(view, found, aliases):
    """Links the files, which are in `found` by their names, and under the names that the dynamic linker has for them."""
    usable = {name: file.path for name, file in found.items() if file.path is not None}
    for name, path in usable.items():
        link(view, build_id.name_on_disk(name), path)
    for alias, name in aliases.items():
        if name in usable:
            link(view, alias, usable[name])


def add_debug(view, wanted, path):
    link(view, f"{DEBUG}/.build-id/{wanted[:2]}/{wanted[2:]}.debug", path)


def debug_folders(view, sysroot):
    """Where gdb looks for debug information. It checks the build id there by itself."""
    if sysroot:
        link(view, "/debug-of-sysroot", sysroot.rstrip("/") + SYSTEM)
    return f"{view}{DEBUG}:{view}/debug-of-sysroot:{SYSTEM}"
