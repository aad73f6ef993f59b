/* Crashes that are not the defect of 2014: others NAME [STEP] dies as NAME says. Exits with 2 if there is no such crash, and
 * with 0 if it survived. */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ENTRIES = 1024, INDEX = 27979, PAST = 1040 };

static int step = 1;
static volatile int sink;
static volatile int zero;
static void *volatile none;
typedef int function(void);

static int harmless(void)
{
    return 1;
}

/* Keeps an array alive until after the crash. */
static void use(const void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

static void null_read(void)
{
    sink = *(volatile int *)none;
}

static void null_write(void)
{
    *(volatile int *)none = 1;
}

static void null_call(void)
{
    function *volatile call = (function *)none;
    sink = call() + 1;
}

static void read_only_write(void)
{
    static const char text[] = "constant";
    *(volatile char *)(uintptr_t)text = 'C';
}

static void not_canonical(void)
{
    sink = *(volatile int *)(uintptr_t)0x4141414141414141;
}

static void kernel_address(void)
{
    sink = *(volatile int *)(uintptr_t)0xffffffffff700000;
}

static int recurse(volatile int depth)
{
    volatile char room[4096];
    room[0] = (char)depth;
    return zero != 0 ? 0 : recurse(depth + 1) + room[0];
}

static void recursion(void)
{
    sink = recurse(0);
}

static void large_array(void)
{
    volatile char room[64 << 20];
    room[step] = 1;
    sink = room[step];
}

static void aborted(void)
{
    abort();
}

static void heap_abort(void)
{
    char *volatile freed = malloc(24);
    free(freed);
    free(freed);
}

static void invalid_free(void)
{
    char *volatile block = malloc(24);
    char *volatile wrong = block + 8;
    free(wrong);
}

static void heap_overflow(void)
{
    char *volatile first = malloc(24);
    char *volatile second = malloc(24);
    memset(first, 'A', (size_t)(40 + step));
    use(first);
    free(second);
    free(first);
    free(malloc(2000));
}

static void smash(volatile char *room)
{
    for (int i = 0; i < 4096; i++) {
        room[i] = 'A';
    }
}

static void smashed_stack(void)
{
    char room[16];
    smash(room);
    use(room);
}

static void bus_error(void)
{
    FILE *file = tmpfile();
    volatile char *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    sink = mapped[0];
}

static void illegal_instruction(void)
{
    __builtin_trap();
}

static void division(void)
{
    sink = step / zero;
}

static void breakpoint(void)
{
    (void)raise(SIGTRAP);
}

static void killed_by_itself(void)
{
    (void)kill(getpid(), SIGSEGV);
}

static void *in_thread(void *crash)
{
    ((void (*)(void))crash)();
    return NULL;
}

static void thread_with(void (*crash)(void))
{
    pthread_t thread;
    (void)pthread_create(&thread, NULL, in_thread, (void *)crash);
    (void)pthread_join(thread, NULL);
}

static void thread_null(void)
{
    thread_with(null_read);
}

static void thread_recursion(void)
{
    thread_with(recursion);
}

static void call(uintptr_t address)
{
    function *volatile target = (function *)address;
    sink = target() + 1;
}

static void half_address(void)
{
    call(0x7f1200abc123);
}

/* The low half of a pointer to a function is replaced, by something that is no ring's index. */
static void half_pointer(void)
{
    call(((uintptr_t)harmless >> 32 << 32) + INDEX);
}

static void thread_half_pointer(void)
{
    thread_with(half_pointer);
}

static void freed_code(void)
{
    char *code =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *code = (char)0xc3;
    (void)munmap(code, 4096);
    call((uintptr_t)code);
}

static void unmapped_page(void)
{
    char *page = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void)munmap(page, 1 << 20);
    call((uintptr_t)page + INDEX);
}

static void unloaded_library(void)
{
    void *library = dlopen("libxxhash.so.0", RTLD_NOW);
    uintptr_t symbol = (uintptr_t)dlsym(library, "XXH64");
    (void)dlclose(library);
    call(symbol);
}

static void call_of_data(void)
{
    static int data[4] = {INDEX, INDEX, INDEX, INDEX};
    call((uintptr_t)data);
}

static void call_of_heap(void)
{
    call((uintptr_t)malloc(64));
}

static void call_of_stack(void)
{
    int local[16] = {INDEX};
    call((uintptr_t)local);
    use(local);
}

static void call_of_small_number(void)
{
    call(INDEX);
}

/* COUNTERS PAST ARRAYS */

static void count_past(volatile int *array, int entries)
{
    for (int i = 0; i < entries; i++) {
        array[i] = i * step;
    }
}

static void counter(void)
{
    int array[ENTRIES];
    count_past(array, ENTRIES + PAST);
    use(array);
    null_read();
}

static void counter_to_the_end(void)
{
    int array[16];
    count_past(array, 1 << 24);
    use(array);
}

static void count_down(volatile int *array)
{
    for (int i = ENTRIES + PAST; i > 0; i--) {
        array[i] = i * step;
    }
}

static void counter_down(void)
{
    int array[ENTRIES];
    count_down(array);
    use(array);
    null_read();
}

