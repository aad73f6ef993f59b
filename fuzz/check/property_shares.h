/* The property of shares, for rings whose numbers of points are declared. */
#ifndef FUZZ_CHECK_PROPERTY_SHARES_H
#define FUZZ_CHECK_PROPERTY_SHARES_H

#include "questions.h"

/* Judges the shares of a ring by keys that were asked already, of which owners[] are the owners. If
 * they look odd (one in 20 right rings does), asks for 4096 other keys, or 1024 of a ring that is
 * slow, and judges by these alone: a finding if they are as unlikely as SHARES_RATE.
 *
 * Not judged: rings of one node; rings of which most points may be equal to others, by their declared
 * positions or by names of which one begins with the other; rings in which a name may be twice. */
bool property_shares_hold(struct questions *questions, const void *ring,
                          const struct present *present, const struct ring_bytes *owners,
                          size_t count);

/* The same, for any rate, and without the first look. */
bool property_shares_hold_at(struct questions *questions, const void *ring,
                             const struct present *present, double rate);

#endif
