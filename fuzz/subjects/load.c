#include "load.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "attempt.h"
#include "declarations.h"
#include "exec.h"

static const char adapter_prefix[] = "hash_ring:";
static const char exec_prefix[] = "exec:";

static bool is_path(const char *what)
{
    size_t size = strlen(what);
    return strchr(what, '/') != NULL || (size > 3 && strcmp(what + size - 3, ".so") == 0);
}

static void *open_object(const char *path, char *error, size_t size)
{
    char with_folder[4096];
    /* Without a slash, dlopen() would search the system's libraries. */
    if (strchr(path, '/') == NULL) {
        (void)snprintf(with_folder, sizeof with_folder, "./%s", path);
        path = with_folder;
    }
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL) {
        /* dlerror() names the file and the reason: no such file, no shared object, for another
         * machine, a missing symbol. */
        (void)snprintf(error, size, "cannot load the subject: %s", dlerror());
    }
    return object;
}

typedef const struct subject *table_function(unsigned int version);

static table_function *find_table(void *object)
{
    void *symbol = dlsym(object, "ringproof_subject");
    table_function *table = NULL;
    memcpy(&table, &symbol, sizeof table); /* ISO C has no cast from object to function pointers */
    return table;
}

/* Version 2 of the table has the first members of this one. The others become NULL. */
static const struct subject *ask_for_table(table_function *table)
{
    static struct subject extended;
    const struct subject *subject = table(RINGPROOF_SUBJECT_VERSION);
    const struct subject *older = subject == NULL ? table(2) : NULL;
    if (older == NULL) {
        return subject;
    }
    memcpy(&extended, older, offsetof(struct subject, node_replicas));
    return &extended;
}

static const struct subject *table_of(void *object, const char *path, char *error, size_t size)
{
    table_function *table = find_table(object);
    char why[400];
    if (table == NULL) {
        (void)snprintf(error, size,
                       "%s exports no function ringproof_subject(): add one, as "
                       "ringproof/subject.h says; if it has the C interface of hash-ring, write "
                       "%s%s",
                       path, adapter_prefix, path);
        return NULL;
    }
    const struct subject *subject = ask_for_table(table);
    if (subject == NULL && table(1) != NULL) {
        (void)snprintf(error, size,
                       "%s was compiled with version 1 of ringproof/subject.h, and this ringproof "
                       "has version %u: declare .placement = SUBJECT_BY_RULE, .successor = "
                       "SUBJECT_AFTER and what the ring does with calls that must fail, in place "
                       "of .promises and .limits, and compile it again",
                       path, RINGPROOF_SUBJECT_VERSION);
        return NULL;
    }
    if (subject == NULL) {
        (void)snprintf(error, size,
                       "%s has no table of version %u: compile it again, with the "
                       "ringproof/subject.h of this ringproof",
                       path, RINGPROOF_SUBJECT_VERSION);
        return NULL;
    }
    if (!declarations_judge(subject, why, sizeof why)) {
        (void)snprintf(error, size, "%s: %s", path, why);
        return NULL;
    }
    return subject;
}

/* FIRST LOAD, in a child process */

/* How long loading may take. */
#define LOAD_SECONDS 20

struct loading {
    const char *path;
    bool adapted;
};

static bool load(void *context, struct attempt *attempt)
{
    const struct loading *loading = context;
    char error[SUBJECT_ERROR_MAX];
    (void)snprintf(attempt->step, sizeof attempt->step, "in a constructor");
    void *object = open_object(loading->path, error, sizeof error);
    table_function *table = object != NULL && !loading->adapted ? find_table(object) : NULL;
    (void)snprintf(attempt->step, sizeof attempt->step, "in ringproof_subject()");
    return table == NULL || ask_for_table(table) != NULL;
}

static bool crashed;

bool subject_open_crashed(void)
{
    return crashed;
}

static void append_printed(const struct attempt *attempt, char *error, size_t size)
{
    size_t used = strlen(error);
    if (attempt->printed[0] != '\0' && used < size) {
        (void)snprintf(error + used, size - used, "; it printed:\n%s", attempt->printed);
    }
}

static const struct subject *open_shared(const char *path, bool adapted, char *error, size_t size)
{
    struct loading loading = {path, adapted};
    struct attempt first;
    (void)attempt(load, &loading, LOAD_SECONDS, &first);
    crashed = first.ended;
    if (crashed) {
        (void)snprintf(error, size, "%s crashed while it was loaded, %s: %s", path, first.step,
                       first.how);
        append_printed(&first, error, size);
        return NULL;
    }
    void *object = open_object(path, error, size);
    const struct subject *subject = NULL;
    if (object != NULL) {
        subject =
            adapted ? subject_hash_ring(object, error, size) : table_of(object, path, error, size);
    }
    if (subject == NULL) {
        append_printed(&first, error, size);
        return NULL;
    }
    return subject_with_copies(subject);
}

const struct subject *subject_open(const char *what, char *error, size_t size)
{
    crashed = false;
    if (strncmp(what, exec_prefix, strlen(exec_prefix)) == 0) {
        return subject_exec(what + strlen(exec_prefix), error, size);
    }
    bool adapted = strncmp(what, adapter_prefix, strlen(adapter_prefix)) == 0;
    const char *path = adapted ? what + strlen(adapter_prefix) : what;
    if (!adapted && !is_path(what)) {
        const struct subject *subject = subject_named(what);
        if (subject == NULL) {
            (void)snprintf(error, size,
                           "no such subject: %s; 'ringproof list' names them; a shared object is "
                           "given as ./NAME.so, a process as 'exec:COMMAND'",
                           what);
        }
        return subject;
    }
    return open_shared(path, adapted, error, size);
}