/* In lockstep, as the sort's arrays: low[i] is where the range begins that ends at high[i]. */
static void lockstep(void)
{
    int entries = ENTRIES + zero;
    int low[entries];
    int high[entries];
    volatile int *begins = low;
    volatile int *ends = high;
    for (int i = 0; i < PAST; i++) {
        begins[i] = i * step;
        ends[i] = (i + 1) * step - 1;
    }
    use(low);
    use(high);
    null_read();
}

static void same_counters(void)
{
    int entries = ENTRIES + zero;
    int first[entries];
    int second[entries];
    volatile int *a = first;
    volatile int *b = second;
    for (int i = 0; i < PAST; i++) {
        a[i] = i * step;
        b[i] = i * step;
    }
    use(first);
    use(second);
    null_read();
}

static uint32_t random_number(void)
{
    static uint32_t state = 2014;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* Where the words of a text begin and end, past the end of both arrays. */
static void words_of_a_text(void)
{
    int entries = ENTRIES + zero;
    int begin[entries];
    int end[entries];
    volatile int *begins = begin;
    volatile int *ends = end;
    int at = 0;
    for (int i = 0; i < PAST; i++) {
        begins[i] = at;
        at += 1 + (int)(random_number() % 12);
        ends[i] = at - 1;
    }
    use(begin);
    use(end);
    null_read();
}

/* INTEGERS ON THE STACK */

static int compare_integers(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static void fill_sorted(int *array, int entries, int spread)
{
    for (int i = 0; i < entries; i++) {
        array[i] = i * spread + (int)(random_number() % (uint32_t)spread);
    }
    qsort(array, (size_t)entries, sizeof *array, compare_integers);
}

static void sorted_integers(void)
{
    int array[4 * ENTRIES];
    fill_sorted(array, 4 * ENTRIES, 1 + step * 7);
    use(array);
    null_read();
}

static void sorted_copy(void)
{
    struct {
        int count, sorted[ENTRIES], copy[ENTRIES];
    } both;
    fill_sorted(both.sorted, ENTRIES, 1 + step * 7);
    memcpy(both.copy, both.sorted, sizeof both.copy);
    both.count = 0;
    use(&both);
    null_read();
}

static void identity(void)
{
    int array[8 * ENTRIES];
    for (int i = 0; i < 8 * ENTRIES; i++) {
        array[i] = i % (2 * ENTRIES);
    }
    use(array);
    half_pointer();
}

static void identity_in_thread(void)
{
    thread_with(identity);
}

static void squares(void)
{
    int array[3 * ENTRIES];
    for (int i = 0; i < 3 * ENTRIES; i++) {
        array[i] = i * (i + 1) / 2;
    }
    use(array);
    half_pointer();
}

/* As the C library's table of the bounds of buckets: begin and end of each, and nothing past the end. */
static void buckets(void)
{
    int begin[ENTRIES];
    int end[ENTRIES];
    int at = 0;
    for (int i = 0; i < ENTRIES; i++) {
        begin[i] = at;
        at += i < 200 ? 1 + (int)(random_number() % 50) : 1;
        end[i] = at - 1;
    }
    use(begin);
    use(end);
    null_read();
}

static const struct {
    const char *name;
    void (*crash)(void);
} crashes[] = {
    {"null_read", null_read},
    {"null_write", null_write},
    {"null_call", null_call},
    {"read_only_write", read_only_write},
    {"not_canonical", not_canonical},
    {"kernel_address", kernel_address},
    {"recursion", recursion},
    {"large_array", large_array},
    {"aborted", aborted},
    {"heap_abort", heap_abort},
    {"invalid_free", invalid_free},
    {"heap_overflow", heap_overflow},
    {"smashed_stack", smashed_stack},
    {"bus_error", bus_error},
    {"illegal_instruction", illegal_instruction},
    {"division", division},
    {"breakpoint", breakpoint},
    {"killed_by_itself", killed_by_itself},
    {"thread_null", thread_null},
    {"thread_recursion", thread_recursion},
    {"thread_half_pointer", thread_half_pointer},
    {"half_address", half_address},
    {"half_pointer", half_pointer},
    {"freed_code", freed_code},
    {"unmapped_page", unmapped_page},
    {"unloaded_library", unloaded_library},
    {"call_of_data", call_of_data},
    {"call_of_heap", call_of_heap},
    {"call_of_stack", call_of_stack},
    {"call_of_small_number", call_of_small_number},
    {"counter", counter},
    {"counter_to_the_end", counter_to_the_end},
    {"counter_down", counter_down},
    {"lockstep", lockstep},
    {"same_counters", same_counters},
    {"words_of_a_text", words_of_a_text},
    {"sorted_integers", sorted_integers},
    {"sorted_copy", sorted_copy},
    {"identity", identity},
    {"identity_in_thread", identity_in_thread},
    {"squares", squares},
    {"buckets", buckets},
};

int main(int argc, char **argv)
{
    volatile char above[64 << 10]; /* what is written past an array in a frame below ends up here */
    above[argc] = 0;
    step = argc > 2 ? atoi(argv[2]) : 1;
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        if (argc > 1 && strcmp(argv[1], crashes[i].name) == 0) {
            crashes[i].crash();
            use((const void *)(uintptr_t)above);
            (void)fprintf(stderr, "%s: it survived\n", argv[1]);
            return 0;
        }
    }
    (void)fprintf(stderr, "usage: others NAME [STEP]\n");
    return 2;
}
