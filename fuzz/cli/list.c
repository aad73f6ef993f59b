#include "../program/rules.h"
#include "commands.h"
#include "json.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == ARGP_KEY_ARG) {
        argp_error(state, "list takes no arguments: leave them out");
    } else if (key == ARGP_KEY_END) {
        output_begin(NULL, state);
    }
    return 0;
}

static void print_json(const char *type, const char *name, const char *about)
{
    json_t *line = json_line(type);
    json_set(line, "name", json_text(name));
    json_set(line, "about", json_text(about));
    json_print(line);
}

static void print_all_json(void)
{
    for (const struct subject *const *subject = subject_list(); *subject != NULL; subject++) {
        print_json("subject", (*subject)->name, (*subject)->about);
    }
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        print_json("rule", rule->name, rule->about);
    }
}

static int run(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&output_json, 0, NULL, 0}, {&output_common, 0, NULL, 0}, {0}};
    static const struct argp argp = {.parser = parse,
                                     .children = children,
                                     .doc = "Lists the subjects and the placement rules."};
    output_parse(&argp, argc, argv, NULL);
    if (output_is_json()) {
        print_all_json();
        return EXIT_AGREED;
    }
    (void)puts("subjects:");
    for (const struct subject *const *subject = subject_list(); *subject != NULL; subject++) {
        (void)printf("  %-13s %s\n", (*subject)->name, (*subject)->about);
    }
    (void)puts("placement rules:");
    for (const struct rule *rule = rules; rule->name != NULL; rule++) {
        (void)printf("  %-13s %s\n", rule->name, rule->about);
    }
    return EXIT_AGREED;
}

const struct command command_list = {"list", "list the subjects and the placement rules", run};
