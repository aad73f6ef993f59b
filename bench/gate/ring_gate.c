/* The program that ci/perf counts and times. Exit: 0, or 2 for an error.
 *
 *     ring_gate list         prints each workload and the operations in one of its rounds
 *     ring_gate count NAME   runs one round, for callgrind --instr-atstart=no --collect-atstart=no
 *     ring_gate time NAME    runs one round unmeasured, then one for each empty line on standard
 *                            input; prints the nanoseconds per operation of each
 */
#include <stdio.h>
#include <string.h>

#include "loads.h"
#include "measure.h"

static int usage(void)
{
    (void)fputs("usage: ring_gate list | count NAME | time NAME\n", stderr);
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

static void count(const struct load *load)
{
    struct place place;
    place_make(&place, &load->shape);
    measure_prepared();
    load->round(&place, load);
    place_free(&place);
}

static void take_turns(const struct load *load)
{
    struct place place;
    place_make(&place, &load->shape);
    load->round(&place, load);
    (void)measure_take();
    while (getchar() == '\n') {
        load->round(&place, load);
        (void)printf("%.3f\n", (double)measure_take() / (double)load->operations);
        (void)fflush(stdout);
    }
    place_free(&place);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list();
        return fflush(stdout) == 0 ? 0 : 2;
    }
    const struct load *load = argc == 3 ? load_named(argv[2]) : NULL;
    if (load == NULL) {
        return usage();
    }
    if (strcmp(argv[1], "count") == 0) {
        count(load);
    } else if (strcmp(argv[1], "time") == 0) {
        take_turns(load);
    } else {
        return usage();
    }
    return ferror(stdout) == 0 ? 0 : 2;
}
