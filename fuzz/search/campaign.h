/* `check --keep-going`: a search that goes on after a finding and ends with a table of the distinct
 * findings. */
#ifndef FUZZ_SEARCH_CAMPAIGN_H
#define FUZZ_SEARCH_CAMPAIGN_H

#include "first_failure.h"

/* Runs until the search's operations or seconds are used up, or until interrupt_signal(). Writes
 * the trace of each new finding, and tells the reporter of it and, at the end, of the table. Returns
 * an exit code of the tool. */
int campaign_run(struct search *search);

#endif
