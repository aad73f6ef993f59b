/* The functions of hash_ring_nif.erl. Each takes Erlang terms, calls ring.h, and makes the answer.
 *
 * Lookups run in the caller's process, on whatever scheduler it has. One that is estimated to take
 * long goes to a dirty scheduler, as all adds and removals do. */
#include <erl_nif.h>
#include <string.h>

#include "reaper.h"

enum { TIME_SLICE = 1000000 }; /* what the VM calls so, in nanoseconds */

/* What lasts from the first load of this library to the end of its last ring, across upgrades. */
struct state {
    struct reaper *reaper;
    uint32_t version; /* of the ring library that made the rings */
    /* Of libraries that are not unloaded yet. One may be unloaded on a scheduler, after its last call,
     * while another loads the next. */
    atomic_uint loads;
    atomic_size_t users; /* rings, and 1 while `loads` is not 0 */
};

struct library {
    struct state *state;
    ErlNifResourceType *rings;
    ERL_NIF_TERM ok; /* atoms: to look one up by its name takes as long as to find a key */
    ERL_NIF_TERM error;
    ERL_NIF_TERM busy;
    ERL_NIF_TERM reasons[STATUS_RING_NOT_EMPTY + 1];
};

/* What the VM counts references to. */
struct handle {
    struct nif_ring *ring;
    struct state *state;
};

/* STATE */

static void drop_state(struct state *state)
{
    if (atomic_fetch_sub_explicit(&state->users, 1, memory_order_acq_rel) == 1) {
        reaper_destroy(state->reaper);
        enif_free(state);
    }
}

static struct state *make_state(void)
{
    struct state *state = enif_alloc(sizeof *state);
    if (state == NULL) {
        return NULL;
    }
    struct reaper *reaper = reaper_create();
    if (reaper == NULL) {
        enif_free(state);
        return NULL;
    }
    *state = (struct state){.reaper = reaper, .version = ring_version()};
    atomic_init(&state->loads, 0);
    atomic_init(&state->users, 1);
    return state;
}

static void end_of_ring(ErlNifEnv *env, void *object)
{
    (void)env;
    struct handle *handle = object;
    if (handle->ring != NULL) {
        reaper_destroy_ring(handle->state->reaper, handle->ring);
        drop_state(handle->state);
    }
}

/* ANSWERS */

static const struct library *library_of(ErlNifEnv *env)
{
    return enif_priv_data(env);
}

static ERL_NIF_TERM error(ErlNifEnv *env, ERL_NIF_TERM reason)
{
    return enif_make_tuple2(env, library_of(env)->error, reason);
}

static ERL_NIF_TERM answer(ErlNifEnv *env, enum status status)
{
    const struct library *library = library_of(env);
    return status == STATUS_DONE ? library->ok : error(env, library->reasons[status]);
}

static ERL_NIF_TERM busy(ErlNifEnv *env)
{
    return error(env, library_of(env)->busy);
}

static ERL_NIF_TERM ok(ErlNifEnv *env, ERL_NIF_TERM value)
{
    return enif_make_tuple2(env, library_of(env)->ok, value);
}

static bool put_name(ErlNifEnv *env, struct ring_bytes name, ERL_NIF_TERM *term)
{
    unsigned char *bytes = enif_make_new_binary(env, name.size, term);
    if (bytes != NULL) {
        memcpy(bytes, name.data, name.size);
    }
    return bytes != NULL;
}

/* ARGUMENTS */

static bool get_ring(ErlNifEnv *env, ERL_NIF_TERM term, struct nif_ring **ring)
{
    void *object = NULL;
    if (!enif_get_resource(env, term, library_of(env)->rings, &object)) {
        return false;
    }
    *ring = ((struct handle *)object)->ring;
    return true;
}

static bool get_bytes(ErlNifEnv *env, ERL_NIF_TERM term, struct ring_bytes *bytes)
{
    ErlNifBinary binary;
    if (!enif_inspect_binary(env, term, &binary)) {
        return false;
    }
    *bytes = (struct ring_bytes){binary.data, binary.size};
    return true;
}

/* RINGS */

static ERL_NIF_TERM create(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    (void)count;
    unsigned replicas = 0;
    unsigned hash = 0;
    if (!enif_get_uint(env, arguments[0], &replicas) || !enif_get_uint(env, arguments[1], &hash)) {
        return enif_make_badarg(env);
    }
    const struct library *library = library_of(env);
    struct handle *handle = enif_alloc_resource(library->rings, sizeof *handle);
    if (handle == NULL) {
        return answer(env, STATUS_NO_MEMORY);
    }
    *handle = (struct handle){NULL, library->state};
    const enum status status = hash <= UINT8_MAX
                                   ? nif_ring_create(&handle->ring, replicas, (uint8_t)hash)
                                   : STATUS_BAD_COMMAND;
    ERL_NIF_TERM made = answer(env, status);
    if (status == STATUS_DONE) {
        (void)atomic_fetch_add_explicit(&library->state->users, 1, memory_order_relaxed);
        made = ok(env, enif_make_resource(env, handle));
    }
    enif_release_resource(handle);
    return made;
}

