#include "compare_print.h"

#include <string.h>

#include "../base/terminal.h"
#include "../base/text.h"
#include "../program/trace.h"
#include "../search/progress_line.h"
#include "json.h"
#include "output.h"

static const char *const verdict_words[] = {
    [COMPARE_SAME] = "same",
    [COMPARE_SAME_BUT_TIES] = "same-but-ties",
    [COMPARE_DIFFERENT] = "different",
};

static const char *const purpose_words[] = {
    [COMPARE_GROWN] = "grown",       [COMPARE_SHRUNK] = "shrunk",
    [COMPARE_WEIGHTED] = "weighted", [COMPARE_LEVEL] = "level",
    [COMPARE_REVERSED] = "reversed", [COMPARE_NAMES] = "names",
    [COMPARE_KEYS] = "keys",         [COMPARE_ON_POINTS] = "on-points",
    [COMPARE_SHARES] = "shares",     [COMPARE_CANDIDATE] = "candidate",
};

/* ANSWERS AND OPERATIONS */

static void write_answer(FILE *out, const struct compare_smallest *smallest, int side)
{
    int32_t owner = smallest->answers[side].owners[0];
    switch (owner) {
    case COMPARE_NOBODY:
        (void)fputs("no node", out);
        break;
    case COMPARE_ERROR:
        (void)fputs("an error", out);
        break;
    case COMPARE_STRANGER:
        (void)fputs("a name that was never added", out);
        break;
    default:
        text_write(out, smallest->script.nodes[owner]);
    }
}

/* Fills an initialised program with the smallest list and key, with the replicas of a side. */
static void fill_program(const struct compare_side *side, const struct compare_result *result,
                         struct program *program)
{
    const struct compare_script *script = &result->smallest.script;
    program->rule = result->rule;
    for (size_t i = 1; i < script->count; i++) {
        const struct compare_step *step = &script->steps[i];
        if (step->kind == COMPARE_ASK) {
            program_append(program, OP_FIND)->key = script->keys[0];
            continue;
        }
        (void)program_append(program, step->kind == COMPARE_ADD ? OP_ADD : OP_REMOVE);
        program_append_node(program, script->nodes[step->node],
                            compare_replicas(&side->facts, step->number, script->points));
    }
}

void compare_write_trace(FILE *out, const void *context)
{
    const struct compare_trace *trace = context;
    struct program program;
    program_init(&program);
    fill_program(&trace->sides[0], trace->result, &program);
    (void)fprintf(out, "# ringproof compare %s %s\n", trace->sides[0].text, trace->sides[1].text);
    for (int i = 0; i < 2; i++) {
        (void)fprintf(out, "# %c: ", trace->sides[i].letter);
        write_answer(out, &trace->result->smallest, i);
        (void)putc('\n', out);
    }
    trace_write(&program, out);
    program_free(&program);
}

/* JSON */

static json_t *json_answer(const struct compare_smallest *smallest, int side)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    write_answer(out, smallest, side);
    (void)fclose(out);
    json_t *made = json_text(text);
    free(text);
    return made;
}

static json_t *json_smallest(const struct compare_side sides[2],
                             const struct compare_result *result)
{
    struct program program;
    json_t *smallest = json_object();
    program_init(&program);
    fill_program(&sides[0], result, &program);
    json_set(smallest, "operations", json_operations(&program));
    json_set(smallest, "a", json_answer(&result->smallest, 0));
    json_set(smallest, "b", json_answer(&result->smallest, 1));
    program_free(&program);
    return smallest;
}

static json_t *json_rows(const struct compare_result *result)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < result->row_count; i++) {
        const struct compare_row *row = &result->rows[i];
        json_t *one = json_object();
        json_set(one, "purpose", json_string(purpose_words[row->purpose]));
        if (row->of != NULL) {
            json_set(one, "of", json_text(row->of));
        }
        json_set(one, "nodes", json_count(row->nodes));
        json_set(one, "lookups", json_count(row->lookups));
        json_set(one, "differ", json_count(row->differ));
        json_set(one, "ties", json_count(row->ties));
        json_append(rows, one);
    }
    return rows;
}

static void print_json(const struct compare_side sides[2], const struct compare_result *result)
{
    json_t *line = json_line("comparison");
    json_t *kinds = json_array();
    json_t *not_seen = json_array();
    for (size_t i = 0; i < result->kind_count; i++) {
        json_t *kind = json_object();
        json_set(kind, "kind", json_string(result->kinds[i].word));
        json_set(kind, "inferred", json_boolean(result->kinds[i].inferred));
        json_set(kind, "sentence", json_text(result->kinds[i].sentence));
        json_append(kinds, kind);
    }
    for (size_t i = 0; i < result->not_seen_count; i++) {
        json_append(not_seen, json_text(result->not_seen[i]));
    }
    json_set(line, "ring", json_string(result->rule->name));
    json_set(line, "verdict", json_string(verdict_words[result->verdict]));
    json_set(line, "lookups", json_count(result->lookups));
    json_set(line, "differ", json_count(result->differ));
    json_set(line, "ties", json_count(result->ties));
    json_set(line, "share", json_real(result->share.share));
    json_set(line, "low", json_real(result->share.low));
    json_set(line, "high", json_real(result->share.high));
    json_set(line, "unrelated", json_real(result->unrelated));
    json_set(line, "on_points", json_count(result->on_points));
    json_set(line, "kinds", kinds);
    json_set(line, "not_seen", not_seen);
    json_set(line, "lists", json_rows(result));
    if (result->smallest.found) {
        json_set(line, "smallest", json_smallest(sides, result));
    }
    json_print(line);
}

