"""What is proved: functions of one source, with their contracts, which stand in the source."""
from collections import namedtuple

# name: what the table calls it. defines: macros. unproved: the conditions that must not be provable, as Frama-C prints them.
Target = namedtuple("Target", "name source functions defines unproved", defaults=((), ()))

# A change of a source after which a proof must fail: of this target, in this function.
Fault = namedtuple("Fault", "target function old new")

# The one check that the sort of 2014 lacked.
LACKING = "(int)(i + 1) < 1024"

SUFFIXES = "suffixes of replicas"
COMPACTION = "compaction of a run"
SMALL_SORTS = "historical sort, up to 1024"
TARGETS = [
    Target(SUFFIXES, "core/placement.c", ("suffix_binary", "suffix_decimal", "suffix_dash_decimal")),
    Target(COMPACTION, "core/run.c", ("ring_run_drop",)),
    Target("historical sort, any number", "repro/legacy/sort.c", ("quicksort", "swap"), unproved=(LACKING,)),
    Target(SMALL_SORTS, "repro/legacy/sort.c", ("quicksort", "swap"), ("LEGACY_SORT_ITEMS_MAX=LEGACY_SORT_ENTRIES",)),
]

FAULTS = [
    Fault(SUFFIXES, "suffix_binary", "i < 4; i++", "i <= 4; i++"),
    Fault(SUFFIXES, "suffix_binary", "replica >> 8 * i", "replica >> 7 * i"),
    Fault(SUFFIXES, "suffix_decimal", "reversed[10]", "reversed[9]"),
    Fault(SUFFIXES, "suffix_decimal", "while (replica > 0)", "while (replica > 9)"),
    Fault(SUFFIXES, "suffix_decimal", "reversed[count - 1 - i]", "reversed[i]"),
    Fault(SUFFIXES, "suffix_dash_decimal", "suffix_decimal(suffix + 1, replica)", "suffix_decimal(suffix + 2, replica)"),
    Fault(COMPACTION, "ring_run_drop", "i < count", "i + 1 < count"),
    Fault(COMPACTION, "ring_run_drop", "its_owner != owner) {", "its_owner == owner) {"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++] = entry;", "entries[kept++] = entries[0];"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++]", "entries[++kept]"),
    Fault(SMALL_SORTS, "quicksort", "right = ends[i];", "right = ends[i] + 1;"),
    Fault(SMALL_SORTS, "quicksort", "i++;", "i += 2;"),
]
