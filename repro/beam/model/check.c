/* protocol_check, an external port program for Erlang. It reads what the driver's ports received and
 * answered, and compares every answer with the model's.
 *
 * Messages come on the standard input, each after its size in 4 bytes (big-endian, {packet, 4}). A
 * message is a kind (1 byte), the number of a port (4 bytes), and the rest:
 *
 *     'O'  the port was opened
 *     'C'  the port was sent the command that follows
 *     'A'  the port answered with the bytes that follow
 *     'X'  the port was closed; its unanswered commands are dropped
 *     'E'  a request for the result; the port number is ignored
 *
 * Only 'E' gets a reply: `checked N` (answers so far, all of them right), or a line that describes the
 * first difference. Exit: 0 at the end of the input, 2 if a message is too short or memory runs out. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "../../../fuzz/base/text.h"
#include "protocol.h"

struct waiting {
    struct waiting *next;
    size_t size;
    uint8_t command[];
};

struct checked_port {
    struct checked_port *next;
    uint32_t number;
    struct protocol_model *model;
    struct waiting *waiting;
    struct waiting **last;
};

static struct checked_port *ports;
static uint64_t checked;
static char *difference; /* the first; NULL if all answers were right */
static size_t difference_size;

static struct checked_port **place_of(uint32_t number)
{
    struct checked_port **place = &ports;
    while (*place != NULL && (*place)->number != number) {
        place = &(*place)->next;
    }
    return place;
}

static void open_port(uint32_t number)
{
    struct checked_port *port = memory_resize(NULL, 1, sizeof *port);
    *port = (struct checked_port){ports, number, protocol_model_create(), NULL, NULL};
    port->last = &port->waiting;
    ports = port;
}

static void forget_first(struct checked_port *port)
{
    struct waiting *first = port->waiting;
    port->waiting = first->next;
    if (port->waiting == NULL) {
        port->last = &port->waiting;
    }
    free(first);
}

static void close_port(struct checked_port **place)
{
    struct checked_port *port = *place;
    *place = port->next;
    while (port->waiting != NULL) {
        forget_first(port);
    }
    protocol_model_destroy(port->model);
    free(port);
}

static void await(struct checked_port *port, struct ring_bytes command)
{
    struct waiting *waiting = memory_resize(NULL, sizeof *waiting + command.size, 1);
    waiting->next = NULL;
    waiting->size = command.size;
    memcpy(waiting->command, command.data, command.size);
    *port->last = waiting;
    port->last = &waiting->next;
}

static void note(const char *what, struct ring_bytes command, struct ring_bytes answer,
                 struct ring_bytes expected)
{
    if (difference != NULL) {
        return;
    }
    FILE *out = open_memstream(&difference, &difference_size);
    if (out == NULL) {
        (void)memory_resize(NULL, SIZE_MAX, 2); /* reports that memory ran out, and exits */
        return;
    }
    (void)fprintf(out, "%s: command ", what);
    text_write(out, command);
    (void)fputs(", answered ", out);
    text_write(out, answer);
    (void)fputs(", expected ", out);
    text_write(out, expected);
    (void)fclose(out);
}

static void compare(struct checked_port *port, struct ring_bytes answer)
{
    static const struct ring_bytes nothing = {"", 0};
    if (port->waiting == NULL) {
        note("an answer without a command", nothing, answer, nothing);
        return;
    }
    struct ring_bytes command = {port->waiting->command, port->waiting->size};
    if (!protocol_model_agrees(port->model, command, answer, false)) {
        note("a wrong answer", command, answer, protocol_model_expected(port->model));
    }
    checked++;
    forget_first(port);
}

static bool read_all(void *bytes, size_t size)
{
    return size == 0 || fread(bytes, size, 1, stdin) == 1;
}

static uint32_t number_in(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_line(const char *line, size_t size)
{
    uint8_t header[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                         (uint8_t)size};
    (void)fwrite(header, sizeof header, 1, stdout);
    (void)fwrite(line, size, 1, stdout);
    (void)fflush(stdout);
}

static void report(void)
{
    char line[64];
    if (difference != NULL) {
        write_line(difference, difference_size);
        return;
    }
    int size = snprintf(line, sizeof line, "checked %llu", (unsigned long long)checked);
    write_line(line, (size_t)size);
}

static void obey(uint8_t kind, uint32_t number, struct ring_bytes bytes)
{
    struct checked_port **place = place_of(number);
    if (kind == 'E') {
        report();
    } else if (kind == 'O') {
        open_port(number);
    } else if (*place == NULL) {
        note("a port that was never opened", bytes, bytes, bytes);
    } else if (kind == 'C') {
        await(*place, bytes);
    } else if (kind == 'A') {
        compare(*place, bytes);
    } else {
        close_port(place);
    }
}

int main(void)
{
    uint8_t header[9];
    uint8_t *bytes = NULL;
    while (read_all(header, sizeof header)) {
        uint32_t size = number_in(header);
        if (size < 5) {
            (void)fprintf(stderr,
                          "protocol_check: a message of %u bytes is too short: send a kind and a "
                          "port number, 5 bytes\n",
                          (unsigned)size);
            return 2;
        }
        bytes = memory_resize(bytes, size, 1);
        if (!read_all(bytes, size - 5)) {
            break;
        }
        obey(header[4], number_in(header + 5), (struct ring_bytes){bytes, size - 5});
    }
    while (ports != NULL) {
        close_port(&ports);
    }
    free(bytes);
    free(difference);
    return 0;
}
