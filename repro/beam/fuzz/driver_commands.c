/* PROPERTY: whatever is sent to the driver's ports, in whatever order and however memory runs out, each
 * command is answered once, in order, as the protocol says; and closed ports leave nothing behind.
 *
 * The driver of repro/beam/ runs in a stand-in for the VM, beside a model of the protocol for each
 * port. The input is a list of actions, told by the low five bits of a byte; its high bits choose one of
 * four ports, which is opened when first met, and the protocol's form. What an action needs more is
 * read behind it; the end of the input gives zeros. */
#include "../../../fuzz/targets/common.h"
#include "../stand_in/vm.h"
#include "bytes.h"
#include "client.h"

enum { PORTS = 4 };

static void act(struct client *client, uint8_t action, bool framed, struct input *input)
{
    uint8_t command[COMMAND_MAX];
    switch (action) {
    case 8:
        (void)vm_run_job();
        break;
    case 9:
        (void)vm_finish_job();
        break;
    case 10:
        client_close(client);
        break;
    case 11:
        vm_limit_allocations(input_take(input));
        break;
    case 12:
        vm_limit_allocations(SIZE_MAX);
        break;
    default:
        client_send(client, command, input_command(input, action, framed, command));
        break;
    }
}

static void compare_all(struct client *clients)
{
    for (int i = 0; i < PORTS; i++) {
        if (clients[i].port != NULL) {
            client_compare(&clients[i]);
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
            client_fail("a port is busy with nothing", (struct ring_bytes){"", 0});
        }
        client_close(&clients[i]);
    }
    while (vm_run_job() || vm_finish_job()) {
    }
    if (vm_blocks() != 0) {
        client_fail("blocks of memory are left behind", (struct ring_bytes){"", 0});
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = target_input(data, size);
    struct client clients[PORTS] = {{0}};
    struct input input = {copy, size};
    bool jobs_first = input_take(&input) % 2 == 0;
    while (input.left > 0) {
        uint8_t first = input_take(&input);
        struct client *client = &clients[first / 64];
        size_t refusals = vm_refusals();
        if (client->port == NULL && !client_open(client)) {
            if (vm_refusals() == refusals) {
                client_fail("a port did not open with memory to spare", (struct ring_bytes){"", 0});
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
