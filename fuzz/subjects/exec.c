#include "exec.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/terminal.h"
#include "declarations.h"
#include "process.h"
#include "protocol.h"
#include "protocol_words.h"
#include "table.h"

/* How long a process may take to start. */
#define START_SECONDS 20
/* Statements that are sent before their answers are read. */
#define WINDOW 256
/* Positions are kept until they need more memory than this. */
#define CACHE_BYTES_MAX ((size_t)64 << 20)
/* Names that a ring answered are kept until it changes, if they are that many. */
#define NAMES_MAX 65536

enum { SUBJECTS = 2, RINGS = 16 };

struct remote {
    struct subject subject;
    struct protocol_declarations declarations;
    char *command;
    pid_t user; /* who uses the process: after a fork it is another's */
    struct process *process;
    struct process *reserve;    /* started before a fork, for the first child that wants one */
    atomic_bool *reserve_taken; /* shared by all processes */
    bool reserve_greeted;       /* its first line has been read */
    bool taken[RINGS];          /* the numbers of rings in use */
    unsigned int used;          /* the ring that the process was last told to use */
    struct table points;        /* positions of each node's points, from 0 on */
    struct table keys;          /* one position each */
    size_t cached;              /* bytes in the positions of `points` */
    struct protocol_answer answer;
};

static struct remote remotes[SUBJECTS];

struct remote_ring {
    struct remote *remote;
    unsigned int number;
    size_t nodes;              /* in the ring, if its answers are right */
    struct table came;         /* their names, and those of nodes that left: `count` is 1, or 0 */
    struct table names;        /* that it answered */
    struct ring_point *points; /* the answer to `list` */
    size_t point_count;
};

/* ENDS */

static const char *describe(struct process_end end, char *text, size_t size)
{
    switch (end.ending) {
    case PROCESS_EXITED:
        (void)snprintf(text, size, "it ended with status %d", end.number);
        break;
    case PROCESS_KILLED:
        (void)snprintf(text, size, "it was killed by SIG%s", sigabbrev_np(end.number));
        break;
    case PROCESS_CLOSED:
        (void)snprintf(text, size, "it closed its standard output");
        break;
    case PROCESS_LATE:
        (void)snprintf(text, size, "it wrote no line within %d seconds", START_SECONDS);
        break;
    case PROCESS_TOO_LONG:
        (void)snprintf(text, size, "it wrote a line of more than %zu bytes", PROCESS_LINE_MAX);
        break;
    }
    return text;
}

/* What was last said of a process that failed: shared, since a child says it and its parent reads
 * it. NULL: no such subject is open. */
static char *last_words;

#define LAST_WORDS_MAX 1024

const char *subject_exec_last_words(void)
{
    return last_words != NULL ? last_words : "";
}

void subject_exec_forget_words(void)
{
    if (last_words != NULL) {
        last_words[0] = '\0';
    }
}

/* Ends this process as that of the ring has ended. */
static _Noreturn void end_alike(struct process *process)
{
    char text[80];
    struct process_end end = process_end(process);
    size_t said = strlen(end.said);
    (void)fflush(NULL);
    (void)snprintf(last_words, LAST_WORDS_MAX, "%s",
                   end.said + (said < LAST_WORDS_MAX ? 0 : said - LAST_WORDS_MAX + 1));
    message("the process of the ring: %s%s%s", describe(end, text, sizeof text),
            end.said[0] != '\0' ? "; it wrote:\n" : "", end.said);
    if (end.ending == PROCESS_KILLED) {
        (void)signal(end.number, SIG_DFL);
        (void)raise(end.number);
    }
    _exit(end.ending == PROCESS_EXITED && end.number != 99 ? end.number : EXEC_MISANSWERED);
}

#define SHOWN_MAX 200

static _Noreturn void misanswered(const char *why, const char *statement, const char *line,
                                  size_t size)
{
    (void)fflush(NULL);
    (void)snprintf(last_words, LAST_WORDS_MAX, "to %s, it answered: %.*s\n%s", statement,
                   size < SHOWN_MAX ? (int)size : SHOWN_MAX, line, why);
    message("the process of the ring answered %s with what the protocol does not allow: %s\n%.*s%s",
            statement, why, size < SHOWN_MAX ? (int)size : SHOWN_MAX, line,
            size < SHOWN_MAX ? "" : "...");
    _exit(EXEC_MISANSWERED);
}

