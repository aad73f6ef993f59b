#include "difference.h"

#include "../base/text.h"

static void write_text(char *text, size_t size, difference_writer *write, const void *context)
{
    FILE *out = fmemopen(text, size, "w");
    if (out == NULL) {
        (void)snprintf(text, size, "(no memory to say it)");
        return;
    }
    write(out, context);
    (void)fclose(out);
    text[size - 1] = '\0';
}

bool difference(struct finding *finding, const char *what, difference_writer *write,
                const void *expected, const void *got)
{
    finding->found = true;
    (void)snprintf(finding->what, sizeof finding->what, "%s", what);
    write_text(finding->expected, sizeof finding->expected, write, expected);
    write_text(finding->got, sizeof finding->got, write, got);
    return false;
}

bool difference_in_words(struct finding *finding, const char *what, const char *expected,
                         const char *got)
{
    finding->found = true;
    (void)snprintf(finding->what, sizeof finding->what, "%s", what);
    (void)snprintf(finding->expected, sizeof finding->expected, "%s", expected);
    (void)snprintf(finding->got, sizeof finding->got, "%s", got);
    return false;
}

void difference_write_count(FILE *out, const void *count)
{
    (void)fprintf(out, "%zu", *(const size_t *)count);
}

void difference_write_name(FILE *out, const void *name)
{
    text_write(out, *(const struct ring_bytes *)name);
}

void difference_write_point(FILE *out, const void *point)
{
    const struct ring_point *it = point;
    if (it == NULL) {
        (void)fputs("no more points", out);
    } else {
        (void)fprintf(out, "%llu ", (unsigned long long)it->position);
        text_write(out, it->node);
    }
}
