"""Runs inside gdb on a core dump, after in_gdb.py. The last line that it prints is JSON: the instruction that failed, and the
message of an abort or of a C++ exception that was not caught."""

import json
from __main__ import frames, was_interrupted  # gdb runs both scripts in one module

import gdb

WORD, TEXT = 8, 1000
STACK = 1 << 14  # bytes above the stack pointer, in which an exception that is being thrown is known
# How libstdc++ and libc++ mark an exception in struct _Unwind_Exception, which follows the exception's header and comes before
# the object. 80 bytes before the mark is the pointer to its type.
MARKS = (b"\0++CCUNG", b"\0++CGNLC")
HEADER, TYPE = 32, 80
# These keep the text that what() returns behind their first word. So do all that derive from them.
WITH_TEXT = ("St13runtime_error", "St11logic_error")
BASES = 16
ENDS = ("std::terminate", "__cxxabiv1::__terminate", "__cxa_throw", "__cxa_rethrow", "std::__terminate")


def read(address, size):
    try:
        return gdb.selected_inferior().read_memory(address, size).tobytes()
    except (gdb.error, OverflowError, MemoryError):
        return b""


def word(address):
    return int.from_bytes(read(address, WORD), "little")


def text_at(address):
    """A text that ends with a zero, or None."""
    for size in (TEXT, 256, 64, 16):  # memory may end behind it
        data = read(address, size)
        if data:
            found = data.split(b"\0")[0]
            return found.decode(errors="replace").strip() or None
    return None


def instruction(frame):
    """As gdb prints it, or None."""
    try:
        line = gdb.execute(f"x/i {frame.pc()}", to_string=True).strip()
    except gdb.error:
        return None
    return " ".join(line.split("\t", 1)[1].split()) if "\t" in line else None


def interrupted():
    """The frame at which a handler of the program began, or None."""
    return next(filter(was_interrupted, frames()), None)


def abort_message():
    """What glibc printed. __abort_msg points to a size of four bytes, and the text."""
    try:
        address = int(gdb.parse_and_eval("*(unsigned long *)&__abort_msg"))
    except gdb.error:
        return None
    return text_at(address + 4) if address else None


def demangled(name):
    try:
        return gdb.execute(f"demangle -l c++ -- _ZTI{name}", to_string=True).strip().removeprefix("typeinfo for ")
    except gdb.error:
        return name


def bases(kind):
    """The names of a type and of those that it derives from, as long as each has one base."""
    names = []
    while kind and len(names) < BASES:
        name = text_at(word(kind + WORD))
        if not name or not name.replace("_", "").lstrip("*").isalnum():
            break
        names.append(name.lstrip("*"))
        kind = word(kind + 2 * WORD) if names[-1] not in WITH_TEXT else 0
    return names


def exception():
    """Type and text of the exception on its way: a pointer to it is on the stack."""
    stack = int(gdb.parse_and_eval("(unsigned long)$sp"))
    data = next(filter(None, (read(stack, STACK >> shift) for shift in range(6))), b"")  # the stack may end before
    seen = set()
    for place in range(0, len(data) - WORD + 1, WORD):
        address = int.from_bytes(data[place:place + WORD], "little")
        for mark in (address, address - HEADER):
            if address < 4096 or mark in seen:
                continue
            seen.add(mark)
            if read(mark, WORD) in MARKS and (names := bases(word(mark - TYPE))):
                text = text_at(word(mark + HEADER + WORD)) if any(name in WITH_TEXT for name in names) else None
                return demangled(names[0]) + (f": {text}" if text else "")
    return None


def is_thrown():
    return any((frame.name() or "").startswith(ENDS) for frame in frames())


def collect():
    found = {"instruction": None, "interrupted_instruction": None, "message": None}
    try:
        gdb.execute("set disassembly-flavor intel")
        found["instruction"] = instruction(gdb.newest_frame())
        found["message"] = abort_message() or (exception() if is_thrown() else None)
        if (frame := interrupted()) is not None:
            found["interrupted_instruction"] = instruction(frame)
    except gdb.error:  # the rest stays unknown
        pass
    return found


print("\n" + json.dumps(collect()))