/* STATEMENTS */

static void forget_cache(struct remote *remote)
{
    table_clear(&remote->points);
    table_clear(&remote->keys);
    remote->cached = 0;
}

/* Another process of the harness may have taken it. */
static struct process *take_reserve(struct remote *remote, bool *greeted)
{
    struct process *reserve = remote->reserve;
    remote->reserve = NULL;
    *greeted = remote->reserve_greeted;
    if (reserve != NULL && atomic_exchange(remote->reserve_taken, true)) {
        process_free(reserve);
        return NULL;
    }
    return reserve;
}

/* The process of the ring that belongs to this process. */
static struct process *running(struct remote *remote)
{
    const char *line = NULL;
    size_t size = 0;
    bool greeted = false;
    if (remote->user == getpid()) {
        return remote->process;
    }
    process_free(remote->process);
    forget_cache(remote);
    memset(remote->taken, 0, sizeof remote->taken);
    remote->used = 0;
    remote->user = getpid();
    remote->process = take_reserve(remote, &greeted);
    if (remote->process == NULL) {
        remote->process = process_start(remote->command);
        greeted = false;
    }
    process_take(remote->process);
    if (!greeted && !process_line(remote->process, START_SECONDS, &line, &size)) {
        end_alike(remote->process);
    }
    return remote->process;
}

static void put_in_reserve(struct remote *remote, struct process *process, bool greeted)
{
    remote->reserve = process;
    remote->reserve_greeted = greeted;
    atomic_store(remote->reserve_taken, false);
}

void subject_exec_prepare(void)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        struct remote *remote = &remotes[i];
        if (remote->subject.name == NULL) {
            continue;
        }
        if (remote->reserve != NULL && atomic_load(remote->reserve_taken)) {
            process_free(remote->reserve);
            remote->reserve = NULL;
        }
        if (remote->reserve == NULL) {
            put_in_reserve(remote, process_start(remote->command), false);
        }
    }
}

static void put(struct process *process, const char *text)
{
    size_t size = strlen(text);
    memcpy(process_room(process, size), text, size);
    process_wrote(process, size);
}

static void put_string(struct process *process, struct ring_bytes bytes)
{
    process_wrote(process,
                  protocol_quote(process_room(process, PROTOCOL_QUOTED_MAX(bytes.size)), bytes));
}

static void put_number(struct process *process, uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    put(process, text);
}

/* Reads an answer that the protocol allows. `statement` is for messages. */
static const struct protocol_answer *receive(struct remote *remote, const char *statement,
                                             enum protocol_question question)
{
    const char *line = NULL;
    size_t size = 0;
    char error[200];
    if (!process_line(remote->process, 0, &line, &size)) {
        end_alike(remote->process);
    }
    if (!protocol_read_answer(line, size, question, &remote->answer, error, sizeof error)) {
        misanswered(error, statement, line, size);
    }
    return &remote->answer;
}

/* The same for the last answer before the next statement. */
static const struct protocol_answer *receive_last(struct remote *remote, const char *statement,
                                                  enum protocol_question question)
{
    const struct protocol_answer *answer = receive(remote, statement, question);
    if (process_has_more(remote->process)) {
        misanswered("a second line", statement, "", 0);
    }
    return answer;
}

static const struct protocol_answer *expect_ok(struct remote *remote, const char *statement)
{
    const struct protocol_answer *answer = receive(remote, statement, ASKS_SUCCESS);
    if (answer->reply != REPLY_OK) {
        misanswered("it must answer ok", statement, "", 0);
    }
    return answer;
}

/* Lets the statements that follow concern this ring. */
static struct process *use(const struct remote_ring *ring)
{
    struct remote *remote = ring->remote;
    struct process *process = running(remote);
    if (remote->used != ring->number) {
        put(process, "use ");
        put_number(process, ring->number);
        put(process, "\n");
        remote->used = ring->number;
        (void)expect_ok(remote, "use");
    }
    return process;
}

