/* The template with all functions that `ringproof exhaust` needs. FAULT: find_n skips the key's
 * owner. */
#define ringproof_subject template_subject
#include "../../template/myring.c"
#undef ringproof_subject

static enum ring_error add_many(void *ring, const struct ring_node *nodes, size_t count)
{
    return ring_add_many(ring, nodes, count);
}

static enum ring_error find_n(const void *ring, struct ring_bytes key, size_t n,
                              struct ring_bytes *nodes, size_t *found)
{
    enum ring_error error = ring_find_n(ring, key.data, key.size, n, nodes, found);
#ifdef FAULT
    if (*found > 1) {
        nodes[0] = nodes[--*found];
    }
#endif
    return error;
}

const struct subject *ringproof_subject(unsigned int version)
{
    static struct subject whole;
    whole = *template_subject(version);
    whole.name = "whole";
    whole.rules = 0;
    whole.add_many = add_many;
    whole.find_n = find_n;
    return &whole;
}
