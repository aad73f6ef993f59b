/* The kinds of text that names and keys can be declared to be. */
#ifndef FUZZ_SUBJECTS_TEXT_KINDS_H
#define FUZZ_SUBJECTS_TEXT_KINDS_H

#include <ringproof/subject.h>

/* How many bytes the character of UTF-8 has with which the data begin, of at least one byte; 0: they
 * begin with none. */
size_t text_kind_character(const unsigned char *data, size_t size);

/* Whether the bytes are text of that kind. */
bool text_kind_fits(struct ring_bytes bytes, enum subject_text text);

#endif
