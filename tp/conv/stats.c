#include "tp/conv/stats.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The page of a node.  It goes when the node has gone and no conversation writes into it any more. */
struct page {
    struct page *older;
    struct stats_slot *slots;
    uint32_t *free_slots, n_free, cap_free, n_used;
    uint32_t n_taken; /* conversations with a slot of it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct page *pages;        /* the newest first */
static bool is_read;              /* a node has the newest */
static struct stats_slot no_page; /* where counts go when there is no page */

static void page_free(struct page *p)
{
    munmap(p->slots, STATS_SLOTS * sizeof *p->slots);
    free(p->free_slots);
    free(p);
}

/* Under LOCK. */
static void free_unused(void)
{
    for (struct page **at = &pages; *at;) {
        struct page *p = *at;
        if (p->n_taken == 0 && (p != pages || !is_read)) {
            *at = p->older;
            page_free(p);
        } else {
            at = &p->older;
        }
    }
}

void stats_open(int fd)
{
    struct page *p = fd >= 0 ? calloc(1, sizeof *p) : NULL;
    void *slots = MAP_FAILED;
    if (p)
        slots = mmap(NULL, STATS_SLOTS * sizeof *p->slots, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (slots == MAP_FAILED) {
        free(p);
        return;
    }
    p->slots = slots;
    pthread_mutex_lock(&lock);
    p->older = pages;
    pages = p;
    is_read = true;
    pthread_mutex_unlock(&lock);
}

void stats_unread(void)
{
    pthread_mutex_lock(&lock);
    is_read = false;
    free_unused();
    pthread_mutex_unlock(&lock);
}

void stats_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    is_read = false;
    while (pages) {
        struct page *p = pages;
        pages = p->older;
        page_free(p);
    }
}

struct stats_slot *stats_take(uint32_t *no)
{
    struct stats_slot *s = &no_page;
    *no = STATS_SLOT_NONE;
    pthread_mutex_lock(&lock);
    struct page *p = is_read ? pages : NULL;
    if (p && p->n_free > 0)
        *no = p->free_slots[--p->n_free];
    else if (p && p->n_used < STATS_SLOTS)
        *no = p->n_used++;
    if (*no != STATS_SLOT_NONE) {
        p->n_taken++;
        s = &p->slots[*no];
        memset(s, 0, sizeof *s);
    }
    pthread_mutex_unlock(&lock);
    return s;
}

static struct page *page_of(const struct stats_slot *slot)
{
    struct page *p = pages;
    while (p && (slot < p->slots || slot >= p->slots + STATS_SLOTS))
        p = p->older;
    return p;
}

static void give(struct page *p, struct stats_slot *slot)
{
    slot->conv = 0;
    if (p->n_free == p->cap_free) {
        uint32_t cap = p->cap_free ? p->cap_free * 2 : 64;
        uint32_t *v = realloc(p->free_slots, cap * sizeof *v);
        if (v) {
            p->free_slots = v;
            p->cap_free = cap;
        }
    }
    if (p->n_free < p->cap_free)
        p->free_slots[p->n_free++] = (uint32_t)(slot - p->slots);
    p->n_taken--;
    if (p->n_taken == 0)
        free_unused();
}

void stats_give(struct stats_slot *slot)
{
    pthread_mutex_lock(&lock);
    struct page *p = page_of(slot);
    if (p)
        give(p, slot);
    pthread_mutex_unlock(&lock);
}
