/* The end of `ringproof check`: what was tried, and what never was. */
#ifndef FUZZ_CLI_TRIED_H
#define FUZZ_CLI_TRIED_H

#include <jansson.h>

#include "../search/first_failure.h"

/* Prints some lines; with --quiet only the last one, which says what could have been tried and never
 * was, if there is such. */
void tried_print(const struct search *search);

/* The same for --json. */
json_t *tried_json(const struct search *search);

#endif
