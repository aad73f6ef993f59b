#include "protocol.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

/* READING */

struct reader {
    const char *at, *end;
    char *error;
    size_t error_size;
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct reader *reader,
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reader->error, reader->error_size, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static bool at_end(struct reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at)) {
        reader->at++;
    }
    return reader->at == reader->end;
}

/* Bytes of the text being read. */
struct word {
    const char *text;
    size_t size;
};

/* How much of a word a message quotes. */
#define SHOWN_MAX 40

static int shown(struct word word)
{
    return word.size < SHOWN_MAX ? (int)word.size : SHOWN_MAX;
}

/* The bytes up to a blank or `stop`. */
static struct word read_word(struct reader *reader, char stop)
{
    struct word word = {reader->at, 0};
    while (reader->at < reader->end && !is_blank(*reader->at) && *reader->at != stop) {
        reader->at++;
    }
    word.size = (size_t)(reader->at - word.text);
    return word;
}

static bool is(struct word word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.text, text, word.size) == 0;
}

static bool read_number(const struct reader *reader, struct word word, uint64_t max,
                        uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < word.size; i++) {
        uint64_t digit = (uint64_t)(unsigned char)word.text[i] - '0';
        if (digit > 9) {
            return fail(reader, "'%.*s' is not a decimal number", shown(word), word.text);
        }
        if (digit > max || *number > (max - digit) / 10) {
            return fail(reader, "%.*s is too large: the largest number here is %llu", shown(word),
                        word.text, (unsigned long long)max);
        }
        *number = *number * 10 + digit;
    }
    return word.size > 0 || fail(reader, "a number is missing");
}

