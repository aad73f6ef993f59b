/* Compares the caller's pointers of the nodes with those that were set. */
#ifndef FUZZ_CHECK_DATA_H
#define FUZZ_CHECK_DATA_H

#include "whole.h"

/* Sets a pointer for each node of a small ring, and with `changes` one node's replicas to another
 * number and back. The names of all points must lead to the pointers. A subject without the functions
 * is not asked. */
bool data_holds(const struct pair *pair, bool changes, struct finding *finding);

#endif
