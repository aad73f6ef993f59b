/* A planted fault: a target whose branches depend on earlier inputs. */
#include "../../targets/common.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned int runs;
    volatile int sink = 0;
    (void)data;
    runs++;
    if (runs % 2 == 0 && size > 0) {
        sink++;
    }
    if (runs % 3 == 0) {
        sink++;
    }
    return 0;
}