static enum ring_error error_of(const struct protocol_answer *answer)
{
    switch (answer->reply) {
    case REPLY_CANNOT:
        return SUBJECT_CANNOT;
    case REPLY_ERROR:
        return answer->error;
    case REPLY_OK:
    case REPLY_NONE:
    case REPLY_VALUES:
        break;
    }
    return RING_OK;
}

/* FUNCTIONS OF THE SUBJECT */

static void *create_in(struct remote *remote, const struct ring_options *options)
{
    struct process *process = running(remote);
    struct remote_ring *ring = memory_resize(NULL, 1, sizeof *ring);
    *ring = (struct remote_ring){.remote = remote};
    while (ring->number < RINGS && remote->taken[ring->number]) {
        ring->number++;
    }
    if (ring->number == RINGS) {
        message("more than %d rings at once in one process: destroy some", RINGS);
        abort();
    }
    remote->taken[ring->number] = true;
    (void)use(ring);
    put(process, "ring ");
    put(process, protocol_rule(remote->subject.placement, options));
    put(process, "\n");
    (void)expect_ok(remote, "ring");
    return ring;
}

static void destroy(void *subject)
{
    struct remote_ring *ring = subject;
    put(use(ring), "destroy\n");
    (void)expect_ok(ring->remote, "destroy");
    ring->remote->taken[ring->number] = false;
    table_clear(&ring->names);
    table_clear(&ring->came);
    free(ring->points);
    free(ring);
}

/* Reads the answer to a change, which ends the validity of names. */
static enum ring_error change(struct remote_ring *ring, const char *statement)
{
    const struct protocol_answer *answer = receive_last(ring->remote, statement, ASKS_SUCCESS);
    if (ring->names.count > NAMES_MAX) {
        table_clear(&ring->names);
        ring->point_count = 0;
    }
    if (answer->reply == REPLY_ERROR && ring->remote->subject.exact_errors && !answer->exact) {
        misanswered("with exact-errors=yes, it must say which error", statement, "", 0);
    }
    return error_of(answer);
}

/* A change succeeded: the node is there, or not. It may have been so before, if the ring ignores
 * such a call. */
static void note(struct remote_ring *ring, struct ring_bytes name, bool there)
{
    struct table_entry *entry = table_entry(&ring->came, name);
    ring->nodes += there && entry->count == 0;
    ring->nodes -= !there && entry->count == 1;
    entry->count = there;
}

static void put_node(struct process *process, struct ring_bytes name, uint32_t replicas)
{
    put(process, " ");
    put_string(process, name);
    put(process, " ");
    put_number(process, replicas);
}

static enum ring_error add(void *subject, struct ring_bytes name, uint32_t replicas)
{
    struct remote_ring *ring = subject;
    struct process *process = use(ring);
    put(process, "add");
    put_node(process, name, replicas);
    put(process, "\n");
    enum ring_error error = change(ring, "add");
    if (error == RING_OK) {
        note(ring, name, true);
    }
    return error;
}

static enum ring_error add_many(void *subject, const struct ring_node *nodes, size_t count)
{
    struct remote_ring *ring = subject;
    struct process *process = use(ring);
    put(process, "add-many");
    for (size_t i = 0; i < count; i++) {
        put_node(process, nodes[i].name, nodes[i].replicas);
    }
    put(process, "\n");
    enum ring_error error = change(ring, "add-many");
    for (size_t i = 0; i < count && error == RING_OK; i++) {
        note(ring, nodes[i].name, true);
    }
    return error;
}

static enum ring_error remove_node(void *subject, struct ring_bytes name)
{
    struct remote_ring *ring = subject;
    struct process *process = use(ring);
    put(process, "remove ");
    put_string(process, name);
    put(process, "\n");
    enum ring_error error = change(ring, "remove");
    if (error == RING_OK) {
        note(ring, name, false);
    }
    return error;
}

/* A copy that lives until the ring changes. */
static struct ring_bytes keep(struct remote_ring *ring, struct ring_bytes name)
{
    struct table_entry *entry = table_entry(&ring->names, name);
    return (struct ring_bytes){entry->bytes, entry->size};
}

/* The rings that a subject hands out are not const: the caller may only not change what they
 * contain. */