static int hex_digit(char byte)
{
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

/* Reads an escape sequence, after its backslash. */
static bool read_escape(struct reader *reader, unsigned char *byte)
{
    size_t left = (size_t)(reader->end - reader->at);
    if (left >= 1 && (*reader->at == '"' || *reader->at == '\\')) {
        *byte = (unsigned char)*reader->at++;
        return true;
    }
    if (left >= 3 && *reader->at == 'x' && hex_digit(reader->at[1]) >= 0 &&
        hex_digit(reader->at[2]) >= 0) {
        *byte = (unsigned char)(hex_digit(reader->at[1]) * 16 + hex_digit(reader->at[2]));
        reader->at += 3;
        return true;
    }
    return fail(reader,
                "unknown escape in a name: write \\\", \\\\ or \\x and two hexadecimal digits");
}

/* Reads a string in quotes into `bytes`, which has `room`. */
static bool read_quoted(struct reader *reader, unsigned char *bytes, size_t room, size_t *size)
{
    *size = 0;
    if (reader->at == reader->end || *reader->at != '"') {
        struct word word = read_word(reader, ' ');
        return fail(reader, "'%.*s' is not in double quotes", shown(word), word.text);
    }
    reader->at++;
    while (reader->at < reader->end && *reader->at != '"') {
        unsigned char byte = (unsigned char)*reader->at++;
        if (byte == '\\') {
            if (!read_escape(reader, &byte)) {
                return false;
            }
        } else if (byte < 0x20 || byte > 0x7e) {
            return fail(reader, "byte 0x%02x in a name: write \\x%02x", byte, byte);
        }
        if (*size == room) {
            return fail(reader, "a string is longer than %zu bytes", room);
        }
        bytes[(*size)++] = byte;
    }
    if (reader->at == reader->end) {
        return fail(reader, "a name does not end: add a closing double quote");
    }
    reader->at++;
    return true;
}

/* WRITING */

static bool stands_for_itself(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._:/", byte) != NULL);
}

size_t protocol_quote(char *text, struct ring_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes.data;
    char *to = text;
    *to++ = '"';
    for (size_t i = 0; i < bytes.size; i++) {
        if (stands_for_itself(from[i])) {
            *to++ = (char)from[i];
        } else {
            *to++ = '\\';
            *to++ = 'x';
            *to++ = digits[from[i] >> 4];
            *to++ = digits[from[i] & 15];
        }
    }
    *to++ = '"';
    return (size_t)(to - text);
}

static void write_quoted(FILE *out, struct ring_bytes bytes)
{
    char *text = memory_resize(NULL, PROTOCOL_QUOTED_MAX(bytes.size), 1);
    (void)fwrite(text, 1, protocol_quote(text, bytes), out);
    free(text);
}

/* DECLARATIONS */

/* A custom rule cannot be named. */
static const char *const rules[] = {
    [RING_XXH3] = "xxh3",
    [RING_SHA1] = "sha1",
    [RING_MD5] = "md5",
    [RING_MD5_COMPAT32] = "md5-compat32",
    [RING_CUSTOM] = "",
    [RING_HASH_RING_SHA1] = "hash-ring-sha1",
    [RING_HASH_RING_MD5] = "hash-ring-md5",
    [RING_HASH_RING_COMPAT32] = "hash-ring-compat32",
};

enum { RULES = sizeof rules / sizeof *rules };

/* By the values of their enumerations. */
static const char *const placements[] = {"opaque", "own", "listed", "rule", NULL};
static const char *const successors[] = {"at-or-behind", "after", "at-or-after", "nearest", NULL};
static const char *const ties[] = {"any-order", "by-name", "first-wins", "last-wins", NULL};
static const char *const replicas[] = {"each-node", "one-number", "fixed", "weight", NULL};
static const char *const texts[] = {"bytes", "utf-8", "printable", "host-port", NULL};
static const char *const cases[] = {"not-said", "as-ring.h", "fails", "ignores", "accepts", NULL};
static const char *const answers[] = {"no", "yes", NULL};

/* A word of the line, and the member that it sets: one of the four pointers. */
struct declaration {
    const char *word;
    const char *const *values; /* of an enumeration */
    void *place;               /* the enumeration's, or a bool with `answers` */
    uint32_t *number;
    unsigned int *bits;
    size_t *length;
};

enum { DECLARATIONS_MAX = 32 };

static size_t list_declarations(struct protocol_declarations *declarations,
                                struct declaration *list)
{
    struct subject *subject = &declarations->subject;
    const struct declaration all[] = {
        {.word = "placement", .values = placements, .place = &subject->placement},
        {.word = "successor", .values = successors, .place = &subject->successor},
        {.word = "ties", .values = ties, .place = &subject->ties},
        {.word = "replicas", .values = replicas, .place = &subject->replicas},
        {.word = "points-per-replica", .number = &subject->points_per_replica},
        {.word = "position-bits", .bits = &subject->position_bits},
        {.word = "names", .values = texts, .place = &subject->names},
        {.word = "keys", .values = texts, .place = &subject->keys},
        {.word = "name-max", .length = &subject->name_max},
        {.word = "key-max", .length = &subject->key_max},
        {.word = "replicas-max", .number = &subject->replicas_max},
        {.word = "nodes-max", .length = &subject->nodes_max},
        {.word = "points-max", .length = &subject->points_max},
        {.word = "adding-twice", .values = cases, .place = &subject->adding_twice},
        {.word = "removing-absent", .values = cases, .place = &subject->removing_absent},
        {.word = "finding-in-empty", .values = cases, .place = &subject->finding_in_empty},
        {.word = "empty-name", .values = cases, .place = &subject->empty_name},
        {.word = "empty-key", .values = cases, .place = &subject->empty_key},
        {.word = "bad-replicas", .values = cases, .place = &subject->bad_replicas},
        {.word = "exact-errors", .values = answers, .place = &subject->exact_errors},
        {.word = "rebuilds", .values = answers, .place = &subject->rebuilds},
    };
    memcpy(list, all, sizeof all);
    return sizeof all / sizeof *all;
}

/* All enumerations here have the size of an unsigned int, which the compiler chooses. */
_Static_assert(sizeof(enum subject_case) == sizeof(unsigned int) &&
                   sizeof(enum subject_placement) == sizeof(unsigned int) &&
                   sizeof(enum subject_text) == sizeof(unsigned int),
               "enumerations are read as unsigned int");

static void set_value(const struct declaration *declaration, unsigned int value)
{
    if (declaration->values == answers) {
        bool yes = value != 0;
        memcpy(declaration->place, &yes, sizeof yes);
    } else {
        memcpy(declaration->place, &value, sizeof value);
    }
}

static unsigned int value_of(const struct declaration *declaration)
{
    unsigned int value = 0;
    bool yes = false;
    if (declaration->values == answers) {
        memcpy(&yes, declaration->place, sizeof yes);
        return yes;
    }
    memcpy(&value, declaration->place, sizeof value);
    return value;
}

static bool read_value(const struct reader *reader, const struct declaration *declaration,
                       struct word value)
{
    char known[160] = "";
    for (unsigned int i = 0; declaration->values[i] != NULL; i++) {
        if (is(value, declaration->values[i])) {
            set_value(declaration, i);
            return true;
        }
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                       declaration->values[i]);
    }
    return fail(reader, "%s=%.*s: the values of %s are %s", declaration->word, shown(value),
                value.text, declaration->word, known);
}

