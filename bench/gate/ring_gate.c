/* The ruler of this repository: the program that ci/perf counts and times. */
#include "loads.h"
#include "ruler.h"

enum { LOADS_MAX = 64 };

struct stage {
    struct place place;
    const struct load *load;
};

static void *prepare(const void *argument)
{
    static struct stage stage;
    stage.load = argument;
    place_make(&stage.place, &stage.load->shape);
    return &stage;
}

static void play(void *prepared)
{
    struct stage *stage = prepared;
    stage->load->round(&stage->place, stage->load);
}

static void finish(void *prepared)
{
    struct stage *stage = prepared;
    place_free(&stage->place);
}

int main(int argc, char **argv)
{
    struct ruler_workload workloads[LOADS_MAX + 1] = {{0}};
    size_t count = 0;
    for (const struct load *load = loads; load->name != NULL && count < LOADS_MAX; load++) {
        workloads[count++] = (struct ruler_workload){
            load->name, load->operations, prepare, play, finish, load,
        };
    }
    return ruler_main(argc, argv, workloads);
}
