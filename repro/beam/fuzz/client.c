#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "../../../fuzz/base/text.h"
#include "../../../fuzz/targets/common.h"
#include "../model/protocol.h"
#include "../stand_in/vm.h"

/* The most points in a ring once all waiting commands are done. The model scans all of them for each
 * point added, and one input can add a hundred nodes. */
enum { POINTS_MAX = 1000 };

static struct ring_bytes command_of(const struct sent *sent)
{
    return (struct ring_bytes){sent->bytes, sent->size};
}

static void print_bytes(const char *what, struct ring_bytes bytes)
{
    (void)fprintf(stderr, "%s: ", what);
    text_write(stderr, bytes);
    (void)fputc('\n', stderr);
}

_Noreturn void client_fail(const char *what, struct ring_bytes command)
{
    (void)fprintf(stderr, "# %s\n", what);
    print_bytes("# command", command);
    abort();
}

static void forget_first(struct client *client)
{
    free(client->waiting[0].bytes);
    client->waiting_count--;
    memmove(client->waiting, client->waiting + 1, client->waiting_count * sizeof *client->waiting);
}

void client_close(struct client *client)
{
    vm_close(client->port);
    protocol_model_destroy(client->model);
    while (client->waiting_count > 0) {
        forget_first(client);
    }
    client->port = NULL;
}

void client_compare(struct client *client)
{
    struct ring_bytes answer;
    while (vm_receive(client->port, &answer)) {
        if (client->waiting_count == 0) {
            client_fail("an answer without a command", answer);
        }
        const struct sent *sent = &client->waiting[0];
        bool no_memory = vm_refusals() > sent->refusals;
        target_answer(answer.data, answer.size);
        if (!protocol_model_agrees(client->model, command_of(sent), answer, no_memory)) {
            print_bytes("# answered", answer);
            print_bytes("# expected", protocol_model_expected(client->model));
            client_fail("a wrong answer", command_of(sent));
        }
        forget_first(client);
    }
    if (vm_failed(client->port)) {
        if (client->waiting_count == 0 || vm_refusals() == client->waiting[0].refusals) {
            client_fail("the port ended itself although no allocation failed",
                        (struct ring_bytes){"", 0});
        }
        client_close(client);
    } else if (!vm_busy(client->port) && client->waiting_count > 0) {
        client_fail("no answer", command_of(&client->waiting[0]));
    }
}

/* An upper bound. When the command runs, its ring number may belong to a ring that a waiting command
 * creates; so this uses the most replicas of those. */
static uint64_t points_after(const struct client *client, struct ring_bytes command)
{
    uint32_t replicas = 0;
    for (size_t i = 0; i < client->waiting_count; i++) {
        uint32_t created = protocol_model_replicas(command_of(&client->waiting[i]));
        replicas = created > replicas ? created : replicas;
    }
    return protocol_model_points(client->model, command, replicas);
}

void client_send(struct client *client, const uint8_t *bytes, size_t size)
{
    if (client->waiting_count == WAITING_MAX) {
        return;
    }
    uint8_t *copy = memory_resize(NULL, size, 1);
    memcpy(copy, bytes, size);
    struct sent sent = {.bytes = copy, .size = size, .refusals = vm_refusals()};
    sent.points = points_after(client, command_of(&sent));
    uint64_t points = sent.points;
    for (size_t i = 0; i < client->waiting_count; i++) {
        points += client->waiting[i].points;
    }
    if (points > POINTS_MAX) {
        free(copy);
        return;
    }
    client->waiting[client->waiting_count++] = sent;
    vm_send(client->port, bytes, size);
    client_compare(client);
}

bool client_open(struct client *client)
{
    client->port = vm_open();
    if (client->port == NULL) {
        return false;
    }
    client->model = protocol_model_create();
    client->waiting_count = 0;
    return true;
}
