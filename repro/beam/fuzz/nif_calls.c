/* PROPERTY: the NIF answers every call as the model does, and asks nothing of the VM that harms it:
 * whatever is called, with whatever terms, in whatever order with the collection of garbage and with
 * the loading and unloading of the library, and wherever memory runs out. When all has gone, no memory
 * and no thread is left.
 *
 * The NIF runs in a stand-in for the VM, where one thing happens at a time. The first byte of the input
 * decides how it ends. Then the input is a list of actions, one byte each with operands behind it; past
 * its end it reads as zeros:
 *
 *     bits 0 to 4   the action: see act_once()
 *     bit 5         with the module's old version, after an upgrade
 *     bit 6         the next action is for others, when they come before this one has ended
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../fuzz/targets/common.h"
#include "bytes.h"
#include "nif_client.h"

enum { DEPTH_MAX = 3 }; /* of actions within actions */

/* Versions of the ring library. */
enum { THESE_RINGS = 1, OTHER_RINGS };

struct play {
    struct input input;
    struct nif_client client;
    uint8_t added[COMMAND_MAX]; /* the last add, to be undone */
    size_t added_size;
    int depth;
};

static void act(struct play *play, uint8_t first);

static void act_meanwhile(void *context)
{
    struct play *play = context;
    play->depth++;
    act(play, input_take(&play->input));
    play->depth--;
}

static void create(struct play *play, enum vm_version version)
{
    static const uint32_t replicas[] = {1, 2, 3, 10, 40, 200, 0, 2000000};
    static const uint32_t hashes[] = {1, 2, 3, 4, 0, 5, 257, UINT32_MAX};
    const uint32_t wanted = replicas[input_take(&play->input) % 8];
    nif_client_create(&play->client, version, wanted, hashes[input_take(&play->input) % 8]);
}

static void set_mode(struct play *play, enum vm_version version, size_t ring)
{
    static const uint32_t modes[] = {1, 2, 0, 257};
    nif_client_set_mode(&play->client, version, ring, modes[input_take(&play->input) % 4]);
}

static void use_wrong_type(struct play *play, enum vm_version version, size_t ring)
{
    const uint8_t how = input_take(&play->input);
    nif_client_wrong_type(&play->client, version, how % 8, how / 8 % 4, ring, how / 32);
}

static void call(struct play *play, enum vm_version version, uint8_t opcode)
{
    uint8_t command[COMMAND_MAX];
    const size_t size = input_command(&play->input, opcode, true, command);
    command[4] %= NIF_RINGS; /* the ring */
    if (opcode == 3) {
        memcpy(play->added, command, size);
        play->added_size = size;
    }
    nif_client_call(&play->client, version, command, size);
}

static void remove_added(struct play *play, enum vm_version version)
{
    uint8_t command[COMMAND_MAX];
    if (play->added_size > 0) {
        memcpy(command, play->added, play->added_size);
        command[0]++; /* the opcode of a removal */
        nif_client_call(&play->client, version, command, play->added_size);
    }
}

static size_t take_ring(struct play *play)
{
    return input_take(&play->input) % NIF_RINGS;
}

static void act_on_vm(struct play *play, uint8_t action)
{
    switch (action) {
    case 10:
        nif_client_collect(&play->client);
        break;
    case 11:
        vm_limit_allocations(input_take(&play->input) % 32);
        break;
    case 12:
        vm_limit_allocations(SIZE_MAX);
        break;
    case 13:
        (void)vm_run_thread(false);
        break;
    case 14:
        (void)vm_run_thread(true);
        break;
    case 15:
    case 18:
        (void)vm_load(action == 15 ? THESE_RINGS : OTHER_RINGS);
        break;
    case 16:
        (void)vm_purge();
        break;
    default:
        (void)vm_delete();
        break;
    }
}

static void act_once(struct play *play, uint8_t first)
{
    const enum vm_version version = (first & 32) != 0 ? VM_OLD : VM_CURRENT;
    const uint8_t action = first % 32;
    switch (action) {
    case 0:
        use_wrong_type(play, version, take_ring(play));
        break;
    case 1:
        create(play, version);
        break;
    case 2:
        nif_client_drop(&play->client, take_ring(play));
        break;
    case 6:
        set_mode(play, version, take_ring(play));
        break;
    case 8:
        nif_client_bytes_used(&play->client, version, take_ring(play));
        break;
    case 9:
        nif_client_copy(&play->client, take_ring(play));
        break;
    case 3:
    case 4:
    case 5:
    case 7:
        call(play, version, action);
        break;
    case 19:
    case 23:
    case 31:
        remove_added(play, version);
        break;
    case 27:
        vm_limit_allocations(input_take(&play->input) % 4);
        (void)vm_load(THESE_RINGS);
        vm_limit_allocations(SIZE_MAX);
        break;
    default:
        if (action <= 18) {
            act_on_vm(play, action);
        } else {
            call(play, version, action % 2 == 0 ? 3 : 5);
        }
        break;
    }
}

static void act(struct play *play, uint8_t first)
{
    if ((first & 64) != 0 && play->depth < DEPTH_MAX) {
        play->client.meanwhile = act_meanwhile;
    }
    act_once(play, first);
    play->client.meanwhile = NULL;
}

static void unload(void)
{
    (void)vm_purge();
    (void)vm_delete();
    (void)vm_purge();
}

/* All terms go, and the thread does what it can. Then only what a library without rings has is left. */
static void end_rings(struct play *play, size_t blocks)
{
    nif_client_close(&play->client);
    while (vm_run_thread(false)) {
    }
    (void)vm_purge();
    if (vm_blocks() > (vm_has(VM_CURRENT) ? blocks : 0)) {
        (void)fputs("# memory of rings is left after their last terms were collected\n", stderr);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = target_input(data, size);
    struct play play = {.input = {copy, size}};
    const bool rings_first = input_take(&play.input) % 2 == 0;
    nif_client_open(&play.client);
    play.client.context = &play;
    (void)vm_load(THESE_RINGS);
    const size_t blocks = vm_blocks();
    while (play.input.left > 0) {
        act(&play, input_take(&play.input));
    }
    vm_limit_allocations(SIZE_MAX);
    for (size_t ring = 0; ring < NIF_RINGS; ring++) {
        nif_client_bytes_used(&play.client, VM_CURRENT, ring);
    }
    if (rings_first) {
        end_rings(&play, blocks);
    }
    unload();
    if (!rings_first) {
        nif_client_close(&play.client);
    }
    vm_end();
    target_done(copy);
    return 0;
}