static ERL_NIF_TERM change_node(ErlNifEnv *env, const ERL_NIF_TERM arguments[],
                                enum status (*change)(struct nif_ring *, struct ring_bytes))
{
    struct nif_ring *ring = NULL;
    struct ring_bytes name;
    if (!get_ring(env, arguments[0], &ring) || !get_bytes(env, arguments[1], &name)) {
        return enif_make_badarg(env);
    }
    if (!nif_ring_take(ring)) {
        return busy(env);
    }
    const enum status status = change(ring, name);
    nif_ring_give_back(ring);
    return answer(env, status);
}

static ERL_NIF_TERM add_node(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    (void)count;
    return change_node(env, arguments, nif_ring_add);
}

static ERL_NIF_TERM remove_node(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    (void)count;
    return change_node(env, arguments, nif_ring_remove);
}

static ERL_NIF_TERM set_mode(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    (void)count;
    struct nif_ring *ring = NULL;
    unsigned mode = 0;
    if (!get_ring(env, arguments[0], &ring) || !enif_get_uint(env, arguments[1], &mode)) {
        return enif_make_badarg(env);
    }
    if (!nif_ring_take(ring)) {
        return busy(env);
    }
    const enum status status =
        mode <= UINT8_MAX ? nif_ring_set_mode(ring, (uint8_t)mode) : STATUS_BAD_COMMAND;
    nif_ring_give_back(ring);
    return answer(env, status);
}

/* LOOKUPS */

struct lookup {
    struct nif_ring *ring;
    struct ring_bytes key;
    size_t wanted; /* of find_nodes */
};

static bool get_lookup(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[],
                       struct lookup *lookup)
{
    unsigned wanted = 1;
    const bool valid = get_ring(env, arguments[0], &lookup->ring) &&
                       get_bytes(env, arguments[1], &lookup->key) &&
                       (count < 3 || enif_get_uint(env, arguments[2], &wanted));
    lookup->wanted = wanted;
    return valid;
}

static ERL_NIF_TERM found_node(ErlNifEnv *env, const struct lookup *lookup,
                               const struct nif_view *view)
{
    struct ring_bytes node;
    ERL_NIF_TERM name;
    const enum ring_error error = ring_find(view->ring, lookup->key.data, lookup->key.size, &node);
    if (error == RING_OK && node.size == 0) {
        return answer(env, STATUS_NO_SUCH_NODE);
    }
    return error == RING_OK && put_name(env, node, &name) ? ok(env, name)
                                                          : answer(env, STATUS_NO_MEMORY);
}

static ERL_NIF_TERM listed(ErlNifEnv *env, const struct ring_bytes *nodes, size_t count)
{
    ERL_NIF_TERM list = enif_make_list(env, 0);
    while (count > 0) {
        ERL_NIF_TERM name;
        if (!put_name(env, nodes[--count], &name)) {
            return answer(env, STATUS_NO_MEMORY);
        }
        list = enif_make_list_cell(env, name, list);
    }
    return ok(env, list);
}

static ERL_NIF_TERM found_nodes(ErlNifEnv *env, const struct lookup *lookup,
                                const struct nif_view *view)
{
    const size_t nodes = ring_node_count(view->ring);
    const size_t wanted = lookup->wanted < nodes ? lookup->wanted : nodes;
    if (wanted == 0) {
        return ok(env, enif_make_list(env, 0));
    }
    struct ring_bytes *names = enif_alloc(wanted * sizeof *names);
    if (names == NULL) {
        return answer(env, STATUS_NO_MEMORY);
    }
    size_t found = 0;
    const enum ring_error error =
        ring_find_n(view->ring, lookup->key.data, lookup->key.size, wanted, names, &found);
    ERL_NIF_TERM result =
        error == RING_OK ? listed(env, names, found) : answer(env, STATUS_NO_MEMORY);
    enif_free(names);
    return result;
}

static ERL_NIF_TERM look_up(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[],
                            bool at_any_length);

static ERL_NIF_TERM look_up_at_any_length(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    return look_up(env, count, arguments, true);
}

/* Tells the VM how much of the process's time slice is used up. */
static void account_for(ErlNifEnv *env, uint64_t work)
{
    if (work > TIME_SLICE / 100) {
        (void)enif_consume_timeslice(env, (int)(work / (TIME_SLICE / 100)));
    }
}

