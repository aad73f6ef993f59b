#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "nif_now.h"

enum { SLICE_PERCENT = 10000 }; /* in nanoseconds */

static struct library *versions[2]; /* by enum vm_version */
static bool loading;                /* so that no other is loaded or unloaded */

ErlNifEntry *nif_init(void);

/* LIBRARIES */

bool vm_has(enum vm_version version)
{
    return versions[version] != NULL;
}

void *enif_priv_data(ErlNifEnv *env)
{
    return env->library->data;
}

/* With the link option --wrap, this is what the library calls. */
uint32_t __wrap_ring_version(void); /* NOLINT(*-reserved-identifier,cert-dcl*): ld's name */

uint32_t __wrap_ring_version(void) /* NOLINT(*-reserved-identifier,cert-dcl*) */
{
    return vm_now->library->version;
}

static int load(struct library *library, struct library *before, ErlNifEnv *env)
{
    struct execution execution = {.place = PLACE_LOADER, .library = library};
    const ERL_NIF_TERM info = vm_integer(env, 0);
    env->library = library;
    vm_begin(&execution);
    const int failed = before == NULL
                           ? library->entry->load(env, &library->data, info)
                           : library->entry->upgrade(env, &library->data, &before->data, info);
    vm_finish(&execution);
    return failed;
}

static void judge_functions(const ErlNifEntry *entry)
{
    for (int i = 0; i < entry->num_of_funcs; i++) {
        if (entry->funcs[i].flags != 0 && entry->funcs[i].flags != ERL_NIF_DIRTY_JOB_CPU_BOUND) {
            vm_fail("a function has flags, but is not bound by the CPU");
        }
    }
}

enum vm_outcome vm_load(uint32_t version)
{
    const size_t refusals = vm_refusals();
    struct library *before = versions[versions[VM_CURRENT] != NULL ? VM_CURRENT : VM_OLD];
    const uint32_t rings = before != NULL ? before->rings : version;
    if (loading || (versions[VM_CURRENT] != NULL && versions[VM_OLD] != NULL)) {
        return VM_NOT_NOW; /* the old one must be purged first */
    }
    struct library *library = memory_resize(NULL, 1, sizeof *library);
    *library = (struct library){.entry = nif_init(), .version = version, .rings = rings};
    judge_functions(library->entry);
    ErlNifEnv *env = vm_environment();
    loading = true;
    const int failed = load(library, before, env);
    loading = false;
    vm_forget(env);
    if (failed != 0) {
        vm_roll_back_type(library);
        free(library);
        if (vm_refusals() == refusals && rings == version) {
            vm_fail("the library cannot be loaded, although memory was not refused");
        }
        return VM_REFUSED;
    }
    if (rings != version) {
        vm_fail("a library takes over rings that it would make in another way");
    }
    vm_commit_type(library);
    if (versions[VM_CURRENT] != NULL) {
        versions[VM_OLD] = versions[VM_CURRENT];
    }
    versions[VM_CURRENT] = library;
    return VM_DONE;
}

enum vm_outcome vm_delete(void)
{
    if (loading || versions[VM_CURRENT] == NULL || versions[VM_OLD] != NULL) {
        return VM_NOT_NOW;
    }
    versions[VM_OLD] = versions[VM_CURRENT];
    versions[VM_CURRENT] = NULL;
    return VM_DONE;
}

enum vm_outcome vm_purge(void)
{
    struct library *library = versions[VM_OLD];
    if (loading || library == NULL || library->calls > 0) {
        return VM_NOT_NOW;
    }
    versions[VM_OLD] = NULL;
    ErlNifEnv *env = vm_environment();
    struct execution execution = {.place = PLACE_LOADER, .library = library};
    env->library = library;
    vm_unlink_type(library);
    vm_begin(&execution);
    library->entry->unload(env, library->data);
    vm_finish(&execution);
    vm_forget(env);
    if (vm_threads_of(library)) {
        vm_fail("a thread runs code of a library that is unloaded");
    }
    free(library);
    return VM_DONE;
}

bool vm_takes(enum vm_version version, const struct vm_resource *resource)
{
    return vm_is_of(resource, versions[version]->type);
}

void vm_end(void)
{
    if (versions[VM_CURRENT] != NULL || versions[VM_OLD] != NULL || vm_any_thread()) {
        vm_fail("a library or a thread is left");
    }
    if (vm_blocks() != 0) {
        vm_fail("blocks of memory are left after the library and all rings have gone");
    }
}

