/* For tests: creates a shared ring with another point store than the default. */
#ifndef RING_SHARED_OVER_H
#define RING_SHARED_OVER_H

#include "../point_store.h"

struct ring_shared;

enum ring_error ring_shared_create_over(struct ring_shared **shared,
                                        const struct ring_options *options,
                                        const struct point_store *store);

#endif
