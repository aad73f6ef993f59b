/* What is assumed, or defined for the prover alone. ci/prove includes this file before each source.
 *
 *     _Atomic(T)           is T. Frama-C does not know it. No function that is proved uses an atomic
 *                          object.
 *     leading_zeros        stands for __builtin_clzll, and trailing_zeros for __builtin_ctz. Their
 *                          contracts say in several ways what GCC's manual says: how many 0-bits
 *                          lead or trail. Frama-C's own say only that these are fewer than all. The
 *                          last line is arithmetic that the provers do not know.
 *     NDEBUG               is defined: each assertion stands for a requirement that is proved, or
 *                          asserted at callers that are not.
 *     struct line          is a union of two structs, which do not overlap for the prover. No
 *                          function that is proved writes one and then reads the other.
 *     legacy_compare_any   stands for the comparison that is passed to the historical sort. It
 *                          changes nothing, and may answer anything. If it orders, what it sorts is
 *                          in order: see repro/legacy/sort.c.
 *     variable-length arrays of the historical sort have constant lengths: see repro/legacy/sort.c.
 *     compare_bytes        stands for memcmp. Its contract is that of C11 7.24.4.1: the sign is that
 *                          of the first difference. Frama-C's own says nothing of unsigned bytes.
 *     Integers have the sizes of x86-64. Unsigned ones wrap, as C says: only signed ones are proved
 *                          not to overflow.
 *     Constant tables are apart from all that functions write: the memory model takes that for
 *                          granted, and C makes it so (C11 6.7.3).
 *     A void pointer is like a pointer to bytes (Typed+cast), where targets.py says so: the memory
 *                          model does not know what void pointers lead to. Wrong only where memory
 *                          is written by one type and read by another.
 *
 * Assumed in the sources:
 *
 *     conversion           axioms remainder, short_remainder in core/arcs/proof.h: C converts to
 *                          uint64_t and uint16_t by taking the remainder (C11 6.3.1.3). The provers
 *                          know that only of numbers that fit. core/tests/laws.c tries what follows
 *                          from it.
 *     order                in core/proof.h and repro/legacy/sort.c: that nodes have ranks, and items
 *                          keys. No axiom says anything of these.
 *     kinds                axioms is_only, is_below, is_within in core/proof.h: what three kinds of
 *                          entries are.
 *     counting             axioms none, same in core/proof.h, and
 *     laws                 axioms one, parts in core/proof.h: of the number of entries of a kind, only
 *                          these four laws are assumed, and which entries it reads. laws.c proves
 *                          them of a definition, for indexes of 64 bits, and for memories that
 *                          differ in an array of entries.
 *     ring_compare_names   a contract in core/proof.h: it orders names as numbers, their ranks, are
 *                          ordered. core/nodes.c proves that its order is strict and total, as that
 *                          of numbers is. It reads the names. Functions that compare entries do not
 *                          require that these can be read: AddressSanitizer tells.
 *     memcpy, memset       contracts of Frama-C (-instantiate)
 *     parser_fail          a contract in fuzz/program/trace_parser.h: it writes a message, which
 *                          nothing there reads.
 *     program_bytes        and program_repeat, program_append_node, program_append, program_set:
 *                          contracts in fuzz/program/operations.h. The prover does not know memory
 *                          that is allocated. AddressSanitizer, in the fuzz targets, checks what is
 *                          read, and assertions the number of operations.
 *     parser_string        a contract in fuzz/program/trace_parser.h, which memory_resize would have
 *                          to prove: what it allocates for read_once has the room that is asked for.
 *     is_same, find_byte   contracts in fuzz/program/trace_read.c: strcmp and memchr change nothing,
 *                          and what memchr finds is within the bytes. Results of find_byte and
 *                          parser_string are asserted. The second word of is_same is a literal, which
 *                          ends, or what trace_outcome_name returns.
 *     rule_named           and subject_named, trace_outcome_name, program_expect: contracts in the
 *                          headers of fuzz. They read a name up to its zero.
 *     rules_in_all         axioms more_than_ten in fuzz/program/rules.h: there are more than 10 rules.
 *     rule_count           a contract there: it returns that number.
 *
 * What functions require of callers that are not proved:
 *
 *     memory               that can be read and written: AddressSanitizer tells.
 *     runs in order        merging and compaction assert it of the entries that they compare, in
 *                          builds without NDEBUG, such as those of fuzz targets with sanitizers. In
 *                          fuzz targets, ring_check() tells of runs that are searched.
 *     objects apart        sorting, merging, compaction, and decoders assert that what they write
 *                          overlaps nothing else. What parser_string allocates is apart from all, as
 *                          C says of malloc (C11 7.22.3).
 *     arcs, lines, chains  and indexes, rules, suffixes, the table of names: asserted in the same
 *                          builds. core/tests/test_contracts.c sees each assertion of the ring fail
 *                          that another file can break.
 *     programs             that one is empty before bytes_decode(), and has an operation before one
 *                          is filled; outcomes; sizes: asserted in the same builds.
 *                          fuzz/tests/test_contracts.c sees each assertion fail.
 *     the sort of 2014     that it gets at most 2^31 - 2 items, and that comparing changes nothing:
 *                          not checked.
 *
 * Not proved: that variables are set before they are read. MemorySanitizer and Valgrind tell.
 */
#include <stdatomic.h>
#include <string.h>

#define NDEBUG
#undef _Atomic
#define _Atomic(type) type

/*@ requires number != 0;
    assigns \nothing;
    ensures 0 <= \result <= 63 && number >> (63 - \result) == 1;
    ensures 1 << (63 - \result) <= number < 2 << (63 - \result);
    ensures number <= 0xffffffff ==> \result >= 32;
    ensures (63 ^ \result) == 63 - \result;
 */
int leading_zeros(unsigned long long number);
#define __builtin_clzll leading_zeros

/*@ requires number != 0;
    assigns \nothing;
    ensures 0 <= \result <= 31 && (number >> \result) % 2 == 1;
    ensures 1 <= number >> \result <= number;
    ensures number == (number >> \result) << \result;
 */
int trailing_zeros(unsigned number);
#define __builtin_ctz trailing_zeros

struct legacy_item;
/*@ assigns \nothing; */
int legacy_compare_any(const struct legacy_item *a, const struct legacy_item *b);

/*@ requires \valid_read((unsigned char *)a + (0 .. size - 1));
    requires \valid_read((unsigned char *)b + (0 .. size - 1));
    assigns \nothing;
    ensures \result == 0 ==> \forall integer i;
      0 <= i < size ==> ((unsigned char *)a)[i] == ((unsigned char *)b)[i];
    ensures \result < 0 ==> \exists integer i; 0 <= i < size &&
      ((unsigned char *)a)[i] < ((unsigned char *)b)[i] && \forall integer k;
      0 <= k < i ==> ((unsigned char *)a)[k] == ((unsigned char *)b)[k];
    ensures \result > 0 ==> \exists integer i; 0 <= i < size &&
      ((unsigned char *)a)[i] > ((unsigned char *)b)[i] && \forall integer k;
      0 <= k < i ==> ((unsigned char *)a)[k] == ((unsigned char *)b)[k];
 */
int compare_bytes(const void *a, const void *b, size_t size);
#define memcmp compare_bytes
