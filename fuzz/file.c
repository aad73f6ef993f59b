#include "file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "memory.h"
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

bool file_read_program(const char *path, struct program *program, char *error, size_t error_size)
{
    size_t size = 0;
    char line_error[256];
    bool good = true;
    void *content = file_read(path, &size, error, error_size);
    if (content == NULL) {
        return false;
    }
    if (!trace_recognise(content, size)) {
        bytes_decode(content, size, program);
    } else if (!trace_read(content, size, program, line_error, sizeof line_error)) {
        (void)snprintf(error, error_size, "%s: %s", path, line_error);
        good = false;
    }
    free(content);
    return good;
}

bool file_write(const char *path, void (*write)(FILE *out, const void *context),
                const void *context, char *error, size_t error_size)
{
    char temporary[PATH_MAX];
    int used = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (used < 0 || (size_t)used >= sizeof temporary) {
        (void)snprintf(error, error_size, "%s: name too long", path);
        return false;
    }
    int descriptor = mkstemp(temporary);
    FILE *out = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (out == NULL) {
        describe(error, error_size, path, "cannot create");
        return false;
    }
    write(out, context);
    bool written =
        fflush(out) == 0 && !ferror(out) && fsync(descriptor) == 0 && fchmod(descriptor, 0644) == 0;
    written = fclose(out) == 0 && written;
    if (!written || rename(temporary, path) != 0) {
        describe(error, error_size, path, "cannot write");
        (void)unlink(temporary);
        return false;
    }
    return true;
}
