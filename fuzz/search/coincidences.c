#include "coincidences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../base/memory.h"
#include "../check/isolate.h"
#include "../model/placement.h"
#include "../subjects/exec.h"
#include "adapt_text.h"

/* Of keys and of points. A subject in another process, which has find_many, is asked fewer. */
#define TABLE_SIZE ((size_t)1 << 19)
#define KEYS_OF_PROCESS ((size_t)1 << 17)
#define POINTS_OF_PROCESS ((size_t)1 << 18)
#define TOGETHER 1024 /* positions that are asked for at once */
#define TABLE_SECONDS 30.0
#define FORMAT_SECONDS 5.0
#define TABLE_BITS 32

/* NAMES AND KEYS FROM NUMBERS */

#define TEXT_MAX 64

struct alphabet {
    unsigned char bytes[256];
    size_t count;
};

static struct alphabet alphabet_of(const struct adapt_text *text)
{
    static const char common[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    struct alphabet alphabet = {.count = 0};
    for (size_t i = 0; i < sizeof common - 1; i++) {
        if (adapt_text_fits(text, (struct ring_bytes){&common[i], 1})) {
            alphabet.bytes[alphabet.count++] = (unsigned char)common[i];
        }
    }
    for (unsigned int byte = 1; byte < 128 && alphabet.count < 2; byte++) {
        unsigned char one = (unsigned char)byte;
        if (adapt_text_fits(text, (struct ring_bytes){&one, 1})) {
            alphabet.bytes[alphabet.count++] = one;
        }
    }
    while (alphabet.count < 2) {
        alphabet.bytes[alphabet.count++] = 'x'; /* a subject that takes next to nothing */
    }
    return alphabet;
}

/* Writes number `number` of the texts of that kind, and returns its size. Different numbers are
 * different texts of different lengths, unless these must be very short: equal points are ordered by
 * names, and lengths confuse that. */
static size_t write_text(const struct adapt_text *text, const struct alphabet *alphabet,
                         uint32_t number, char to[TEXT_MAX])
{
    size_t size = 0;
    size_t most = text->max > 0 && text->max < TEXT_MAX ? text->max : TEXT_MAX;
    if (text->text == SUBJECT_HOST_PORT) {
        return (size_t)snprintf(to, TEXT_MAX, "127.%u.%u.%u:11211", number >> 16 & 255,
                                number >> 8 & 255, number & 255);
    }
    uint32_t base = (uint32_t)alphabet->count;
    uint32_t pads = 0;
    if (most >= 16 && base > 3) {
        pads = number % 3;
        to[size++] = (char)alphabet->bytes[(number / 3 + pads) % base]; /* tells how many follow */
        to[size++] = (char)alphabet->bytes[number / 3 % base];
        number /= 3 * base;
    }
    do {
        to[size++] = (char)alphabet->bytes[number % base];
        number /= base;
    } while (number > 0 && size < most);
    for (; pads > 0; pads--) {
        to[size++] = (char)alphabet->bytes[0];
    }
    return size;
}

static struct ring_bytes text_of(const struct adapt_text *text, struct program *program,
                                 uint32_t number)
{
    char bytes[TEXT_MAX];
    struct alphabet alphabet = alphabet_of(text);
    return program_bytes(program, bytes, write_text(text, &alphabet, number, bytes));
}

struct ring_bytes coincidence_name(const struct subject *subject, struct program *program,
                                   uint32_t number)
{
    struct adapt_text text = adapt_names(subject);
    return text_of(&text, program, number);
}

struct ring_bytes coincidence_key(const struct subject *subject, struct program *program,
                                  uint32_t number)
{
    struct adapt_text text = adapt_keys(subject);
    return text_of(&text, program, number);
}

/* POSITIONS */

static bool few_bits(const struct subject *subject, const struct rule *rule)
{
    return rule == &rule_own ? rule_places_keys(rule) && subject->position_bits > 0 &&
                                   subject->position_bits <= TABLE_BITS
                             : rule_is_narrow(rule->options.rule);
}

struct place {
    uint64_t position;
    uint32_t number; /* of the key or name */
    uint32_t index;  /* of the point */
};

struct places {
    struct place *items;
    size_t count;
};

#define POINTS_OF_NAME_MAX 1024

/* How many points of each name are in the table: few, so that small rings have them. */
static uint32_t points_of_name(const struct subject *subject, const struct rule *rule)
{
    uint32_t each =
        subject->points_per_replica > 0 && rule == &rule_own ? subject->points_per_replica : 1;
    each = each < 8 && subject->replicas == SUBJECT_EACH_NODE ? 8 : each;
    return each < POINTS_OF_NAME_MAX ? each : POINTS_OF_NAME_MAX;
}

static void list_keys(const struct subject *subject, const struct rule *rule, struct places *keys)
{
    static char bytes[TOGETHER][TEXT_MAX];
    struct ring_bytes together[TOGETHER];
    uint64_t positions[TOGETHER];
    struct adapt_text text = adapt_keys(subject);
    struct alphabet alphabet = alphabet_of(&text);
    for (uint32_t begin = 0; begin < keys->count; begin += TOGETHER) {
        for (uint32_t i = 0; i < TOGETHER; i++) {
            size_t size = write_text(&text, &alphabet, begin + i, bytes[i]);
            together[i] = (struct ring_bytes){bytes[i], size};
            positions[i] = rule == &rule_own ? 0 : model_key_position(&rule->options, together[i]);
        }
        if (rule == &rule_own) {
            (void)subject_positions(subject, together, TOGETHER, positions);
        }
        for (uint32_t i = 0; i < TOGETHER; i++) {
            keys->items[begin + i] = (struct place){positions[i], begin + i, 0};
        }
    }
}

/* The points of a ring with this node alone. */
static size_t list_ring(const struct subject *subject, const struct rule *rule,
                        struct ring_bytes name, uint32_t number, struct place *to, size_t room)
{
    struct ring_cursor cursor = {{0}};
    struct ring_point point;
    size_t count = 0;
    void *ring = subject->create(&rule->options);
    if (ring != NULL && subject->add(ring, name, 1) == RING_OK) {
        for (; count < room && subject->next_point(ring, &cursor, &point); count++) {
            to[count] = (struct place){point.position, number, 0};
        }
    }
    if (ring != NULL) {
        subject->destroy(ring);
    }
    return count;
}

static void list_points(const struct subject *subject, const struct rule *rule,
                        struct places *points)
{
    char bytes[TEXT_MAX];
    size_t room = points->count;
    struct adapt_text text = adapt_names(subject);
    struct alphabet alphabet = alphabet_of(&text);
    uint32_t each = points_of_name(subject, rule);
    uint32_t names = 0;
    for (points->count = 0; points->count < room && names < room; names++) {
        struct ring_bytes name = {bytes, write_text(&text, &alphabet, names, bytes)};
        if (!rule_places_points(rule)) {
            points->count += list_ring(subject, rule, name, names, points->items + points->count,
                                       room - points->count);
            continue;
        }
        uint64_t positions[POINTS_OF_NAME_MAX] = {0};
        if (rule == &rule_own) {
            (void)subject_points(subject, name, 0, each, positions);
        }
        for (uint32_t i = 0; i < each && points->count < room; i++) {
            uint64_t position =
                rule == &rule_own ? positions[i] : model_point_position(&rule->options, name, i);
            points->items[points->count++] = (struct place){position, names, i};
        }
    }
}

/* SORTING by position: two passes over 16 bits each. */

static void sort_pass(const struct place *from, struct place *to, size_t count, unsigned int shift)
{
    enum { BUCKETS = 65536 };
    size_t *starts = memory_resize(NULL, BUCKETS + 1, sizeof *starts);
    memset(starts, 0, (BUCKETS + 1) * sizeof *starts);
    for (size_t i = 0; i < count; i++) {
        starts[(from[i].position >> shift & (BUCKETS - 1)) + 1]++;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        starts[i + 1] += starts[i];
    }
    for (size_t i = 0; i < count; i++) {
        to[starts[from[i].position >> shift & (BUCKETS - 1)]++] = from[i];
    }
    free(starts);
}

static void sort(struct places *places)
{
    struct place *other = memory_resize(NULL, places->count, sizeof *other);
    sort_pass(places->items, other, places->count, 0);
    sort_pass(other, places->items, places->count, 16);
    free(other);
}

/* THE TABLE */

/* If there are too many, later ones take the place of earlier ones, so that those of all the circle
 * stay. */
static void keep(struct coincidences *table, enum coincidence_kind kind, struct coincidence item,
                 uint32_t *seen)
{
    uint32_t place = (*seen)++;
    if (place >= COINCIDENCES_MAX) {
        place = (uint32_t)((place * UINT64_C(0x9e3779b97f4a7c15) >> 32) % place);
    }
    if (place < COINCIDENCES_MAX) {
        table->items[kind][place] = item;
        table->counts[kind] += table->counts[kind] == place;
    }
}

/* Keys whose position and `away` is that of a point. */
static void find_keys(const struct places *keys, const struct places *points,
                      enum coincidence_kind kind, uint64_t away, struct coincidences *table)
{
    size_t key = 0;
    uint32_t seen = 0;
    for (size_t i = 0; i < points->count; i++) {
        uint64_t position = points->items[i].position;
        while (key < keys->count && keys->items[key].position + away < position + 1) {
            key++;
        }
        if (key < keys->count && keys->items[key].position + away == position + 1) {
            keep(table, kind,
                 (struct coincidence){points->items[i].number, points->items[i].index,
                                      keys->items[key].number, 0, 0},
                 &seen);
        }
    }
}

static void find_equal(const struct places *keys, const struct places *points,
                       struct coincidences *table)
{
    size_t key = 0;
    uint32_t seen = 0;
    for (size_t i = 1; i < points->count; i++) {
        const struct place *a = &points->items[i - 1];
        const struct place *b = &points->items[i];
        while (key < keys->count && keys->items[key].position < b->position) {
            key++;
        }
        if (a->position == b->position && a->number != b->number && key > 0) {
            keep(table, COINCIDENCE_EQUAL,
                 (struct coincidence){a->number, a->index, keys->items[key - 1].number, b->number,
                                      b->index},
                 &seen);
        }
    }
}

struct making {
    const struct subject *subject;
    const struct rule *rule;
    struct coincidences *table; /* shared, if a child makes it */
};

static void make_table(void *context)
{
    struct making *making = context;
    const struct subject *subject = making->subject;
    bool process = making->rule == &rule_own && subject->find_many != NULL;
    struct places keys = {.count = process ? KEYS_OF_PROCESS : TABLE_SIZE};
    struct places points = {.count = process ? POINTS_OF_PROCESS : TABLE_SIZE};
    keys.items = memory_resize(NULL, keys.count, sizeof *keys.items);
    points.items = memory_resize(NULL, points.count, sizeof *points.items);
    if (making->rule == &rule_own) {
        isolate_deadline(TABLE_SECONDS);
    }
    list_keys(subject, making->rule, &keys);
    list_points(subject, making->rule, &points);
    sort(&keys);
    sort(&points);
    find_keys(&keys, &points, COINCIDENCE_ON, 1, making->table);
    find_keys(&keys, &points, COINCIDENCE_BELOW, 2, making->table);
    find_keys(&keys, &points, COINCIDENCE_ABOVE, 0, making->table);
    find_equal(&keys, &points, making->table);
    free(keys.items);
    free(points.items);
}

/* The subject's functions run in a child. */
static void make_apart(const struct making *making)
{
    struct coincidences *shared = isolate_share(sizeof *shared);
    struct making apart = *making;
    apart.table = shared;
    struct ending ending =
        isolate(&(struct isolation){.work = make_table, .context = &apart, .quiet = true});
    if (ending.kind == ENDING_RETURNED) {
        *making->table = *shared;
    }
    (void)munmap(shared, sizeof *shared);
}

const struct coincidences *coincidences_of(const struct subject *subject, const struct rule *rule)
{
    static const struct coincidences none;
    static struct coincidences table;
    static struct making made;
    if (!few_bits(subject, rule)) {
        return &none;
    }
    if (made.table != NULL && made.subject == subject && made.rule == rule) {
        return &table;
    }
    memset(&table, 0, sizeof table);
    made = (struct making){subject, rule, &table};
    if (rule == &rule_own) {
        make_apart(&made);
    } else {
        make_table(&made);
    }
    return &table;
}

/* FORMATS of a point's bytes: n name, i index, j index + 1, x hexadecimal, l and b 4 bytes, L and B
 * 8 bytes, little- and big-endian, z a zero byte. Other characters are themselves. */
static const char *const formats[] = {
    "ni",  "n-i", "n:i", "n#i", "n_i", "in",  "i-n", "i:n", "n|i", "n i", "n/i",
    "n.i", "n+i", "n,i", "n=i", "n@i", "n$i", "n%i", "n&i", "n*i", "n;i", "nzi",
    "nl",  "nb",  "nL",  "nB",  "ln",  "bn",  "nzl", "nzb", "nx",  "n-x", "n:x",
    "i_n", "i#n", "i|n", "nj",  "n-j", "n:j", "n#j", "n_j", "jn",  "j-n",
};
#define FORMATS (sizeof formats / sizeof *formats)
#define KEY_MAX 512

static size_t write_integer(unsigned char *to, uint32_t value, size_t size, bool big)
{
    for (size_t i = 0; i < size; i++) {
        size_t byte = big ? size - 1 - i : i;
        to[i] = (unsigned char)(byte < 4 ? value >> 8 * byte : 0);
    }
    return size;
}

/* Returns the size, or 0 if the name is too long. */
static size_t write_format(const char *format, struct ring_bytes name, uint32_t index,
                           unsigned char to[KEY_MAX])
{
    size_t size = 0;
    if (name.size > KEY_MAX - 64) {
        return 0;
    }
    for (; *format != '\0'; format++) {
        char *text = (char *)to + size;
        switch (*format) {
        case 'n':
            memcpy(to + size, name.data, name.size);
            size += name.size;
            break;
        case 'i':
            size += (size_t)snprintf(text, 16, "%u", index);
            break;
        case 'j':
            size += (size_t)snprintf(text, 16, "%u", index + 1);
            break;
        case 'x':
            size += (size_t)snprintf(text, 16, "%x", index);
            break;
        case 'l':
        case 'b':
            size += write_integer(to + size, index, 4, *format == 'b');
            break;
        case 'L':
        case 'B':
            size += write_integer(to + size, index, 8, *format == 'B');
            break;
        case 'z':
            to[size++] = 0;
            break;
        default:
            to[size++] = (unsigned char)*format;
            break;
        }
    }
    return size;
}

/* The points of `stride` indices come from one digest, whose first one a key has, too. */
struct format {
    const char *text; /* NULL: none is known */
    uint32_t stride;
};

static bool has_point(const struct places *points, uint64_t position)
{
    for (size_t i = 0; i < points->count; i++) {
        if (points->items[i].position == position) {
            return true;
        }
    }
    return false;
}

/* Whether points 0, s and 2 s of the node lie where the keys of that format do. */
static bool format_fits(const struct subject *subject, const struct format *format,
                        struct ring_bytes name, const struct places *listed)
{
    struct adapt_text text = adapt_keys(subject);
    for (uint32_t i = 0; i < 3; i++) {
        unsigned char bytes[KEY_MAX];
        struct ring_bytes key = {bytes, write_format(format->text, name, i, bytes)};
        if (!adapt_text_fits(&text, key)) {
            return false;
        }
        uint64_t position = subject->position(key);
        if (listed != NULL ? !has_point(listed, position)
                           : subject->point(name, i * format->stride) != position) {
            return false;
        }
    }
    return true;
}

struct trying {
    const struct subject *subject;
    struct trying_result {
        uint32_t format; /* FORMATS: none */
        uint32_t stride;
    } * result; /* shared */
};

static void try_formats(void *context)
{
    enum { LISTED_MAX = 4096 };
    static const uint32_t strides[] = {1, 2, 4, 5, 8};
    struct trying *trying = context;
    const struct subject *subject = trying->subject;
    char bytes[TEXT_MAX];
    struct adapt_text text = adapt_names(subject);
    struct alphabet alphabet = alphabet_of(&text);
    struct ring_bytes name = {bytes, write_text(&text, &alphabet, 12345, bytes)};
    struct places listed = {NULL, 0};
    isolate_deadline(FORMAT_SECONDS);
    bool lists = !rule_places_points(&rule_own);
    if (lists) {
        listed.items = memory_resize(NULL, LISTED_MAX, sizeof *listed.items);
        listed.count = list_ring(subject, &rule_own, name, 0, listed.items, LISTED_MAX);
    }
    for (size_t s = 0; s < (lists ? 1 : sizeof strides / sizeof *strides); s++) {
        for (uint32_t i = 0; i < FORMATS; i++) {
            struct format format = {formats[i], strides[s]};
            if (trying->result->format == FORMATS &&
                format_fits(subject, &format, name, lists ? &listed : NULL)) {
                *trying->result = (struct trying_result){i, strides[s]};
            }
        }
    }
    free(listed.items);
}

static struct format own_format(const struct subject *subject)
{
    static const struct subject *tried;
    static struct format format;
    if (tried == subject) {
        return format;
    }
    tried = subject;
    format = (struct format){NULL, 1};
    if (!rule_places_keys(&rule_own) ||
        (!rule_places_points(&rule_own) && subject->placement != SUBJECT_LISTED)) {
        return format;
    }
    struct trying_result *result = isolate_share(sizeof *result);
    struct trying trying = {subject, result};
    result->format = FORMATS;
    struct ending ending =
        isolate(&(struct isolation){.work = try_formats, .context = &trying, .quiet = true});
    if (ending.kind == ENDING_RETURNED && result->format < FORMATS) {
        format = (struct format){formats[result->format], result->stride};
    }
    (void)munmap(result, sizeof *result);
    return format;
}

static struct format format_of(const struct subject *subject, const struct rule *rule)
{
    if (rule == &rule_own) {
        return own_format(subject);
    }
    switch (rule->options.rule) {
    case RING_XXH3:
        return (struct format){"nl", 1};
    case RING_SHA1:
    case RING_MD5:
    case RING_HASH_RING_SHA1:
    case RING_HASH_RING_MD5:
        return (struct format){"ni", 1};
    case RING_MD5_COMPAT32:
    case RING_HASH_RING_COMPAT32:
        return (struct format){"n-i", 1};
    case RING_CUSTOM:
        break;
    }
    return (struct format){NULL, 1};
}

/* Whether the subject takes the key, which is then copied. */
static bool take(const struct subject *subject, struct program *program, struct ring_bytes bytes,
                 struct ring_bytes *key)
{
    struct adapt_text text = adapt_keys(subject);
    if (!adapt_text_fits(&text, bytes)) {
        return false;
    }
    *key = program_bytes(program, bytes.data, bytes.size);
    return true;
}

bool coincidence_on(const struct subject *subject, const struct rule *rule, struct program *program,
                    struct ring_bytes name, uint32_t index, struct ring_bytes *key)
{
    unsigned char bytes[KEY_MAX];
    if (rule != &rule_own && rule->options.rule == RING_CUSTOM) {
        return coincidence_at(subject, rule, program,
                              model_point_position(&rule->options, name, index), key);
    }
    struct format format = format_of(subject, rule);
    if (format.text == NULL) {
        return false;
    }
    size_t size = write_format(format.text, name, index / format.stride, bytes);
    return size > 0 && take(subject, program, (struct ring_bytes){bytes, size}, key);
}

bool coincidence_at(const struct subject *subject, const struct rule *rule, struct program *program,
                    uint64_t position, struct ring_bytes *key)
{
    unsigned char bytes[8];
    if (rule == &rule_own || rule->options.rule != RING_CUSTOM) {
        return false;
    }
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(position >> (56 - 8 * i));
    }
    if (model_key_position(&rule->options, (struct ring_bytes){bytes, 8}) == position) {
        return take(subject, program, (struct ring_bytes){bytes, 8}, key);
    }
    for (unsigned int byte = 0; byte < 256; byte++) {
        bytes[0] = (unsigned char)byte;
        if (model_key_position(&rule->options, (struct ring_bytes){bytes, 1}) == position &&
            take(subject, program, (struct ring_bytes){bytes, 1}, key)) {
            return true;
        }
    }
    return false;
}

/* WHAT IS POSSIBLE */

void coincidences_prepare(const struct subject *subject)
{
    if (subject->placement != SUBJECT_BY_RULE) {
        (void)own_format(subject);
        (void)coincidences_of(subject, &rule_own);
    } else if (rule_is_served(rule_named("md5-compat32"), subject)) {
        (void)coincidences_of(subject, rule_named("md5-compat32"));
    }
}

void coincidences_possible(const struct subject *subject, bool *on, bool *beside)
{
    if (subject->placement == SUBJECT_BY_RULE) {
        *on = true;
        *beside = rule_is_served(rule_named("md5-compat32"), subject) ||
                  rule_is_served(rule_named("identity"), subject);
        return;
    }
    *beside = few_bits(subject, &rule_own);
    *on = *beside || own_format(subject).text != NULL;
}
