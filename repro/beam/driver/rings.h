/* The rings of one port, by number, and what commands do to them. Which kind of rings they are is
 * decided by what is linked in: see engine.h. */
#ifndef REPRO_BEAM_RINGS_H
#define REPRO_BEAM_RINGS_H

#include "command.h"
#include "reply.h"

struct rings;

/* All memory comes from `allocator`, of which both functions must be set. NULL: no memory. */
struct rings *rings_create(const struct ring_allocator *allocator);

/* Gives everything back. O(nodes) of all its rings. */
void rings_destroy(struct rings *rings);

/* About how long the command will keep a thread, in nanoseconds, and how long rings_destroy() will. An
 * estimate from sizes alone: O(1), and O(enough): it need not count on beyond that. */
uint64_t rings_work(const struct rings *rings, const struct command *command);
uint64_t rings_work_to_destroy(const struct rings *rings, uint64_t enough);

/* Does it. Where the answer is not STATUS_DONE, nothing has changed. What `reply` refers to is valid
 * until the next command. Names in it are to be given back by rings_release(). */
void rings_execute(struct rings *rings, const struct command *command, struct reply *reply);
void rings_release(struct rings *rings, struct reply *reply);

#endif
