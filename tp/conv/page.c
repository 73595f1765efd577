#include "tp/conv/page.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is looked at before there has been a page. */
static const struct notice nothing;

static struct mapped {
    void *_Atomic at; /* NULL until there has been a page */
    size_t size;
    int may; /* PROT_* */
} notices = {.size = NOTICE_SIZE, .may = PROT_READ},
  counts = {.size = sizeof(struct hints), .may = PROT_READ | PROT_WRITE};

const struct notice *page_get(void)
{
    const void *p = atomic_load_explicit(&notices.at, memory_order_acquire);
    return p ? p : &nothing;
}

struct hints *page_hints(void)
{
    return atomic_load_explicit(&counts.at, memory_order_acquire);
}

/* A new mapping takes the place of the old one: a thread that looks sees the one or the other. */
static void put(struct mapped *m, int fd, int flags)
{
    void *at = m->at;
    void *p = mmap(at, m->size, m->may, flags | (at ? MAP_FIXED : 0), fd, 0);
    if (p != MAP_FAILED)
        atomic_store_explicit(&m->at, p, memory_order_release);
}

static void take(struct mapped *m, int fd)
{
    if (fd < 0)
        return;
    put(m, fd, MAP_SHARED);
    close(fd);
}

void page_take(int notice, int hints)
{
    take(&notices, notice);
    take(&counts, hints);
}

static void forget(struct mapped *m)
{
    if (m->at)
        put(m, -1, MAP_PRIVATE | MAP_ANONYMOUS);
}

void page_forget(void)
{
    forget(&notices);
    forget(&counts);
}

static void unload(struct mapped *m)
{
    void *p = atomic_exchange(&m->at, NULL);
    if (p)
        munmap(p, m->size);
}

void page_unload(void)
{
    unload(&notices);
    unload(&counts);
}
