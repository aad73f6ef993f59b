"""The forms of the kernel's messages about a program that died, on each kind of machine, and of a few that others print.

Each pattern begins with a fixed word and is bounded, so that the work is in step with the length of the text."""
import re

HEX = r"(?:0x)?[0-9a-f]{1,16}(?![0-9a-z])"
ANY = rf"(?:\(null\)|\(ptrval\)|{HEX})"
# Older kernels end the line in the middle of the mapping; newer ones print an offset before it, or no mapping. People cut
# the numbers out.
MAPPING = (r"(?:,? in (?P<file>[^\n]{1,255}?)\[(?:(?:(?P<offset>[0-9a-f]{1,16}),)?(?P<start>[0-9a-f]{1,16})\+(?P<size>[0-9a-f]{1,16})"
           r"|\.\.\.)\]?)?")
X86 = rf"[re]?ip[: ]\s{{0,20}}(?P<ip>{ANY})(?: \(rpc {ANY}\))?(?: [re]?sp[: ]\s{{0,20}}(?P<sp>{ANY}))?"
ERROR = rf"(?: error[: ](?P<error>{HEX})(?:\([^)]{{0,20}}\))?)?"
TRAPS = (r"divide error|overflow|bounds|invalid opcode|coprocessor segment overrun|invalid TSS|segment not present|stack segment|"
         r"alignment check|int3|debug|x87 fault|simd exception|fpu exception|iret exception")
NAME = r"[^\n]{1,64}?"

# The name of a form, the fixed word, what follows it. The program stands before the word, unless the pattern has it.
FORMS = [(name, word, re.compile(re.escape(word) + rest, re.I)) for name, word, rest in (
    ("page fault", "segfault at ", rf"(?P<address>{ANY}) {X86}{ERROR}{MAPPING}"),
    ("trap", "general protection", rf"(?P<trap>)(?: fault)? {X86}{ERROR}{MAPPING}"),
    ("trap", "trap ", rf"(?P<trap>{TRAPS}) {X86}{ERROR}{MAPPING}"),
    ("trap", "control protection", rf"(?P<trap>)(?: fault)? {X86}(?: ssp:{ANY})?{ERROR}{MAPPING}"),
    ("arm64", "unhandled exception: ", rf"(?P<reason>[^\n]{{1,60}}?), ESR (?P<esr>{HEX}), (?P<what>[a-z0-9 -]{{1,60}}?(?= in |\s*$|,)){MAPPING}"),
    ("arm", "unhandled ", rf"(?P<what>[a-z0-9 -]{{1,60}}?) \((?P<signal>\d{{1,2}})\) at (?P<address>{ANY}), (?:esr|code) (?P<esr>{HEX}){MAPPING}"),
    ("powerpc", "unhandled signal ", rf"(?P<signal>\d{{1,2}}) at (?P<address>{ANY}) nip (?P<ip>{ANY}) lr {ANY} code (?P<code>{HEX}){MAPPING}"),
    *(("powerpc", word + " (", rf"(?P<signal>\d{{1,2}})\) at (?P<address>{ANY}) nip (?P<ip>{ANY}) lr {ANY} code (?P<code>{HEX}){MAPPING}")
      for word in ("segfault", "bus error", "illegal instruction", "floating point exception", "unhandled trap", "unknown signal")),
    ("riscv", "unhandled signal ", rf"(?P<signal>\d{{1,2}}) code (?P<code>{HEX}) at (?P<address>{ANY}){MAPPING}"),
    ("mips", "sending SIGSEGV to ", rf"(?P<program>{NAME})(?:\((?P<pid>\d{{1,10}})\))? for (?:invalid|illegal) (?P<access>read|write) access "
                                    rf"(?:from|to)\s{{1,20}}(?P<address>{HEX})(?: \(epc == (?P<ip>{HEX}), ra == {HEX}\))?"),
    ("fatal", "potentially unexpected fatal signal ", r"(?P<signal>\d{1,2})"),
    ("out of memory", "Killed process ", rf"(?P<pid>\d{{1,10}}),? \((?P<program>{NAME})\)"),
    ("out of memory", "Kill process ", rf"(?P<pid>\d{{1,10}}),? \((?P<program>{NAME})\)"),
    ("signal", "ain process exited, ", r"code=(?:killed|dumped), status=(?P<signal>\d{1,2})/[A-Z]{1,10}"),
    ("signal", "pid ", rf"(?P<pid>\d{{1,10}}) \((?P<program>{NAME})\),(?: jid \d{{1,10}},)? uid \d{{1,10}}: exited on signal (?P<signal>\d{{1,2}})"),
)]
# Forms whose parts stand at any place after the word.
OF_MEMORY = {"program": re.compile(rf",task=(?P<value>{NAME}),pid="), "pid": re.compile(r",pid=(?P<value>\d{1,10})")}
OF_AUDIT = {"program": re.compile(rf' comm="(?P<value>{NAME})"'), "pid": re.compile(r" pid=(?P<value>\d{1,10})"),
            "signal": re.compile(r" sig=(?P<value>\d{1,2})")}
SCATTERED = (("out of memory", "oom-kill:", OF_MEMORY), ("signal", "type=1701 ", OF_AUDIT), ("signal", "ANOM_ABEND ", OF_AUDIT))
REACH = 1000  # characters after the word
# What a line has that the readers look at.
WORDS = (*dict.fromkeys(word.strip() for _, word, _ in (*FORMS, *SCATTERED) if word != "pid "), "exited on signal")
# How a line ends that is wrapped within these words.
ENDINGS = tuple({" ".join(word.split()[:count]) for word in WORDS for count in range(1, len(word.split()))})
# Registers that follow on lines of their own, and what to call them.
REGISTERS = [(name, re.compile(pattern)) for name, pattern in (
    ("ip", rf"(?:\bRIP: [0-9a-f]{{4}}:(?:\[<)?|\b(?:s?epc|pc|PC)\s{{0,3}}(?:is at |[:=]) ?)(?P<value>{HEX})"),
    ("sp", rf"(?:\bRSP: [0-9a-f]{{4}}:|\bsp\s{{0,3}}: ?)(?P<value>{HEX})"),
    ("address", rf"(?:\b(?:CR2|badaddr|BadVA|FAR)\s{{0,3}}[:=] ?)(?P<value>{HEX})"),
)]
COMMAND = re.compile(r"\b(?:PID|Pid): (?P<pid>\d{1,10}),? (?:Comm|comm): {1,20}(?P<program>[^\n]{1,15}?) (?:Not tainted|Tainted)")
REGISTER_LINES = 40  # after a message
