#include <string.h>

#include "../../../fuzz/base/memory.h"
#include "nif_now.h"

struct enif_resource_type_t {
    ErlNifResourceType *next; /* of those that libraries can open */
    char *name;
    const struct library *owner;
    ErlNifResourceDtor *end;
    size_t resources;
    bool linked;
    /* A takeover that has not taken effect yet. */
    const struct library *taker;
    ErlNifResourceDtor *its_end;
};

struct vm_resource {
    ErlNifResourceType *type;
    size_t references;
    _Alignas(max_align_t) uint8_t object[];
};

static ErlNifResourceType *types;

/* TYPES */

static void free_type(ErlNifResourceType *type)
{
    free(type->name);
    free(type);
}

static ErlNifResourceType *new_type(const char *name)
{
    ErlNifResourceType *type = memory_resize(NULL, 1, sizeof *type);
    *type = (ErlNifResourceType){.name = memory_print("%s", name)};
    return type;
}

static ErlNifResourceType *type_named(const char *name)
{
    ErlNifResourceType *type = types;
    while (type != NULL && strcmp(type->name, name) != 0) {
        type = type->next;
    }
    return type;
}

ErlNifResourceType *enif_open_resource_type(ErlNifEnv *env, const char *module, const char *name,
                                            ErlNifResourceDtor *end, ErlNifResourceFlags flags,
                                            ErlNifResourceFlags *tried)
{
    if (module != NULL || vm_now->place != PLACE_LOADER || vm_now->library->type != NULL) {
        vm_fail(
            "this stand-in opens one resource type, while the library is loaded, for no module");
    }
    ErlNifResourceType *type = type_named(name);
    const ErlNifResourceFlags needed = type != NULL ? ERL_NIF_RT_TAKEOVER : ERL_NIF_RT_CREATE;
    (void)env;
    (void)tried;
    if ((flags & needed) == 0 || !vm_allocates()) {
        return NULL;
    }
    if (type == NULL) {
        type = new_type(name);
    }
    type->taker = vm_now->library;
    type->its_end = end;
    vm_now->library->type = type;
    return type;
}

void vm_commit_type(struct library *library)
{
    ErlNifResourceType *type = library->type;
    if (type == NULL) {
        vm_fail("the library did not open its resource type");
    }
    if (!type->linked) {
        type->next = types;
        type->linked = true;
        types = type;
    }
    type->owner = library;
    type->end = type->its_end;
    type->taker = NULL;
}

void vm_roll_back_type(struct library *library)
{
    ErlNifResourceType *type = library->type;
    if (type != NULL && !type->linked) {
        free_type(type);
    }
}

/* Resources that are left keep the type, and in a VM the library's code. */
void vm_unlink_type(const struct library *library)
{
    ErlNifResourceType **place = &types;
    while (*place != NULL && (*place)->owner != library) {
        place = &(*place)->next;
    }
    ErlNifResourceType *type = *place;
    if (type != NULL) {
        *place = type->next;
        type->linked = false;
        if (type->resources == 0) {
            free_type(type);
        }
    }
}

/* ENVIRONMENTS */

ErlNifEnv *vm_environment(void)
{
    ErlNifEnv *env = memory_resize(NULL, 1, sizeof *env);
    *env = (ErlNifEnv){NULL, NULL};
    return env;
}

void vm_forget(ErlNifEnv *env)
{
    while (env->terms != NULL) {
        struct vm_term *term = env->terms;
        env->terms = term->next;
        struct vm_resource *resource = term->resource;
        free(term->bytes);
        free(term);
        if (resource != NULL) {
            vm_drop(resource);
        }
    }
    free(env);
}

ERL_NIF_TERM vm_reference(ErlNifEnv *env, struct vm_resource *resource)
{
    struct vm_term *term = vm_new_term(env, VM_RESOURCE);
    term->resource = resource;
    vm_keep(resource);
    return vm_name_of(term);
}

/* RESOURCES */

static struct vm_resource *resource_of(void *object)
{
    return (struct vm_resource *)((uint8_t *)object - offsetof(struct vm_resource, object));
}

void *enif_alloc_resource(ErlNifResourceType *type, size_t size)
{
    struct vm_resource *resource = vm_allocate(sizeof *resource + size);
    if (resource == NULL) {
        return NULL;
    }
    resource->type = type;
    resource->references = 1;
    type->resources++;
    return resource->object;
}

void enif_release_resource(void *object)
{
    vm_drop(resource_of(object));
}

ERL_NIF_TERM enif_make_resource(ErlNifEnv *env, void *object)
{
    return vm_reference(env, resource_of(object));
}

int enif_get_resource(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifResourceType *type, void **object)
{
    const struct vm_term *read = vm_term(term);
    (void)env;
    if (read->kind != VM_RESOURCE || read->resource->type != type) {
        return 0;
    }
    *object = read->resource->object;
    return 1;
}

void vm_keep(struct vm_resource *resource)
{
    resource->references++;
}

/* The VM destroys a resource on the scheduler on which the last reference goes. A collection cannot be
 * interrupted, and so must not take long while a thread could do the work. */
static void destroy(struct vm_resource *resource)
{
    enum { LONGEST_COLLECTION = 1000000 };
    ErlNifResourceType *type = resource->type;
    struct execution execution = {.place = PLACE_COLLECTOR};
    ErlNifEnv *env = vm_environment();
    bool could_move = type->linked && vm_any_thread(); /* else the library was unloaded */
    vm_begin(&execution);
    type->end(env, resource->object);
    vm_finish(&execution);
    vm_forget(env);
    could_move = could_move && vm_any_thread(); /* an upgrade came in the meantime */
    if (could_move && execution.estimate > LONGEST_COLLECTION && execution.freed > 0) {
        vm_fail("a large ring is freed where garbage is collected, although a thread runs");
    }
    vm_release(resource);
    type->resources--;
    if (!type->linked && type->resources == 0) {
        free_type(type);
    }
}

void vm_drop(struct vm_resource *resource)
{
    resource->references--;
    if (resource->references == 0) {
        destroy(resource);
    }
}

bool vm_is_of(const struct vm_resource *resource, const ErlNifResourceType *type)
{
    return resource->type == type;
}
