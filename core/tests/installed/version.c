/* Prints the version that the header says, then the version that the library says. */
#include <ringproof/ring.h>
#include <stdio.h>

int main(void)
{
    unsigned int library = ring_version();
    (void)printf("%d.%d.%d\n", RING_VERSION_MAJOR, RING_VERSION_MINOR, RING_VERSION_PATCH);
    (void)printf("%u.%u.%u\n", library / 10000, library / 100 % 100, library % 100);
    return RING_VERSION < 1; /* a constant that #if can compare, too */
}
