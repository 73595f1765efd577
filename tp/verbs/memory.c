/* The kernel copies an octet of each page, and says when it cannot.  Where it may not be asked, for example
 * in a sandbox, the program is believed.  A program mostly names the blocks and buffers that it has named
 * before, so what was there is believed as well [P30]: to ask costs more than the rest of a verb. */
#include "tp/verbs/memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE  4096u /* the smallest of any machine: larger pages are only asked for more often */
#define PAGES 18u   /* 65535 octets and what a field needs around them */
#define KNOWN 8u    /* more than the blocks and buffers of a few conversations */

/* Pages. */
struct area {
    uintptr_t first, end; /* END is behind the last one */
    bool written;         /* they were found to be writable too */
};

static _Thread_local struct area known[KNOWN];
static _Thread_local unsigned oldest;

static struct area area_of(const void *p, size_t n, bool writes)
{
    uintptr_t at = (uintptr_t)p;
    return (struct area){at / PAGE, (at + n - 1) / PAGE + 1, writes};
}

static bool is_known(const struct area *a)
{
    for (unsigned i = 0; i < KNOWN; i++)
        if (a->first >= known[i].first && a->end <= known[i].end && a->written <= known[i].written)
            return true;
    return false;
}

static void remember(const struct area *a)
{
    known[oldest] = *a;
    oldest = (oldest + 1) % KNOWN;
}

/* An octet on each page of the N octets at P, and the last one.  Returns how many; 0: too long. */
static unsigned probes(const void *p, size_t n, struct iovec v[PAGES])
{
    uintptr_t at = (uintptr_t)p, last = at + n - 1;
    unsigned k = 0;
    if (last < at)
        return 0;
    for (; at < last && k < PAGES - 1; at = (at / PAGE + 1) * PAGE)
        v[k++] = (struct iovec){(void *)at, 1};
    v[k++] = (struct iovec){(void *)last, 1};
    return at < last ? 0 : k;
}

static bool refused(ssize_t got)
{
    return got < 0 && errno != EFAULT;
}

static bool ask(const void *p, size_t n, bool writes)
{
    uint8_t octets[PAGES];
    struct iovec remote[PAGES], local = {octets, sizeof octets};
    unsigned k = probes(p, n, remote);
    if (k == 0)
        return false;
    local.iov_len = k;
    ssize_t got = process_vm_readv(getpid(), &local, 1, remote, k, 0);
    if (writes && got == (ssize_t)k)
        got = process_vm_writev(getpid(), &local, 1, remote, k, 0);
    return got == (ssize_t)k || refused(got);
}

static bool is_there(const void *p, size_t n, bool writes)
{
    if (n == 0)
        return true;
    struct area a = area_of(p, n, writes);
    if (is_known(&a))
        return true;
    if (!ask(p, n, writes))
        return false;
    remember(&a);
    return true;
}

bool memory_readable(const void *p, size_t n)
{
    return is_there(p, n, false);
}

bool memory_writable(void *p, size_t n)
{
    return is_there(p, n, true);
}
