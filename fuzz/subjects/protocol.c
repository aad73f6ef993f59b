#include "protocol.h"

#include <string.h>

#include "protocol_words.h"

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
        if (word_is(value, declaration->values[i])) {
            set_value(declaration, i);
            return true;
        }
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                       declaration->values[i]);
    }
    return reader_fail(reader, "%s=%.*s: the values of %s are %s", declaration->word,
                       word_shown(value), value.text, declaration->word, known);
}

static bool read_declared_number(const struct reader *reader, const struct declaration *declaration,
                                 struct word value)
{
    uint64_t max = declaration->length != NULL ? SIZE_MAX : UINT32_MAX;
    uint64_t number = 0;
    if (!reader_number(reader, value, max, &number)) {
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
        struct word word = reader_word(&words, ',');
        unsigned int rule = 0;
        while (rule < RULES && (rule == RING_CUSTOM || !word_is(word, rules[rule]))) {
            rule++;
        }
        if (rule == RULES) {
            return reader_fail(
                reader,
                "rules: '%.*s' is none of xxh3, sha1, md5, md5-compat32, hash-ring-sha1, "
                "hash-ring-md5 and hash-ring-compat32",
                word_shown(word), word.text);
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
        struct word word = reader_word(&words, ',');
        size_t i = 0;
        while (i < CALLS && !word_is(word, calls[i].word)) {
            i++;
        }
        if (i == CALLS) {
            return reader_fail(reader,
                               "calls: '%.*s' is none of add-many, find-n, list and no-remove",
                               word_shown(word), word.text);
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
        if (!protocol_is_plain((unsigned char)word.text[i]) || strchr(":/", word.text[i]) != NULL) {
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
        return reader_fail(
            reader,
            "name=%.*s: a name has 1 to %d letters, digits, '-', '_' and '.', and begins "
            "with a letter, a digit or '_'",
            word_shown(value), value.text, PROTOCOL_NAME_MAX - 1);
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
    bool names = word_is(word, "not-in-names");
    if (names || word_is(word, "not-in-keys")) {
        struct ring_bytes *bytes = names ? &subject->not_in_names : &subject->not_in_keys;
        return reader_quoted(reader, names ? declarations->not_in_names : declarations->not_in_keys,
                             sizeof declarations->not_in_names, &bytes->size);
    }
    struct word value = reader_word(reader, ' ');
    if (word_is(word, "name")) {
        return read_name(reader, value, declarations);
    }
    if (word_is(word, "rules")) {
        return read_rules(reader, value, &subject->rules);
    }
    if (word_is(word, "calls")) {
        list_calls(declarations, calls);
        return read_calls(reader, value, calls);
    }
    for (size_t i = 0; i < count; i++) {
        if (word_is(word, list[i].word)) {
            return list[i].values != NULL ? read_value(reader, &list[i], value)
                                          : read_declared_number(reader, &list[i], value);
        }
    }
    return reader_fail(reader, "there is no declaration '%.*s': correct or remove it",
                       word_shown(word), word.text);
}

/* Reads "ringproof" and the version. */
static bool read_head(struct reader *reader)
{
    uint64_t version = 0;
    (void)reader_at_end(reader);
    struct word word = reader_word(reader, ' ');
    if (!word_is(word, "ringproof")) {
        return reader_fail(reader,
                           "the first line must begin with 'ringproof %u': it begins with '%.*s'",
                           PROTOCOL_VERSION, word_shown(word), word.text);
    }
    (void)reader_at_end(reader);
    if (!reader_number(reader, reader_word(reader, ' '), UINT32_MAX, &version)) {
        return reader_fail(reader,
                           "the first line must begin with 'ringproof %u': the version is missing",
                           PROTOCOL_VERSION);
    }
    return version == PROTOCOL_VERSION ||
           reader_fail(
               reader,
               "the process speaks version %llu of the protocol, and this ringproof version %u: "
               "let it write 'ringproof %u', and answer as fuzz/README.md says",
               (unsigned long long)version, PROTOCOL_VERSION, PROTOCOL_VERSION);
}

/* A declaration's word in the line so far. */
static bool seen_before(const char *line, struct word word)
{
    struct reader reader = {line, word.text, NULL, 0};
    while (!reader_at_end(&reader)) {
        struct word other = reader_word(&reader, '=');
        if (other.size == word.size && memcmp(other.text, word.text, word.size) == 0) {
            return true;
        }
        (void)reader_word(&reader, ' ');
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
    while (!reader_at_end(&reader)) {
        struct word word = reader_word(&reader, '=');
        if (reader.at == reader.end || *reader.at != '=') {
            return reader_fail(&reader, "'%.*s' is no declaration: write WORD=VALUE",
                               word_shown(word), word.text);
        }
        if (seen_before(line, word)) {
            return reader_fail(&reader, "%.*s is declared twice: remove one", word_shown(word),
                               word.text);
        }
        reader.at++;
        if (!read_declaration(&reader, word, declarations)) {
            return false;
        }
        if (reader.at < reader.end && !reader_is_blank(*reader.at)) {
            return reader_fail(&reader, "a blank is missing after %.*s=...", word_shown(word),
                               word.text);
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
        protocol_write_quoted(out, copy.subject.not_in_names);
    }
    if (copy.subject.not_in_keys.size > 0) {
        (void)fputs(" not-in-keys=", out);
        protocol_write_quoted(out, copy.subject.not_in_keys);
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
    for (size_t i = 0; !reader_at_end(&reader); i++) {
        struct word word = reader_word(&reader, ' ');
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
        bool good = protocol_is_plain((unsigned char)byte) && strchr(":/", byte) == NULL;
        name[used++] = (char)(good && (i > 0 || (byte != '-' && byte != '.')) ? byte : '_');
    }
    name[used] = '\0';
}

const char *protocol_rule(enum subject_placement placement, const struct ring_options *options)
{
    return placement == SUBJECT_BY_RULE && options->rule != RING_CUSTOM ? rules[options->rule]
                                                                        : "own";
}
