#include "file.h"

#include <errno.h>
#include <limits.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/terminal.h"
#include "bytes.h"
#include "trace.h"

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *file_shown(const char *path)
{
    return is_standard(path) ? "standard input" : path;
}

static void describe(char *error, size_t error_size, const char *path, const char *what,
                     const char *advice)
{
    (void)snprintf(error, error_size, "%s: %s: %s: %s", path, what, strerror(errno), advice);
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

static FILE *open_input(const char *path)
{
    return is_standard(path) ? stdin : fopen(path, "rb");
}

static void close_input(FILE *in)
{
    if (in != NULL && in != stdin) {
        (void)fclose(in);
    }
}

void *file_read(const char *path, size_t *size, char *error, size_t error_size)
{
    struct stat status;
    const char *shown = file_shown(path);
    FILE *in = open_input(path);
    void *content = NULL;
    if (in == NULL || fstat(fileno(in), &status) != 0) {
        describe(error, error_size, shown, "cannot open",
                 "name a file that exists and that you may read");
    } else if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        describe(error, error_size, shown, "cannot read", "name the files in it");
    } else {
        content = read_all(in, size);
        if (ferror(in)) {
            describe(error, error_size, shown, "cannot read", "copy it elsewhere, and read that");
            free(content);
            content = NULL;
        }
    }
    close_input(in);
    return content;
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
        (void)snprintf(error, error_size, "%s: %s", file_shown(path), line_error);
        return false;
    }
    if (is_text(data, size)) {
        message("%s: taken for bytes; if it is a trace, begin it with 'ring RULE'",
                file_shown(path));
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

bool file_is_same(const char *input, const char *output)
{
    struct stat one;
    struct stat other;
    int read = is_standard(input) ? fstat(STDIN_FILENO, &one) : stat(input, &one);
    return read == 0 && !is_standard(output) && stat(output, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

#define SUFFIX ".XXXXXX" /* of temporary files */

/* Whether the temporary file of that file may be made. */
static bool can_write_beside(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (strlen(path) + sizeof SUFFIX > PATH_MAX || strlen(name) + sizeof SUFFIX - 1 > NAME_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    (void)snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
                   slash != NULL ? path : ".");
    return access(folder, W_OK | X_OK) == 0;
}

bool file_can_write(const char *path, char *error, size_t error_size)
{
    struct stat status;
    char resolved[PATH_MAX];
    if (is_standard(path)) {
        return true;
    }
    if (path[0] == '\0') {
        (void)snprintf(error, error_size,
                       "an empty file name: name a file, or leave the option out");
        return false;
    }
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            (void)snprintf(error, error_size, "%s: is a folder: name a file in it", path);
            return false;
        }
        if (!S_ISREG(status.st_mode)) {
            return true;
        }
    } else if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode)) {
        (void)snprintf(error, error_size,
                       "%s: a link to what does not exist: make that, or name another file", path);
        return false;
    }
    /* A regular file is replaced, so its folder matters. */
    if (!can_write_beside(realpath(path, resolved) != NULL ? resolved : path)) {
        (void)snprintf(error, error_size, "%s: cannot write: %s: name a %s", path, strerror(errno),
                       errno == ENAMETOOLONG
                           ? "shorter one"
                           : "file in a folder that exists and that you may write to");
        return false;
    }
    return true;
}

static FILE *standard_output; /* NULL: stdout */

void file_write_standard_to(FILE *out)
{
    standard_output = out;
}

/* The stream stays open. After a failure it forgets what it could not write, so that its end does
 * not fail again. */
static bool write_standard(void (*write)(FILE *out, const void *context), const void *context)
{
    FILE *out = standard_output != NULL ? standard_output : stdout;
    write(out, context);
    if (fflush(out) == 0 && !ferror(out)) {
        return true;
    }
    __fpurge(out);
    clearerr(out);
    return false;
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
    int used = snprintf(temporary, sizeof temporary, "%s" SUFFIX, path);
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
    if (is_standard(path)) {
        written = write_standard(write, context);
        path = "standard output";
    } else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        FILE *out = fopen(path, "wb");
        written = out != NULL && write_all(out, write, context);
    } else {
        /* A symbolic link stays one; the file that it leads to is replaced. */
        written = replace(realpath(path, resolved) != NULL ? resolved : path, write, context);
    }
    if (!written) {
        describe(error, error_size, path, "cannot write",
                 "name another place with --output, or make room");
    }
    return written;
}
