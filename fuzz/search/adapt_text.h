/* Names and keys that a subject takes. */
#ifndef FUZZ_SEARCH_ADAPT_TEXT_H
#define FUZZ_SEARCH_ADAPT_TEXT_H

#include "../program/operations.h"
#include "../subjects/registry.h"

/* What a subject declares of its names, or of its keys. */
struct adapt_text {
    enum subject_text text;
    struct ring_bytes forbidden;
    size_t max; /* 0: no limit */
    bool empty; /* whether empty ones may occur */
};

struct adapt_text adapt_names(const struct subject *subject);
struct adapt_text adapt_keys(const struct subject *subject);

/* Whether the subject takes it as it is. */
bool adapt_text_fits(const struct adapt_text *text, struct ring_bytes bytes);

/* The string itself if the subject takes it, else one that it takes, in the program's memory. The
 * same string always becomes the same one, and different ones nearly always different ones. It keeps
 * its length where it can. */
struct ring_bytes adapt_bytes(const struct adapt_text *text, struct program *program,
                              struct ring_bytes bytes);

#endif
