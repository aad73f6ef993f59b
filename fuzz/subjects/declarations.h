/* Whether the declarations of a subject make sense together. */
#ifndef FUZZ_SUBJECTS_DECLARATIONS_H
#define FUZZ_SUBJECTS_DECLARATIONS_H

#include <ringproof/subject.h>

/* Whether the table has what every subject needs, and no declaration contradicts another. False:
 * `error`, of `size` bytes, says what to change. It names members as ringproof/subject.h does:
 * `.placement` is placement= in a line of the process protocol. */
bool declarations_judge(const struct subject *subject, char *error, size_t size);

#endif
