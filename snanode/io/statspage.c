#include "snanode/io/statspage.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snanode/local/stats.h"

/* Its length is for ever: the program can neither take it away nor use more memory than that. */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int statspage_new(void)
{
    int fd = memfd_create("snanode-stats", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -1;
    if (ftruncate(fd, STATS_SLOTS * sizeof(struct stats_slot)) == 0 && fcntl(fd, F_ADD_SEALS, SEALS) == 0)
        return fd;
    close(fd);
    return -1;
}
