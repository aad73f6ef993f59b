/* MemorySanitizer follows only code that was compiled with it. nettle, libmd and xxHash were not.
 * These wrappers check that the bytes passed to them are initialised, and mark their results as
 * initialised. The linker's --wrap puts them in place, in the msan build only. */
#include <md5.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <sanitizer/msan_interface.h>
#include <sha1.h>
#include <xxhash.h>

/* nettle and libmd both define these names as macros. */
#undef md5_init
#undef md5_update
#undef md5_digest

/* NOLINTBEGIN: the linker prescribes the names, and the macros expand to functions. */

#define INIT(name, type)                                                                           \
    void __real_##name(type *context);                                                             \
    void __wrap_##name(type *context);                                                             \
    void __wrap_##name(type *context)                                                              \
    {                                                                                              \
        __real_##name(context);                                                                    \
        __msan_unpoison(context, sizeof *context);                                                 \
    }

#define LIBMD_UPDATE(name, type)                                                                   \
    void __real_##name(type *context, const uint8_t *data, size_t size);                           \
    void __wrap_##name(type *context, const uint8_t *data, size_t size);                           \
    void __wrap_##name(type *context, const uint8_t *data, size_t size)                            \
    {                                                                                              \
        __msan_check_mem_is_initialized(data, size);                                               \
        __real_##name(context, data, size);                                                        \
        __msan_unpoison(context, sizeof *context);                                                 \
    }

#define LIBMD_FINAL(name, type, bytes)                                                             \
    void __real_##name(uint8_t *digest, type *context);                                            \
    void __wrap_##name(uint8_t *digest, type *context);                                            \
    void __wrap_##name(uint8_t *digest, type *context)                                             \
    {                                                                                              \
        __real_##name(digest, context);                                                            \
        __msan_unpoison(digest, bytes);                                                            \
    }

#define NETTLE_UPDATE(name, type)                                                                  \
    void __real_##name(type *context, size_t size, const uint8_t *data);                           \
    void __wrap_##name(type *context, size_t size, const uint8_t *data);                           \
    void __wrap_##name(type *context, size_t size, const uint8_t *data)                            \
    {                                                                                              \
        __msan_check_mem_is_initialized(data, size);                                               \
        __real_##name(context, size, data);                                                        \
        __msan_unpoison(context, sizeof *context);                                                 \
    }

#define NETTLE_DIGEST(name, type)                                                                  \
    void __real_##name(type *context, size_t size, uint8_t *digest);                               \
    void __wrap_##name(type *context, size_t size, uint8_t *digest);                               \
    void __wrap_##name(type *context, size_t size, uint8_t *digest)                                \
    {                                                                                              \
        __real_##name(context, size, digest);                                                      \
        __msan_unpoison(digest, size);                                                             \
        __msan_unpoison(context, sizeof *context);                                                 \
    }

/* Calls by way of nettle's table of a digest are no calls that the linker sees. */
#define NETTLE_TABLE(name, type, size)                                                             \
    extern const struct nettle_hash __wrap_##name;                                                 \
    const struct nettle_hash __wrap_##name = {                                                     \
        .context_size = sizeof(type),                                                              \
        .digest_size = (size),                                                                     \
        .init = (nettle_hash_init_func *)__wrap_##name##_init,                                     \
        .update = (nettle_hash_update_func *)__wrap_##name##_update,                               \
        .digest = (nettle_hash_digest_func *)__wrap_##name##_digest,                               \
    };

INIT(MD5Init, MD5_CTX)
LIBMD_UPDATE(MD5Update, MD5_CTX)
LIBMD_FINAL(MD5Final, MD5_CTX, MD5_DIGEST_LENGTH)
INIT(SHA1Init, SHA1_CTX)
LIBMD_UPDATE(SHA1Update, SHA1_CTX)
LIBMD_FINAL(SHA1Final, SHA1_CTX, SHA1_DIGEST_LENGTH)
INIT(nettle_md5_init, struct md5_ctx)
NETTLE_UPDATE(nettle_md5_update, struct md5_ctx)
NETTLE_DIGEST(nettle_md5_digest, struct md5_ctx)
NETTLE_TABLE(nettle_md5, struct md5_ctx, MD5_DIGEST_SIZE)
INIT(nettle_sha1_init, struct sha1_ctx)
NETTLE_UPDATE(nettle_sha1_update, struct sha1_ctx)
NETTLE_DIGEST(nettle_sha1_digest, struct sha1_ctx)
NETTLE_TABLE(nettle_sha1, struct sha1_ctx, SHA1_DIGEST_SIZE)

XXH64_hash_t __real_XXH3_64bits(const void *data, size_t size);
XXH64_hash_t __wrap_XXH3_64bits(const void *data, size_t size);
XXH64_hash_t __wrap_XXH3_64bits(const void *data, size_t size)
{
    __msan_check_mem_is_initialized(data, size);
    XXH64_hash_t hash = __real_XXH3_64bits(data, size);
    __msan_unpoison(&hash, sizeof hash);
    return hash;
}

XXH_errorcode __real_XXH3_64bits_reset(XXH3_state_t *state);
XXH_errorcode __wrap_XXH3_64bits_reset(XXH3_state_t *state);
XXH_errorcode __wrap_XXH3_64bits_reset(XXH3_state_t *state)
{
    XXH_errorcode error = __real_XXH3_64bits_reset(state);
    __msan_unpoison(&error, sizeof error);
    return error;
}

XXH_errorcode __real_XXH3_64bits_update(XXH3_state_t *state, const void *data, size_t size);
XXH_errorcode __wrap_XXH3_64bits_update(XXH3_state_t *state, const void *data, size_t size);
XXH_errorcode __wrap_XXH3_64bits_update(XXH3_state_t *state, const void *data, size_t size)
{
    __msan_check_mem_is_initialized(data, size);
    XXH_errorcode error = __real_XXH3_64bits_update(state, data, size);
    __msan_unpoison(&error, sizeof error);
    return error;
}

XXH64_hash_t __real_XXH3_64bits_digest(const XXH3_state_t *state);
XXH64_hash_t __wrap_XXH3_64bits_digest(const XXH3_state_t *state);
XXH64_hash_t __wrap_XXH3_64bits_digest(const XXH3_state_t *state)
{
    XXH64_hash_t hash = __real_XXH3_64bits_digest(state);
    __msan_unpoison(&hash, sizeof hash);
    return hash;
}

/* NOLINTEND */
