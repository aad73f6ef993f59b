/* The rings of one port, by number, and the commands on them. The linked engine (engine.h) decides
 * which ring implementation they use. */
#ifndef REPRO_BEAM_RINGS_H
#define REPRO_BEAM_RINGS_H

#include "command.h"
#include "reply.h"

struct rings;

/* All memory comes from `allocator`, which must have both functions. Returns NULL if memory runs out. */
struct rings *rings_create(const struct ring_allocator *allocator);

/* Frees everything. O(nodes in all rings). */
void rings_destroy(struct rings *rings);

/* Estimates, in nanoseconds, how long the command or rings_destroy() will take. The estimate uses only
 * sizes. rings_work() is O(1); rings_work_to_destroy() stops counting once it exceeds `enough`. */
uint64_t rings_work(const struct rings *rings, const struct command *command);
uint64_t rings_work_to_destroy(const struct rings *rings, uint64_t enough);

/* Runs the command and sets *reply. A status other than STATUS_DONE means that nothing changed. What
 * *reply points to is valid until the next command. Call rings_release() on every reply: it frees the
 * array of names. */
void rings_execute(struct rings *rings, const struct command *command, struct reply *reply);
void rings_release(struct rings *rings, struct reply *reply);

#endif
