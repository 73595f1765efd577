#include "tp/conv/page.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is looked at before there has been a page. */
static const struct notice nothing;
static const struct notice *_Atomic page = &nothing;

const struct notice *page_get(void)
{
    return atomic_load_explicit(&page, memory_order_acquire);
}

/* A new mapping takes the place of the old one: a thread that looks sees the one or the other. */
static void put(int fd, int flags)
{
    const struct notice *old = page_get();
    void *at = old == &nothing ? NULL : (void *)(uintptr_t)old;
    void *p = mmap(at, NOTICE_SIZE, PROT_READ, flags | (at ? MAP_FIXED : 0), fd, 0);
    if (p != MAP_FAILED)
        atomic_store_explicit(&page, p, memory_order_release);
}

void page_take(int fd)
{
    if (fd < 0)
        return;
    put(fd, MAP_SHARED);
    close(fd);
}

void page_forget(void)
{
    if (page_get() != &nothing)
        put(-1, MAP_PRIVATE | MAP_ANONYMOUS);
}

void page_unload(void)
{
    const struct notice *old = atomic_exchange(&page, &nothing);
    if (old != &nothing)
        munmap((void *)(uintptr_t)old, NOTICE_SIZE);
}
