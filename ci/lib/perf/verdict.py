"""What becomes of measurements: verdicts."""
import statistics

import scipy.stats

INSTRUCTIONS_FLOOR = 0.0085  # 1 %, less what addresses alone make: 0.12 % was the most in 300 pairs
TIME_FLOOR = 0.05  # below, two builds of the same sources differ by where their loops lie
TIME_CHANCE = 0.01  # of a difference as large where there is none; and a second run must have it, too


def of_instructions(base, head):
    change = head / base - 1
    if change >= INSTRUCTIONS_FLOOR:
        return "slower"
    return "faster" if change <= -INSTRUCTIONS_FLOOR else "same"


def change_of_times(base, head):
    return statistics.median(head) / statistics.median(base) - 1


def of_times(base, head):
    """The test and the size of the effect must agree. What is large and not sure is unstable; what is small does not count."""
    change = change_of_times(base, head)
    differ = scipy.stats.mannwhitneyu(base, head, alternative="two-sided").pvalue < TIME_CHANCE
    large = abs(change) >= TIME_FLOOR
    if differ and large:
        return "slower" if change > 0 else "faster"
    return "unstable" if large else "same"


def of_two_runs(first, second):
    """A difference counts if an independent second run has it, too."""
    if first in ("same", "unstable"):
        return first
    return first if first == second else "unstable"
