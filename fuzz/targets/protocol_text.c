/* PROPERTY: any line is either refused with a reason, or read as the declarations or an answer of a ring
 * in another process. What is read, written and read again is the same. A name that is sent is the
 * name that was read. Any command gives a name that declarations may have.
 *
 * The input is lines. The first is a command and the second its declarations. Each further one is a
 * digit that chooses a question, and an answer to it. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../subjects/protocol.h"
#include "../subjects/protocol_words.h"

struct line {
    const char *text;
    size_t size;
};

static _Noreturn void fail(const char *what, const char *text, size_t size)
{
    (void)fprintf(stderr, "# %s: %.*s\n", what, (int)size, text);
    abort();
}

static void expect_reason(const char *error, struct line line)
{
    if (error[0] == '\0') {
        fail("refused without a reason", line.text, line.size);
    }
    target_answer(error, strlen(error));
}

static FILE *open_text(char **text, size_t *size)
{
    FILE *out = open_memstream(text, size);
    if (out == NULL) {
        (void)fputs("protocol_text: no memory for a text: free some\n", stderr);
        exit(2);
    }
    return out;
}

static void check_name(struct line line)
{
    char name[PROTOCOL_NAME_MAX];
    char text[PROTOCOL_NAME_MAX + 32];
    char error[512];
    struct protocol_declarations declarations;
    char *command = memory_print("%.*s", (int)line.size, line.text);
    protocol_name_of(command, name);
    int size = snprintf(text, sizeof text, "ringproof 1 name=%s", name);
    if (!protocol_read_declarations(text, (size_t)size, "", &declarations, error, sizeof error)) {
        fail("the name of a command is refused", text, (size_t)size);
    }
    target_answer(name, strlen(name));
    free(command);
}

/* DECLARATIONS */

static bool same_declarations(const struct protocol_declarations *left,
                              const struct protocol_declarations *right)
{
    const struct subject *a = &left->subject;
    const struct subject *b = &right->subject;
    return strcmp(a->name, b->name) == 0 && a->placement == b->placement && a->rules == b->rules &&
           a->successor == b->successor && a->ties == b->ties && a->replicas == b->replicas &&
           a->points_per_replica == b->points_per_replica && a->position_bits == b->position_bits &&
           a->names == b->names && a->keys == b->keys &&
           text_same(a->not_in_names, b->not_in_names) &&
           text_same(a->not_in_keys, b->not_in_keys) && a->name_max == b->name_max &&
           a->key_max == b->key_max && a->replicas_max == b->replicas_max &&
           a->nodes_max == b->nodes_max && a->points_max == b->points_max &&
           a->adding_twice == b->adding_twice && a->removing_absent == b->removing_absent &&
           a->finding_in_empty == b->finding_in_empty && a->empty_name == b->empty_name &&
           a->empty_key == b->empty_key && a->bad_replicas == b->bad_replicas &&
           a->exact_errors == b->exact_errors && a->rebuilds == b->rebuilds &&
           left->add_many == right->add_many && left->find_n == right->find_n &&
           left->list == right->list && left->remove == right->remove;
}

static void check_declarations(struct line line)
{
    struct protocol_declarations declarations;
    struct protocol_declarations again;
    char error[512] = "";
    char *text = NULL;
    size_t size = 0;
    if (!protocol_read_declarations(line.text, line.size, "ring", &declarations, error,
                                    sizeof error)) {
        expect_reason(error, line);
        return;
    }
    FILE *out = open_text(&text, &size);
    protocol_write_declarations(out, &declarations);
    (void)fclose(out);
    if (!protocol_read_declarations(text, size, "other", &again, error, sizeof error) ||
        !same_declarations(&declarations, &again)) {
        fail("written and read, the declarations differ", text, size);
    }
    target_answer(text, size);
    free(text);
}

/* ANSWERS */

/* More is slow to write. */
#define BYTES_MAX ((size_t)64 << 10)

static bool same_answers(const struct protocol_answer *a, const struct protocol_answer *b)
{
    bool same = a->reply == b->reply && a->error == b->error && a->exact == b->exact &&
                a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++) {
        same = a->values[i].position == b->values[i].position &&
               text_same(a->values[i].node, b->values[i].node);
    }
    return same;
}

/* Sends each name, and reads it as an answer. */
static void check_names(const struct protocol_answer *answer)
{
    struct protocol_answer again = {.reply = REPLY_OK};
    char error[512];
    for (size_t i = 0; i < answer->count; i++) {
        struct ring_bytes name = answer->values[i].node;
        char *text = memory_resize(NULL, PROTOCOL_QUOTED_MAX(name.size), 1);
        size_t size = protocol_quote(text, name);
        if (!protocol_read_answer(text, size, ASKS_NODE, &again, error, sizeof error) ||
            again.count != 1 || !text_same(again.values[0].node, name)) {
            fail("a name that is sent is another", text, size);
        }
        free(text);
    }
    protocol_free_answer(&again);
}

static void check_answer(struct line line, enum protocol_question question,
                         struct protocol_answer *answer)
{
    struct protocol_answer again = {.reply = REPLY_OK};
    char error[512] = "";
    char *text = NULL;
    size_t size = 0;
    if (!protocol_read_answer(line.text, line.size, question, answer, error, sizeof error)) {
        expect_reason(error, line);
        return;
    }
    if (answer->used > BYTES_MAX) {
        return;
    }
    FILE *out = open_text(&text, &size);
    protocol_write_answer(out, answer, question);
    (void)fclose(out);
    if (!protocol_read_answer(text, size, question, &again, error, sizeof error) ||
        !same_answers(answer, &again)) {
        fail("written and read, the answer differs", text, size);
    }
    if (question != ASKS_POSITION) {
        check_names(answer);
    }
    target_answer(text, size);
    protocol_free_answer(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *input = target_input(data, size);
    struct protocol_answer answer = {.reply = REPLY_OK}; /* used again, as a subject does */
    size_t at = 0;
    for (size_t number = 0; at < size; number++) {
        const char *start = (const char *)input + at;
        const char *end = memchr(start, '\n', size - at);
        struct line line = {start, end != NULL ? (size_t)(end - start) : size - at};
        at += line.size + 1;
        if (number == 0) {
            check_name(line);
        } else if (number == 1) {
            check_declarations(line);
        } else if (line.size > 0) {
            unsigned int question = (unsigned char)(*line.text - '0') % PROTOCOL_QUESTIONS;
            check_answer((struct line){line.text + 1, line.size - 1},
                         (enum protocol_question)question, &answer);
        }
    }
    protocol_free_answer(&answer);
    target_done(input);
    return 0;
}