static ERL_NIF_TERM look_up(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[],
                            bool at_any_length)
{
    struct lookup lookup;
    if (!get_lookup(env, count, arguments, &lookup)) {
        return enif_make_badarg(env);
    }
    const struct nif_view view = nif_ring_enter(lookup.ring);
    const struct ring_sizes sizes = nif_ring_sizes(lookup.ring, &view);
    const uint64_t work = count < 3 ? work_to_find(&sizes, lookup.key.size)
                                    : work_to_find_nodes(&sizes, lookup.key.size, lookup.wanted);
    const bool is_long = work > WORK_LONGEST_AT_ONCE && !at_any_length;
    ERL_NIF_TERM result = 0;
    if (!is_long) {
        result = count < 3 ? found_node(env, &lookup, &view) : found_nodes(env, &lookup, &view);
    }
    nif_ring_leave(&view);
    if (is_long) {
        return enif_schedule_nif(env, count < 3 ? "find_node" : "find_nodes",
                                 ERL_NIF_DIRTY_JOB_CPU_BOUND, look_up_at_any_length, count,
                                 arguments);
    }
    if (!at_any_length) {
        account_for(env, work);
    }
    return result;
}

static ERL_NIF_TERM find(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    return look_up(env, count, arguments, false);
}

/* Bytes that the ring holds of the VM's memory. */
static ERL_NIF_TERM bytes_used(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
    (void)count;
    struct nif_ring *ring = NULL;
    if (!get_ring(env, arguments[0], &ring)) {
        return enif_make_badarg(env);
    }
    if (!nif_ring_take(ring)) {
        return busy(env);
    }
    const size_t bytes = nif_ring_bytes_used(ring);
    nif_ring_give_back(ring);
    return ok(env, enif_make_uint64(env, bytes));
}

/* LOADING */

static void make_atoms(ErlNifEnv *env, struct library *library)
{
    static const char *const reasons[] = {[STATUS_BAD_COMMAND] = "bad_argument",
                                          [STATUS_NO_SUCH_RING] = "ring_not_found",
                                          [STATUS_NODE_EXISTS] = "node_exists",
                                          [STATUS_NO_SUCH_NODE] = "node_not_found",
                                          [STATUS_TOO_MANY_POINTS] = "too_many_points",
                                          [STATUS_NO_MEMORY] = "no_memory",
                                          [STATUS_NOT_MD5] = "not_md5",
                                          [STATUS_RING_NOT_EMPTY] = "ring_not_empty"};
    library->ok = enif_make_atom(env, "ok");
    library->error = enif_make_atom(env, "error");
    library->busy = enif_make_atom(env, "busy");
    for (size_t i = STATUS_BAD_COMMAND; i <= STATUS_RING_NOT_EMPTY; i++) {
        library->reasons[i] = enif_make_atom(env, reasons[i]);
    }
}

static struct library *open_library(ErlNifEnv *env, struct state *state, ErlNifResourceFlags flags)
{
    struct library *library = enif_alloc(sizeof *library);
    if (library == NULL) {
        return NULL;
    }
    library->state = state;
    library->rings = enif_open_resource_type(env, NULL, "ring", end_of_ring, flags, NULL);
    if (library->rings == NULL) {
        enif_free(library);
        return NULL;
    }
    make_atoms(env, library);
    (void)atomic_fetch_add_explicit(&state->loads, 1, memory_order_relaxed);
    return library;
}

static int load(ErlNifEnv *env, void **data, ERL_NIF_TERM info)
{
    (void)info;
    struct state *state = make_state();
    if (state == NULL) {
        return 1;
    }
    struct library *library = open_library(env, state, ERL_NIF_RT_CREATE);
    if (library == NULL || !reaper_start(state->reaper)) {
        if (library != NULL) {
            enif_free(library);
        }
        drop_state(state);
        return 1;
    }
    *data = library;
    return 0;
}

/* Rings stay. So a library whose rings are made in another way is refused: its module is not loaded,
 * and the old one goes on. The thread changes over, so that new code runs on it, too. */
static int upgrade(ErlNifEnv *env, void **data, void **old, ERL_NIF_TERM info)
{
    (void)info;
    struct state *state = ((struct library *)*old)->state;
    if (state->version != ring_version()) {
        return 1;
    }
    struct library *library = open_library(env, state, ERL_NIF_RT_TAKEOVER);
    if (library == NULL) {
        return 1;
    }
    reaper_stop(state->reaper);
    (void)reaper_start(state->reaper); /* without a thread, rings are destroyed all the same */
    *data = library;
    return 0;
}

static void unload(ErlNifEnv *env, void *data)
{
    (void)env;
    struct library *library = data;
    struct state *state = library->state;
    enif_free(library);
    if (atomic_fetch_sub_explicit(&state->loads, 1, memory_order_acq_rel) == 1) {
        reaper_stop(state->reaper);
        drop_state(state);
    }
}

static ErlNifFunc functions[] = {
    {"create", 2, create, 0},
    {"add_node", 2, add_node, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"remove_node", 2, remove_node, ERL_NIF_DIRTY_JOB_CPU_BOUND},
    {"set_mode", 2, set_mode, 0},
    {"find_node", 2, find, 0},
    {"find_nodes", 3, find, 0},
    {"bytes_used", 1, bytes_used, 0},
};

ERL_NIF_INIT(hash_ring_nif, functions, load, NULL, upgrade, unload)
