#include "tp/conv/stats.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stats_slot *page; /* NULL until a node has made one */
static uint32_t *free_slots, n_free, cap_free, n_used;
static uint32_t n_taken; /* conversations with a slot of PAGE */
static bool is_read;     /* a node has PAGE */

enum { PAGE_OCTETS = STATS_SLOTS * sizeof(struct stats_slot) }; /* address space: memory grows by use */

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

/* Put the page of FD in the place of PAGE, with what is there: conversations of a node that has ended write
 * there. */
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

uint32_t stats_take(void)
{
    uint32_t no = STATS_SLOT_NONE;
    pthread_mutex_lock(&lock);
    if (n_free > 0)
        no = free_slots[--n_free];
    else if (n_used < STATS_SLOTS)
        no = n_used++;
    n_taken += no != STATS_SLOT_NONE;
    pthread_mutex_unlock(&lock);
    return no;
}

struct stats_slot *stats_begin(uint32_t no, struct stats_slot *own)
{
    pthread_mutex_lock(&lock);
    struct stats_slot *s = page && no != STATS_SLOT_NONE ? &page[no] : own;
    if (s != own)
        memcpy(s, own, sizeof *s);
    pthread_mutex_unlock(&lock);
    return s;
}

void stats_give(uint32_t no)
{
    if (no == STATS_SLOT_NONE)
        return;
    pthread_mutex_lock(&lock);
    if (page)
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