static struct remote_ring *of(const void *subject)
{
    return (struct remote_ring *)subject;
}

static enum ring_error find_many(const void *subject, const struct ring_bytes *keys, size_t count,
                                 struct ring_bytes *nodes)
{
    struct remote_ring *ring = of(subject);
    struct process *process = use(ring);
    enum ring_error error = RING_OK;
    for (size_t done = 0; done < count;) {
        size_t end = count - done > WINDOW ? done + WINDOW : count;
        for (size_t i = done; i < end; i++) {
            put(process, "find ");
            put_string(process, keys[i]);
            put(process, "\n");
        }
        for (; done < end; done++) {
            const struct protocol_answer *answer =
                (done + 1 < end ? receive : receive_last)(ring->remote, "find", ASKS_NODE);
            bool found = answer->reply == REPLY_VALUES;
            nodes[done] = found ? keep(ring, answer->values->node) : (struct ring_bytes){NULL, 0};
            error = error == RING_OK ? error_of(answer) : error;
        }
    }
    return error;
}

static enum ring_error find(const void *subject, struct ring_bytes key, struct ring_bytes *node)
{
    return find_many(subject, &key, 1, node);
}

static enum ring_error find_n(const void *subject, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    struct remote_ring *ring = of(subject);
    struct process *process = use(ring);
    put(process, "find-n ");
    put_string(process, key);
    put(process, " ");
    put_number(process, n);
    put(process, "\n");
    const struct protocol_answer *answer = receive_last(ring->remote, "find-n", ASKS_NODES);
    *found = answer->reply == REPLY_VALUES ? answer->count : 0;
    for (size_t i = 0; i < *found && i < n && i < ring->nodes; i++) {
        nodes[i] = keep(ring, answer->values[i].node);
    }
    return error_of(answer);
}

static void list_points(struct remote_ring *ring)
{
    put(use(ring), "list\n");
    const struct protocol_answer *answer = receive_last(ring->remote, "list", ASKS_POINTS);
    if (answer->reply == REPLY_ERROR || answer->reply == REPLY_CANNOT) {
        misanswered("it must list its points", "list", "", 0);
    }
    ring->point_count = answer->reply == REPLY_VALUES ? answer->count : 0;
    ring->points = memory_resize(ring->points, ring->point_count, sizeof *ring->points);
    for (size_t i = 0; i < ring->point_count; i++) {
        ring->points[i] =
            (struct ring_point){answer->values[i].position, keep(ring, answer->values[i].node)};
    }
}

static bool next_point(const void *subject, struct ring_cursor *cursor, struct ring_point *point)
{
    struct remote_ring *ring = of(subject);
    if (cursor->state[0] == 0) {
        list_points(ring);
    }
    if (cursor->state[0] >= ring->point_count) {
        cursor->state[0] += cursor->state[0] == 0;
        return false;
    }
    *point = ring->points[cursor->state[0]++];
    return true;
}

/* POSITIONS */

static void bound_cache(struct remote *remote)
{
    if (remote->points.bytes + remote->keys.bytes + remote->cached > CACHE_BYTES_MAX) {
        forget_cache(remote);
    }
}

static uint64_t receive_position(struct remote *remote, const char *statement)
{
    const struct protocol_answer *answer = receive(remote, statement, ASKS_POSITION);
    if (answer->reply != REPLY_VALUES) {
        misanswered("it must answer a position", statement, "", 0);
    }
    return answer->values->position;
}

static void ask_positions(struct remote *remote, const struct ring_bytes *keys, size_t count,
                          uint64_t *positions)
{
    struct process *process = running(remote);
    for (size_t i = 0; i < count; i++) {
        put(process, "position ");
        put_string(process, keys[i]);
        put(process, "\n");
    }
    for (size_t i = 0; i < count; i++) {
        positions[i] = receive_position(remote, "position");
    }
}

