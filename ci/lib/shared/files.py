"""Files that others read while they are written."""
import os


def replace(path, data):
    """Who reads it finds what was there, or all of this."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)
