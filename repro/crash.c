/* The crash of 2014 in plain C, for a core dump of one's own: a ring of the report's size, changed as
 * a cluster changes it, dies as the VM did, at an address that ends in the report's digits. */
#include <stdio.h>

#include "../fuzz/program/rules.h"
#include "legacy/ring.h"

enum { NODES = 28, REPLICAS = 1000, REMOVED = 8 };

static struct ring_bytes write_name(char name[32], int index)
{
    int size = snprintf(name, 32, "10.0.0.%d:11211", index);
    return (struct ring_bytes){name, (size_t)size};
}

int main(int argc, char **argv)
{
    char name[32];
    if (argc > 1) {
        (void)fprintf(stderr,
                      "usage: %s\nBuilds a ring on the historical sort, and removes the node that "
                      "crashes it.\n",
                      argv[0]);
        return 2;
    }
    void *ring = subject_legacy.create(&rule_named("sha1")->options);
    /* One by one: sorting a batch meets the points in another order, and overflows elsewhere. */
    for (int i = 0; i < NODES; i++) {
        if (subject_legacy.add(ring, write_name(name, i), REPLICAS) != RING_OK) {
            (void)fprintf(stderr, "%s: the ring does not take node %d\n", argv[0], i);
            return 2;
        }
    }
    struct ring_bytes removed = write_name(name, REMOVED);
    (void)printf(
        "a ring of %d nodes with %d points each; now %s is removed, the sort writes behind "
        "its stack, and the process dies\n",
        NODES, REPLICAS, name);
    (void)fflush(stdout); /* what a dying process has buffered is lost */
    (void)subject_legacy.remove(ring, removed);
    (void)printf("it survived: compiled otherwise, what lies behind the stack is something else\n");
    subject_legacy.destroy(ring);
    return 0;
}