/* TEXT */

static void write_row(FILE *out, const struct compare_row *row)
{
    char list[96];
    switch (row->purpose) {
    case COMPARE_GROWN:
    case COMPARE_CANDIDATE:
        (void)snprintf(list, sizeof list, "grown to %zu", row->nodes);
        break;
    case COMPARE_SHRUNK:
        (void)snprintf(list, sizeof list, "shrunk or grown again to %zu", row->nodes);
        break;
    case COMPARE_WEIGHTED:
        (void)snprintf(list, sizeof list, "%zu of unequal weights", row->nodes);
        break;
    case COMPARE_LEVEL:
        (void)snprintf(list, sizeof list, "%zu, all of weight 1", row->nodes);
        break;
    case COMPARE_REVERSED:
        (void)snprintf(list, sizeof list, "%zu in the other order", row->nodes);
        break;
    case COMPARE_SHARES:
        (void)snprintf(list, sizeof list, "%zu with few points", row->nodes);
        break;
    case COMPARE_NAMES:
        (void)snprintf(list, sizeof list, "%zu with names %s", row->nodes, row->of);
        break;
    case COMPARE_KEYS:
    case COMPARE_ON_POINTS:
        (void)snprintf(list, sizeof list, "%zu, and keys %s", row->nodes, row->of);
        break;
    }
    (void)fprintf(out, "  %-44s %8llu %8llu", list, (unsigned long long)row->lookups,
                  (unsigned long long)row->differ);
    if (row->ties > 0) {
        (void)fprintf(out, ", %llu by equal points", (unsigned long long)row->ties);
    }
    (void)putc('\n', out);
}

static void write_rows(FILE *out, const struct compare_result *result)
{
    (void)fprintf(out, "  %-44s %8s %8s\n", "list of nodes", "keys", "differ");
    for (size_t i = 0; i < result->row_count; i++) {
        const struct compare_row *row = &result->rows[i];
        bool telling =
            row->differ > 0 && (result->differ == 0 || row->purpose == COMPARE_ON_POINTS);
        if (compare_counts(row->purpose) || telling) {
            write_row(out, row);
        }
    }
}

static void write_smallest(FILE *out, const struct compare_side sides[2],
                           const struct compare_result *result)
{
    struct program program;
    program_init(&program);
    fill_program(&sides[0], result, &program);
    (void)fputs("the smallest list and key that tell:\n", out);
    for (size_t i = 0; i < program.count; i++) {
        const struct operation *operation = &program.operations[i];
        (void)fputs("  ", out);
        trace_write_operation(operation, out);
        uint32_t own = result->smallest.script.points;
        uint32_t weight = result->smallest.script.steps[i + 1].number;
        uint32_t a = compare_replicas(&sides[0].facts, weight, own);
        uint32_t b = compare_replicas(&sides[1].facts, weight, own);
        if (operation->kind == OP_ADD && a != b) {
            (void)fprintf(out, " (B: %lu)", (unsigned long)b);
        }
        (void)putc('\n', out);
    }
    for (int i = 0; i < 2; i++) {
        (void)fprintf(out, "    %c: ", sides[i].letter);
        write_answer(out, &result->smallest, i);
        (void)putc('\n', out);
    }
    program_free(&program);
}

static size_t lists_of(const struct compare_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        count += compare_counts(result->rows[i].purpose);
    }
    return count;
}

static void write_asked(FILE *out, const struct compare_result *result)
{
    size_t most = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        most = result->rows[i].nodes > most ? result->rows[i].nodes : most;
    }
    (void)fprintf(out, "%zu lists of up to %zu nodes, %llu lookups", lists_of(result), most,
                  (unsigned long long)result->lookups);
}

