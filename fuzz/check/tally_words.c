#include <stdio.h>
#include <string.h>

#include "tally.h"

static const char *const words[TALLY_SITUATIONS] = {
    [TALLY_ON_POINT] = "a key on a point",
    [TALLY_BELOW_POINT] = "a key one below a point",
    [TALLY_ABOVE_POINT] = "a key one above a point",
    [TALLY_BETWEEN_EQUAL] = "a key between equal points",
    [TALLY_PAST_LAST] = "a key past the last point",
    [TALLY_BEFORE_FIRST] = "a key before the first point",
    [TALLY_IN_EMPTY] = "a lookup in an empty ring",
    [TALLY_BEYOND_NODES] = "a find-n of more nodes than there are",
    [TALLY_EQUAL_POINTS] = "equal points",
    [TALLY_NAMES_ZERO] = "names equal up to a zero byte",
    [TALLY_NAMES_CASE] = "names that differ in case",
    [TALLY_NAMES_TRAILING] = "names that differ in their last byte",
    [TALLY_NAMES_HIGH] = "names that differ in a byte above 127",
    [TALLY_NAMES_DIGITS] = "a name that is another with digits",
    [TALLY_KEYS_ZERO] = "keys equal up to a zero byte",
    [TALLY_KEYS_CASE] = "keys that differ in case",
    [TALLY_KEYS_TRAILING] = "keys that differ in their last byte",
    [TALLY_KEYS_HIGH] = "keys that differ in a byte above 127",
    [TALLY_REGREW] = "a ring that grew, shrank and grew again",
    [TALLY_CAME_BACK] = "a node that came back with other replicas",
    [TALLY_AT_ONCE] = "two rings at once",
    [TALLY_RENEWED] = "one ring after another",
};

static size_t nodes_of(enum tally_situation situation)
{
    return tally_node_count(situation - TALLY_NODE_COUNT);
}

static void write_length(char *text, size_t size, const char *what, size_t length)
{
    (void)snprintf(text, size, "%s of %zu byte%s", what, length, length == 1 ? "" : "s");
}

const char *tally_words(enum tally_situation situation)
{
    static char text[64];
    if (words[situation] != NULL) {
        return words[situation];
    }
    if (situation < TALLY_KEY_LENGTH) {
        write_length(text, sizeof text, "names", tally_lengths[situation - TALLY_NAME_LENGTH]);
    } else if (situation < TALLY_NAMES_ZERO) {
        write_length(text, sizeof text, "keys", tally_lengths[situation - TALLY_KEY_LENGTH]);
    } else if (situation < TALLY_POINT_COUNT) {
        size_t nodes = nodes_of(situation);
        (void)snprintf(text, sizeof text, "%zu node%s", nodes, nodes == 1 ? "" : "s");
    } else {
        bool more = situation - TALLY_POINT_COUNT != 0 && situation - TALLY_POINT_COUNT != 2;
        (void)snprintf(text, sizeof text, "%zu points%s",
                       tally_points[situation - TALLY_POINT_COUNT], more ? " or more" : "");
    }
    return text;
}

/* REASONS */

static const char *why_no_position(const struct tally *tally, const struct subject *subject,
                                   enum tally_situation situation)
{
    if (subject->placement == SUBJECT_OPAQUE) {
        return "the ring does not tell positions";
    }
    bool one_counts = subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS;
    if ((situation == TALLY_BETWEEN_EQUAL || situation == TALLY_EQUAL_POINTS) && one_counts &&
        subject->placement == SUBJECT_LISTED) {
        return "it may list only the points that count";
    }
    if (situation == TALLY_ON_POINT && tally->no_key_on_point) {
        return "no key that lies on a point could be found";
    }
    if ((situation == TALLY_BELOW_POINT || situation == TALLY_ABOVE_POINT) &&
        tally->no_key_beside_point) {
        return "no key that lies there could be found";
    }
    if ((situation == TALLY_BETWEEN_EQUAL || situation == TALLY_EQUAL_POINTS) &&
        tally->no_key_beside_point) {
        return "no equal points could be found";
    }
    return NULL;
}

static const char *why_no_length(size_t size, enum subject_text text, size_t most,
                                 enum subject_case empty, const char *what)
{
    static char reason[80];
    if (size == 0) {
        return empty == SUBJECT_NOT_SAID ? "what an empty one does is not declared" : NULL;
    }
    if (text == SUBJECT_HOST_PORT) {
        return "its names are HOST:PORT";
    }
    if (most > 0 && size > most) {
        (void)snprintf(reason, sizeof reason, "its %s have at most %zu bytes", what, most);
        return reason;
    }
    return NULL;
}

static bool has_byte(struct ring_bytes bytes, int byte)
{
    return bytes.size > 0 && memchr(bytes.data, byte, bytes.size) != NULL;
}

