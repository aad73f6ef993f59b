"""Opens what ci/autopsy is given: a file or standard input, packed or not, a core dump or text. A core dump that is packed, or
comes through a pipe, is unpacked into a temporary file, because gdb needs a file."""
import bz2
import contextlib
import errno
import gzip
import io
import lzma
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import typing
import zlib

from autopsy import elf
from autopsy.plain_text import Resumed
from shared import disk
from shared.errors import CannotRun
from shared.visible import visible

HEAD, PIECE = 4096, 1 << 20
ZERO = bytes(PIECE)
MODULES = {b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream), b"\xfd7zXZ": lzma.LZMAFile, b"BZh": bz2.BZ2File}
TOOLS = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, ValueError)


class Source(typing.NamedTuple):
    name: str  # what the user gave
    core: str | None  # the path of a core dump, or None for text
    head: bytes  # of text
    stream: typing.BinaryIO | None


def warn(words):
    print(visible(f"autopsy: {words}"), file=sys.stderr)


def pump(stream, pipe):
    """Feeds a tool that unpacks. It may end early."""
    try:
        shutil.copyfileobj(stream, pipe, PIECE)
    except (OSError, ValueError):
        pass
    with contextlib.suppress(OSError):
        pipe.close()


def unpacked_by_tool(tool, stream, open_things):
    """The output of zstd or lz4."""
    if shutil.which(tool) is None:
        raise CannotRun(f"{tool} is missing, which unpacks this file; as root, run: apt-get install {tool}")
    process = open_things.enter_context(subprocess.Popen([tool, "-dcq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                         stderr=subprocess.DEVNULL))
    open_things.callback(process.kill)
    threading.Thread(target=pump, args=(stream, process.stdin), daemon=True).start()
    return process.stdout, process


class Unpacked:
    """Reads what was packed. When it is damaged or cut off, it says so once, and ends there."""

    def __init__(self, name, stream, process):
        self.name, self.stream, self.process, self.ended = name, stream, process, False

    def read(self, size):
        if self.ended:
            return b""
        try:
            data = self.stream.read(size)
            damaged = not data and self.process is not None and self.process.wait() != 0
        except (*DAMAGED, OSError) as error:
            if disk.is_full(error):
                raise
            data, damaged = b"", True
        self.ended = not data
        if damaged:
            warn(f"{self.name}: damaged or cut off; only what could be unpacked is examined")
        return data


def read_head(stream):
    data = b""
    while len(data) < HEAD and (more := stream.read(HEAD - len(data))):
        data += more
    return data


def unpacked(name, head, stream, open_things):
    """Head and stream without packing, or as they were."""
    for magic, opened in MODULES.items():
        if head.startswith(magic):
            stream = Unpacked(name, opened(io.BufferedReader(Resumed(head, stream))), None)
            return read_head(stream), stream
    for magic, tool in TOOLS.items():
        if head.startswith(magic):
            stream = Unpacked(name, *unpacked_by_tool(tool, Resumed(head, stream), open_things))
            return read_head(stream), stream
    return head, stream


def need_room(file):
    """A small packed file can unpack to more than any disk has. Other programs keep their room: a part in 20, or 1 GiB."""
    disk_of = os.fstatvfs(file.fileno())
    if disk_of.f_bavail * disk_of.f_frsize < min(1 << 30, disk_of.f_blocks * disk_of.f_frsize // 20):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def spool(head, stream, file, name):
    """Writes a core dump, of which much may be zero, with holes in their place."""
    size, data = 0, head
    try:
        while data:
            if data == (ZERO if len(data) == PIECE else bytes(len(data))):
                file.seek(len(data), os.SEEK_CUR)
            else:
                need_room(file)
                file.write(data)
            size += len(data)
            data = stream.read(PIECE)
        file.truncate(size)
        file.flush()
    except OSError as error:
        if not disk.is_full(error):
            raise
        folder = tempfile.gettempdir()
        raise CannotRun(f"{name}: the core dump does not fit into {folder}: the disk is full, or nearly, after {size >> 20} MiB; name a folder "
                        "with more room: TMPDIR=FOLDER ci/autopsy ...") from error


def is_text(head):
    """Whether it is no binary file: UTF-16 has zeros, too, but few other control characters."""
    odd = sum(byte < 9 or 13 < byte < 27 for byte in head if byte)
    return odd * 20 <= len(head)


def opened(path, open_things):
    if path == "-":
        return "standard input", sys.stdin.buffer, False
    try:
        file = open_things.enter_context(open(path, "rb"))
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}; give a core dump or a log that can be read") from error
    return path, file, stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def open_source(path, open_things):
    """A Source. `open_things` is an ExitStack that closes it and removes temporary files."""
    name, stream, regular = opened(path, open_things)
    try:
        first = read_head(stream)
    except OSError as error:
        raise CannotRun(f"{name}: {error.strerror}; give a core dump or a log") from error
    if regular and (not first or first.startswith(elf.MAGIC)):
        return Source(name, path, b"", None)
    if not first:
        raise CannotRun(f"{name}: nothing came; if coredumpctl or dmesg printed an error above, correct that first")
    head, stream = unpacked(name, first, stream, open_things)
    if head.startswith(elf.MAGIC):
        file = open_things.enter_context(tempfile.NamedTemporaryFile(prefix="autopsy-", suffix=".core"))
        spool(head, stream, file, name)
        return Source(name, file.name, b"", None)
    if not head or not is_text(head):
        kind = "nothing could be unpacked" if not head else f"it begins with the bytes {head[:8].hex(' ')}"
        raise CannotRun(f"{name}: neither a core dump nor text: {kind}; give a core dump (it may be packed with zstd, lz4, gzip, xz or "
                        "bzip2) or a log")
    return Source(name, None, head, stream)
