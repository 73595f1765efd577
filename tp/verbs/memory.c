/* The kernel copies an octet of each page, and says when it cannot.  Where it may not be asked, for example
 * in a sandbox, the program is believed. */
#include "tp/verbs/memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE  4096u /* the smallest of any machine: larger pages are only asked for more often */
#define PAGES 18u   /* 65535 octets and what a field needs around them */

/* An octet on each page of the N octets at P, and the last one.  Returns how many; 0: too long. */
static unsigned probes(const void *p, size_t n, struct iovec v[PAGES])
{
    uintptr_t at = (uintptr_t)p, last = at + n - 1;
    unsigned k = 0;
    if (n == 0 || last < at)
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

bool memory_readable(const void *p, size_t n)
{
    uint8_t octets[PAGES];
    struct iovec remote[PAGES], local = {octets, sizeof octets};
    unsigned k = probes(p, n, remote);
    if (k == 0)
        return n == 0;
    local.iov_len = k;
    ssize_t got = process_vm_readv(getpid(), &local, 1, remote, k, 0);
    return got == (ssize_t)k || refused(got);
}

bool memory_writable(void *p, size_t n)
{
    uint8_t octets[PAGES];
    struct iovec remote[PAGES], local = {octets, sizeof octets};
    unsigned k = probes(p, n, remote);
    if (k == 0)
        return n == 0;
    local.iov_len = k;
    ssize_t got = process_vm_readv(getpid(), &local, 1, remote, k, 0);
    if (got == (ssize_t)k)
        got = process_vm_writev(getpid(), &local, 1, remote, k, 0);
    return got == (ssize_t)k || refused(got);
}
