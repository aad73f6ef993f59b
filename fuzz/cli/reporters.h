/* How check and exhaust print what they find: as text for people, or as JSON Lines. */
#ifndef FUZZ_CLI_REPORTERS_H
#define FUZZ_CLI_REPORTERS_H

#include "../search/report.h"

extern const struct reporter reporter_text;
extern const struct reporter reporter_json;

/* The one that the command line asks for. */
const struct reporter *reporter_chosen(void);

#endif
