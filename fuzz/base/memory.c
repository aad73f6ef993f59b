#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int memory_exit_status = 2;

void *memory_resize(void *block, size_t count, size_t size)
{
    void *resized = count > SIZE_MAX / size ? NULL : realloc(block, count > 0 ? count * size : 1);
    if (resized == NULL) {
        (void)fprintf(stderr,
                      "ringproof: no memory for %zu elements of %zu bytes: free some memory, or "
                      "use smaller rings\n",
                      count, size);
        _exit(memory_exit_status);
    }
    return resized;
}

char *memory_print(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0) {
        (void)fputs("ringproof: no memory for a text: free some memory\n", stderr);
        _exit(memory_exit_status);
    }
    return text;
}

void *memory_grow(void *block, size_t count, size_t size)
{
    enum { ROOM_MIN = 16 };
    if (count > 0 && (count < ROOM_MIN || (count & (count - 1)) != 0)) {
        return block;
    }
    return memory_resize(block, count > 0 ? 2 * count : ROOM_MIN, size);
}
