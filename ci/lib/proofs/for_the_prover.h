/* What is assumed, or defined for the prover alone. ci/prove includes this file before each source.
 *
 *     _Atomic(T)           is T. Frama-C does not know it. No function that is proved uses an atomic
 *                          object.
 *     RING_PLAIN           is defined: the builtins of gcc have no contract. What is proved of
 *                          ring_top_bit and ring_low_bit is proved of their plain forms.
 *     struct line          has two views, which do not overlap for the prover. No function that is
 *                          proved writes one and then reads the other.
 *     legacy_compare_any   stands for the comparison that is passed to the historical sort. It may
 *                          answer anything, and changes nothing.
 *     variable-length arrays of the historical sort have constant lengths: see repro/legacy/sort.c.
 *     Integers have the sizes of x86-64.
 */
#include <stdatomic.h>

#undef _Atomic
#define _Atomic(type) type
#define RING_PLAIN

struct legacy_item;
/*@ assigns \nothing; */
int legacy_compare_any(const struct legacy_item *a, const struct legacy_item *b);
