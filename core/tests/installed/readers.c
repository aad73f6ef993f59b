#include <ringproof/ring_shared.h>

#include <stdio.h>

int main(void)
{
    struct ring_shared *shared;
    struct ring_bytes node = {"", 0};
    if (ring_shared_create(&shared, NULL) || ring_shared_add(shared, "node1", 5, 160)) {
        return 1;
    }
    ring_shared_register();
    if (ring_find(ring_shared_enter(shared), "some key", 8, &node) == RING_OK) {
        (void)printf("some key goes to %.*s\n", (int)node.size, (const char *)node.data);
    }
    ring_shared_leave(shared);
    ring_shared_unregister();
    ring_shared_destroy(shared);
    return 0;
}