static bool read_declared_number(const struct reader *reader, const struct declaration *declaration,
                                 struct word value)
{
    uint64_t max = declaration->length != NULL ? SIZE_MAX : UINT32_MAX;
    uint64_t number = 0;
    if (!read_number(reader, value, max, &number)) {
        return false;
    }
    if (declaration->length != NULL) {
        *declaration->length = (size_t)number;
    } else if (declaration->number != NULL) {
        *declaration->number = (uint32_t)number;
    } else {
        *declaration->bits = (unsigned int)number;
    }
    return true;
}

static bool read_rules(const struct reader *reader, struct word value, unsigned int *bits)
{
    struct reader words = {value.text, value.text + value.size, NULL, 0};
    for (;;) {
        struct word word = read_word(&words, ',');
        unsigned int rule = 0;
        while (rule < RULES && (rule == RING_CUSTOM || !is(word, rules[rule]))) {
            rule++;
        }
        if (rule == RULES) {
            return fail(reader,
                        "rules: '%.*s' is none of xxh3, sha1, md5, md5-compat32, hash-ring-sha1, "
                        "hash-ring-md5 and hash-ring-compat32",
                        shown(word), word.text);
        }
        *bits |= 1U << rule;
        if (words.at == words.end) {
            return true;
        }
        words.at++;
    }
}

struct call {
    const char *word;
    bool *there;
    bool value; /* what the word sets */
};

enum { CALLS = 4 };

static void list_calls(struct protocol_declarations *declarations, struct call *list)
{
    const struct call calls[CALLS] = {{"add-many", &declarations->add_many, true},
                                      {"find-n", &declarations->find_n, true},
                                      {"list", &declarations->list, true},
                                      {"no-remove", &declarations->remove, false}};
    memcpy(list, calls, sizeof calls);
}

static bool read_calls(const struct reader *reader, struct word value, struct call *calls)
{
    struct reader words = {value.text, value.text + value.size, NULL, 0};
    for (;;) {
        struct word word = read_word(&words, ',');
        size_t i = 0;
        while (i < CALLS && !is(word, calls[i].word)) {
            i++;
        }
        if (i == CALLS) {
            return fail(reader, "calls: '%.*s' is none of add-many, find-n, list and no-remove",
                        shown(word), word.text);
        }
        *calls[i].there = calls[i].value;
        if (words.at == words.end) {
            return true;
        }
        words.at++;
    }
}

static bool is_name(struct word word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (!stands_for_itself((unsigned char)word.text[i]) || strchr(":/", word.text[i]) != NULL) {
            return false;
        }
    }
    return word.size > 0 && word.size < PROTOCOL_NAME_MAX && word.text[0] != '.' &&
           word.text[0] != '-';
}

