#include <stdlib.h>
#include <string.h>

#include "../base/interrupt.h"
#include "../base/memory.h"
#include "../base/terminal.h"
#include "../program/trace.h"
#include "../search/progress_line.h"
#include "commands.h"
#include "compare_print.h"

#define DEFAULT_LOOKUPS 50000
#define LOOKUPS_MAX 20000000

struct arguments {
    const char *texts[2];
    int count;
    const char *rule;
    const char *output;
    bool seeded;
    struct compare_request request;
};

/* ARGUMENTS */

static void complete(struct arguments *arguments, struct argp_state *state)
{
    if (arguments->count != 2) {
        argp_error(state, "name the two rings to compare, as --subject of 'ringproof check' does");
    }
    if (arguments->rule != NULL && rule_named(arguments->rule) == NULL) {
        argp_error(state, "--rule %s: no such rule; 'ringproof list' names them", arguments->rule);
    }
    if (!arguments->seeded) {
        arguments->request.seed = parse_default_seed(state);
    }
    output_begin(arguments->output, state);
    if (arguments->output != NULL) {
        parse_output(arguments->output, state);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    struct compare_request *request = &arguments->request;
    switch (key) {
    case 'N':
        request->nodes_path = argument;
        return 0;
    case 'K':
        request->keys_path = argument;
        return 0;
    case 'r':
        request->points =
            (uint32_t)parse_number("--replicas", argument, 1, RING_REPLICAS_MAX, state);
        return 0;
    case 'R':
        arguments->rule = argument;
        return 0;
    case 'n':
        request->lookups = parse_number("--ops", argument, 1, LOOKUPS_MAX, state);
        return 0;
    case 'S':
        request->seed = parse_number("--seed", argument, 0, UINT64_MAX, state);
        arguments->seeded = true;
        return 0;
    case 'o':
        arguments->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->count == 2) {
            argp_error(state, "%s: a third ring: name two", argument);
        }
        arguments->texts[arguments->count++] = argument;
        return 0;
    case ARGP_KEY_END:
        complete(arguments, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct argp_option options[] = {
        {"nodes", 'N', "FILE", 0,
         "compare lists of these nodes: one a line, as NAME or NAME WEIGHT; # begins a comment "
         "(default: generated names that both rings take, up to 100)",
         0},
        {"keys", 'K', "FILE", 0, "look up these keys, one a line (default: generated)", 0},
        {"replicas", 'r', "N", 0,
         "give a node of weight 1 N points in each ring that counts points (default: 160, or what "
         "fits both)",
         0},
        {"rule", 'R', "RULE", 0,
         "let rings that place by rule use this one (default: all that both have; with one such "
         "ring, the one that comes nearest)",
         0},
        {"ops", 'n', "N", 0,
         "look up about N generated keys, such as 20000, 20_000, 20k or 2e4 (default: 50k)", 0},
        {"seed", 'S', "S", 0,
         "generate the lists and keys of this seed (default: RINGPROOF_SEED, or a random seed)", 0},
        {"output", 'o', "FILE", 0,
         "write the smallest list and key that tell the rings apart to FILE, as a trace, or to "
         "standard output if it is - (default: they are only printed)",
         0},
        {0},
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RING RING",
        .children = output_children,
        .doc =
            "Tells whether two rings are the same: whether they give the same keys to the same "
            "nodes, while lists of nodes grow and shrink. If not, in what share of keys they "
            "differ, with the smallest list and key that tell, and what kind of difference it is. "
            "A RING is a name that 'ringproof list' prints, the path of a shared object, "
            "hash_ring:PATH, or exec:COMMAND.",
    };
    output_parse(&argp, argc, argv, arguments);
}

/* WHICH RULES */

static bool has_rule(const struct compare_facts *facts, const struct rule *rule)
{
    return facts->placement != SUBJECT_BY_RULE || (facts->rules >> rule->options.rule & 1U) != 0;
}

/* Rules of digests, and of the custom ones that with the most points on keys and on one another. */
static bool is_worth(const struct rule *rule)
{
    return rule->options.rule != RING_CUSTOM || strcmp(rule->name, "8bit") == 0;
}

/* Fills list[], which has room for all rules. Returns how many. */
static size_t rules_of_both(const struct arguments *arguments, const struct compare_side sides[2],
                            const struct rule **list)
{
    size_t count = 0;
    bool one = (sides[0].facts.placement == SUBJECT_BY_RULE) !=
               (sides[1].facts.placement == SUBJECT_BY_RULE);
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        bool wanted = arguments->rule != NULL
                          ? strcmp(arguments->rule, rule->name) == 0
                          : is_worth(rule) && !(one && rule->options.rule == RING_CUSTOM);
        if (wanted && has_rule(&sides[0].facts, rule) && has_rule(&sides[1].facts, rule)) {
            list[count++] = rule;
        }
    }
    return count;
}

/* The rule under which the fewest keys differ; NULL: a side failed. */
static const struct rule *nearest_rule(const struct compare_side sides[2],
                                       struct compare_lists *lists, const struct rule **list,
                                       size_t count, struct compare_failure *failure)
{
    const struct rule *best = NULL;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < count; i++) {
        uint64_t differing = compare_quickly(sides, lists, list[i], failure);
        if (differing == UINT64_MAX) {
            return NULL;
        }
        if (differing < least) {
            least = differing;
            best = list[i];
        }
    }
    return best;
}

