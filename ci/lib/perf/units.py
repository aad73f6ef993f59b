"""Figures that a person reads."""


def scaled(value, names):
    """Four digits, and the name of the power of 1000 that suits them."""
    for name in names:
        if abs(value) < 999.95 or name == names[-1]:
            break
        value /= 1000
    return (f"{value:.3f}" if abs(value) < 1 else f"{value:#.4g}" if abs(value) < 999.95 else f"{value:.0f}") + name


def instructions(value):
    return f"{value:.0f}" if value < 1000 and value == int(value) else scaled(value, ["", "k", "M", "G"])


def time(nanoseconds):
    return scaled(nanoseconds, [" ns", " us", " ms", " s"])


def change(share):
    return f"{share:+.2%}" if abs(share) < 0.1 else f"{share:+.1%}"


def interval(low, high):
    return f"{low:+.1%} to {high:+.1%}"


def p(value):
    return "<0.0001" if value < 0.0001 else f"{value:.2g}"
