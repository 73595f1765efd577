#include "tp/conv/stats.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_SLOTS 65536u /* address space only: the file grows by use */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int page_fd = -1;
static struct stats_slot *page;
static struct stats_slot no_page; /* where counts go when there is no page */
static uint32_t *free_slots, n_free, cap_free, n_used;
static uint32_t n_taken; /* conversations with a slot of PAGE */
static bool is_read;     /* a node has PAGE */

static void page_open(void)
{
    if (page_fd >= 0)
        return;
    page_fd = memfd_create("cpic-stats", MFD_CLOEXEC);
    if (page_fd < 0)
        return;
    void *p = mmap(NULL, PAGE_SLOTS * sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, page_fd, 0);
    page = p == MAP_FAILED ? NULL : p;
}

static void page_close(void)
{
    if (page)
        munmap(page, PAGE_SLOTS * sizeof *page);
    if (page_fd >= 0)
        close(page_fd);
    free(free_slots);
    page = NULL;
    page_fd = -1;
    free_slots = NULL;
    n_free = cap_free = n_used = n_taken = 0;
}

/* Under LOCK. */
static void page_close_unused(void)
{
    if (!is_read && n_taken == 0)
        page_close();
}

int stats_open(void)
{
    pthread_mutex_lock(&lock);
    page_open();
    is_read = true;
    int fd = page_fd;
    pthread_mutex_unlock(&lock);
    return fd;
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
    page_open(); /* an Accept may be the first thing that a program does, before its hello */
    if (n_free > 0) {
        *no = free_slots[--n_free];
    } else if (page && n_used < PAGE_SLOTS) {
        /* A whole page at a time: touching beyond the end of the file would kill the program. */
        const uint32_t step = 4096 / sizeof *page;
        if (n_used % step != 0 || ftruncate(page_fd, (off_t)((n_used + step) * sizeof *page)) == 0)
            *no = n_used++;
    }
    if (*no != STATS_SLOT_NONE) {
        n_taken++;
        s = &page[*no];
        memset(s, 0, sizeof *s);
    }
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
