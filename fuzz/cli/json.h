/* JSON Lines for --json: one object a line. output.schema.json describes them. */
#ifndef FUZZ_CLI_JSON_H
#define FUZZ_CLI_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "../check/trial.h"
#include "../search/trigger.h"

/* An object whose "type" is this. */
json_t *json_line(const char *type);

/* Prints it on output_lines(), and frees it. */
void json_print(json_t *line);

/* Sets a member. `value` then belongs to the object. */
void json_set(json_t *object, const char *name, json_t *value);
void json_append(json_t *array, json_t *value);

/* Any text: bytes that are not UTF-8 become \xHH. */
json_t *json_text(const char *text);

/* A name or key, which may have any bytes, as it stands in a trace between its quotes. */
json_t *json_bytes(struct ring_bytes bytes);

/* Decimal digits in a string: programs that read JSON round numbers of 64 bits. */
json_t *json_long(uint64_t number);

/* A count. */
json_t *json_count(uint64_t count);

json_t *json_operation(const struct operation *operation);
json_t *json_operations(const struct program *program);

json_t *json_trigger(const struct trigger *trigger);

/* Sets what came out of running a program: "verdict", and what goes with it. */
void json_set_trial(json_t *object, const struct trial *trial);

#endif
