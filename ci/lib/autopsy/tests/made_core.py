"""Makes core dumps of any machine, as the kernel writes them: with one thread, one file and a stack."""
import struct

TEXT, STACK, PAGE = 0x10000000, 0x20000000, 4096
MACHINES = {"x86-64": (62, "<Q"), "i386": (3, "<I"), "arm": (40, "<I"), "aarch64": (183, "<Q"), "s390x": (22, ">Q"), "riscv": (243, "<Q"), "power": (21, ">Q"),
            "power little": (21, "<Q"), "power 32": (20, ">I"), "mips": (8, ">I"), "unknown": (9999, "<Q")}


class Maker:
    def __init__(self, machine):
        self.number, form = MACHINES[machine]
        self.order, self.word = form
        self.wide = self.word == "Q"

    def pack(self, layout, *values):
        return struct.pack(self.order + layout.replace("W", self.word), *values)

    def elf(self, kind, segments, contents):
        """An ELF file with program headers: type, flags, offset, address, size in the file, size in memory."""
        table = b""
        for kind_of_segment, flags, offset, address, size, memory in segments:
            table += self.pack("IIWWWWWW", kind_of_segment, flags, offset, address, 0, size, memory, 1) if self.wide else \
                self.pack("IIIIIIII", kind_of_segment, offset, address, 0, size, memory, flags, 1)
        size = 64 if self.wide else 52
        identity = b"\x7fELF" + bytes([1 + self.wide, 1 + (self.order == ">"), 1]) + bytes(9)
        header = identity + self.pack("HHIWWWIHHHHHH", kind, self.number, 1, 0, size, 0, 0, size, len(table) // max(len(segments), 1), len(segments), 0, 0, 0)
        return (header + table).ljust(PAGE, b"\0") + contents

    def program(self, build_id=b"\xab\xcd" * 10):
        """The first page of the program."""
        note = self.pack("III", 4, len(build_id), 3) + b"GNU\0" + build_id
        return (self.elf(3, [(1, 5, 0, 0, 0x3000, 0x3000), (4, 4, 0x400, 0x400, len(note), len(note))], b"")[:0x400] + note).ljust(PAGE, b"\0")

    def thread(self, signal, registers):
        ids = self.pack("WWiiii", 0, 0, 12, 1, 1, 1)
        return (self.pack("iiihH", signal, 0, 0, signal, 0) + ids).ljust(112 if self.wide else 72, b"\0") + \
            self.pack(f"{len(registers)}W", *registers) + bytes(8)

    def process(self, short_ids):
        head = self.pack("4BW", 0, 0, 0, 0, 0) if not self.wide else bytes(16)
        owner = self.pack("HH" if short_ids else "II", 0, 0)
        return head + owner + self.pack("iiii", 11, 1, 1, 1) + b"vm".ljust(16, b"\0") + b"/x/vm -k".ljust(80, b"\0")

    def signal(self, number, code, address):
        first = (number, code, 0) if self.number == 8 else (number, 0, code)
        return (self.pack("iii", *first).ljust(16 if self.wide else 12, b"\0") + self.pack("W", address)).ljust(128, b"\0")

    def core(self, registers, signal=11, code=1, address=0, stack=b"", file=TEXT, named=True):
        """A core dump in which /x/vm is mapped at `file`. Old kernels name no files."""
        listed = self.pack("WWWWW", 1, PAGE, file, file + 0x3000, 0) + b"/x/vm\0"
        notes = b""
        for kind, contents in ((1, self.thread(signal, registers)), (3, self.process(self.number in (3, 40))), (0x53494749, self.signal(signal, code, address)),
                               (6, self.pack("WWWW", 9, file + 0x1010, 0, 0)), (0x46494C45, listed)):
            if not named and kind in (3, 0x46494C45):
                continue
            notes += self.pack("III", 5, len(contents), kind) + b"CORE\0\0\0\0" + contents.ljust((len(contents) + 3) // 4 * 4, b"\0")
        notes = notes.ljust(2 * PAGE, b"\0")
        stack = stack.ljust(8 * PAGE, b"\0")
        segments = [(4, 0, PAGE, 0, len(notes), 0), (1, 5, 3 * PAGE, file, PAGE, 0x3000), (1, 6, 4 * PAGE, STACK, len(stack), len(stack))]
        return self.elf(4, segments, notes + self.program() + stack)
