/* The text of the process protocol: fuzz/README.md, "A ring in another process", specifies it. These
 * functions only read and write text. Any bytes are either read or refused with a sentence. */
#ifndef FUZZ_SUBJECTS_PROTOCOL_H
#define FUZZ_SUBJECTS_PROTOCOL_H

#include <stdio.h>

#include <ringproof/subject.h>

#define PROTOCOL_VERSION 1U
#define PROTOCOL_NAME_MAX 64

/* The first line that a process writes. `subject` points into this struct: do not move it. */
struct protocol_declarations {
    struct subject subject;              /* its declarations; all functions are NULL */
    bool add_many, find_n, list, remove; /* the optional calls that it answers */
    char name[PROTOCOL_NAME_MAX];
    unsigned char not_in_names[256], not_in_keys[256];
};

/* Reads the line, without its end. `name` is used if the line gives none. False: `error`, of
 * `error_size` bytes, says what is wrong with the line. Whether the declarations make sense together
 * is for declarations_judge(). */
bool protocol_read_declarations(const char *line, size_t size, const char *name,
                                struct protocol_declarations *declarations, char *error,
                                size_t error_size);

/* Writes a line, without its end, that reads as the same declarations. */
void protocol_write_declarations(FILE *out, const struct protocol_declarations *declarations);

/* The name of a subject whose declarations give none, from its command: "python3 rings/my.py" gives
 * "my". `name` has PROTOCOL_NAME_MAX bytes. */
void protocol_name_of(const char *command, char *name);

/* The word for the placement of these options: "md5", or "own" unless `placement` is by rule. */
const char *protocol_rule(enum subject_placement placement, const struct ring_options *options);

/* What a statement asks for. */
enum protocol_question {
    ASKS_SUCCESS,  /* ok, or error */
    ASKS_NODE,     /* one name, none, or error */
    ASKS_NODES,    /* names, none, or error */
    ASKS_POINTS,   /* positions and names, or none */
    ASKS_POSITION, /* a number */
    PROTOCOL_QUESTIONS
};

struct protocol_answer {
    enum protocol_reply {
        REPLY_OK,
        REPLY_NONE,
        REPLY_ERROR, /* `error` tells which; RING_BAD_ARGUMENT if the answer does not */
        REPLY_CANNOT,
        REPLY_VALUES /* `values` */
    } reply;
    enum ring_error error;
    bool exact; /* the answer tells which error it is */
    struct ring_point
        *values; /* names in `node`, positions in `position`; what was not asked for is
                                * 0. Valid until the next answer is read. */
    size_t count;
    /* For reading only. */
    unsigned char *bytes;
    size_t used, room;
};

/* The most bytes that the names of one answer may have, with their repetitions ("x"*1000). */
#define PROTOCOL_BYTES_MAX ((size_t)1 << 24)

/* Reads an answer, without its end of line, into a struct that was zeroed before the first use. False:
 * the protocol does not allow this answer, and `error` says why. */
bool protocol_read_answer(const char *text, size_t size, enum protocol_question question,
                          struct protocol_answer *answer, char *error, size_t error_size);

/* Writes the answer as a process would, without the end of line. */
void protocol_write_answer(FILE *out, const struct protocol_answer *answer,
                           enum protocol_question question);

void protocol_free_answer(struct protocol_answer *answer);

#endif
