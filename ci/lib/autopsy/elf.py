"""Reads ELF headers of any machine: of 32 and of 64 bits, little-endian and big-endian. Each function takes bytes that may be
cut off or damaged."""
import struct
import typing

MAGIC = b"\x7fELF"
ET_EXEC, ET_DYN, ET_CORE = 2, 3, 4
PT_LOAD, PT_DYNAMIC, PT_NOTE = 1, 2, 4
SEGMENT = {True: ("IIWWWWWW", ("type", "flags", "offset", "start", "physical", "file_size", "size", "align")),
           False: ("IWWWWWIW", ("type", "offset", "start", "physical", "file_size", "size", "flags", "align"))}


class Form(typing.NamedTuple):
    """How numbers stand in a file or core dump. In layouts, W is a word: an address, or a long of C."""
    wide: bool
    order: str

    def layout(self, text):
        return self.order + text.replace("W", "Q" if self.wide else "I")

    def size(self, text):
        return struct.calcsize(self.layout(text))

    def unpack(self, text, data, at=0):
        return struct.unpack_from(self.layout(text), data, at)


class Header(typing.NamedTuple):
    form: Form
    type: int
    machine: int
    table: int  # where the program headers are
    entry_size: int
    count: int


def header(data):
    """The header of an ELF file, or None."""
    if len(data) < 52 or not data.startswith(MAGIC) or data[4] not in (1, 2) or data[5] not in (1, 2):
        return None
    form = Form(data[4] == 2, "<>"[data[5] - 1])
    if len(data) < 16 + form.size("HHIWWWIHHHHHH"):
        return None
    kind, machine, _, _, table, _, _, _, entry_size, count, *_ = form.unpack("HHIWWWIHHHHHH", data, 16)
    return Header(form, kind, machine, table, entry_size, count)


def segment_size(form):
    return form.size(SEGMENT[form.wide][0])


def segments(form, table, entry_size):
    """The segments in a table of program headers, as far as it is there."""
    layout, names = SEGMENT[form.wide]
    if entry_size != segment_size(form):
        return []
    return [dict(zip(names, form.unpack(layout, table, at))) for at in range(0, len(table) - entry_size + 1, entry_size)]


def segments_of(data):
    """The segments that the first bytes of a file name."""
    found = header(data)
    if found is None:
        return []
    return segments(found.form, data[found.table:found.table + found.entry_size * found.count], found.entry_size)


def notes(form, data):
    """Kind, owner and contents of each note in a segment that is there to its end."""
    at = 0
    while at + 12 <= len(data):
        name_size, note_size, kind = form.unpack("III", data, at)
        name, start = at + 12, at + 12 + (name_size + 3 & ~3)
        if start + note_size <= len(data):
            yield kind, data[name:name + name_size], data[start:start + note_size]
        at = start + (note_size + 3 & ~3)
