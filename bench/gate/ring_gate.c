/* usage: ring_gate list             the names of all loads, and how many operations a round of each has
 *        ring_gate NAME ROUNDS      one round that is not measured, then some that are: nanoseconds for an operation,
 *                                   one line each
 * Under `callgrind --instr-atstart=no --collect-atstart=no` what it collects is one round: ROUNDS is 0 then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loads.h"
#include "measure.h"

static int usage(void)
{
    (void)fputs("usage: ring_gate list | NAME ROUNDS\n", stderr);
    return 2;
}

static void list(void)
{
    for (const struct load *load = loads; load->name != NULL; load++) {
        (void)printf("%s %zu\n", load->name, load->operations);
    }
}

static const struct load *load_named(const char *name)
{
    const struct load *load = loads;
    while (load->name != NULL && strcmp(load->name, name) != 0) {
        load++;
    }
    return load->name != NULL ? load : NULL;
}

static void run(const struct load *load, unsigned long rounds)
{
    struct place place;
    place_make(&place, &load->shape);
    if (rounds == 0) {
        measure_prepared();
        load->round(&place, load);
    } else {
        load->round(&place, load);
        (void)measure_take();
    }
    for (unsigned long i = 0; i < rounds; i++) {
        load->round(&place, load);
        (void)printf("%.3f\n", (double)measure_take() / (double)load->operations);
    }
    place_free(&place);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list();
        return 0;
    }
    if (argc != 3) {
        return usage();
    }
    const struct load *load = load_named(argv[1]);
    char *end = NULL;
    unsigned long rounds = strtoul(argv[2], &end, 10);
    if (load == NULL || end == argv[2] || *end != '\0') {
        return usage();
    }
    run(load, rounds);
    return fflush(stdout) == 0 ? 0 : 2;
}
