/* Shared objects that are no subjects: without the symbol, of another version, without functions, with
 * declarations that make no sense, or that crash while they are loaded. */
#include <ringproof/subject.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef CONSTRUCTOR_CRASHES
__attribute__((constructor)) static void check_license(void)
{
    (void)puts("no license found");
    (void)fflush(stdout);
    abort();
}
#endif

#ifdef NO_SYMBOL
int nothing_of_interest = 1;
#elif defined(OTHER_VERSION)
const struct subject *ringproof_subject(unsigned int version)
{
    (void)version;
    return NULL;
}
#elif defined(VERSION_1)
const struct subject *ringproof_subject(unsigned int version)
{
    static const struct subject old = {.name = "old"};
    return version == 1 ? &old : NULL;
}
#elif defined(TABLE_EXITS)
const struct subject *ringproof_subject(unsigned int version)
{
    (void)version;
    exit(3);
}
#elif defined(DECLARATIONS)
static void *create(const struct ring_options *options)
{
    (void)options;
    return NULL;
}

static void destroy(void *ring)
{
    (void)ring;
}

static enum ring_error add(void *ring, struct ring_bytes name, uint32_t replicas)
{
    (void)ring;
    (void)name;
    (void)replicas;
    return RING_OK;
}

static enum ring_error find(const void *ring, struct ring_bytes key, struct ring_bytes *node)
{
    (void)ring;
    (void)key;
    (void)node;
    return RING_OK;
}

__attribute__((unused)) static uint64_t position(struct ring_bytes key)
{
    return key.size;
}

const struct subject *ringproof_subject(unsigned int version)
{
    static const struct subject nonsense = {
        .name = "nonsense",
        .create = create,
        .destroy = destroy,
        .add = add,
        .find = find,
        DECLARATIONS,
    };
    return version == RINGPROOF_SUBJECT_VERSION ? &nonsense : NULL;
}
#else
static const struct subject lacking = {.name = "lacking"};

const struct subject *ringproof_subject(unsigned int version)
{
    (void)version;
    return &lacking;
}
#endif
