#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../base/memory.h"

static void place(struct table *table, struct table_entry *entry)
{
    size_t at = (size_t)entry->hash & (table->room - 1);
    while (table->entries[at] != NULL) {
        at = (at + 1) & (table->room - 1);
    }
    table->entries[at] = entry;
}

static void grow(struct table *table)
{
    struct table_entry **old = table->entries;
    size_t old_room = table->room;
    table->room = old_room > 0 ? 2 * old_room : 64;
    table->entries = memory_resize(NULL, table->room, sizeof(struct table_entry *));
    memset((void *)table->entries, 0, table->room * sizeof(struct table_entry *));
    for (size_t i = 0; i < old_room; i++) {
        if (old[i] != NULL) {
            place(table, old[i]);
        }
    }
    free((void *)old);
}

struct table_entry *table_entry(struct table *table, struct ring_bytes string)
{
    uint64_t hash = XXH3_64bits(string.data, string.size);
    if (2 * table->count >= table->room) {
        grow(table);
    }
    for (size_t at = (size_t)hash & (table->room - 1); table->entries[at] != NULL;
         at = (at + 1) & (table->room - 1)) {
        struct table_entry *entry = table->entries[at];
        if (entry->hash == hash && entry->size == string.size &&
            (string.size == 0 || memcmp(entry->bytes, string.data, string.size) == 0)) {
            return entry;
        }
    }
    struct table_entry *entry = memory_resize(NULL, sizeof *entry + string.size, 1);
    *entry = (struct table_entry){.hash = hash, .size = string.size};
    if (string.size > 0) {
        memcpy(entry->bytes, string.data, string.size);
    }
    place(table, entry);
    table->count++;
    table->bytes += sizeof *entry + string.size;
    return entry;
}

void table_clear(struct table *table)
{
    for (size_t i = 0; i < table->room; i++) {
        if (table->entries[i] != NULL) {
            free(table->entries[i]->positions);
            free(table->entries[i]);
        }
    }
    free((void *)table->entries);
    *table = (struct table){.room = 0};
}