static bool read_name(const struct reader *reader, struct word value,
                      struct protocol_declarations *declarations)
{
    if (!is_name(value)) {
        return fail(reader,
                    "name=%.*s: a name has 1 to %d letters, digits, '-', '_' and '.', and begins "
                    "with a letter, a digit or '_'",
                    shown(value), value.text, PROTOCOL_NAME_MAX - 1);
    }
    memcpy(declarations->name, value.text, value.size);
    declarations->name[value.size] = '\0';
    return true;
}

/* Reads what follows the '=' after `word`. */
static bool read_declaration(struct reader *reader, struct word word,
                             struct protocol_declarations *declarations)
{
    struct declaration list[DECLARATIONS_MAX];
    struct call calls[CALLS];
    struct subject *subject = &declarations->subject;
    size_t count = list_declarations(declarations, list);
    bool names = is(word, "not-in-names");
    if (names || is(word, "not-in-keys")) {
        struct ring_bytes *bytes = names ? &subject->not_in_names : &subject->not_in_keys;
        return read_quoted(reader, names ? declarations->not_in_names : declarations->not_in_keys,
                           sizeof declarations->not_in_names, &bytes->size);
    }
    struct word value = read_word(reader, ' ');
    if (is(word, "name")) {
        return read_name(reader, value, declarations);
    }
    if (is(word, "rules")) {
        return read_rules(reader, value, &subject->rules);
    }
    if (is(word, "calls")) {
        list_calls(declarations, calls);
        return read_calls(reader, value, calls);
    }
    for (size_t i = 0; i < count; i++) {
        if (is(word, list[i].word)) {
            return list[i].values != NULL ? read_value(reader, &list[i], value)
                                          : read_declared_number(reader, &list[i], value);
        }
    }
    return fail(reader, "there is no declaration '%.*s': correct or remove it", shown(word),
                word.text);
}

/* Reads "ringproof" and the version. */
static bool read_head(struct reader *reader)
{
    uint64_t version = 0;
    (void)at_end(reader);
    struct word word = read_word(reader, ' ');
    if (!is(word, "ringproof")) {
        return fail(reader, "the first line must begin with 'ringproof %u': it begins with '%.*s'",
                    PROTOCOL_VERSION, shown(word), word.text);
    }
    (void)at_end(reader);
    if (!read_number(reader, read_word(reader, ' '), UINT32_MAX, &version)) {
        return fail(reader, "the first line must begin with 'ringproof %u': the version is missing",
                    PROTOCOL_VERSION);
    }
    return version == PROTOCOL_VERSION ||
           fail(reader,
                "the process speaks version %llu of the protocol, and this ringproof version %u: "
                "let it write 'ringproof %u', and answer as fuzz/README.md says",
                (unsigned long long)version, PROTOCOL_VERSION, PROTOCOL_VERSION);
}

/* A declaration's word in the line so far. */
static bool seen_before(const char *line, struct word word)
{
    struct reader reader = {line, word.text, NULL, 0};
    while (!at_end(&reader)) {
        struct word other = read_word(&reader, '=');
        if (other.size == word.size && memcmp(other.text, word.text, word.size) == 0) {
            return true;
        }
        (void)read_word(&reader, ' ');
    }
    return false;
}

