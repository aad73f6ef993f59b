"""Turns measurements into verdicts: same, slower, faster or unstable."""
import statistics

import scipy.stats

INSTRUCTIONS_FLOOR = 0.0085  # 1 %, minus what different addresses alone can change: ci/perf-selftest prints that
TIME_FLOOR = 0.05  # smaller differences can come from the addresses of loops alone
TIME_CHANCE = 0.01  # the p-value below which a difference counts; a second run must confirm it


def of_instructions(base, head):
    change = head / base - 1
    if change >= INSTRUCTIONS_FLOOR:
        return "slower"
    return "faster" if change <= -INSTRUCTIONS_FLOOR else "same"


def change_of_times(base, head):
    return statistics.median(head) / statistics.median(base) - 1


def of_times(base, head):
    """A difference counts if it is large and, by the test, unlikely to be chance. Otherwise a large one is unstable."""
    change = change_of_times(base, head)
    differ = scipy.stats.mannwhitneyu(base, head, alternative="two-sided").pvalue < TIME_CHANCE
    large = abs(change) >= TIME_FLOOR
    if differ and large:
        return "slower" if change > 0 else "faster"
    return "unstable" if large else "same"


def of_two_runs(first, second):
    """A difference counts only if a second, independent run confirms it."""
    if first in ("same", "unstable"):
        return first
    return first if first == second else "unstable"
