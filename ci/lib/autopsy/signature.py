"""The marks that the historical sort leaves on an address.

Its `starts` and `ends` hold 1024 ints each, on the C stack, and nothing checks that they suffice. What is
written behind them are ring indices, four bytes each: one of them turns a pointer into the upper half of
what it was and an index. A jump or an access through such a pointer is the crash.
"""

ENTRIES = 1024
# Points of such a ring would take gigabytes, and sorting them hours.
INDEX_LIMIT = 1 << 27
# Where the kernel puts position-independent programs, libraries and stacks on x86-64.
CODE_HALVES = range(0x5555, 0x8000)
NULL_LIMIT = 1 << 16  # a null pointer and the offset of a member
NEAR_STACK = 1 << 16  # how far below the stack pointer a frame that is just being made may reach
USER_LIMIT = 1 << 47


def upper_half(address):
    return address >> 32


def low_half(address):
    return address & 0xFFFFFFFF


def holds_index(address):
    """The sort's `starts` rise by one at least from entry to entry: behind 1024 of them, no index is below."""
    return ENTRIES <= low_half(address) < INDEX_LIMIT


def is_half_code(address):
    return upper_half(address) in CODE_HALVES and holds_index(address)


def is_half_stack(address, stack):
    """As above, of a pointer into the stack: optimised builds keep the arrays' addresses behind the arrays."""
    return upper_half(address) == upper_half(stack) and holds_index(address) and abs(address - stack) > INDEX_LIMIT


def is_near_stack(address, stack):
    return abs(address - stack) <= NEAR_STACK


def shown(address):
    return f"0x{address:016x}"


def split(address):
    """The two halves, to be read side by side."""
    return f"0x{upper_half(address):08x} : 0x{low_half(address):08x}"


def explain_index(address):
    low = low_half(address)
    return (f"its low half, 0x{low:x}, is {low} as a ring index: the ring had at least {low + 1} points, "
            f"more than the sort's {ENTRIES} entries and no more than fit into memory")