bool protocol_read_declarations(const char *line, size_t size, const char *name,
                                struct protocol_declarations *declarations, char *error,
                                size_t error_size)
{
    struct reader reader = {line, line + size, error, error_size};
    *declarations = (struct protocol_declarations){.remove = true};
    (void)snprintf(declarations->name, sizeof declarations->name, "%s", name);
    if (!read_head(&reader)) {
        return false;
    }
    while (!at_end(&reader)) {
        struct word word = read_word(&reader, '=');
        if (reader.at == reader.end || *reader.at != '=') {
            return fail(&reader, "'%.*s' is no declaration: write WORD=VALUE", shown(word),
                        word.text);
        }
        if (seen_before(line, word)) {
            return fail(&reader, "%.*s is declared twice: remove one", shown(word), word.text);
        }
        reader.at++;
        if (!read_declaration(&reader, word, declarations)) {
            return false;
        }
        if (reader.at < reader.end && !is_blank(*reader.at)) {
            return fail(&reader, "a blank is missing after %.*s=...", shown(word), word.text);
        }
    }
    declarations->subject.name = declarations->name;
    declarations->subject.not_in_names.data = declarations->not_in_names;
    declarations->subject.not_in_keys.data = declarations->not_in_keys;
    return true;
}

static void write_list_word(FILE *out, const char *word, const char *value, bool *first)
{
    if (*first) {
        (void)fprintf(out, " %s=", word);
    }
    (void)fprintf(out, "%s%s", *first ? "" : ",", value);
    *first = false;
}

void protocol_write_declarations(FILE *out, const struct protocol_declarations *declarations)
{
    struct protocol_declarations copy = *declarations; /* the lists need one that may change */
    struct declaration list[DECLARATIONS_MAX];
    struct call calls[CALLS];
    size_t count = list_declarations(&copy, list);
    (void)fprintf(out, "ringproof %u name=%s", PROTOCOL_VERSION, declarations->name);
    for (size_t i = 0; i < count; i++) {
        unsigned long long number = list[i].values != NULL   ? value_of(&list[i])
                                    : list[i].length != NULL ? *list[i].length
                                    : list[i].number != NULL ? *list[i].number
                                                             : *list[i].bits;
        if (number != 0 && list[i].values != NULL) {
            (void)fprintf(out, " %s=%s", list[i].word, list[i].values[number]);
        } else if (number != 0) {
            (void)fprintf(out, " %s=%llu", list[i].word, number);
        }
    }
    bool first = true;
    for (unsigned int rule = 0; rule < RULES; rule++) {
        if (rule != RING_CUSTOM && (copy.subject.rules >> rule & 1) != 0) {
            write_list_word(out, "rules", rules[rule], &first);
        }
    }
    first = true;
    list_calls(&copy, calls);
    for (size_t i = 0; i < CALLS; i++) {
        if (*calls[i].there == calls[i].value) {
            write_list_word(out, "calls", calls[i].word, &first);
        }
    }
    if (copy.subject.not_in_names.size > 0) {
        (void)fputs(" not-in-names=", out);
        write_quoted(out, copy.subject.not_in_names);
    }
    if (copy.subject.not_in_keys.size > 0) {
        (void)fputs(" not-in-keys=", out);
        write_quoted(out, copy.subject.not_in_keys);
    }
}

/* The last part of a path, without its extension. */
static struct word stem(struct word path)
{
    while (path.size > 0 && memchr(path.text, '/', path.size) != NULL) {
        path.text++;
        path.size--;
    }
    for (size_t i = path.size; i > 1; i--) {
        if (path.text[i - 1] == '.') {
            path.size = i - 1;
            break;
        }
    }
    return path;
}

void protocol_name_of(const char *command, char *name)
{
    struct reader reader = {command, command + strlen(command), NULL, 0};
    struct word chosen = {"ring", 4};
    /* The first word is mostly an interpreter. What it runs has an extension. */
    for (size_t i = 0; !at_end(&reader); i++) {
        struct word word = read_word(&reader, ' ');
        struct word part = stem(word);
        bool has_extension = part.text + part.size < word.text + word.size;
        if (part.size == 0 || *word.text == '-' || (i > 0 && !has_extension)) {
            continue;
        }
        chosen = part;
        if (i > 0) {
            break;
        }
    }
    size_t used = 0;
    for (size_t i = 0; i < chosen.size && used + 1 < PROTOCOL_NAME_MAX; i++) {
        char byte = chosen.text[i];
        bool good = stands_for_itself((unsigned char)byte) && strchr(":/", byte) == NULL;
        name[used++] = (char)(good && (i > 0 || (byte != '-' && byte != '.')) ? byte : '_');
    }
    name[used] = '\0';
}

