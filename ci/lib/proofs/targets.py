"""What is proved: functions of one source, with their contracts, which stand in the source."""
from collections import namedtuple

# name: what the table calls it. defines: macros. unproved: the conditions that must not be provable, as Frama-C prints them.
# options: more words for Frama-C.
Target = namedtuple("Target", "name source functions defines unproved options", defaults=((), (), ()))

# A change of a source after which a proof must fail: of this target, in this function.
Fault = namedtuple("Fault", "target function old new")

# The one check that the sort of 2014 lacked.
LACKING = "(int)(i + 1) < 1024"

SUFFIXES = "suffixes of replicas"
SEARCH = "search of sorted positions"
ORDER = "order of entries"
RUN_SEARCH = "search of a run"
COMPACTION = "compaction of a run"
SMALL_SORTS = "historical sort, up to 1024"
TARGETS = [
    Target(SUFFIXES, "core/placement.c", ("suffix_binary", "suffix_decimal", "suffix_dash_decimal")),
    Target(SEARCH, "core/sorted.h", ("products", "ring_interpolate", "ring_sorted_at", "ring_lower_bound")),
    # Names of nodes are passed as void *: their bytes are what they were.
    Target(ORDER, "core/run.c", ("ring_entry_before",), options=("-wp-model", "Typed+cast")),
    Target(RUN_SEARCH, "core/run.c", ("ring_run_after",)),
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
    Fault(SEARCH, "ring_interpolate", "scale >> 32;", "scale >> 31;"),
    Fault(SEARCH, "ring_interpolate", "count >> 32", "count >> 31"),
    Fault(SEARCH, "ring_sorted_at", "i * step", "i"),
    Fault(SEARCH, "ring_lower_bound", "less > 0 || low == 0", "less > 0 || low <= 1"),
    Fault(SEARCH, "ring_lower_bound", "low < count - NEAR ?", "low < count ?"),
    Fault(SEARCH, "ring_lower_bound", "less < NEAR ||", "less <= NEAR ||"),
    Fault(SEARCH, "ring_lower_bound", "low = middle + 1;", "low = middle;"),
    Fault(ORDER, "ring_entry_before", "a->position < b->position", "a->position > b->position"),
    Fault(ORDER, "ring_entry_before", "a->owner == b->owner", "a->owner != b->owner"),
    Fault(ORDER, "ring_entry_before", "b->owner->size) < 0", "b->owner->size) <= 0"),
    Fault(RUN_SEARCH, "ring_run_after", "position + 1,", "position,"),
    Fault(RUN_SEARCH, "ring_run_after", " || run->count == 0", ""),
    Fault(COMPACTION, "ring_run_drop", "i < count", "i + 1 < count"),
    Fault(COMPACTION, "ring_run_drop", "its_owner != owner) {", "its_owner == owner) {"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++] = entry;", "entries[kept++] = entries[0];"),
    Fault(COMPACTION, "ring_run_drop", "entries[kept++]", "entries[++kept]"),
    Fault(SMALL_SORTS, "quicksort", "right = ends[i];", "right = ends[i] + 1;"),
    Fault(SMALL_SORTS, "quicksort", "i++;", "i += 2;"),
]
