// bench.h on Google Benchmark. No other file includes its headers.
#include "bench.h"

#include <algorithm>
#include <cerrno> // program_invocation_short_name
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

struct bench_state {
    benchmark::State &state;
    int64_t started; // in nanoseconds
};

namespace
{

// With interleaving, the library reports a benchmark only after its last repetition, and is silent
// for minutes. So a signal prints what is running. A thread would make malloc() lock, and cost time.
char progress_line[160];

void show_line(int)
{
    ssize_t written = write(STDERR_FILENO, progress_line, std::strlen(progress_line));
    static_cast<void>(written);
}

void show_progress()
{
    struct sigaction action = {};
    action.sa_handler = show_line;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, nullptr);
    itimerval every = {{5, 0}, {5, 0}};
    setitimer(ITIMER_REAL, &every, nullptr);
}

void begin_run(const std::string &family, int64_t size)
{
    static int runs;
    std::snprintf(progress_line, sizeof progress_line, "run %d: %s:%lld\n", ++runs, family.c_str(),
                  static_cast<long long>(size));
}

std::vector<int64_t> sizes_of(const bench &bench, const char *contestant, int64_t variant)
{
    std::vector<int64_t> sizes;
    const int64_t *usual = bench.variants;
    while (usual != nullptr && *usual != 0 && *usual != variant) {
        usual++;
    }
    if (usual == nullptr || *usual == variant) {
        for (const int64_t *size = bench.sizes; *size != 0; size++) {
            sizes.push_back(*size);
        }
    }
    for (const bench_pair *pair = bench.pairs; pair != nullptr && pair->size != 0; pair++) {
        if (pair->variant == variant) {
            sizes.push_back(pair->size);
        }
    }
    auto skipped = [&](int64_t size) {
        bench_case what = {contestant, variant, size};
        return bench.skips != nullptr && bench.skips(&what);
    };
    sizes.erase(std::remove_if(sizes.begin(), sizes.end(), skipped), sizes.end());
    return sizes;
}

std::vector<int64_t> variants_of(const bench &bench)
{
    std::vector<int64_t> variants;
    for (const int64_t *variant = bench.variants; *variant != 0; variant++) {
        variants.push_back(*variant);
    }
    for (const bench_pair *pair = bench.pairs; pair != nullptr && pair->size != 0; pair++) {
        if (std::find(variants.begin(), variants.end(), pair->variant) == variants.end()) {
            variants.push_back(pair->variant);
        }
    }
    return variants;
}

// 0: the command line decides. Otherwise one repetition of so many iterations, for Callgrind.
int64_t iterations_wanted()
{
    const char *wanted = std::getenv("BENCH_ITERATIONS");
    return wanted != nullptr ? std::atoll(wanted) : 0;
}

void register_family(const bench &bench, const std::string &family, const char *contestant,
                     int64_t variant)
{
    auto run = [&bench, family, contestant, variant](benchmark::State &state) {
        bench_state running = {state, 0};
        bench_case what = {contestant, variant, state.range(0)};
        begin_run(family + "/" + bench.size, what.size);
        state.SetComplexityN(what.size);
        CALLGRIND_START_INSTRUMENTATION;
        if (bench.timed_by_hand) {
            bench.run(&running, &what);
        } else {
            CALLGRIND_TOGGLE_COLLECT;
            bench.run(&running, &what);
            CALLGRIND_TOGGLE_COLLECT;
        }
    };
    std::vector<int64_t> sizes = sizes_of(bench, contestant, variant);
    if (sizes.empty()) {
        return;
    }
    auto *registered = benchmark::RegisterBenchmark(family.c_str(), run);
    registered->ArgName(bench.size);
    for (int64_t size : sizes) {
        registered->Arg(size);
    }
    if (iterations_wanted() > 0) {
        registered->Iterations(iterations_wanted())->Repetitions(1);
    } else if (bench.repetitions > 0) {
        registered->Iterations(1)->Repetitions(bench.repetitions);
    } else if (bench.min_time > 0) {
        registered->MinTime(bench.min_time);
    }
    if (bench.timed_by_hand) {
        registered->UseManualTime();
    }
    if (bench.fitted) {
        registered->Complexity();
    }
}

void register_bench(const bench &bench)
{
    for (const char *const *contestant = bench.contestants; *contestant != nullptr; contestant++) {
        std::string family = std::string(bench.name) + "/" + *contestant;
        if (bench.variant == nullptr) {
            register_family(bench, family, *contestant, 0);
            continue;
        }
        for (int64_t variant : variants_of(bench)) {
            std::string varied = family + "/" + bench.variant + ":" + std::to_string(variant);
            register_family(bench, varied, *contestant, variant);
        }
    }
}

} // namespace

bool bench_loop(bench_state *state)
{
    return state->state.KeepRunning();
}

bool bench_loop_many(bench_state *state, size_t count)
{
    return state->state.KeepRunningBatch(static_cast<benchmark::IterationCount>(count));
}

int64_t bench_now()
{
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return int64_t{1000000000} * time.tv_sec + time.tv_nsec;
}

void bench_start(bench_state *state)
{
    CALLGRIND_TOGGLE_COLLECT;
    state->started = bench_now();
}

void bench_stop(bench_state *state)
{
    state->state.SetIterationTime(1e-9 * static_cast<double>(bench_now() - state->started));
    CALLGRIND_TOGGLE_COLLECT;
}

void bench_keep(const void *result)
{
    benchmark::DoNotOptimize(result);
    benchmark::ClobberMemory();
}

void bench_count(bench_state *state, const char *name, double value)
{
    state->state.counters[name] = value;
}

void bench_fail(const char *reason)
{
    std::fprintf(stderr, "%s: %s in %s", program_invocation_short_name, reason, progress_line);
    std::exit(1);
}

int bench_main(int argc, char **argv, const bench *const *benches)
{
    // The kernel would give huge pages to one large block but not to many small ones. Without huge
    // pages a cache miss costs all contestants the same.
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    benchmark::AddCustomContext("compiler", BENCH_COMPILER);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    for (const bench *const *each = benches; *each != nullptr; each++) {
        register_bench(**each);
    }
    show_progress();
    size_t matched = benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return matched > 0 ? 0 : 2;
}
