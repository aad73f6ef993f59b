/* The adapter's side of the process protocol (fuzz/README.md, "A ring in another process"), for
 * adapters in C. Fill a struct ring_adapter and return serve(&it) from main(). Include this header
 * in one file. */
#ifndef RINGPROOF_RINGS_PROTOCOL_H
#define RINGPROOF_RINGS_PROTOCOL_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A name or a key: `size` bytes, and a zero behind them. Valid until the function returns. */
struct text {
    const char *data;
    size_t size;
};

/* Answers. A function may also return a sentence: "cannot SENTENCE". */
#define OK "ok"
#define FAILED "error"
#define NONE "none"

struct added {
    struct text name;
    uint32_t replicas;
};

struct ring_adapter {
    const char *declares; /* what follows `ringproof 1 ` */

    /* Rings. `rule` is "own", unless placement=rule. NULL: the process exits. */
    void *(*create)(const char *rule);
    void (*destroy)(void *ring);

    /* These return an answer. find sets *node, and returns OK if it did. */
    const char *(*add)(void *ring, struct text name, uint32_t replicas);
    const char *(*remove)(void *ring, struct text name); /* may be NULL */
    const char *(*find)(void *ring, struct text key, struct text *node);

    /* What `calls` lists; the others are NULL. find_n calls say_name() for each node, and returns OK. */
    const char *(*add_many)(void *ring, const struct added *nodes, size_t count);
    const char *(*find_n)(void *ring, struct text key, size_t n);

    /* What the placement needs; the others are NULL. list calls say() for each point. */
    void (*list)(void *ring);
    uint64_t (*point)(struct text name, uint32_t index);
    uint64_t (*position)(struct text key);
};

/* The plain characters of a name; all others are written \xHH. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._:/", c));
}

static size_t names_said;
static void say_name(struct text name)
{
    fputs(names_said++ ? " \"" : "\"", stdout);
    for (size_t i = 0; i < name.size; i++)
        if (is_plain((unsigned char)name.data[i]))
            putchar(name.data[i]);
        else
            printf("\\x%02x", (unsigned char)name.data[i]);
    putchar('"');
}

/* For list: the next point in ring order. */
static inline void say(uint64_t position, struct text name)
{
    printf(names_said ? " %" PRIu64 : "%" PRIu64 " ", position);
    say_name(name);
}

/* The next line of standard input without its newline, or NULL at the end. Answers are flushed when
 * there is nothing more to read: so statements that come together cost one write. */
static char *next_line(void)
{
    static char *buffer;
    static size_t capacity, begin, end;
    for (size_t seen = begin;;) {
        char *newline = end > seen ? memchr(buffer + seen, '\n', end - seen) : NULL;
        if (newline) {
            char *line = buffer + begin;
            *newline = '\0';
            begin = (size_t)(newline - buffer) + 1;
            return line;
        }
        fflush(stdout);
        if (begin) {
            memmove(buffer, buffer + begin, end - begin);
            end -= begin;
            begin = 0;
        }
        if (capacity - end < 4096 && !(buffer = realloc(buffer, capacity = capacity * 2 + 65536)))
            abort();
        seen = end;
        ssize_t got = read(0, buffer + end, capacity - end);
        if (got <= 0)
            return NULL;
        end += (size_t)got;
    }
}

/* Takes the next word, a quoted string, off *line, and decodes it in place. */
static struct text take_text(char **line)
{
    char *from = strchr(*line, '"'), *to;
    if (!from)
        return (struct text){"", 0};
    char *begin = to = ++from;
    while (*from && *from != '"')
        if (from[0] == '\\' && from[1] == 'x' && from[2] && from[3]) {
            char digits[3] = {from[2], from[3], '\0'};
            *to++ = (char)strtoul(digits, NULL, 16);
            from += 4;
        } else {
            from += from[0] == '\\' && from[1];
            *to++ = *from++;
        }
    *line = *from ? from + 1 : from;
    *to = '\0'; /* at the latest where the quotation mark was */
    return (struct text){begin, (size_t)(to - begin)};
}

static bool is(char **line, const char *word)
{
    size_t size = strlen(word);
    if (strncmp(*line, word, size) || ((*line)[size] && (*line)[size] != ' '))
        return false;
    *line += size;
    return true;
}

/* Answers an add-many: its nodes, whose texts stay where they are in the line. */
static const char *take_nodes(const struct ring_adapter *adapter, void *ring, char *line)
{
    static struct added *nodes;
    size_t count = 0, capacity = 1;
    for (const char *at = line; *at; at++)
        capacity += *at == '"';
    if (!(nodes = realloc(nodes, capacity * sizeof *nodes)))
        abort();
    while (strchr(line, '"')) {
        nodes[count].name = take_text(&line);
        nodes[count++].replicas = (uint32_t)strtoul(line, &line, 10);
    }
    return adapter->add_many(ring, nodes, count);
}

static void answer_line(const struct ring_adapter *adapter, char *line)
{
    enum { RINGS = 16 };
    static void *rings[RINGS];
    static size_t current;
    void *ring = rings[current];
    const char *answer = OK;
    if (is(&line, "ring")) {
        if (!(rings[current] = adapter->create(line + (*line == ' '))))
            exit(1);
    } else if (is(&line, "destroy")) {
        adapter->destroy(ring);
        rings[current] = NULL;
    } else if (is(&line, "use")) {
        current = strtoul(line, NULL, 10) % RINGS;
    } else if (is(&line, "add")) {
        struct text name = take_text(&line);
        answer = adapter->add(ring, name, (uint32_t)strtoul(line, NULL, 10));
    } else if (adapter->add_many && is(&line, "add-many")) {
        answer = take_nodes(adapter, ring, line);
    } else if (adapter->remove && is(&line, "remove")) {
        answer = adapter->remove(ring, take_text(&line));
    } else if (is(&line, "find")) {
        struct text node;
        answer = adapter->find(ring, take_text(&line), &node);
        if (!strcmp(answer, OK)) {
            names_said = 0;
            say_name(node);
            answer = "";
        }
    } else if (adapter->find_n && is(&line, "find-n")) {
        struct text key = take_text(&line);
        names_said = 0;
        answer = adapter->find_n(ring, key, strtoul(line, NULL, 10));
        if (!strcmp(answer, OK))
            answer = names_said ? "" : NONE;
    } else if (adapter->list && is(&line, "list")) {
        names_said = 0;
        adapter->list(ring);
        answer = names_said ? "" : NONE;
    } else if (adapter->point && is(&line, "point")) {
        struct text name = take_text(&line);
        printf("%" PRIu64, adapter->point(name, (uint32_t)strtoul(line, NULL, 10)));
        answer = "";
    } else if (adapter->position && is(&line, "position")) {
        printf("%" PRIu64, adapter->position(take_text(&line)));
        answer = "";
    } else {
        answer = "cannot tell what this statement means";
    }
    puts(answer);
}

static int serve(const struct ring_adapter *adapter)
{
    printf("ringproof 1 %s\n", adapter->declares);
    for (char *line; (line = next_line());)
        answer_line(adapter, line);
    return fflush(stdout) ? 1 : 0;
}

#endif