/* RUNNING */

static int fail(const struct compare_side sides[2], const struct compare_failure *failure)
{
    progress_clear();
    if (!failure->stopped) {
        compare_print_failure(sides, failure);
    }
    return failure->usage ? EXIT_USAGE : failure->stopped ? EXIT_AGREED : EXIT_FOUND;
}

static bool write_trace(const struct arguments *arguments, const struct compare_side sides[2],
                        const struct compare_result *result)
{
    char error[FILE_ERROR_MAX];
    if (arguments->output == NULL || !result->smallest.found) {
        return true;
    }
    struct compare_trace trace = {sides, result};
    if (!file_write(arguments->output, compare_write_trace, &trace, error, sizeof error)) {
        message("%s", error);
        return false;
    }
    if (!output_is_json() && strcmp(arguments->output, "-") != 0) {
        (void)fprintf(output_text(),
                      "written to %s; to see it again: ringproof replay %s --subject RING\n",
                      arguments->output, arguments->output);
    }
    return true;
}

/* Compares under each rule. Returns an exit code. */
static int compare_under(const struct arguments *arguments, const struct compare_side sides[2],
                         struct compare_lists *lists, const struct rule *const *list, size_t count)
{
    enum compare_verdict worst = COMPARE_SAME;
    bool written = true;
    for (size_t i = 0; i < count && interrupt_signal() == 0; i++) {
        struct compare_result result;
        struct compare_failure failure = {.side = 0};
        if (!compare_rings(sides, &arguments->request, lists, list[i], &result, &failure)) {
            return fail(sides, &failure);
        }
        compare_print_result(sides, &result, count > 1);
        if (result.verdict > worst) {
            worst = result.verdict;
            written = write_trace(arguments, sides, &result);
        }
        compare_result_free(&result);
    }
    compare_print_end(worst, count);
    return !written ? EXIT_USAGE : worst == COMPARE_SAME ? EXIT_AGREED : EXIT_FOUND;
}

static int compare(const struct arguments *arguments, const struct compare_side sides[2],
                   struct compare_lists *lists)
{
    const struct rule *list[32] = {&rule_own};
    struct compare_failure failure = {.side = 0};
    size_t count = 1;
    int by_rule = (sides[0].facts.placement == SUBJECT_BY_RULE) +
                  (sides[1].facts.placement == SUBJECT_BY_RULE);
    if (by_rule > 0) {
        count = rules_of_both(arguments, sides, list);
    }
    if (count == 0) {
        message("%s and %s have no rule in common%s: 'ringproof list' names the rules",
                sides[0].text, sides[1].text,
                arguments->rule != NULL ? " of that name" : " that digests keys");
        return EXIT_USAGE;
    }
    if (by_rule == 1 && count > 1) {
        list[0] = nearest_rule(sides, lists, list, count, &failure);
        count = 1;
        if (list[0] == NULL) {
            return fail(sides, &failure);
        }
    }
    compare_print_head(sides, lists, by_rule > 0 ? list : NULL, count);
    if (lists->keys == NULL) { /* all rules together ask so many */
        lists->per_ask = lists->per_ask / count > 50 ? lists->per_ask / count : 50;
    }
    return compare_under(arguments, sides, lists, list, count);
}

static int run(int argc, char **argv)
{
    struct arguments arguments = {.request = {.lookups = DEFAULT_LOOKUPS}};
    struct compare_side sides[2] = {{.letter = 'A'}, {.letter = 'B'}};
    struct compare_failure failure = {.side = 0};
    struct compare_lists lists;
    char error[FILE_ERROR_MAX];
    parse_arguments(argc, argv, &arguments);
    interrupt_catch();
    for (int i = 0; i < 2; i++) {
        sides[i].text = arguments.texts[i];
        if (!compare_open(&sides[i], i, &failure)) {
            return fail(sides, &failure);
        }
    }
    int status = EXIT_USAGE;
    if (compare_lists_make(&lists, sides, &arguments.request, error, sizeof error)) {
        status = compare(&arguments, sides, &lists);
    } else {
        message("%s", error);
    }
    compare_lists_free(&lists);
    return status;
}

const struct command command_compare = {
    "compare", "tell whether two rings are the same, or how they differ", run};
