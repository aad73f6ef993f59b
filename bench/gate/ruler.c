/* A file of its own, because both the workloads and main() need it. */
#define RULER_MAIN
#include "ruler.h"
