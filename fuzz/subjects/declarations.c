#include "declarations.h"

#include <stdio.h>
#include <string.h>

/* The first required member that the table lacks, or NULL. */
static const char *missing_member(const struct subject *subject)
{
    const struct {
        const char *name;
        bool there;
    } required[] = {
        {"name", subject->name != NULL},       {"create", subject->create != NULL},
        {"destroy", subject->destroy != NULL}, {"add", subject->add != NULL},
        {"find", subject->find != NULL},
    };
    for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
        if (!required[i].there) {
            return required[i].name;
        }
    }
    return NULL;
}

/* The first enumeration with a value that it does not have, or NULL. */
static const char *out_of_range(const struct subject *subject)
{
    const struct {
        const char *name;
        unsigned int value, last;
    } enumerations[] = {
        {"placement", subject->placement, SUBJECT_BY_RULE},
        {"successor", subject->successor, SUBJECT_NEAREST},
        {"ties", subject->ties, SUBJECT_LAST_WINS},
        {"replicas", subject->replicas, SUBJECT_WEIGHT},
        {"names", subject->names, SUBJECT_HOST_PORT},
        {"keys", subject->keys, SUBJECT_HOST_PORT},
        {"adding_twice", subject->adding_twice, SUBJECT_ACCEPTS},
        {"removing_absent", subject->removing_absent, SUBJECT_ACCEPTS},
        {"finding_in_empty", subject->finding_in_empty, SUBJECT_ACCEPTS},
        {"empty_name", subject->empty_name, SUBJECT_ACCEPTS},
        {"empty_key", subject->empty_key, SUBJECT_ACCEPTS},
        {"bad_replicas", subject->bad_replicas, SUBJECT_ACCEPTS},
    };
    for (size_t i = 0; i < sizeof enumerations / sizeof *enumerations; i++) {
        if (enumerations[i].value > enumerations[i].last) {
            return enumerations[i].name;
        }
    }
    return NULL;
}

/* The name becomes part of file names. */
static bool is_file_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && name[0] != '-' && strchr(name, '/') == NULL &&
           strlen(name) <= 100;
}

static const char *placement_contradicts(const struct subject *subject)
{
    bool by_rule = subject->placement == SUBJECT_BY_RULE;
    const struct {
        bool holds;
        const char *sentence;
    } contradictions[] = {
        {(subject->rules & ~SUBJECT_ALL_RULES) != 0,
         ".rules has a bit that is no rule: join 1U << R for each R of enum ring_rule"},
        {!by_rule && subject->rules != 0,
         ".rules is for placement by rule: declare .placement = SUBJECT_BY_RULE, or leave .rules "
         "out"},
        {by_rule && subject->points_per_replica != 0,
         "by rule, a replica is one point: leave .points_per_replica out"},
        {by_rule && subject->position_bits != 0,
         "by rule, the rule says how wide positions are: leave .position_bits out"},
        {by_rule && subject->successor == SUBJECT_NEAREST,
         "by rule, a key belongs to a point at or behind it, as in ring.h: with .successor = "
         "SUBJECT_NEAREST, declare .placement = SUBJECT_OWN, and .point and .position"},
        {subject->placement == SUBJECT_OWN && (subject->point == NULL || subject->position == NULL),
         "own placement needs .point and .position: set both, or declare another placement"},
        {subject->placement == SUBJECT_LISTED &&
             (subject->next_point == NULL || subject->position == NULL),
         "listed placement needs .next_point and .position: set both, or declare another "
         "placement"},
        {subject->placement == SUBJECT_OPAQUE &&
             (subject->point != NULL || subject->position != NULL),
         ".point and .position are not used unless .placement is declared: SUBJECT_OWN, or "
         "SUBJECT_LISTED with .position and .next_point"},
        {subject->position_bits > 64, ".position_bits is more than 64: positions have 64 at most"},
        {subject->replicas == SUBJECT_WEIGHT && (by_rule || subject->placement == SUBJECT_OWN),
         "with .replicas = SUBJECT_WEIGHT, how many points a node has depends on the others: "
         "declare .placement = SUBJECT_LISTED or SUBJECT_OPAQUE"},
    };
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
        if (contradictions[i].holds) {
            return contradictions[i].sentence;
        }
    }
    return NULL;
}

static const char *limits_contradict(const struct subject *subject)
{
    const struct {
        bool holds;
        const char *sentence;
    } contradictions[] = {
        {subject->keys == SUBJECT_HOST_PORT,
         ".keys cannot be SUBJECT_HOST_PORT, which is for names: declare SUBJECT_PRINTABLE"},
        {subject->names == SUBJECT_HOST_PORT && subject->not_in_names.size > 0,
         "with .names = SUBJECT_HOST_PORT, all bytes are said: leave .not_in_names out"},
        {(subject->not_in_names.size > 0 && subject->not_in_names.data == NULL) ||
             (subject->not_in_keys.size > 0 && subject->not_in_keys.data == NULL),
         ".not_in_names or .not_in_keys has a size, but its data is NULL"},
        {subject->replicas_max > RING_REPLICAS_MAX,
         ".replicas_max is more than RING_REPLICAS_MAX, which no program exceeds: leave it out"},
        {subject->adding_twice == SUBJECT_ACCEPTS,
         ".adding_twice cannot be SUBJECT_ACCEPTS, since a ring has a name once: declare "
         "SUBJECT_IGNORES if a second add changes nothing, and nothing if it does"},
        {subject->removing_absent == SUBJECT_ACCEPTS,
         ".removing_absent cannot be SUBJECT_ACCEPTS: declare SUBJECT_IGNORES if nothing happens"},
        {subject->finding_in_empty == SUBJECT_ACCEPTS,
         ".finding_in_empty cannot be SUBJECT_ACCEPTS, since there is no node to find: declare "
         "SUBJECT_IGNORES if the call succeeds"},
        {subject->bad_replicas == SUBJECT_ACCEPTS,
         ".bad_replicas cannot be SUBJECT_ACCEPTS, since no program asks for a node without "
         "points: leave it out"},
    };
    for (size_t i = 0; i < sizeof contradictions / sizeof *contradictions; i++) {
        if (contradictions[i].holds) {
            return contradictions[i].sentence;
        }
    }
    return NULL;
}

bool declarations_judge(const struct subject *subject, char *error, size_t size)
{
    const char *missing = missing_member(subject);
    if (missing != NULL) {
        (void)snprintf(error, size, "its table's '%s' is NULL, but every subject needs it: set it",
                       missing);
        return false;
    }
    if (!is_file_name(subject->name)) {
        (void)snprintf(error, size,
                       "its name, '%.100s', becomes part of file names: let it have 1 to 100 "
                       "bytes, no '/', and no '.' or '-' at the beginning",
                       subject->name);
        return false;
    }
    const char *member = out_of_range(subject);
    if (member != NULL) {
        (void)snprintf(error, size,
                       ".%s has a value that its enumeration does not have: see "
                       "ringproof/subject.h",
                       member);
        return false;
    }
    const char *sentence = placement_contradicts(subject);
    sentence = sentence != NULL ? sentence : limits_contradict(subject);
    if (sentence != NULL) {
        (void)snprintf(error, size, "%s", sentence);
        return false;
    }
    return true;
}
