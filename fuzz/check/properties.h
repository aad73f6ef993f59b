/* PROPERTIES: what every ring must hold to, also one that tells nothing of its points. They ask
 * further questions of a ring, and of rings that are made of the same nodes, and compare the answers
 * with one another. */
#ifndef FUZZ_CHECK_PROPERTIES_H
#define FUZZ_CHECK_PROPERTIES_H

#include "finding.h"
#include "present.h"
#include "property_names.h"

/* For one ring of a program. The rule is what its create() received. */
struct properties;
struct properties *properties_new(const struct subject *subject, const struct rule *rule);
void properties_free(struct properties *properties);

/* Judges only the properties of a mask: 1U << PROPERTY_SAME | ... The default is all. */
void properties_only(struct properties *properties, unsigned int mask);

/* After each operation on the ring that was judged to be right, also one that was right to fail.
 * `present`: the nodes after it, whose names outlive *properties. False: a property is broken, and
 * *finding (found, what, expected, got) says which.
 *
 * Cost: after a change some 50 finds, or 6 in rings of more than 64 nodes and after the 100th change;
 * after the 8th, 16th, 32nd ... change of a small ring also that of properties_end(). */
bool properties_after(struct properties *properties, void *ring, const struct present *present,
                      const struct operation *operation, struct finding *finding);

/* After the last operation. Makes a second ring of the same nodes, unless there are more than 512 (48 of
 * a slow ring), and asks both some 500 questions; where shares look odd, 4096 more. */
bool properties_end(struct properties *properties, void *ring, const struct present *present,
                    struct finding *finding);

#endif
