/* PROPERTY: the driver answers every command once, in order and as the protocol says, whatever is sent
 * to its ports, in any order, and wherever memory runs out. Closed ports leave no memory behind.
 *
 * The driver runs in a stand-in for the VM, with a model of the protocol beside each port. The first
 * byte of the input decides whether jobs end before their ports close. Then the input is a list of
 * actions, one byte each with operands behind it; past its end it reads as zeros:
 *
 *     bits 0 to 4   the action: see act()
 *     bit 5         framed or plain form
 *     bits 6 and 7  one of four ports; the first use opens it
 */
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

/* Ends everything: all jobs first, then the ports, or the other way round. */
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
            client_fail("a port is busy although no job is left", (struct ring_bytes){"", 0});
        }
        client_close(&clients[i]);
    }
    while (vm_run_job() || vm_finish_job()) {
    }
    if (vm_blocks() != 0) {
        client_fail("blocks of memory are left after all ports were closed",
                    (struct ring_bytes){"", 0});
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
                client_fail("a port did not open although no allocation failed",
                            (struct ring_bytes){"", 0});
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
