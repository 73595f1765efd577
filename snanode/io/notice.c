/* The page by which programs learn that what they remember is out of date.  They may map it for reading
 * only; without it they ask the node every time. */
#include "snanode/io/notice.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snanode/io/context.h"
#include "snanode/local/notice.h"

/* The page of FD; NULL: it cannot be had. */
static struct notice *make_page(int fd)
{
    if (ftruncate(fd, NOTICE_SIZE) < 0)
        return NULL;
    void *p = mmap(NULL, NOTICE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return NULL;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return p;
    munmap(p, NOTICE_SIZE);
    return NULL;
}

/* A page that is not whole is given to nobody: reading behind its end would kill the program, and so would a
 * program that may cut it short. */
void notice_open(struct server *s)
{
    s->notice_fd = memfd_create("snanode-notice", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (s->notice_fd < 0)
        return;
    s->notice = make_page(s->notice_fd);
    if (s->notice)
        atomic_store(&s->notice->inited, 1);
    else
        notice_close(s);
}

/* 0 is never in the page: an answer with 0 must not be remembered. */
void notice_inited_old(struct server *s)
{
    if (s->notice && atomic_fetch_add(&s->notice->inited, 1) == UINT32_MAX)
        atomic_store(&s->notice->inited, 1);
}

void notice_stamp(const struct server *s, struct lp_inited *m)
{
    bool lasts = m->lu[0] && !s->node->new_lu_each_time; /* otherwise the LU is chosen again each time */
    m->generation = s->notice && lasts ? atomic_load(&s->notice->inited) : 0;
}

void notice_close(struct server *s)
{
    if (s->notice)
        munmap(s->notice, NOTICE_SIZE);
    if (s->notice_fd >= 0)
        close(s->notice_fd);
    s->notice = NULL;
    s->notice_fd = -1;
}
