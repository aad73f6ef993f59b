"""Files that stay whole, whatever happens while they are written: a kill, a full disk."""
import contextlib
import json
import os


def replace(path, data):
    """Replaces a file at once: a reader gets the old content or all of `data`. If that fails, the file stays as it was."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def write_whole(out, data):
    """Writes to a file without a buffer, until all is on the disk."""
    while data:
        data = data[out.write(data):]
    os.fsync(out.fileno())


def append(path, row):
    """Appends a line of JSON, or nothing if the disk is full. A line that a kill cut short is ended first; read_lines() skips
    it."""
    line = json.dumps(row, sort_keys=True).encode() + b"\n"
    with open(path, "a+b", buffering=0) as out:
        size = out.seek(0, os.SEEK_END)
        try:
            if size and os.pread(out.fileno(), 1, size - 1) != b"\n":
                line = b"\n" + line
            write_whole(out, line)
        except BaseException:
            os.truncate(path, size)
            raise


def read_lines(path):
    """The rows of a file of JSON lines, without lines that were cut short."""
    rows = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        with contextlib.suppress(ValueError):
            rows.append(json.loads(line))
    return rows
