#include "tried.h"

#include <stdlib.h>
#include <string.h>

#include "../base/terminal.h"
#include "../check/tally.h"
#include "../program/trace.h"
#include "json.h"
#include "output.h"

/* A line names at most so many situations that were never tried. */
#define NAMED_MAX 6

/* 12345 as 12,345: these lines are for people. */
static void print_number(FILE *out, uint64_t number)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (int i = 0; i < size; i++) {
        (void)fprintf(out, "%s%c", i > 0 && (size - i) % 3 == 0 ? "," : "", digits[i]);
    }
}

struct item {
    const char *words;
    uint64_t times;
};

static void print_items(FILE *out, const char *head, const struct item *items, size_t count)
{
    (void)fprintf(out, "  %s", head);
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i > 0 ? ", " : " ", out);
        print_number(out, items[i].times);
        (void)fprintf(out, " %s", items[i].words);
    }
    (void)putc('\n', out);
}

static void print_operations(FILE *out, const struct tally *tally)
{
    struct item items[TALLY_KINDS];
    size_t count = 0;
    for (size_t i = 0; i < TALLY_KINDS; i++) {
        if (tally->operations[i] > 0) {
            items[count++] = (struct item){trace_verbs[i], tally->operations[i]};
        }
    }
    print_items(out, "operations:", items, count);
}

/* Of what follows from one property of the ring, that is said once. */
static void print_tried(FILE *out, const struct tally *tally, const struct search *search)
{
    const struct subject *subject = search->subject;
    const struct item lookups[] = {
        {"on a point", tally->times[TALLY_ON_POINT]},
        {"one below", tally->times[TALLY_BELOW_POINT]},
        {"one above", tally->times[TALLY_ABOVE_POINT]},
        {"between equal points", tally->times[TALLY_BETWEEN_EQUAL]},
        {"past the last", tally->times[TALLY_PAST_LAST]},
        {"before the first", tally->times[TALLY_BEFORE_FIRST]},
        {"in an empty ring", tally->times[TALLY_IN_EMPTY]},
    };
    const struct item most[] = {
        {"nodes", tally->nodes},
        {"points", tally->points},
        {"alive at once", tally->rings},
    };
    (void)fprintf(out, "tried%s:\n",
                  search->jobs > 1 ? ", with programs that jobs ran ahead of the end" : "");
    print_operations(out, tally);
    if (subject->placement == SUBJECT_OPAQUE) {
        (void)fputs("  lookups: where keys lie is not known, since the ring tells no positions\n",
                    out);
    } else {
        print_items(out, "lookups:", lookups, sizeof lookups / sizeof *lookups);
    }
    print_items(out, "rings: up to", most, sizeof most / sizeof *most);
    const struct item others[] = {
        {"equal points met", tally->times[TALLY_EQUAL_POINTS]},
        {"rings that grew, shrank and grew again", tally->times[TALLY_REGREW]},
        {"nodes back with other replicas", tally->times[TALLY_CAME_BACK]},
    };
    print_items(out, "and:", others, sizeof others / sizeof *others);
    if (tally->ended_early > 0) {
        (void)fputs("  ended early: ", out);
        print_number(out, tally->ended_early);
        (void)fputs(" programs, since the ring answered 'cannot', or what is right is not said\n",
                    out);
    }
    (void)fputs("  longest: a name of ", out);
    print_number(out, tally->name);
    (void)fputs(" bytes, a key of ", out);
    print_number(out, tally->key);
    (void)fputs(" bytes\n", out);
}

/* Situations that never occurred for the same reason stand together. */
static void print_impossible(FILE *out, const struct tally *tally, const struct subject *subject)
{
    bool done[TALLY_SITUATIONS] = {false};
    for (unsigned int i = 0; i < TALLY_SITUATIONS; i++) {
        const char *why =
            tally->times[i] == 0 && !done[i] ? tally_why_never(tally, subject, i) : NULL;
        if (why == NULL) {
            continue;
        }
        char reason[100];
        size_t named = 0;
        (void)snprintf(reason, sizeof reason, "%s", why);
        (void)fprintf(out, "  never (%s):", reason);
        for (unsigned int j = i; j < TALLY_SITUATIONS; j++) {
            const char *other = tally->times[j] == 0 ? tally_why_never(tally, subject, j) : NULL;
            if (other == NULL || strcmp(other, reason) != 0) {
                continue;
            }
            done[j] = true;
            if (named++ < NAMED_MAX) {
                (void)fprintf(out, "%s %s", named > 1 ? "," : "", tally_words(j));
            }
        }
        if (named > NAMED_MAX) {
            (void)fprintf(out, ", and %zu more", named - NAMED_MAX);
        }
        (void)putc('\n', out);
    }
}

static void print_untried(FILE *out, const struct tally *tally, const struct search *search)
{
    const struct subject *subject = search->subject;
    const char *so_far =
        search->progress->findings == 0 ? "agreed, but never tried" : "never tried";
    size_t untried = 0;
    for (unsigned int i = 0; i < TALLY_SITUATIONS; i++) {
        if (tally->times[i] > 0 || tally_why_never(tally, subject, i) != NULL) {
            continue;
        }
        if (untried == 0) {
            (void)fprintf(out, "%s%s%s:", colour_begin(out, COLOUR_WARNING), so_far,
                          colour_end(out));
        }
        if (untried++ < NAMED_MAX) {
            (void)fprintf(out, "%s %s", untried > 1 ? "," : "", tally_words(i));
        }
    }
    if (untried > NAMED_MAX) {
        (void)fprintf(out, ", and %zu more", untried - NAMED_MAX);
    }
    if (untried > 0) {
        (void)fputs(": the run was too short\n", out);
    }
}

void tried_print(const struct search *search)
{
    struct tally tally;
    FILE *out = output_text();
    search_tally(search, &tally);
    if (!output_is_quiet()) {
        print_tried(out, &tally, search);
        print_impossible(out, &tally, search->subject);
    }
    print_untried(out, &tally, search);
}

json_t *tried_json(const struct search *search)
{
    struct tally tally;
    json_t *object = json_object();
    json_t *operations = json_object();
    json_t *situations = json_object();
    json_t *never = json_array();
    search_tally(search, &tally);
    for (size_t i = 0; i < TALLY_KINDS; i++) {
        json_set(operations, trace_verbs[i], json_count(tally.operations[i]));
    }
    for (unsigned int i = 0; i < TALLY_SITUATIONS; i++) {
        if (tally.times[i] > 0) {
            json_set(situations, tally_words(i), json_count(tally.times[i]));
            continue;
        }
        const char *why = tally_why_never(&tally, search->subject, i);
        json_t *item = json_object();
        json_set(item, "situation", json_text(tally_words(i)));
        json_set(item, "possible", json_boolean(why == NULL));
        json_set(item, "why", json_text(why != NULL ? why : "the run was too short"));
        json_append(never, item);
    }
    json_set(object, "operations", operations);
    json_set(object, "situations", situations);
    json_set(object, "never", never);
    json_set(object, "answers_judged", json_count(tally.judged));
    json_set(object, "ended_early", json_count(tally.ended_early));
    json_set(object, "most_nodes", json_count(tally.nodes));
    json_set(object, "most_points", json_count(tally.points));
    json_set(object, "most_rings", json_count(tally.rings));
    json_set(object, "longest_name", json_count(tally.name));
    json_set(object, "longest_key", json_count(tally.key));
    return object;
}
