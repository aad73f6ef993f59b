"""What core dumps of each machine have for registers. The kernel's struct elf_prstatus has them in the order below."""
import typing


class Machine(typing.NamedTuple):
    name: str
    registers: tuple  # as many as have the size of a word
    ip: str | None
    sp: str | None


X86_64, X86_32 = "x86-64", "32-bit x86"
POWER = (*(f"r{i}" for i in range(32)), *"nip msr orig_r3 ctr lr xer ccr softe trap dar dsisr result".split())
RISCV = tuple("pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6".split())
# By the number in the ELF header, and by whether it is 64-bit.
MACHINES = {
    (62, True): Machine(X86_64, tuple("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base "
                                      "gs_base ds es fs gs".split()), "rip", "rsp"),
    (3, False): Machine(X86_32, tuple("ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss".split()), "eip", "esp"),
    (183, True): Machine("AArch64", (*(f"x{i}" for i in range(31)), "sp", "pc", "pstate"), "pc", "sp"),
    (40, False): Machine("32-bit Arm", (*(f"r{i}" for i in range(11)), *"fp ip sp lr pc cpsr orig_r0".split()), "pc", "sp"),
    (22, True): Machine("s390x", ("psw_mask", "psw_addr", *(f"r{i}" for i in range(16))), "psw_addr", "r15"),
    (243, True): Machine("RISC-V", RISCV, "pc", "sp"),
    (243, False): Machine("32-bit RISC-V", RISCV, "pc", "sp"),
    (21, True): Machine("POWER", POWER, "nip", "r1"),
    (20, False): Machine("32-bit POWER", POWER, "nip", "r1"),
}
NAMES = {8: "MIPS", 62: "x32", 258: "LoongArch", 2: "SPARC", 43: "SPARC", 15: "PA-RISC", 22: "31-bit s390"}


def debugger(machine):
    """gdb knows the machines of this processor, gdb-multiarch all."""
    return "gdb" if machine in (X86_64, X86_32) else "gdb-multiarch"


def machine_of(header):
    """The machine, without registers where their order is not known here."""
    known = MACHINES.get((header.machine, header.form.wide))
    return known or Machine(NAMES.get(header.machine, f"machine number {header.machine}"), (), None, None)
