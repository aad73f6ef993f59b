#include "case.h"

struct depth_case depth_case_of(size_t nodes, uint32_t replicas, int number)
{
    if (number == 0) {
        return (struct depth_case){nodes, replicas, DEPTH_ADD, DEPTH_LAST};
    }
    return (struct depth_case){nodes, replicas, DEPTH_REMOVE, (enum depth_position)(number - 1)};
}

size_t depth_case_node(const struct depth_case *asked)
{
    const size_t indices[] = {0, asked->nodes / 2, asked->nodes - 1};
    return indices[asked->position];
}

struct ring_bytes depth_name(char name[DEPTH_NAME_SIZE], size_t index)
{
    int size = snprintf(name, DEPTH_NAME_SIZE, "10.0.%zu.%zu:11211", index / 256, index % 256);
    return (struct ring_bytes){name, (size_t)size};
}

void depth_print(FILE *file, const struct depth_case *asked, int entries,
                 enum depth_outcome outcome)
{
    static const char *const operations[] = {"add", "remove"};
    static const char *const positions[] = {"first", "middle", "last"};
    static const char *const outcomes[] = {"crashed", "wrong", "silent", "safe"};
    (void)fprintf(file, "%zu\t%u\t%s\t%s\t%d\t%s\n", asked->nodes, (unsigned)asked->replicas,
                  operations[asked->operation], positions[asked->position], entries,
                  outcomes[outcome]);
}
