#include "load.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const char adapter_prefix[] = "hash_ring:";

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

/* The first required member that the table lacks, or NULL. */
static const char *missing_member(const struct subject *subject)
{
    const struct {
        const char *name;
        bool there;
    } required[] = {
        {"name", subject->name != NULL},       {"create", subject->create != NULL},
        {"destroy", subject->destroy != NULL}, {"add", subject->add != NULL},
        {"remove", subject->remove != NULL},   {"find", subject->find != NULL},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (!required[i].there) {
            return required[i].name;
        }
    }
    return NULL;
}

static const struct subject *table_of(void *object, const char *path, char *error, size_t size)
{
    void *symbol = dlsym(object, "ringproof_subject");
    const struct subject *(*table)(unsigned int version) = NULL;
    if (symbol == NULL) {
        (void)snprintf(error, size,
                       "%s exports no function ringproof_subject(): add one, as "
                       "ringproof/subject.h says; if it has the C interface of hash-ring, write "
                       "%s%s",
                       path, adapter_prefix, path);
        return NULL;
    }
    memcpy(&table, &symbol, sizeof table); /* ISO C has no cast from object to function pointers */
    const struct subject *subject = table(RINGPROOF_SUBJECT_VERSION);
    if (subject == NULL) {
        (void)snprintf(error, size,
                       "%s has no table of version %u: compile it again, with the "
                       "ringproof/subject.h of this ringproof",
                       path, RINGPROOF_SUBJECT_VERSION);
        return NULL;
    }
    const char *missing = missing_member(subject);
    if (missing != NULL) {
        (void)snprintf(error, size,
                       "%s: its table's '%s' is NULL, but every subject needs it: set it", path,
                       missing);
        return NULL;
    }
    return subject;
}

const struct subject *subject_open(const char *what, char *error, size_t size)
{
    bool adapted = strncmp(what, adapter_prefix, strlen(adapter_prefix)) == 0;
    const char *path = adapted ? what + strlen(adapter_prefix) : what;
    if (!adapted && !is_path(what)) {
        const struct subject *subject = subject_named(what);
        if (subject == NULL) {
            (void)snprintf(error, size, "no such subject: %s; 'ringproof list' names them", what);
        }
        return subject;
    }
    void *object = open_object(path, error, size);
    if (object == NULL) {
        return NULL;
    }
    const struct subject *subject =
        adapted ? subject_hash_ring(object, error, size) : table_of(object, path, error, size);
    return subject != NULL ? subject_with_copies(subject) : NULL;
}