const char *protocol_rule(enum subject_placement placement, const struct ring_options *options)
{
    return placement == SUBJECT_BY_RULE && options->rule != RING_CUSTOM ? rules[options->rule]
                                                                        : "own";
}

/* ANSWERS */

static const char *const errors[] = {
    [RING_BAD_ARGUMENT] = "bad-argument",
    [RING_NODE_EXISTS] = "exists",
    [RING_NO_SUCH_NODE] = "absent",
    [RING_TOO_MANY_POINTS] = "too-many",
};

enum { ERRORS = sizeof errors / sizeof *errors };

static bool read_error(struct reader *reader, struct protocol_answer *answer)
{
    answer->reply = REPLY_ERROR;
    answer->error = RING_BAD_ARGUMENT;
    if (at_end(reader)) {
        return true;
    }
    struct word word = read_word(reader, ' ');
    answer->exact = true;
    for (unsigned int i = RING_BAD_ARGUMENT; i < ERRORS; i++) {
        if (is(word, errors[i])) {
            answer->error = (enum ring_error)i;
            return true;
        }
    }
    return fail(reader, "error %.*s: write bad-argument, exists, absent or too-many, or nothing",
                shown(word), word.text);
}

static void make_room(struct protocol_answer *answer, size_t more)
{
    size_t needed = answer->used + more;
    if (needed > answer->room) {
        answer->room = needed + answer->room / 2;
        answer->bytes = memory_resize(answer->bytes, answer->room, 1);
    }
}

/* Repeats the last `size` bytes, as the *COUNT after a string says. */
static bool read_times(struct reader *reader, struct protocol_answer *answer, size_t *size)
{
    uint64_t times = 0;
    if (reader->at == reader->end || *reader->at != '*') {
        return true;
    }
    reader->at++;
    if (!read_number(reader, read_word(reader, ' '), UINT32_MAX, &times)) {
        return false;
    }
    answer->used -= *size;
    if (*size > 0 && times > (PROTOCOL_BYTES_MAX - answer->used) / *size) {
        return fail(reader, "the names of an answer have more than %zu bytes", PROTOCOL_BYTES_MAX);
    }
    make_room(answer, *size * (size_t)times);
    for (uint64_t i = 1; i < times; i++) {
        memcpy(answer->bytes + answer->used + *size * i, answer->bytes + answer->used, *size);
    }
    *size *= (size_t)times;
    answer->used += *size;
    return true;
}

static bool read_node(struct reader *reader, struct protocol_answer *answer,
                      struct ring_bytes *node)
{
    size_t room = (size_t)(reader->end - reader->at);
    size_t left = PROTOCOL_BYTES_MAX - answer->used;
    /* A long line would make room for all of it again with each of its names. */
    const char *quote = room > 0 ? memchr(reader->at + 1, '"', room - 1) : NULL;
    room = quote != NULL && quote[-1] != '\\' ? (size_t)(quote - reader->at) : room;
    make_room(answer, room < left ? room : left);
    if (!read_quoted(reader, answer->bytes + answer->used, room < left ? room : left,
                     &node->size)) {
        return false;
    }
    answer->used += node->size;
    if (!read_times(reader, answer, &node->size)) {
        return false;
    }
    return reader->at == reader->end || is_blank(*reader->at) ||
           fail(reader, "a blank is missing after a name");
}

