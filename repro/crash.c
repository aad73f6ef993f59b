/* The crash of 2014 in plain C, without Erlang. Builds a ring as large as the one in the report,
 * removes one node, and dies as the VM did: it jumps to an address that ends in the same digits. Use
 * it to get a core dump for ci/autopsy. */
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
                      "usage: %s\nBuilds a ring with the historical sort, then removes the node "
                      "whose removal crashes it.\n",
                      argv[0]);
        return 2;
    }
    void *ring = subject_legacy.create(&rule_named("sha1")->options);
    /* One by one, because a batch reaches the sort in another order and overflows elsewhere. */
    for (int i = 0; i < NODES; i++) {
        if (subject_legacy.add(ring, write_name(name, i), REPLICAS) != RING_OK) {
            (void)fprintf(stderr, "%s: adding node %d failed: rebuild from a clean tree\n", argv[0],
                          i);
            return 2;
        }
    }
    struct ring_bytes removed = write_name(name, REMOVED);
    (void)printf(
        "built a ring of %d nodes with %d points each; removing %s: the sort will write past the "
        "end of its stack and crash\n",
        NODES, REPLICAS, name);
    (void)fflush(stdout); /* a crash loses buffered output */
    (void)subject_legacy.remove(ring, removed);
    (void)printf("it survived: this compiler puts something harmless behind the sort's stack; "
                 "build with gcc -O0\n");
    subject_legacy.destroy(ring);
    return 0;
}
