"""Which access of an instruction failed, and the kind of fault that follows. The instructions are written as gdb prints them."""

import unittest

from autopsy import core_fault, fault_class, instruction

BAD = 0x4141414141414141
REGISTERS = {"rax": "0x10", "rbx": "0x7f0000001008", "rcx": "0x2", "rdi": "0x7f0000000000", "rsi": "0x7f0000100000", "rsp": "0x7ffc00001000",
             "rbp": hex(BAD), "r8": "0x0", "fs_base": "0x7f0000002000"}
SP = 0x7FFC00001000


class Instructions(unittest.TestCase):
    def access(self, text, fault):
        return instruction.access(instruction.parse(text), REGISTERS, fault, SP)

    def test_accesses(self):
        for text, fault, expected in (
                ("=> 0x401136 <main+4>:\tmov    eax,DWORD PTR [rax]", 0x10, "read"),
                ("mov DWORD PTR [rax],0x1", 0x10, "write"),
                ("mov DWORD PTR ds:0x0,0x1", 0, "write"),
                ("mov eax,ds:0x0", 0, "read"),
                ("add DWORD PTR [rax+rcx*4-0x8],edx", 0x10, "write"),
                ("cmp DWORD PTR [rax],0x1", 0x10, "read"),
                ("cmp edx,DWORD PTR [rax]", 0x10, "read"),
                ("xchg edx,DWORD PTR [rax]", 0x10, "write"),
                ("lock cmpxchg DWORD PTR [rax],edx", 0x10, "write"),
                ("call QWORD PTR [rax+0x8]", 0x18, "call"),
                ("jmp QWORD PTR [rax]", 0x10, "branch"),
                ("push rbx", SP - 8, "write"),
                ("push QWORD PTR [rax]", 0x10, "read"),
                ("rep movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]", 0x7F0000000000, "write"),
                ("rep movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]", 0x7F0000100000, "read"),
                ("rep stos BYTE PTR es:[rdi],al", 0x7F0000000000, "write"),
                ("movaps XMMWORD PTR [rbx],xmm0", 0x7F0000001008, "write"),
                ("mov rax,QWORD PTR fs:[rax]", 0x7F0000002010, "read"),
                ("mov eax,DWORD PTR [rip+0x2ee4]        # 0x404028", 0x404028, "read"),
                ("ud2", 0x10, None), ("nop", None, None)):
            with self.subTest(text):
                self.assertEqual(self.access(text, fault), (expected, fault))

    def test_the_address_that_the_kernel_does_not_give(self):
        self.assertEqual(self.access("mov rax,QWORD PTR [rbp-0x8]", None), ("read", BAD - 8))
        self.assertEqual(self.access("mov QWORD PTR [rbp+rcx*8+0x10],rax", None), ("write", BAD + 32))
        self.assertEqual(self.access("ret", None), ("return", None))
        self.assertEqual(self.access("call rax", None), ("call", None))

    def test_alignment(self):
        for text, need in (("movaps XMMWORD PTR [rbx],xmm0", 16), ("movdqa xmm0,XMMWORD PTR [rbx]", 16), ("vmovdqa YMMWORD PTR [rbx],ymm0", 32),
                           ("addps xmm0,XMMWORD PTR [rbx]", 16), ("movups XMMWORD PTR [rbx],xmm0", None), ("vaddps xmm0,xmm0,XMMWORD PTR [rbx]", None),
                           ("movaps XMMWORD PTR [rbx+0x8],xmm0", None), ("movaps XMMWORD PTR [rbp],xmm0", None), ("mov eax,DWORD PTR [rbx+0x1]", None)):
            with self.subTest(text):
                self.assertEqual(instruction.alignment(instruction.parse(text), REGISTERS), need)

    def test_what_is_no_instruction(self):
        for text in ("", "(bad)", "=> 0x1:\t(bad)", "rep", "???"):
            self.assertIsNone(instruction.parse(text))
        self.assertIsNone(instruction.address_of("QWORD PTR [rax+unknown]", REGISTERS))