static const char *why_no_pair(enum subject_text text, struct ring_bytes forbidden,
                               unsigned int which)
{
    bool letters = true;
    for (int letter = 'a'; letter <= 'z'; letter++) {
        letters = letters && (has_byte(forbidden, letter) || has_byte(forbidden, letter - 32));
    }
    switch (which) {
    case 0:
        return text != SUBJECT_BYTES || has_byte(forbidden, 0) ? "they have no zero bytes" : NULL;
    case 1:
        return text == SUBJECT_HOST_PORT || letters ? "they have no letters" : NULL;
    case 3:
        return text == SUBJECT_PRINTABLE || text == SUBJECT_HOST_PORT ? "they have no such bytes"
                                                                      : NULL;
    default:
        return NULL;
    }
}

static const char *why_no_size(const struct subject *subject, size_t nodes, size_t points)
{
    static char reason[80];
    if (subject->nodes_max > 0 && nodes > subject->nodes_max) {
        (void)snprintf(reason, sizeof reason, "it holds at most %zu nodes", subject->nodes_max);
        return reason;
    }
    if (subject->points_max > 0 && points > subject->points_max) {
        (void)snprintf(reason, sizeof reason, "it holds at most %zu points", subject->points_max);
        return reason;
    }
    return NULL;
}

static const char *why_no_points(const struct subject *subject, enum tally_situation situation)
{
    size_t points = tally_points[situation - TALLY_POINT_COUNT];
    size_t each = subject->points_per_replica > 0 ? subject->points_per_replica : 1;
    bool exact = situation == TALLY_POINT_COUNT || situation == TALLY_POINT_COUNT + 2;
    if (subject->replicas == SUBJECT_WEIGHT && subject->add_many == NULL) {
        return "each add moves all points, and there is no add-many";
    }
    if ((subject->ties == SUBJECT_FIRST_WINS || subject->ties == SUBJECT_LAST_WINS) &&
        subject->position_bits > 0 && subject->position_bits <= 24) {
        return "of so many points, few would count";
    }
    /* Only the last of many nodes can make the number exact. */
    if (exact && (points % each != 0 || subject->replicas != SUBJECT_EACH_NODE)) {
        return "its nodes have other numbers of points";
    }
    return why_no_size(subject, 0, points);
}

/* The same for what names and keys are. */
static const char *why_no_text(const struct subject *subject, enum tally_situation situation)
{
    if (situation >= TALLY_NAME_LENGTH && situation < TALLY_KEY_LENGTH) {
        return why_no_length(tally_lengths[situation - TALLY_NAME_LENGTH], subject->names,
                             subject->name_max, subject->empty_name, "names");
    }
    if (situation >= TALLY_KEY_LENGTH && situation < TALLY_NAMES_ZERO) {
        return why_no_length(tally_lengths[situation - TALLY_KEY_LENGTH], subject->keys,
                             subject->key_max, subject->empty_key, "keys");
    }
    if (situation >= TALLY_NAMES_ZERO && situation <= TALLY_NAMES_DIGITS) {
        return why_no_pair(subject->names, subject->not_in_names, situation - TALLY_NAMES_ZERO);
    }
    if (situation >= TALLY_KEYS_ZERO && situation <= TALLY_KEYS_HIGH) {
        return why_no_pair(subject->keys, subject->not_in_keys, situation - TALLY_KEYS_ZERO);
    }
    return NULL;
}

const char *tally_why_never(const struct tally *tally, const struct subject *subject,
                            enum tally_situation situation)
{
    if (situation <= TALLY_BEFORE_FIRST || situation == TALLY_EQUAL_POINTS) {
        return why_no_position(tally, subject, situation);
    }
    if (situation >= TALLY_NAME_LENGTH && situation <= TALLY_KEYS_HIGH) {
        return why_no_text(subject, situation);
    }
    if (situation >= TALLY_NODE_COUNT && situation < TALLY_POINT_COUNT) {
        size_t nodes = nodes_of(situation);
        if (subject->replicas == SUBJECT_WEIGHT && subject->add_many == NULL && nodes > 65) {
            return "each add moves all points, and there is no add-many";
        }
        return why_no_size(subject, nodes, nodes * subject->points_per_replica);
    }
    if (situation >= TALLY_POINT_COUNT && situation < TALLY_REGREW) {
        return why_no_points(subject, situation);
    }
    switch (situation) {
    case TALLY_IN_EMPTY:
        return subject->finding_in_empty == SUBJECT_NOT_SAID ? "what that does is not declared"
                                                             : NULL;
    case TALLY_BEYOND_NODES:
        return subject->find_n == NULL ? "it has no find-n" : NULL;
    case TALLY_REGREW:
        return subject->remove == NULL ? "it has no remove" : why_no_size(subject, 2, 0);
    case TALLY_CAME_BACK:
        return subject->remove == NULL ? "it has no remove"
               : subject->replicas == SUBJECT_ONE_NUMBER || subject->replicas == SUBJECT_FIXED ||
                       subject->replicas_max == 1
                   ? "its nodes have one number of replicas"
                   : NULL;
    default:
        return NULL;
    }
}
