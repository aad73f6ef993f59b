/* Questions that the properties ask of a ring, and the keys that they ask for. */
#ifndef FUZZ_CHECK_QUESTIONS_H
#define FUZZ_CHECK_QUESTIONS_H

#include "finding.h"
#include "present.h"

/* Whom to ask. */
struct questions {
    const struct subject *subject;
    const struct ring_options *options;
    bool lend;           /* names and keys are in memory that changes as soon as a call returns */
    unsigned char *lent; /* that memory */
    size_t lent_room;
    bool members; /* an answer that is no node of the ring is a finding */
    bool cannot;  /* a call returned SUBJECT_CANNOT: nothing more can be asked */
    struct finding *finding;
};

/* A key in memory of its own. */
struct question_key {
    unsigned char text[24];
    size_t size;
};

/* Key `number` of those that every ring may be asked for: the number in the digits that the subject
 * allows in keys. Returns false if it allows none, or if the key would be too long. */
bool question_key(const struct subject *subject, uint64_t number, struct question_key *key);

/* The same, for numbers drawn at random, each unlike the others: index 0, 1, 2... Long keys, of at
 * least four bytes, if the subject allows that. Weak hash functions spread these better than small
 * numbers. Returns false from the index on for which the subject allows no key more. */
bool question_random_key(const struct subject *subject, uint64_t index, struct question_key *key);

static inline struct ring_bytes question_bytes(const struct question_key *key)
{
    return (struct ring_bytes){key->text, key->size};
}

/* In place of the name of a node: an answer that is no node of the ring. */
extern const struct ring_bytes question_nobody;
static inline bool question_is_nobody(struct ring_bytes name)
{
    return name.data == question_nobody.data;
}

/* All these return false if a finding was made, or if nothing more can be asked. */

/* Asks `ring`, whose nodes are *present and at least one, for the owners of keys: by find_many, if
 * the subject has it, or else by find. owners[i] becomes the name of a node in *present, so that it
 * stays valid when the ring changes. An answer that is no node of the ring becomes question_nobody,
 * if that is no finding. */
bool questions_owners(struct questions *questions, const void *ring, const struct present *present,
                      const struct ring_bytes *keys, size_t count, struct ring_bytes *owners);

/* Asks for the first n owners of a key. The answer has *found nodes; only those that have room in
 * nodes[], the smaller of n and present->count, were written there. */
bool questions_list(struct questions *questions, const void *ring, const struct present *present,
                    struct ring_bytes key, size_t n, struct ring_bytes *nodes, size_t *found);

/* Make a ring, add nodes in the order given (in one batch, if `batch` and if the subject can), and
 * remove one. The ring is to be destroyed, also if that failed. A call that fails is a finding, of the
 * name `what`; but if no further ring can be made, nothing more can be asked. */
bool questions_build(struct questions *questions, const char *what, const struct ring_node *nodes,
                     size_t count, bool batch, void **ring);
bool questions_add(struct questions *questions, const char *what, void *ring,
                   const struct ring_node *node);
bool questions_remove(struct questions *questions, const char *what, void *ring,
                      struct ring_bytes name);

void questions_destroy(const struct questions *questions, void *ring); /* NULL: does nothing */

/* Whether questions take long, in another process or in a ring that is built again after each
 * change: ask fewer. */
bool questions_slow(const struct subject *subject);

/* Frees the memory that was lent, and lends no more. The rings that borrowed it must be destroyed. */
void questions_end_lending(struct questions *questions);

/* FINDINGS */

/* A line of a finding: words, a key, an arrow, names, words. Each may be absent. */
struct said {
    const char *before;
    const struct ring_bytes *key;
    const struct ring_bytes *nodes;
    size_t count;
    const char *after;
};

/* Fills a finding of that name. Returns false. */
bool finding_say(struct finding *finding, const char *what, const struct said *expected,
                 const struct said *got);

#endif
