#include "../program/rules.h"
#include "commands.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == ARGP_KEY_ARG) {
        argp_error(state, "list takes no arguments");
    }
    return 0;
}

static int run(int argc, char **argv)
{
    static const struct argp argp = {.parser = parse,
                                     .doc = "Lists the subjects and the placement rules."};
    (void)argp_parse(&argp, argc, argv, 0, NULL, NULL);
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
