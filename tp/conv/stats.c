#include "tp/conv/stats.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stats_slot *page;   /* memory of this process until a node has made the page */
static struct stats_slot no_page; /* where counts go when there is no page */
static uint32_t *free_slots, n_free, cap_free, n_used;
static uint32_t n_taken; /* conversations with a slot of PAGE */
static bool is_read;     /* a node has PAGE */

enum { PAGE_OCTETS = STATS_SLOTS * sizeof(struct stats_slot) }; /* address space: memory grows by use */

static void page_open(void)
{
    if (page)
        return;
    void *p =
        mmap(NULL, PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    page = p == MAP_FAILED ? NULL : p;
}

static void page_close(void)
{
    if (page)
        munmap(page, PAGE_OCTETS);
    free(free_slots);
    page = NULL;
    free_slots = NULL;
    n_free = cap_free = n_used = n_taken = 0;
}

/* Under LOCK. */
static void page_close_unused(void)
{
    if (!is_read && n_taken == 0)
        page_close();
}

/* Put the page of FD in the place of PAGE, with what is there: conversations have their slots already. */
static void page_take(int fd)
{
    size_t used = n_used * sizeof *page;
    if (page && pwrite(fd, page, used, 0) != (ssize_t)used)
        return;
    void *p = mmap(page, PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_SHARED | (page ? MAP_FIXED : 0), fd, 0);
    if (p != MAP_FAILED)
        page = p;
}

void stats_open(int fd)
{
    if (fd < 0)
        return;
    pthread_mutex_lock(&lock);
    page_take(fd);
    is_read = true;
    pthread_mutex_unlock(&lock);
    close(fd);
}

void stats_unread(void)
{
    pthread_mutex_lock(&lock);
    is_read = false;
    page_close_unused();
    pthread_mutex_unlock(&lock);
}

void stats_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    is_read = false;
    page_close();
}

struct stats_slot *stats_take(uint32_t *no)
{
    struct stats_slot *s = &no_page;
    *no = STATS_SLOT_NONE;
    pthread_mutex_lock(&lock);
    page_open();            /* an Accept may be the first thing that a program does, before its hello */
    bool used = n_free > 0; /* what was never used is zero, and perhaps not yet memory */
    if (used)
        *no = free_slots[--n_free];
    else if (page && n_used < STATS_SLOTS)
        *no = n_used++;
    if (*no != STATS_SLOT_NONE) {
        n_taken++;
        s = &page[*no];
    }
    if (used)
        memset(s, 0, sizeof *s);
    pthread_mutex_unlock(&lock);
    return s;
}

void stats_give(uint32_t no)
{
    if (no == STATS_SLOT_NONE)
        return;
    pthread_mutex_lock(&lock);
    page[no].conv = 0;
    if (n_free == cap_free) {
        uint32_t cap = cap_free ? cap_free * 2 : 64;
        uint32_t *v = realloc(free_slots, cap * sizeof *v);
        if (v) {
            free_slots = v;
            cap_free = cap;
        }
    }
    if (n_free < cap_free)
        free_slots[n_free++] = no;
    n_taken--;
    page_close_unused();
    pthread_mutex_unlock(&lock);
}
