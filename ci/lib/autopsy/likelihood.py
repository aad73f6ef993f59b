"""How likely it is that chance looks like the defect. Without a core dump this is all that can be said."""
import math

from autopsy.signature import ENTRIES, INDEX_LIMIT, low_half

HALF = 1 << 32


def of_any_index():
    """The share of low halves that could be an index past the sort's arrays."""
    return (INDEX_LIMIT - ENTRIES) / HALF


def of_one_as_small(address):
    """The share of low halves that could be one, and are no larger than this one."""
    return max(low_half(address) + 1 - ENTRIES, 0) / HALF


def digits_of_rising(count, step):
    """How many zeros the number has, one in which is the share of random halves that rise by at most `step` each."""
    return math.floor(-math.log10(of_any_index()) - (count - 1) * math.log10(step / HALF))


def in_words(share):
    """3 in 100, 6 in 1,000,000."""
    base = 100
    while share * base < 1 and base < 10 ** 9:
        base *= 10
    return f"{max(round(share * base), 1)} in {base:,}"


def explain(address):
    return (f"by chance: {in_words(of_any_index())} random jumps have a low half that could be such an index, and "
            f"{in_words(of_one_as_small(address))} one as small as this; but any counter or length that is written over half a pointer "
            "looks the same")


def explain_too_large(address):
    return (f"its low half as a ring index would be {low_half(address)}, more than memory holds; of random low halves, "
            f"{round(100 * (1 - of_any_index()))} in 100 are no index")


def numbers(address):
    return {"any_index": round(of_any_index(), 6), "index_as_small": float(f"{of_one_as_small(address):.3g}")}
