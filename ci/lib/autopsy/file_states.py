"""What can have happened to a library's file between a crash and its autopsy."""

import shutil

STATES = ("there", "moved", "replaced", "deleted")


def each(library, replacement):
    """Yields each state once the file is in it. At the end no file is left."""
    elsewhere = library.with_name(f"elsewhere-{library.name}")
    yield "there"
    library.rename(elsewhere)
    yield "moved"
    shutil.copy(replacement, library)
    yield "replaced"
    library.unlink()
    elsewhere.unlink()
    yield "deleted"