static void write_verdict(FILE *out, const struct compare_result *result)
{
    enum colour colour = result->verdict == COMPARE_DIFFERENT ? COLOUR_BAD
                         : result->verdict == COMPARE_SAME    ? COLOUR_GOOD
                                                              : COLOUR_WARNING;
    const struct compare_share *share = &result->share;
    (void)fputs(colour_begin(out, colour), out);
    if (result->verdict == COMPARE_SAME) {
        (void)fprintf(out, "the same%s: ", colour_end(out));
        write_asked(out, result);
        (void)fprintf(out, "; at most %.2g %% of keys differ (95 %%)\n", 100 * share->high);
        return;
    }
    if (result->verdict == COMPARE_SAME_BUT_TIES) {
        (void)fprintf(out, "the same except for equal points%s: ", colour_end(out));
        write_asked(out, result);
        (void)fprintf(
            out,
            "; their order changes the owner of %.3g %% of keys (95 %% interval %.3g to %.3g)\n",
            100 * share->share, 100 * share->low, 100 * share->high);
        return;
    }
    if (result->differ == 0) {
        (void)fprintf(out, "different%s, though not in ", colour_end(out));
        write_asked(out, result);
        (void)fprintf(out, " (at most %.2g %% of such keys, 95 %%)\n", 100 * share->high);
        return;
    }
    (void)fprintf(out, "different in %.3g %% of keys%s (95 %% interval %.3g to %.3g): ",
                  100 * share->share, colour_end(out), 100 * share->low, 100 * share->high);
    write_asked(out, result);
    (void)fprintf(out, "; two rings with nothing in common would differ in %.3g %%\n",
                  100 * result->unrelated);
}

static void write_result(FILE *out, const struct compare_side sides[2],
                         const struct compare_result *result, bool named)
{
    if (named) {
        (void)fprintf(out, "under %s: ", result->rule->name);
    }
    write_verdict(out, result);
    if (result->verdict != COMPARE_SAME && !output_is_quiet()) {
        write_rows(out, result);
    }
    for (size_t i = 0; i < result->kind_count; i++) {
        (void)fprintf(out, "kind: %s%s: %s\n", result->kinds[i].word,
                      result->kinds[i].inferred ? " (inferred from answers)" : "",
                      result->kinds[i].sentence);
    }
    if (result->smallest.found) {
        write_smallest(out, sides, result);
    }
    /* If nothing else says what it is, then why that is so. */
    bool shown =
        !output_is_quiet() || (result->verdict == COMPARE_DIFFERENT && result->kind_count == 0);
    for (size_t i = 0; i < result->not_seen_count && shown; i++) {
        (void)fprintf(out, "not seen: %s\n", result->not_seen[i]);
    }
    (void)fflush(out);
}

/* BOTH */

void compare_print_head(const struct compare_side sides[2], const struct compare_lists *lists,
                        const struct rule *const *list, size_t count)
{
    if (output_is_json()) {
        json_t *line = json_line("compare");
        json_t *names = json_array();
        for (size_t i = 0; list != NULL && i < count; i++) {
            json_append(names, json_string(list[i]->name));
        }
        json_set(line, "a", json_text(sides[0].text));
        json_set(line, "b", json_text(sides[1].text));
        json_set(line, "seed", json_long(lists->request->seed));
        json_set(line, "nodes", json_count(lists->node_count));
        json_set(line, "points", json_count(lists->points));
        json_set(line, "rules", names);
        json_print(line);
        return;
    }
    if (output_is_quiet()) {
        return;
    }
    FILE *out = output_text();
    (void)fprintf(out, "compare: A is %s, B is %s, seed %llu, %lu points for a node of weight 1",
                  sides[0].text, sides[1].text, (unsigned long long)lists->request->seed,
                  (unsigned long)lists->points);
    for (size_t i = 0; list != NULL && i < count; i++) {
        (void)fprintf(out, "%s%s", i == 0 ? ", under " : ", ", list[i]->name);
    }
    (void)putc('\n', out);
    (void)fflush(out);
}

void compare_print_result(const struct compare_side sides[2], const struct compare_result *result,
                          bool named)
{
    progress_clear();
    if (output_is_json()) {
        print_json(sides, result);
    } else {
        write_result(output_text(), sides, result, named);
    }
}

void compare_print_end(enum compare_verdict verdict, size_t rules)
{
    if (output_is_json()) {
        json_t *line = json_line("compared");
        json_set(line, "verdict", json_string(verdict_words[verdict]));
        json_print(line);
    } else if (rules > 1) {
        static const char *const sentences[] = {"the same under all of these rules",
                                                "the same except for equal points",
                                                "different under at least one rule"};
        (void)fprintf(output_text(), "%s\n", sentences[verdict]);
    }
}

void compare_print_failure(const struct compare_side sides[2],
                           const struct compare_failure *failure)
{
    const struct compare_side *side = &sides[failure->side];
    if (output_is_json() && !failure->usage) {
        json_t *line = json_line("failure");
        json_set(line, "side", json_string(failure->side == 0 ? "a" : "b"));
        json_set(line, "what", json_text(failure->what));
        json_set(line, "printed", json_text(failure->printed));
        json_print(line);
        return;
    }
    message("%c (%s): %s", side->letter, side->text, failure->what);
    if (failure->printed[0] != '\0') {
        message("%c printed: %s", side->letter, failure->printed);
    }
}
