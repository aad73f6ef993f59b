#include "property_names.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *what;
    const char *short_name;
} names[PROPERTY_COUNT] = {
    [PROPERTY_MEMBERS] = {"property: answers are nodes of the ring", "property-members"},
    [PROPERTY_SAME] = {"property: the same question gets the same answer", "property-same-answer"},
    [PROPERTY_HISTORY] = {"property: the nodes decide, not their history", "property-history"},
    [PROPERTY_MOVES] = {"property: a change moves only its own keys", "property-moves-others"},
    [PROPERTY_DISTINCT] = {"property: find-n gives distinct nodes", "property-find-n-distinct"},
    [PROPERTY_BEGINS] = {"property: find-n begins with the node of find", "property-find-n-begins"},
    [PROPERTY_PREFIX] = {"property: find-n is a prefix of longer lists", "property-find-n-prefix"},
    [PROPERTY_LESS] = {"property: without a node, find-n lacks only that node",
                       "property-find-n-less"},
    [PROPERTY_SHARES] = {"property: shares follow weights", "property-shares"},
    [PROPERTY_RINGS] = {"property: rings do not know of one another", "property-rings"},
    [PROPERTY_BORROWED] = {"property: bytes are not looked at after the call", "property-borrowed"},
};

const char *property_what(enum property property)
{
    return names[property].what;
}

const char *property_short_name(const char *what)
{
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        if (strcmp(names[i].what, what) == 0) {
            return names[i].short_name;
        }
    }
    return NULL;
}
