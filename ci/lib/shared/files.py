"""Files that are read while they are replaced."""
import os


def replace(path, data):
    """Replaces a file at once: a reader gets the old content or all of `data`."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)
