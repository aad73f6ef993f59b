/* A hash table from byte strings to positions, which also keeps a copy of each string. */
#ifndef FUZZ_SUBJECTS_TABLE_H
#define FUZZ_SUBJECTS_TABLE_H

#include <ringproof/ring.h>

struct table_entry {
    uint64_t hash;
    uint64_t *positions; /* `count` of them, made with memory_resize() */
    size_t count;
    size_t size;
    unsigned char bytes[];
};

/* Zeroed, a table is empty. */
struct table {
    struct table_entry **entries;
    size_t room, count;
    size_t bytes; /* in all strings */
};

/* The entry of the string, which is made if there is none, without positions. Valid until
 * table_clear(). */
struct table_entry *table_entry(struct table *table, struct ring_bytes string);

void table_clear(struct table *table);

#endif
