/* The kinds of text that names and keys can be declared to be. */
#ifndef FUZZ_SUBJECTS_TEXT_KINDS_H
#define FUZZ_SUBJECTS_TEXT_KINDS_H

#include <ringproof/subject.h>

/* Whether the bytes are text of that kind. */
bool text_kind_fits(struct ring_bytes bytes, enum subject_text text);

#endif
