"""Turns measurements into verdicts: same, slower, faster, unstable, layout or trade."""
import math
import statistics

import scipy.stats

from perf.rules import FLOORS

TIME_CHANCE = 0.01  # the p-value below which a difference counts; a second run must confirm it
CONFIDENCE = 0.95  # of intervals


def of_instructions(base, head, floor=FLOORS["instructions"]):
    change = head / base - 1
    if change >= floor:
        return "slower"
    return "faster" if change <= -floor else "same"


def of_counts(counts, floor=FLOORS["instructions"]):
    """`counts` are those of base and head, and again of both if they may differ: then a difference may not exceed theirs."""
    spread = max(abs(again / once - 1) for once, again in zip(counts, counts[2:] or counts))
    return of_instructions(*counts[:2], floor) if spread < floor / 2 else "unstable"


def change_of_times(base, head):
    return statistics.median(head) / statistics.median(base) - 1


def p_of_times(base, head):
    return float(scipy.stats.mannwhitneyu(base, head, alternative="two-sided").pvalue)


def interval_of_times(base, head):
    """An interval of the change, by the same ranks as the p-value (Moses): from the ratios of all pairs of times."""
    ratios = sorted(second / first for first in base for second in head)
    spread = math.sqrt(len(ratios) * (len(base) + len(head) + 1) / 12)
    outside = max(0, math.floor(len(ratios) / 2 - scipy.stats.norm.ppf((1 + CONFIDENCE) / 2) * spread))
    return ratios[outside] - 1, ratios[-1 - outside] - 1


def of_times(base, head, floor=FLOORS["time"]):
    """A difference counts if it is large and, by the test, unlikely to be chance. Otherwise a large one is unstable."""
    change = change_of_times(base, head)
    large = abs(change) >= floor
    if large and p_of_times(base, head) < TIME_CHANCE:
        return "slower" if change > 0 else "faster"
    return "unstable" if large else "same"


def of_two_runs(first, second):
    """A difference counts only if a second, independent run confirms it."""
    if first in ("same", "unstable"):
        return first
    return first if first == second else "unstable"


def of_both(instructions, time):
    """The verdict of a workload, and which figure decides it. Time decides where it differs for sure, because it is what users
    wait for; otherwise instructions do, which show what is too small for times."""
    if {instructions, time} == {"slower", "faster"}:
        return "trade", "both"
    if time in ("slower", "faster"):
        return time, "both" if time == instructions else "time"
    if instructions in ("slower", "faster"):
        return instructions, "instructions"
    if instructions == "unstable" and time == "same":
        return "unstable", "instructions"
    return time, "both" if time == instructions == "same" else "time"
