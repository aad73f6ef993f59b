/* `check --keep-going`: a search that goes on after a finding, and ends with a table of distinct ones. */
#ifndef FUZZ_SEARCH_CAMPAIGN_H
#define FUZZ_SEARCH_CAMPAIGN_H

#include "first_failure.h"

/* Until operations or time are used up. Returns an exit code of the tool. */
int campaign_run(struct search *search);

#endif
