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

/* The place of one conversation.  A look-up takes no lock: TAG says whose the place is, and one step takes a
 * reference only while it does. */
struct slot {
    _Atomic(uint64_t) word; /* tag << 32 | references; tag 0: nobody finds it any more */
    struct conv *c;         /* while WORD is not 0 */
};

/* Slots stay where they are, in chunks of 64, 64, 128, 256 ... */
enum { CHUNK_BITS = 6, CHUNKS = 33 - CHUNK_BITS };
static struct slot *_Atomic chunks[CHUNKS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static uint32_t *free_list;                              /* slots whose word is 0 */
static uint32_t n_slots, n_free;
static uint32_t limit = UINT32_MAX; /* SNANODE_MAX_CONVERSATIONS */
static uint32_t in_use;             /* conversations that can be found */
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
    c->node.slot = &c->node.own;
    list_init(&c->channel.in);
    list_init(&c->channel.out);
    list_init(&c->later.link);
    pthread_mutex_init(&c->log.lock, NULL);
}

static uint32_t chunk_size(unsigned k)
{
    return k == 0 ? 1u << CHUNK_BITS : 1u << (CHUNK_BITS + k - 1);
}

/* NULL: there is no such slot. */
static struct slot *slot_at(uint32_t no)
{
    unsigned k = no >> CHUNK_BITS ? 32 - CHUNK_BITS - (unsigned)__builtin_clz(no) : 0;
    struct slot *s = atomic_load_explicit(&chunks[k], memory_order_acquire);
    return s ? &s[k == 0 ? no : no - chunk_size(k)] : NULL;
}

static struct id id_of(const struct conv *c)
{
    struct id id;
    memcpy(&id, c->id, sizeof id);
    return id;
}

/* One more chunk.  Under LOCK. */
static int grow(void)
{
    unsigned k = 0;
    while (k < CHUNKS && chunks[k])
        k++;
    uint32_t n = k < CHUNKS ? chunk_size(k) : 0;
    struct slot *s = n ? calloc(n, sizeof *s) : NULL;
    uint32_t *f = s ? realloc(free_list, (n_slots + n) * sizeof *f) : NULL;
    if (!f) {
        free(s);
        return -1;
    }
    free_list = f;
    atomic_store_explicit(&chunks[k], s, memory_order_release);
    for (uint32_t i = n_slots + n; i-- > n_slots;)
        free_list[n_free++] = i;
    n_slots += n;
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

/* Enter C in the table.  False: there is no room. */
static bool enter(struct conv *c)
{
    pthread_mutex_lock(&lock);
    if (!n_slots)
        first_use();
    bool full = in_use >= limit, room = !full && (n_free > 0 || grow() == 0);
    if (room) {
        if ((++tag & NUMBER_TAG) == 0) /* no conversation has the number 0, and no slot in use the tag 0 */
            tag++;
        struct id id = {.slot = free_list[--n_free], .tag = tag};
        struct slot *s = slot_at(id.slot);
        memcpy(c->id, &id, sizeof id);
        s->c = c;
        c->slot = s;
        atomic_store_explicit(&s->word, (uint64_t)id.tag << 32 | 2, memory_order_release);
        in_use++;
    }
    pthread_mutex_unlock(&lock);
    if (full)
        cause_set("the program has %u conversation%s, its limit (SNANODE_MAX_CONVERSATIONS)", limit,
                  plural_s(limit));
    else if (!room)
        cause_set("no memory for a conversation");
    return room;
}

struct conv *conv_new(size_t size)
{
    struct conv *c = calloc(1, size);
    if (!c) {
        cause_set("no memory for a conversation");
        return NULL;
    }
    set_defaults(c);
    if (!enter(c)) {
        free(c);
        return NULL;
    }
    c->node.slot_no = stats_take();
    return c;
}

/* A reference to the conversation in S whose tag is OF in the bits of MASK; NULL: it is another's, or
 * nobody's. */
static struct conv *take(struct slot *s, uint32_t of, uint32_t mask)
{
    uint64_t now = s ? atomic_load_explicit(&s->word, memory_order_relaxed) : 0;
    do {
        if (now >> 32 == 0 || ((now >> 32 ^ of) & mask) != 0)
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(&s->word, &now, now + 1, memory_order_acquire,
                                                    memory_order_relaxed));
    return s->c;
}

struct conv *conv_get(const uint8_t *idp)
{
    struct id id;
    memcpy(&id, idp, sizeof id);
    return take(slot_at(id.slot), id.tag, UINT32_MAX);
}

uint32_t conv_number(const struct conv *c)
{
    struct id id = id_of(c);
    return (id.tag & NUMBER_TAG) << NUMBER_SLOT_BITS | (id.slot & NUMBER_SLOT);
}

struct conv *conv_by_number(uint32_t number)
{
    return take(slot_at(number & NUMBER_SLOT), number >> NUMBER_SLOT_BITS, NUMBER_TAG);
}

void conv_hold(struct conv *c)
{
    atomic_fetch_add_explicit(&c->slot->word, 1, memory_order_relaxed);
}

static OUT_OF_LINE void conv_free(struct conv *c)
{
    channel_free(c);
    half_free(c);
    stats_give(c->node.slot_no);
    free(c->later.op.copy);
    explicit_bzero(c->attach.password, sizeof c->attach.password);
    uint32_t slot = id_of(c).slot;
    free(c);
    pthread_mutex_lock(&lock);
    free_list[n_free++] = slot;
    pthread_mutex_unlock(&lock);
}

void conv_put(struct conv *c)
{
    /* The tag is gone before the last reference: nobody can take another one. */
    if (atomic_fetch_sub_explicit(&c->slot->word, 1, memory_order_acq_rel) == 1)
        conv_free(c);
}

/* Take the tag of C's slot away.  False: somebody has. */
static bool hide(struct conv *c)
{
    struct slot *s = c->slot;
    uint64_t now = atomic_load_explicit(&s->word, memory_order_relaxed);
    do {
        if (now >> 32 == 0)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&s->word, &now, (uint32_t)now, memory_order_acq_rel,
                                                    memory_order_relaxed));
    return true;
}

