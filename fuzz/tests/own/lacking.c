/* Three shared objects that are no subjects: without the symbol, of another version, or without
 * functions. */
#include <ringproof/subject.h>
#include <stddef.h>

#ifdef NO_SYMBOL
int nothing_of_interest = 1;
#elif defined(OTHER_VERSION)
const struct subject *ringproof_subject(unsigned int version)
{
    (void)version;
    return NULL;
}
#else
static const struct subject lacking = {.name = "lacking"};

const struct subject *ringproof_subject(unsigned int version)
{
    (void)version;
    return &lacking;
}
#endif