static bool read_values(struct reader *reader, enum protocol_question question,
                        struct protocol_answer *answer)
{
    bool several = question == ASKS_NODES || question == ASKS_POINTS;
    answer->reply = REPLY_VALUES;
    while (!at_end(reader)) {
        struct ring_point value = {0, {NULL, 0}};
        if (answer->count > 0 && !several) {
            return fail(reader, "one answer was asked for, and there is more in the line");
        }
        if ((question == ASKS_POINTS || question == ASKS_POSITION) &&
            !read_number(reader, read_word(reader, ' '), UINT64_MAX, &value.position)) {
            return false;
        }
        if (question == ASKS_POINTS && at_end(reader)) {
            return fail(reader, "the name of the last point's node is missing");
        }
        if (question != ASKS_POSITION && !read_node(reader, answer, &value.node)) {
            return false;
        }
        answer->values = memory_grow(answer->values, answer->count, sizeof *answer->values);
        answer->values[answer->count++] = value;
    }
    const unsigned char *bytes = answer->bytes; /* which has moved while it grew */
    for (size_t i = 0; i < answer->count && question != ASKS_POSITION; i++) {
        answer->values[i].node.data = bytes;
        bytes += answer->values[i].node.size;
    }
    return true;
}

/* Whether the line is this word alone. */
static bool is_all(const struct reader *reader, const char *word)
{
    struct reader rest = *reader;
    return is(read_word(&rest, ' '), word) && at_end(&rest);
}

static const char *const wanted[] = {
    [ASKS_SUCCESS] = "'ok' or 'error'",
    [ASKS_NODE] = "a name in double quotes, 'none' or 'error'",
    [ASKS_NODES] = "names in double quotes, 'none' or 'error'",
    [ASKS_POINTS] = "positions and names, or 'none'",
    [ASKS_POSITION] = "a decimal number",
};

bool protocol_read_answer(const char *text, size_t size, enum protocol_question question,
                          struct protocol_answer *answer, char *error, size_t error_size)
{
    struct reader reader = {text, text + size, error, error_size};
    answer->error = RING_OK;
    answer->exact = false;
    answer->count = answer->used = 0;
    if (at_end(&reader)) {
        return fail(&reader, "an empty line: %s was asked for", wanted[question]);
    }
    struct reader rest = reader;
    struct word word = read_word(&rest, ' ');
    if (is(word, "cannot")) {
        answer->reply = REPLY_CANNOT;
        return true;
    }
    if (is(word, "error")) {
        return read_error(&rest, answer) &&
               (at_end(&rest) || fail(&rest, "there is more in the line than an error"));
    }
    if (question == ASKS_SUCCESS) {
        answer->reply = REPLY_OK;
        return is_all(&reader, "ok") ||
               fail(&reader, "%.*s: %s was asked for", shown(word), word.text, wanted[question]);
    }
    if (question != ASKS_POSITION && is_all(&reader, "none")) {
        answer->reply = REPLY_NONE;
        return true;
    }
    return read_values(&reader, question, answer);
}

void protocol_write_answer(FILE *out, const struct protocol_answer *answer,
                           enum protocol_question question)
{
    switch (answer->reply) {
    case REPLY_OK:
        (void)fputs("ok", out);
        break;
    case REPLY_NONE:
        (void)fputs("none", out);
        break;
    case REPLY_CANNOT:
        (void)fputs("cannot", out);
        break;
    case REPLY_ERROR:
        (void)fprintf(out, "error%s%s", answer->exact ? " " : "",
                      answer->exact ? errors[answer->error] : "");
        break;
    case REPLY_VALUES:
        for (size_t i = 0; i < answer->count; i++) {
            (void)fputs(i > 0 ? " " : "", out);
            if (question == ASKS_POINTS || question == ASKS_POSITION) {
                (void)fprintf(out, "%llu", (unsigned long long)answer->values[i].position);
            }
            if (question != ASKS_POSITION) {
                (void)fputs(question == ASKS_POINTS ? " " : "", out);
                text_write(out, answer->values[i].node);
            }
        }
        break;
    }
}

void protocol_free_answer(struct protocol_answer *answer)
{
    free(answer->values);
    free(answer->bytes);
    *answer = (struct protocol_answer){.reply = REPLY_OK};
}