void conv_void(struct conv *c)
{
    if (!hide(c))
        return;
    pthread_mutex_lock(&lock);
    in_use--;
    pthread_mutex_unlock(&lock);
    conv_put(c);
}

/* The first conversation from slot *I on, referenced; *I is its slot. */
static struct conv *next(uint32_t *i)
{
    struct slot *s;
    for (; (s = slot_at(*i)); ++*i) {
        struct conv *c = take(s, 0, 0);
        if (c)
            return c;
    }
    return NULL;
}

void conv_each(void (*f)(struct conv *c, void *arg), void *arg)
{
    struct conv *c;
    for (uint32_t i = 0; (c = next(&i)); i++) {
        f(c, arg);
        conv_put(c);
    }
}

static void look(struct conv *c, void *used)
{
    *(bool *)used |= life_is_call(c->life);
}

bool conv_is_used(void)
{
    if (pthread_mutex_trylock(&lock) != 0)
        return true;
    pthread_mutex_unlock(&lock);
    bool used = false;
    conv_each(look, &used);
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
    if (n_free == n_slots) { /* else somebody still has a conversation, and gives it back to its slot */
        for (unsigned k = 0; k < CHUNKS; k++)
            free(atomic_exchange(&chunks[k], NULL));
        free(free_list);
        free_list = NULL;
        n_slots = n_free = 0;
    }
    pthread_mutex_unlock(&lock);
}

/* A call that is under way here, whose thread has forked, still gives its conversation back: the table's
 * reference stays, so that this is never the last one. */
void conv_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    struct slot *s;
    for (uint32_t i = 0; (s = slot_at(i)); i++) {
        if (!(atomic_load(&s->word) >> 32))
            continue;
        if (s->c->channel.fd >= 0)
            close(s->c->channel.fd);
        if (s->c->node.port >= 0)
            close(s->c->node.port);
        hide(s->c);
    }
    in_use = 0;
}