/* CALLS */

static ERL_NIF_TERM *copied(int count, const ERL_NIF_TERM *terms)
{
    ERL_NIF_TERM *copy = memory_resize(NULL, (size_t)count, sizeof *copy);
    memcpy(copy, terms, (size_t)count * sizeof *copy);
    return copy;
}

ERL_NIF_TERM enif_schedule_nif(ErlNifEnv *env, const char *name, int flags,
                               ERL_NIF_TERM (*run)(ErlNifEnv *, int, const ERL_NIF_TERM[]),
                               int count, const ERL_NIF_TERM arguments[])
{
    if (name == NULL || vm_now->moved.run != NULL) {
        vm_fail("a call moves without a name, or twice");
    }
    if (vm_now->estimate <= SURELY_SHORT) {
        vm_fail("a short call moves to another scheduler");
    }
    vm_now->moved = (struct job){run, (unsigned)flags, count, copied(count, arguments)};
    return vm_name_of(vm_new_term(env, VM_MOVED));
}

static void judge_scheduler(const struct execution *execution)
{
    const uint64_t estimate = execution->estimate;
    if (execution->place == PLACE_NORMAL && estimate > SURELY_LONG) {
        vm_fail("a long call holds a normal scheduler: it must move to a dirty one");
    }
    if (execution->place == PLACE_DIRTY && execution->may_move && estimate > 0 &&
        estimate <= SURELY_SHORT) {
        vm_fail("a short call is made on a dirty scheduler");
    }
}

int enif_consume_timeslice(ErlNifEnv *env, int percent)
{
    (void)env;
    judge_scheduler(vm_now);
    if (percent < 1 || percent > 100) {
        vm_fail("a time slice has 1 to 100 percent");
    }
    vm_now->percent += percent;
    return vm_now->percent >= 100;
}

static void judge_time(const struct execution *execution)
{
    if (execution->moved.run != NULL) {
        return;
    }
    judge_scheduler(execution);
    if (execution->place != PLACE_NORMAL) {
        return;
    }
    const int percent = (int)(execution->estimate / SLICE_PERCENT);
    if (execution->percent > percent || (execution->percent < percent && percent > 1)) {
        vm_fail("the VM was told a wrong part of the time slice");
    }
}

static ERL_NIF_TERM run(ErlNifEnv *env, struct job *job, bool may_move)
{
    struct execution execution = {.place = job->flags == 0 ? PLACE_NORMAL : PLACE_DIRTY,
                                  .library = env->library,
                                  .may_move = may_move};
    vm_begin(&execution);
    const ERL_NIF_TERM answer = job->run(env, job->count, job->arguments);
    const enum vm_kind kind = vm_term(answer)->kind;
    if ((kind == VM_MOVED) != (execution.moved.run != NULL)) {
        vm_fail("a call that moves has another answer");
    }
    vm_finish(&execution);
    judge_time(&execution);
    free(job->arguments);
    *job = execution.moved;
    return answer;
}

static const ErlNifFunc *function_named(const struct library *library, const char *name, int count)
{
    for (int i = 0; i < library->entry->num_of_funcs; i++) {
        const ErlNifFunc *function = &library->entry->funcs[i];
        if (strcmp(function->name, name) == 0 && (int)function->arity == count) {
            return function;
        }
    }
    vm_fail("the library does not have all functions");
}

ERL_NIF_TERM vm_call(ErlNifEnv *env, enum vm_version version, const char *name, int count,
                     const ERL_NIF_TERM *arguments)
{
    struct library *library = versions[version];
    const ErlNifFunc *function = function_named(library, name, count);
    struct job job = {function->fptr, function->flags, count, copied(count, arguments)};
    ERL_NIF_TERM answer = 0;
    env->library = library;
    library->calls++;
    while (job.run != NULL) {
        answer = run(env, &job, answer == 0);
        if (job.run != NULL && job.flags != ERL_NIF_DIRTY_JOB_CPU_BOUND) {
            vm_fail("a long call moves to a scheduler that is not for it");
        }
        if (job.run != NULL) {
            vm_moment_comes(VM_CALL_MOVES);
        }
    }
    library->calls--;
    return answer;
}
