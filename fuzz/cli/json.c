#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "../base/exit_status.h"
#include "../base/terminal.h"
#include "../base/text.h"
#include "../program/trace.h"
#include "output.h"

static _Noreturn void stop(void)
{
    message("no memory for a line of JSON: free some, or leave out --json");
    exit(EXIT_USAGE);
}

void json_set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value) != 0) {
        stop();
    }
}

void json_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) {
        stop();
    }
}

json_t *json_line(const char *type)
{
    json_t *line = json_object();
    json_set(line, "type", json_string(type));
    return line;
}

void json_print(json_t *line)
{
    /* At once: the process may crash next. output_status() looks for errors. */
    (void)json_dumpf(line, output_lines(), JSON_COMPACT | JSON_ENSURE_ASCII);
    (void)putc('\n', output_lines());
    (void)fflush(output_lines());
    json_decref(line);
}

/* What is written between the two calls becomes a JSON string. */
struct written {
    FILE *out;
    char *text;
    size_t size;
};

static FILE *begin_text(struct written *written)
{
    *written = (struct written){.text = NULL};
    written->out = open_memstream(&written->text, &written->size);
    if (written->out == NULL) {
        stop();
    }
    return written->out;
}

static json_t *end_text(struct written *written)
{
    (void)fclose(written->out);
    json_t *value = json_stringn(written->text, written->size);
    free(written->text);
    return value;
}

json_t *json_bytes(struct ring_bytes bytes)
{
    struct written written;
    text_write_escaped(begin_text(&written), bytes);
    return end_text(&written);
}

json_t *json_trigger(const struct trigger *trigger)
{
    struct written written;
    trigger_write(begin_text(&written), trigger);
    return end_text(&written);
}

json_t *json_text(const char *text)
{
    json_t *value = json_string(text);
    return value != NULL ? value : json_bytes((struct ring_bytes){text, strlen(text)});
}

json_t *json_long(uint64_t number)
{
    return json_sprintf("%llu", (unsigned long long)number);
}

json_t *json_count(uint64_t count)
{
    return json_integer((json_int_t)count);
}

static json_t *nodes_of(const struct operation *operation)
{
    json_t *nodes = json_array();
    for (size_t i = 0; i < operation->count; i++) {
        json_t *node = json_object();
        json_set(node, "name", json_bytes(operation->nodes[i].name));
        if (operation->kind != OP_REMOVE) {
            json_set(node, "replicas", json_count(operation->nodes[i].replicas));
        }
        json_append(nodes, node);
    }
    return nodes;
}

json_t *json_operation(const struct operation *operation)
{
    json_t *object = json_object();
    json_set(object, "kind", json_string(trace_verbs[operation->kind]));
    if (operation->kind == OP_FIND || operation->kind == OP_FIND_N) {
        json_set(object, "key", json_bytes(operation->key));
    } else if (operation->kind != OP_USE && operation->kind != OP_RENEW) {
        json_set(object, "nodes", nodes_of(operation));
    }
    if (operation->kind == OP_FIND_N || operation->kind == OP_USE) {
        json_set(object, "n", json_long(operation->n));
    }
    return object;
}

json_t *json_operations(const struct program *program)
{
    json_t *operations = json_array();
    for (size_t i = 0; i < program->count; i++) {
        json_append(operations, json_operation(&program->operations[i]));
    }
    return operations;
}

void json_set_trial(json_t *object, const struct trial *trial)
{
    static const char *const verdicts[] = {
        [TRIAL_AGREED] = "agreed", [TRIAL_DIFFERENCE] = "difference", [TRIAL_CRASH] = "crash",
        [TRIAL_TIMEOUT] = "hang",  [TRIAL_STOPPED] = "stopped",
    };
    static const char *const places[] = {
        [CHECK_RUNS] = "operation",   [CHECK_CREATES] = "create", [CHECK_LISTS] = "list",
        [CHECK_DESTROYS] = "destroy", [CHECK_IS_DONE] = "end",
    };
    const struct finding *finding = &trial->finding;
    json_set(object, "verdict", json_string(verdicts[trial->verdict]));
    if (trial->verdict == TRIAL_AGREED) {
        if (finding->cannot) {
            json_set(object, "cannot", json_count(finding->operation + 1));
        }
        return;
    }
    json_set(object, "operation", json_count(finding->operation + 1));
    json_set(object, "place", json_string(places[finding->phase]));
    if (finding->borrowed) {
        json_set(object, "borrowed", json_true());
    }
    if (trial->verdict == TRIAL_DIFFERENCE) {
        json_set(object, "what", json_text(finding->what));
        json_set(object, "expected", json_text(finding->expected));
        json_set(object, "got", json_text(finding->got));
    } else {
        char ending[80];
        isolate_describe(trial->ending, ending, sizeof ending);
        json_set(object, "ending", json_string(ending));
    }
}
