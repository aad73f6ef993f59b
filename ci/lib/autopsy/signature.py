"""How to recognise an address that the historical sort has overwritten.

The sort's arrays `starts` and `ends` hold 1024 ints each, on the C stack, and nothing checks that this is enough. Past
their end it writes ring indices of four bytes each. One of them replaces the low half of a pointer. A jump or an access
through that pointer is the crash.
"""

ENTRIES = 1024
# A larger ring would need gigabytes, and hours for each sort.
INDEX_LIMIT = 1 << 27
# Where the kernel puts position-independent programs, libraries and stacks on x86-64.
CODE_HALVES = range(0x5555, 0x8000)
NULL_LIMIT = 1 << 16  # a null pointer plus the offset of a member
NEAR_STACK = 1 << 16  # how far below the stack pointer a new frame may reach
USER_LIMIT = 1 << 47


def upper_half(address):
    return address >> 32


def low_half(address):
    return address & 0xFFFFFFFF


def holds_index(address):
    """Whether the low half can be an index that the sort wrote past its arrays. Entries of `starts` rise by at least
    one, so entry 1024 and later ones are at least 1024."""
    return ENTRIES <= low_half(address) < INDEX_LIMIT


def is_half_code(address):
    return upper_half(address) in CODE_HALVES and holds_index(address)


def is_half_stack(address, stack):
    """Whether it is half a stack address and an index. Optimised builds keep pointers to the arrays after the arrays."""
    return upper_half(address) == upper_half(stack) and holds_index(address) and abs(address - stack) > INDEX_LIMIT


def is_near_stack(address, stack):
    return stack is not None and abs(address - stack) <= NEAR_STACK


def shown(address):
    return f"0x{address:016x}"


def split(address):
    """The two halves of an address, to compare them separately."""
    return f"0x{upper_half(address):08x} : 0x{low_half(address):08x}"


def explain_index(address):
    low = low_half(address)
    return (f"its low half, 0x{low:x}, is {low} as a ring index: the ring had at least {low + 1} points, "
            f"which is more than the sort's {ENTRIES} entries and fits into memory")
