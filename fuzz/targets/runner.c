/* The plain runner: runs a fuzz target on files, or on all files of folders, without a fuzzing
 * engine. For tests, Valgrind, coverage, and anybody who has a crash file and only a C compiler. */
#include <errno.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../program/file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;
static size_t unreadable;

static int run_file(const char *path, const struct stat *status, int type, struct FTW *place)
{
    char error[512];
    size_t size = 0;
    (void)status;
    (void)place;
    if (type == FTW_D) {
        return 0;
    }
    if (type != FTW_F) {
        (void)fprintf(stderr, "runner: %s: not a file or a folder that can be read\n", path);
        unreadable++;
        return 0;
    }
    /* A block of exactly the input's size, so that AddressSanitizer catches a read beyond it. */
    void *data = file_read(path, &size, error, sizeof error);
    if (data == NULL) {
        (void)fprintf(stderr, "runner: %s\n", error);
        unreadable++;
        return 0;
    }
    (void)fprintf(stderr, "%s\n", path); /* printed first: it may be the last */
    (void)LLVMFuzzerTestOneInput(data, size);
    inputs++;
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    (void)LLVMFuzzerInitialize(&argc, &argv);
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s FILE-OR-FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        if (nftw(argv[i], run_file, 16, FTW_PHYS) != 0) {
            (void)fprintf(stderr, "runner: %s: %s\n", argv[i], strerror(errno));
            unreadable++;
        }
    }
    (void)printf("%zu inputs, %zu unreadable\n", inputs, unreadable);
    return inputs > 0 && unreadable == 0 ? 0 : 2;
}
