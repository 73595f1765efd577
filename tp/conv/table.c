/* Conversation IDs: 8 octets, a slot number and a tag that no other conversation of this process (and hardly
 * one of another) has had.  A void ID therefore finds nothing, however old. */
#include "tp/conv/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "snanode/base/plural.h"
#include "tp/conv/cause.h"
#include "tp/conv/channel.h"
#include "tp/conv/half.h"
#include "tp/conv/stats.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct conv **slots; /* NULL = free */
static uint32_t *free_list;
static uint32_t n_slots, n_free;
static uint32_t limit = UINT32_MAX; /* SNANODE_MAX_CONVERSATIONS */
static uint32_t in_use;
static uint32_t tag;

struct id {
    uint32_t slot, tag;
};

/* In a number of 32 bits: the slot, and what there is room for of the tag. */
enum { NUMBER_SLOT_BITS = 14, NUMBER_SLOT = (1 << NUMBER_SLOT_BITS) - 1, NUMBER_TAG = (1 << 18) - 1 };

static void set_defaults(struct conv *c)
{
    c->attach.type = CONV_MAPPED;
    c->attach.security = CONV_SECURITY_SAME;
    c->life = LIFE_IDLE;
    c->state = CS_RESET;
    c->channel.fd = -1;
    c->node.port = -1;
    list_init(&c->channel.in);
    list_init(&c->channel.out);
    list_init(&c->later.link);
    pthread_mutex_init(&c->log.lock, NULL);
}

static int grow(void)
{
    uint32_t n = n_slots ? n_slots * 2 : 64;
    struct conv **s = realloc(slots, n * sizeof *s);
    if (s)
        slots = s;
    uint32_t *f = realloc(free_list, n * sizeof *f);
    if (f)
        free_list = f;
    if (!s || !f)
        return -1;
    for (uint32_t i = n; i-- > n_slots;) {
        slots[i] = NULL;
        free_list[n_free++] = i;
    }
    n_slots = n;
    return 0;
}

static void first_use(void)
{
    const char *max = getenv("SNANODE_MAX_CONVERSATIONS");
    char *end = NULL;
    long long n = max ? strtoll(max, &end, 10) : 0;
    if (n > 0 && n <= UINT32_MAX && !*end)
        limit = (uint32_t)n;
    if (getrandom(&tag, sizeof tag, GRND_NONBLOCK) < 0)
        tag = (uint32_t)getpid() << 16;
}

struct conv *conv_new(size_t size)
{
    struct conv *c = calloc(1, size);
    if (!c) {
        cause_set("no memory for a conversation");
        return NULL;
    }
    set_defaults(c);
    pthread_mutex_lock(&lock);
    if (!slots)
        first_use();
    if (in_use >= limit || (n_free == 0 && grow() < 0)) {
        bool full = in_use >= limit;
        pthread_mutex_unlock(&lock);
        free(c);
        if (full)
            cause_set("the program has %u conversation%s, its limit (SNANODE_MAX_CONVERSATIONS)", limit,
                      plural_s(limit));
        else
            cause_set("no memory for a conversation");
        return NULL;
    }
    if ((++tag & NUMBER_TAG) == 0) /* no conversation has the number 0 */
        tag++;
    struct id id = {.slot = free_list[--n_free], .tag = tag};
    memcpy(c->id, &id, sizeof id);
    slots[id.slot] = c;
    in_use++;
    atomic_init(&c->refs, 2);
    pthread_mutex_unlock(&lock);
    c->node.slot = stats_take(&c->node.slot_no);
    return c;
}

struct conv *conv_get(const uint8_t *idp)
{
    struct id id;
    memcpy(&id, idp, sizeof id);
    struct conv *c = NULL;
    pthread_mutex_lock(&lock);
    if (id.slot < n_slots && slots[id.slot] && memcmp(slots[id.slot]->id, idp, sizeof id) == 0) {
        c = slots[id.slot];
        atomic_fetch_add(&c->refs, 1);
    }
    pthread_mutex_unlock(&lock);
    return c;
}

uint32_t conv_number(const struct conv *c)
{
    struct id id;
    memcpy(&id, c->id, sizeof id);
    return (id.tag & NUMBER_TAG) << NUMBER_SLOT_BITS | (id.slot & NUMBER_SLOT);
}

struct conv *conv_by_number(uint32_t number)
{
    uint32_t slot = number & NUMBER_SLOT;
    struct conv *c = NULL;
    pthread_mutex_lock(&lock);
    if (slot < n_slots && slots[slot] && conv_number(slots[slot]) == number) {
        c = slots[slot];
        atomic_fetch_add(&c->refs, 1);
    }
    pthread_mutex_unlock(&lock);
    return c;
}

void conv_put(struct conv *c)
{
    if (atomic_fetch_sub(&c->refs, 1) != 1)
        return;
    channel_free(c);
    half_free(c);
    stats_give(c->node.slot_no);
    free(c->later.op.copy);
    explicit_bzero(c->attach.password, sizeof c->attach.password);
    free(c);
}

void conv_void(struct conv *c)
{
    struct id id;
    memcpy(&id, c->id, sizeof id);
    bool was = false;
    pthread_mutex_lock(&lock);
    if (slots[id.slot] == c) {
        slots[id.slot] = NULL;
        free_list[n_free++] = id.slot;
        in_use--;
        was = true;
    }
    pthread_mutex_unlock(&lock);
    if (was)
        conv_put(c);
}

void conv_each(void (*f)(struct conv *c, void *arg), void *arg)
{
    for (uint32_t i = 0;; i++) {
        struct conv *c = NULL;
        pthread_mutex_lock(&lock);
        while (i < n_slots && !slots[i])
            i++;
        if (i < n_slots) {
            c = slots[i];
            atomic_fetch_add(&c->refs, 1);
        }
        pthread_mutex_unlock(&lock);
        if (!c)
            return;
        f(c, arg);
        conv_put(c);
    }
}

bool conv_is_used(void)
{
    if (pthread_mutex_trylock(&lock) != 0)
        return true;
    bool used = false;
    for (uint32_t i = 0; i < n_slots; i++)
        used |= slots[i] && life_is_call(slots[i]->life);
    pthread_mutex_unlock(&lock);
    return used;
}

static void unload_one(struct conv *c, void *arg)
{
    (void)arg;
    if (c->node.port >= 0)
        close(c->node.port);
    c->node.port = -1;
    conv_void(c);
}

void conv_unload(void)
{
    conv_each(unload_one, NULL);
    pthread_mutex_lock(&lock);
    free(slots);
    free(free_list);
    slots = NULL;
    free_list = NULL;
    n_slots = n_free = 0;
    pthread_mutex_unlock(&lock);
}

void conv_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    for (uint32_t i = 0; i < n_slots; i++) {
        if (!slots[i])
            continue;
        if (slots[i]->channel.fd >= 0)
            close(slots[i]->channel.fd);
        if (slots[i]->node.port >= 0)
            close(slots[i]->node.port);
        slots[i] = NULL;
        free_list[n_free++] = i;
    }
    in_use = 0;
}
