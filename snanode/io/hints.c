#include "snanode/io/hints.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

/* No program may take its length away under the node. */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static struct hints *make(int fd)
{
    uint32_t number;
    if (ftruncate(fd, sizeof(struct hints)) < 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0 ||
        getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        return NULL;
    struct hints *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return NULL;
    atomic_store(&p->page, number ? number : 1);
    return p;
}

struct hints *hints_new(int *fd)
{
    *fd = memfd_create("snanode-hints", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    struct hints *p = *fd < 0 ? NULL : make(*fd);
    if (p || *fd < 0)
        return p;
    close(*fd);
    *fd = -1;
    return NULL;
}

void hints_free(struct hints *p, int fd)
{
    if (!p)
        return;
    munmap(p, sizeof *p);
    close(fd);
}
