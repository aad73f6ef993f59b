/* The memory that a stand-in for the Erlang VM gives to native code. */
#ifndef REPRO_BEAM_STAND_IN_MEMORY_H
#define REPRO_BEAM_STAND_IN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* A block of exactly this size, or NULL if no allocation is allowed any more. */
void *vm_allocate(size_t size);
void vm_release(void *block);

/* Counts an allocation without a block. Returns false if none is allowed any more. */
bool vm_allocates(void);

/* From now on, `count` allocations succeed and all later ones fail. SIZE_MAX: no limit. */
void vm_limit_allocations(size_t count);
size_t vm_refusals(void); /* allocations refused so far */
size_t vm_blocks(void);   /* blocks that native code holds */
size_t vm_bytes(void);    /* that they have, or a few more */

#endif