class Kinds(unittest.TestCase):
    def kind(self, **changes):
        module = {"file": "/x", "executable": True}
        facts = {"signal": 11, "code": 1, "address": 0x10, "ip": 0x401000, "sp": SP, "sender": None, "registers": REGISTERS, "instruction": None,
                 "checked": {"/x": "same"}, "ip_mapping": module, "address_mapped": False, "frames": [], "loads": [], "message": None} | changes
        return core_fault.of_core(facts)

    def test_kinds(self):
        read, write = "mov eax,DWORD PTR [rax]", "mov DWORD PTR [rax],0x1"
        far = {"address": 0x7F0000001234}
        sent = {"code": 0, "address": None, "sender": {"pid": 17, "uid": 0, "how": "kill", "itself": False}}
        guard, push = {"start": SP - 4096, "end": SP + 4096, "writable": False}, "mov DWORD PTR [rsp+0xc],edi"
        for changes, expected in (
                ({"instruction": read}, "SourceAvNearNull"), ({"instruction": write}, "DestAvNearNull"),
                ({"instruction": read} | far, "SourceAv"), ({"instruction": write} | far, "DestAv"),
                (far, "AccessViolation"), ({"instruction": read, "checked": {"/x": "different"}} | far, "AccessViolation"),
                ({"address": 0, "ip": 0}, "SegFaultOnPcNearNull"), ({"ip": 0x7F0000001234} | far, "SegFaultOnPc"),
                ({"code": 128, "address": None, "instruction": "ret"}, "ReturnAv"),
                ({"code": 128, "address": None, "instruction": "call rbp"}, "CallAv"),
                ({"instruction": "call QWORD PTR [rax]"}, "CallAvNearNull"), ({"instruction": "jmp QWORD PTR [rax]"} | far, "BranchAv"),
                ({"code": 128, "address": None, "instruction": "mov QWORD PTR [rbp],rax"}, "DestAv"),
                ({"code": 128, "address": None, "instruction": "movaps XMMWORD PTR [rbx],xmm0"}, "Misaligned"),
                ({"code": 128, "address": None, "instruction": push, "loads": [guard | {"writable": True}]}, "StackOverflow"),
                ({"code": 128, "address": None, "instruction": push, "loads": [guard | {"start": 0, "writable": True}]}, "AccessViolation"),
                ({"code": 128, "address": None, "instruction": "call 0x401000 <f>"}, "AccessViolation"),
                ({"code": 128, "address": None, "instruction": "hlt"}, "AccessViolation"),
                ({"access": "write"} | far, "DestAv"),
                ({"signal": 7, "instruction": read}, "Misaligned"), ({"signal": 7, "code": 2, "instruction": read} | far, "SourceAv"),
                ({"address": SP - 8, "instruction": "push rbx"}, "StackOverflow"),
                ({"address": SP - 8, "address_mapped": True, "loads": [guard]}, "StackOverflow"),
                ({"address": SP - 8, "address_mapped": True, "loads": [guard | {"writable": True}], "instruction": "push rbx"}, "DestAv"),
                ({"address": SP - 8, "address_mapped": True, "loads": [guard], "files": [guard], "instruction": "push rbx"}, "DestAv"),
                (sent, "UncategorizedSignal"), (sent | {"signal": 6}, "UncategorizedSignal"),
                ({"signal": 8}, "FPE"), ({"signal": 4}, "BadInstruction"), ({"signal": 5}, "TrapSignal"), ({"signal": 3}, "UncategorizedSignal"),
                ({"signal": 6}, "AbortSignal"), ({"signal": 6, "message": "malloc(): corrupted top size"}, "HeapError"),
                ({"signal": 6, "message": "*** stack smashing detected ***: terminated"}, "StackGuard"),
                ({"signal": 6, "message": "*** buffer overflow detected ***: terminated"}, "SafeFunctionCheck"),
                ({"signal": 6, "message": "x: a.c:1: main: Assertion `free(): 1' failed."}, "AbortSignal"),
                ({"signal": 6, "frames": [{"function": "__stack_chk_fail"}]}, "StackGuard")):
            with self.subTest(str(changes)):
                kind, _ = self.kind(**changes)
                self.assertEqual(kind, expected)
                self.assertIn(kind, fault_class.WORDS)

    def test_what_was_freed(self):
        _, lines = self.kind(code=128, address=None, instruction="mov eax,DWORD PTR [rbp]", registers=REGISTERS | {"rbp": "0x5a5a5a5a5a5a5a5a"})
        self.assertIn("jemalloc", lines[-1])
        _, lines = self.kind(code=128, address=None, instruction="mov eax,DWORD PTR [rbp]", registers=REGISTERS | {"rbp": "0x1234567890abcdef"})
        self.assertNotIn("jemalloc", lines[-1])


if __name__ == "__main__":
    unittest.main()