/* Positions of keys are asked for together, and kept: the check asks again for the same keys. */
static void positions_in(struct remote *remote, const struct ring_bytes *keys, size_t count,
                         uint64_t *positions)
{
    struct ring_bytes unknown[WINDOW];
    struct table_entry *entries[WINDOW];
    uint64_t answers[WINDOW];
    (void)running(remote);
    for (size_t done = 0; done < count;) {
        size_t end = count - done > WINDOW ? done + WINDOW : count;
        size_t asked = 0;
        bound_cache(remote);
        for (size_t i = done; i < end; i++) {
            struct table_entry *entry = table_entry(&remote->keys, keys[i]);
            if (entry->count == 0) {
                entries[asked] = entry;
                unknown[asked++] = keys[i];
            }
        }
        ask_positions(remote, unknown, asked, answers);
        for (size_t i = 0; i < asked; i++) {
            entries[i]->positions = memory_resize(entries[i]->positions, 1, sizeof *answers);
            entries[i]->positions[0] = answers[i];
            entries[i]->count = 1;
        }
        for (; done < end; done++) {
            positions[done] = table_entry(&remote->keys, keys[done])->positions[0];
        }
    }
}

/* Asks for `count` points of a node from `first` on, of which those before `needed` must have
 * positions. Returns how many have. */
static size_t ask_points(struct remote *remote, struct ring_bytes name, size_t first, size_t needed,
                         size_t count, uint64_t *positions)
{
    struct process *process = running(remote);
    size_t known = 0;
    for (size_t done = 0; done < count;) {
        size_t end = count - done > WINDOW ? done + WINDOW : count;
        for (size_t i = done; i < end; i++) {
            put(process, "point ");
            put_string(process, name);
            put(process, " ");
            put_number(process, first + i);
            put(process, "\n");
        }
        for (; done < end; done++) {
            const struct protocol_answer *answer = receive(remote, "point", ASKS_POSITION);
            if (answer->reply == REPLY_VALUES && known == done) {
                positions[known++] = answer->values->position;
            } else if (first + done < needed) {
                misanswered("it must answer a position", "point", "", 0);
            }
        }
    }
    return known;
}

/* The positions of the first `needed` points of a node. Asks for as many as `ahead`, which the ring
 * may refuse. */
static const uint64_t *points_in(struct remote *remote, struct ring_bytes name, size_t needed,
                                 size_t ahead)
{
    (void)running(remote);
    bound_cache(remote);
    struct table_entry *entry = table_entry(&remote->points, name);
    if (entry->count < needed) {
        size_t count = ahead > needed ? ahead : needed;
        entry->positions = memory_resize(entry->positions, count, sizeof *entry->positions);
        size_t known = ask_points(remote, name, entry->count, needed, count - entry->count,
                                  entry->positions + entry->count);
        remote->cached += known * sizeof *entry->positions;
        entry->count += known;
    }
    return entry->positions;
}

/* The model asks for points in order, one by one. So each time twice as many are asked for. */
static uint64_t point_in(struct remote *remote, struct ring_bytes name, uint32_t index)
{
    const struct subject *subject = &remote->subject;
    size_t ahead = index < 4 ? 4 : 2 * (size_t)index;
    if (subject->replicas == SUBJECT_FIXED) {
        size_t all = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
        ahead = all < ahead ? all : ahead;
    }
    return points_in(remote, name, (size_t)index + 1, ahead)[index];
}

/* Functions without a ring need one for each remote. */
#define FUNCTIONS_OF(index)                                                                        \
    static void *create_##index(const struct ring_options *options)                                \
    {                                                                                              \
        return create_in(&remotes[index], options);                                                \
    }                                                                                              \
    static uint64_t point_##index(struct ring_bytes name, uint32_t replica)                        \
    {                                                                                              \
        return point_in(&remotes[index], name, replica);                                           \
    }                                                                                              \
    static uint64_t position_##index(struct ring_bytes key)                                        \
    {                                                                                              \
        uint64_t position = 0;                                                                     \
        positions_in(&remotes[index], &key, 1, &position);                                         \
        return position;                                                                           \
    }

FUNCTIONS_OF(0)
FUNCTIONS_OF(1)

static const struct {
    void *(*create)(const struct ring_options *options);
    uint64_t (*point)(struct ring_bytes name, uint32_t index);
    uint64_t (*position)(struct ring_bytes key);
} functions[SUBJECTS] = {{create_0, point_0, position_0}, {create_1, point_1, position_1}};

