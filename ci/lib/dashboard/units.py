"""What units mean: how long units of time are, and which values of a unit are better."""
import re

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
OTHER_NAMES = {"nsec": "ns", "usec": "us", "µs": "us", "μs": "us", "msec": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
               "nanosecond": "ns", "nanoseconds": "ns", "microsecond": "us", "microseconds": "us", "millisecond": "ms", "milliseconds": "ms"}
PER = re.compile(r"\s*(?:/|\bper\b)\s*")
RATES = {"hz", "khz", "mhz", "ghz", "fps", "qps", "rps", "tps", "iops", "bps", "kbps", "mbps", "gbps", "flops", "gflops", "ops"}
LONG_TIMES = {"min", "mins", "minute", "minutes", "h", "hour", "hours"}
COSTS = {*LONG_TIMES, "instructions", "cycles", "byte", "bytes", "b", "kb", "kib", "mb", "mib", "gb", "gib", "allocs", "allocations", "misses", "faults"}


def time_unit(unit):
    """ns, us, ms or s, for a unit of time such as "nsec" or "ns/iter"; None for another."""
    name = PER.split(unit.strip())[0]
    if is_rate(unit):
        return None
    return OTHER_NAMES.get(name, name) if OTHER_NAMES.get(name, name) in NANOSECONDS else None


def is_rate(unit):
    """Whether it counts something in a unit of time, such as "ops/s"."""
    words = PER.split(re.sub(r"\(.*", "", unit).strip().lower())
    if len(words) == 1:
        return words[0] in RATES
    return any(word in OTHER_NAMES or word in NANOSECONDS or word in LONG_TIMES for word in words[1:])


def better_of_unit(unit, otherwise="neither"):
    """Which values are better, as far as the unit tells."""
    if is_rate(unit):
        return "bigger"
    cost = PER.split(unit.strip().lower())[0] in COSTS
    return "smaller" if cost or time_unit(unit) else otherwise


def converted(value, unit, target):
    """The value in another unit of time. Units that differ in words alone, such as "sec" and "s", have one factor."""
    factor = NANOSECONDS[time_unit(unit)] / NANOSECONDS[time_unit(target)]
    return value if factor == 1 else value * factor
