/* What is built into a target for services that set no environment variables. CMake defines both. */
#include "common.h"

struct target_built_in target_built_in(void)
{
    return (struct target_built_in){.subject = TARGET_SUBJECT, .slow_ms = TARGET_SLOW_MS};
}