static struct remote *remote_of(const struct subject *subject)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (subject == &remotes[i].subject) {
            return &remotes[i];
        }
    }
    return NULL;
}

bool subject_positions(const struct subject *subject, const struct ring_bytes *keys, size_t count,
                       uint64_t *positions)
{
    struct remote *remote = remote_of(subject);
    if (subject->position == NULL) {
        return false;
    }
    if (remote != NULL) {
        positions_in(remote, keys, count, positions);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        positions[i] = subject->position(keys[i]);
    }
    return true;
}

bool subject_points(const struct subject *subject, struct ring_bytes name, uint32_t first,
                    uint32_t count, uint64_t *positions)
{
    struct remote *remote = remote_of(subject);
    if (subject->point == NULL) {
        return false;
    }
    if (remote != NULL && count > 0) {
        memcpy(positions, points_in(remote, name, (size_t)first + count, 0) + first,
               count * sizeof *positions);
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        positions[i] = subject->point(name, first + i);
    }
    return true;
}

/* OPENING */

static void *share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        message("no shared memory: free some, and run again");
        exit(2);
    }
    return memory;
}

static void set_functions(struct remote *remote)
{
    const struct protocol_declarations *declared = &remote->declarations;
    struct subject *subject = &remote->subject;
    size_t index = (size_t)(remote - remotes);
    bool listed = declared->subject.placement == SUBJECT_LISTED;
    bool own = declared->subject.placement == SUBJECT_OWN;
    *subject = declared->subject;
    if (subject->placement == SUBJECT_BY_RULE && subject->rules == 0) {
        subject->rules = (1U << RING_CUSTOM) - 1; /* a custom rule cannot be sent */
    }
    subject->about = "a ring in another process";
    subject->create = functions[index].create;
    subject->destroy = destroy;
    subject->add = add;
    subject->add_many = declared->add_many ? add_many : NULL;
    subject->remove = declared->remove ? remove_node : NULL;
    subject->find = find;
    subject->find_many = find_many;
    subject->find_n = declared->find_n ? find_n : NULL;
    subject->next_point = declared->list || listed ? next_point : NULL;
    subject->point = own ? functions[index].point : NULL;
    subject->position = own || listed ? functions[index].position : NULL;
}

static struct remote *unused(void)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (remotes[i].command == NULL) {
            return &remotes[i];
        }
    }
    return NULL;
}

const struct subject *subject_exec(const char *command, char *error, size_t size)
{
    const char *line = NULL;
    size_t line_size = 0;
    char why[400];
    char name[PROTOCOL_NAME_MAX];
    struct remote *remote = unused();
    if (remote == NULL) {
        (void)snprintf(error, size, "at most %d subjects can be exec:", SUBJECTS);
        return NULL;
    }
    remote->command = memory_print("%s", command);
    protocol_name_of(command, name);
    struct process *process = process_start(command);
    if (!process_line(process, START_SECONDS, &line, &line_size)) {
        struct process_end end = process_end(process);
        (void)snprintf(error, size,
                       "exec:%s: %s before it wrote its declarations: let it write a line that "
                       "begins with 'ringproof %u' when it starts, and flush%s%s",
                       command, describe(end, why, sizeof why), PROTOCOL_VERSION,
                       end.said[0] != '\0' ? "; it wrote:\n" : "", end.said);
        process_free(process);
        return NULL;
    }
    if (!protocol_read_declarations(line, line_size, name, &remote->declarations, why,
                                    sizeof why)) {
        (void)snprintf(error, size, "exec:%s: its first line: %s", command, why);
        process_free(process);
        return NULL;
    }
    set_functions(remote);
    if (!declarations_judge(&remote->subject, why, sizeof why)) {
        (void)snprintf(error, size,
                       "exec:%s: its first line: %s (there, .placement = SUBJECT_OWN is "
                       "placement=own, and so on)",
                       command, why);
        remote->subject.name = NULL;
        process_free(process);
        return NULL;
    }
    remote->reserve_taken = share(sizeof(atomic_bool));
    last_words = last_words != NULL ? last_words : share(LAST_WORDS_MAX);
    put_in_reserve(remote, process, true);
    return &remote->subject;
}
