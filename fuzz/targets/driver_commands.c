/* PROPERTY: whatever is sent to the driver's ports, in whatever order and however memory runs out, each
 * command is answered once, in order, as the protocol says; and closed ports leave nothing behind.
 *
 * The driver of repro/beam/ runs in a stand-in for the VM, beside a model of the protocol for each
 * port. The input is a list of actions, told by the low five bits of a byte; its high bits choose one of
 * four ports, which is opened when first met, and the protocol's form. What an action needs more is
 * read behind it; the end of the input gives zeros. */
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../repro/beam/protocol_model.h"
#include "../../repro/beam/stand_in/vm.h"
#include "../memory.h"
#include "../text.h"

/* More would only be slow: the model looks at every point for every answer. */
enum { PORTS = 4, POINTS_MAX = 3000, WAITING_MAX = 64, COMMAND_MAX = 512 };

struct input {
    const uint8_t *bytes;
    size_t left;
};

struct sent {
    uint8_t *bytes;
    size_t size;
    size_t refusals; /* before it was sent */
};

struct client {
    struct vm_port *port; /* NULL: closed */
    struct protocol_model *model;
    struct sent waiting[WAITING_MAX]; /* for an answer, first sent first */
    size_t waiting_count;
};

static uint8_t take(struct input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->bytes++;
}

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

static _Noreturn void fail(const char *what, struct ring_bytes command)
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

static void close_client(struct client *client)
{
    vm_close(client->port);
    protocol_model_destroy(client->model);
    while (client->waiting_count > 0) {
        forget_first(client);
    }
    client->port = NULL;
}

static void compare_answers(struct client *client)
{
    struct ring_bytes answer;
    while (vm_receive(client->port, &answer)) {
        if (client->waiting_count == 0) {
            fail("an answer to nothing", answer);
        }
        const struct sent *sent = &client->waiting[0];
        bool no_memory = vm_refusals() > sent->refusals;
        target_answer(answer.data, answer.size);
        if (!protocol_model_agrees(client->model, command_of(sent), answer, no_memory)) {
            print_bytes("# answered", answer);
            print_bytes("# expected", protocol_model_expected(client->model));
            fail("a wrong answer", command_of(sent));
        }
        forget_first(client);
    }
    if (vm_failed(client->port)) {
        if (client->waiting_count == 0 || vm_refusals() == client->waiting[0].refusals) {
            fail("the port ended itself with memory to spare", (struct ring_bytes){"", 0});
        }
        close_client(client);
    } else if (!vm_busy(client->port) && client->waiting_count > 0) {
        fail("no answer", command_of(&client->waiting[0]));
    }
}

/* A port that is busy is sent more all the same: the VM promises only to suspend who sends. */
static void send_command(struct client *client, const uint8_t *bytes, size_t size)
{
    if (client->waiting_count == WAITING_MAX) {
        return;
    }
    uint8_t *copy = memory_resize(NULL, size, 1);
    memcpy(copy, bytes, size);
    struct sent sent = {copy, size, vm_refusals()};
    if (protocol_model_points(client->model, command_of(&sent)) > POINTS_MAX) {
        free(copy);
        return;
    }
    client->waiting[client->waiting_count++] = sent;
    vm_send(client->port, bytes, size);
    compare_answers(client);
}

static size_t put_number(uint8_t *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    }
    return 4;
}

/* A well-formed command: few rings, and names that come again. */
static size_t compose(struct input *input, uint8_t opcode, bool framed, uint8_t *command)
{
    static const uint32_t replicas[] = {1, 2, 3, 10, 40, 200, 0, 2000000};
    size_t size = 1;
    command[0] = (uint8_t)(opcode | (framed ? 0x80 : 0));
    if (opcode == 1) {
        size += put_number(command + size, replicas[take(input) % 8]);
        command[size++] = 1 + take(input) % 2;
        return size;
    }
    size += put_number(command + size, take(input) % 10);
    if (opcode == 2) {
        return size;
    }
    if (opcode == 6) {
        command[size++] = take(input) % 4;
        return size;
    }
    uint8_t shape = take(input);
    size_t length = shape / 32;
    size += put_number(command + size, (uint32_t)length);
    if (opcode == 7) {
        size += put_number(command + size, take(input));
    }
    memset(command + size,
           "a|\x01\x00z\xff"
           "b0"[shape % 8],
           length);
    if (length > 1) {
        command[size] = (uint8_t)('0' + shape / 8 % 4);
    }
    return size + length;
}

