/* PROPERTY: the words of a trigger are either refused with a reason, or read; written and read
 * again, they are the same trigger.
 *
 * The input is the words, up to a zero byte. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../search/trigger.h"

static _Noreturn void fail(const char *what, const char *words)
{
    (void)fprintf(stderr, "# %s: '%s'\n", what, words);
    abort();
}

static bool same_triggers(const struct trigger *a, const struct trigger *b)
{
    bool same =
        a->of_kind == b->of_kind && (!a->of_kind || a->kind == b->kind) && a->rule == b->rule &&
        a->circumstances == b->circumstances && a->other_replicas == b->other_replicas &&
        a->replicas == b->replicas && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0 &&
        a->begins_size == b->begins_size && memcmp(a->begins, b->begins, a->begins_size) == 0;
    for (size_t i = 0; i < FEATURES; i++) {
        same = same && a->at_least[i] == b->at_least[i] && a->zero[i] == b->zero[i];
    }
    return same;
}

static void check_words(const char *words)
{
    char error[1024] = "";
    char *written = NULL;
    size_t size = 0;
    struct trigger trigger;
    struct trigger again;
    if (!trigger_read(words, &trigger, error, sizeof error)) {
        if (error[0] == '\0') {
            fail("refused without a reason", words);
        }
        return;
    }
    FILE *out = open_memstream(&written, &size);
    if (out == NULL) {
        fail("no memory", words);
    }
    trigger_write(out, &trigger);
    (void)fclose(out);
    /* "replicas>=0" demands nothing, and a trigger of no words cannot be read. */
    if (size > 0 &&
        (!trigger_read(written, &again, error, sizeof error) || !same_triggers(&trigger, &again))) {
        fail("written and read, the trigger differs", written);
    }
    target_answer(written, size);
    free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *input = target_input(data, size);
    char *words = memory_resize(NULL, size + 1, 1);
    if (size > 0) {
        memcpy(words, input, size);
    }
    words[size] = '\0';
    check_words(words);
    free(words);
    target_done(input);
    return 0;
}
