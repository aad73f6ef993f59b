#include "file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/memory.h"
#include "bytes.h"
#include "trace.h"

static void describe(char *error, size_t error_size, const char *path, const char *what)
{
    (void)snprintf(error, error_size, "%s: %s: %s", path, what, strerror(errno));
}

static void *read_all(FILE *in, size_t *size)
{
    unsigned char *content = NULL;
    size_t room = 4096;
    *size = 0;
    do {
        room *= 2;
        content = memory_resize(content, room, 1);
        *size += fread(content + *size, 1, room - *size, in);
    } while (*size == room);
    return memory_resize(content, *size, 1);
}

void *file_read(const char *path, size_t *size, char *error, size_t error_size)
{
    struct stat status;
    FILE *in = fopen(path, "rb");
    if (in == NULL || fstat(fileno(in), &status) != 0) {
        describe(error, error_size, path, "cannot open");
    } else if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        describe(error, error_size, path, "cannot read");
    } else {
        void *content = read_all(in, size);
        if (!ferror(in)) {
            (void)fclose(in);
            return content;
        }
        describe(error, error_size, path, "cannot read");
        free(content);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    return NULL;
}

bool file_is_trace(const char *path, const void *data, size_t size)
{
    size_t length = strlen(path);
    return trace_recognise(data, size) || (length >= 6 && strcmp(path + length - 6, ".trace") == 0);
}

static bool is_text(const unsigned char *bytes, size_t size)
{
    bool lines = false;
    for (size_t i = 0; i < size; i++) {
        lines = lines || bytes[i] == '\n';
        if (bytes[i] < '\t' || bytes[i] == 0x7f || (bytes[i] > '\r' && bytes[i] < ' ')) {
            return false;
        }
    }
    return lines;
}

bool file_parse(const char *path, const void *data, size_t size, struct program *program,
                char *error, size_t error_size)
{
    char line_error[256];
    if (file_is_trace(path, data, size)) {
        if (trace_read(data, size, program, line_error, sizeof line_error)) {
            return true;
        }
        (void)snprintf(error, error_size, "%s: %s", path, line_error);
        return false;
    }
    if (is_text(data, size)) {
        (void)fprintf(
            stderr, "ringproof: %s: taken for bytes; if it is a trace, begin it with 'ring RULE'\n",
            path);
    }
    bytes_decode(data, size, program);
    return true;
}

bool file_read_program(const char *path, struct program *program, char *error, size_t error_size)
{
    size_t size = 0;
    void *content = file_read(path, &size, error, error_size);
    bool good = content != NULL && file_parse(path, content, size, program, error, error_size);
    free(content);
    return good;
}

static bool write_all(FILE *out, void (*write)(FILE *out, const void *context), const void *context)
{
    write(out, context);
    bool written = fflush(out) == 0 && !ferror(out);
    return fclose(out) == 0 && written;
}

/* Writes a temporary file beside the old one, and renames it. `path` is a regular file or does not
 * exist. */
static bool replace(const char *path, void (*write)(FILE *out, const void *context),
                    const void *context)
{
    char temporary[PATH_MAX];
    int used = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (used < 0 || (size_t)used >= sizeof temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    int descriptor = mkstemp(temporary);
    if (descriptor < 0) {
        return false;
    }
    mode_t mask = umask(0);
    (void)umask(mask);
    (void)fchmod(descriptor, 0666 & ~mask); /* mkstemp() lets only the owner read it */
    FILE *out = fdopen(descriptor, "wb");
    if (out == NULL) {
        (void)close(descriptor);
    } else if (write_all(out, write, context) && rename(temporary, path) == 0) {
        return true;
    }
    int error = errno;
    (void)unlink(temporary);
    errno = error;
    return false;
}

bool file_write(const char *path, void (*write)(FILE *out, const void *context),
                const void *context, char *error, size_t error_size)
{
    struct stat status;
    char resolved[PATH_MAX];
    bool written = false;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        FILE *out = fopen(path, "wb");
        written = out != NULL && write_all(out, write, context);
    } else {
        /* A symbolic link stays one; the file that it leads to is replaced. */
        written = replace(realpath(path, resolved) != NULL ? resolved : path, write, context);
    }
    if (!written) {
        describe(error, error_size, path, "cannot write");
    }
    return written;
}