static size_t take_raw(struct input *input, uint8_t *command)
{
    size_t size = take(input);
    for (size_t i = 0; i < size; i++) {
        command[i] = take(input);
    }
    return size;
}

/* Nearly a command: a little longer or shorter, with one byte changed or not. */
static size_t mangle(struct input *input, uint8_t *command, size_t size)
{
    uint8_t how = take(input);
    memset(command + size, 'a', 3);
    size = size + how % 8 - 4;
    command[how / 8 % size] ^= how & 0x80 ? take(input) : 0;
    return size;
}

static void act(struct client *client, uint8_t action, bool framed, struct input *input)
{
    uint8_t command[COMMAND_MAX];
    switch (action) {
    case 0:
        send_command(client, command, take_raw(input, command));
        break;
    case 8:
        (void)vm_run_job();
        break;
    case 9:
        (void)vm_finish_job();
        break;
    case 10:
        close_client(client);
        break;
    case 11:
        vm_limit_allocations(take(input));
        break;
    case 12:
        vm_limit_allocations(SIZE_MAX);
        break;
    case 13: {
        size_t size = compose(input, take(input) % 8, framed, command);
        send_command(client, command, mangle(input, command, size));
        break;
    }
    default: /* adds and finds come more often than others */
        action = action < 8 ? action : action % 2 == 0 ? 3 : action % 4 == 1 ? 5 : 7;
        send_command(client, command, compose(input, action, framed, command));
        break;
    }
}

static bool open_client(struct client *client)
{
    client->port = vm_open();
    if (client->port == NULL) {
        return false;
    }
    client->model = protocol_model_create();
    client->waiting_count = 0;
    return true;
}

static void compare_all(struct client *clients)
{
    for (int i = 0; i < PORTS; i++) {
        if (clients[i].port != NULL) {
            compare_answers(&clients[i]);
        }
    }
}

/* All jobs end while their ports are open, or after, as the input says. */
static void end(struct client *clients, bool jobs_first)
{
    vm_limit_allocations(SIZE_MAX);
    while (jobs_first && (vm_run_job() || vm_finish_job())) {
        compare_all(clients);
    }
    for (int i = 0; i < PORTS; i++) {
        if (clients[i].port == NULL) {
            continue;
        }
        if (jobs_first && vm_busy(clients[i].port)) {
            fail("a port is busy with nothing", (struct ring_bytes){"", 0});
        }
        close_client(&clients[i]);
    }
    while (vm_run_job() || vm_finish_job()) {
    }
    if (vm_blocks() != 0) {
        fail("blocks of memory are left behind", (struct ring_bytes){"", 0});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = target_input(data, size);
    struct client clients[PORTS] = {{0}};
    struct input input = {copy, size};
    bool jobs_first = take(&input) % 2 == 0;
    while (input.left > 0) {
        uint8_t first = take(&input);
        struct client *client = &clients[first / 64];
        size_t refusals = vm_refusals();
        if (client->port == NULL && !open_client(client)) {
            if (vm_refusals() == refusals) {
                fail("a port did not open with memory to spare", (struct ring_bytes){"", 0});
            }
            vm_limit_allocations(SIZE_MAX);
            continue;
        }
        act(client, first % 32, (first & 32) != 0, &input);
        compare_all(clients);
    }
    end(clients, jobs_first);
    target_done(copy);
    return 0;
}
