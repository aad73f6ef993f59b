/* What the hashes, modes and statuses of protocol.h are in ring.h. */
#ifndef REPRO_BEAM_RULES_H
#define REPRO_BEAM_RULES_H

#include <ringproof/ring.h>
#include <stdbool.h>

#include "protocol.h"

/* `hash` is one of protocol.h. The mode is normal. */
enum ring_rule rule_of_hash(uint8_t hash);

/* Whether rings of this rule have modes. */
bool rule_has_modes(enum ring_rule rule);

/* The rule has modes; `mode` is one of protocol.h. */
enum ring_rule rule_in_mode(enum ring_rule rule, uint8_t mode);

enum status status_of(enum ring_error error);

#endif
