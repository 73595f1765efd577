#include "snanode/io/holders.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/hints.h"

#define BEYOND 16 /* connections above the limit that are kept until they have said what they are */

/* How long the system's limit is believed: three questions for each conversation add up. */
#define AGE_MS 20

struct holder {
    struct list link; /* on server->holders */
    unsigned uid, connections, conversations;
    unsigned pairs; /* pairs of sockets: conversations that wait for a session have none */
    struct hints *hints;
    int hints_fd;
};

static struct holder *find(const struct server *s, unsigned uid)
{
    LIST_FOREACH(l, &s->holders) {
        struct holder *h = LIST_OWNER(l, struct holder, link);
        if (h->uid == uid)
            return h;
    }
    return NULL;
}

/* ---- by process ---- */

struct taker {
    struct hash_node by_pid;
    int pid;
    unsigned descriptors;
};

static struct taker *taker_of(const struct server *s, int pid)
{
    struct hash_node *h = hash_first(&s->takers, hash_u64((uint64_t)pid)); /* a bijection */
    return h ? LIST_OWNER(h, struct taker, by_pid) : NULL;
}

void holders_took(struct server *s, int pid, unsigned n)
{
    struct taker *t = pid > 0 ? taker_of(s, pid) : NULL;
    if (!t && pid > 0 && (t = calloc(1, sizeof *t))) {
        t->pid = pid;
        hash_add(&s->takers, &t->by_pid, hash_u64((uint64_t)pid));
    }
    if (t)
        t->descriptors += n;
}

void holders_gave(struct server *s, int pid, unsigned n)
{
    struct taker *t = pid > 0 ? taker_of(s, pid) : NULL;
    if (!t)
        return;
    t->descriptors -= n < t->descriptors ? n : t->descriptors;
    if (t->descriptors > 0)
        return;
    hash_remove(&s->takers, &t->by_pid);
    free(t);
}

/* ---- by user ---- */

int holders_add(struct server *s, struct client *c)
{
    struct holder *h = find(s, c->uid);
    if (!h) {
        h = calloc(1, sizeof *h);
        if (!h)
            return -1;
        h->uid = c->uid;
        list_append(&s->holders, &h->link);
    }
    h->connections++;
    holders_took(s, c->pid, 1);
    return 0;
}

static void free_unused(struct holder *h)
{
    if (h->connections > 0 || h->conversations > 0)
        return;
    list_remove(&h->link);
    hints_free(h->hints, h->hints_fd);
    free(h);
}

struct hints *holders_hints(const struct server *s, unsigned uid)
{
    const struct holder *h = find(s, uid);
    return h ? h->hints : NULL;
}

int holders_hints_fd(struct server *s, unsigned uid)
{
    struct holder *h = find(s, uid);
    if (h && !h->hints)
        h->hints = hints_new(&h->hints_fd);
    return h && h->hints ? h->hints_fd : -1;
}

void holders_remove(struct server *s, struct client *c)
{
    struct holder *h = find(s, c->uid);
    if (!h)
        return;
    h->connections--;
    free_unused(h);
    holders_gave(s, c->pid, c->stats >= 0 ? 2 : 1);
}

void holders_add_conversation(struct server *s, unsigned uid)
{
    struct holder *h = find(s, uid);
    if (h)
        h->conversations++;
}

void holders_add_pair(struct server *s, unsigned uid)
{
    struct holder *h = find(s, uid);
    if (h)
        h->pairs++;
}

void holders_remove_pair(struct server *s, unsigned uid)
{
    struct holder *h = find(s, uid);
    if (h)
        h->pairs--;
}

void holders_remove_conversation(struct server *s, unsigned uid)
{
    struct holder *h = find(s, uid);
    if (!h)
        return;
    h->conversations--;
    free_unused(h);
}

unsigned holders_connections(const struct server *s, unsigned uid)
{
    const struct holder *h = find(s, uid);
    return h ? h->connections : 0;
}

/* Descriptors that the node may have; an administrator may change that at any time (prlimit(1)). */
static unsigned descriptors(void)
{
    static unsigned most;
    static uint64_t asked_ms;
    uint64_t now = now_ms();
    if (most == 0 || now - asked_ms >= AGE_MS) {
        struct rlimit r;
        bool any = getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < 1u << 30;
        most = any ? (unsigned)r.rlim_cur : 1u << 30;
        asked_ms = now;
    }
    return most;
}

/* Root, or the user that runs the node, who is the only user on most machines. */
static bool owner(unsigned uid)
{
    return uid == 0 || uid == geteuid();
}

/* Descriptors that UID may take.  The node serves its owner first: others leave the owner a quarter. */
static unsigned share(unsigned uid)
{
    unsigned all = descriptors();
    if (!owner(uid))
        return all / 4 * 3;
    return all > RESERVED_FDS ? all - RESERVED_FDS : 0;
}

static unsigned user_limit(const struct server *s, unsigned uid)
{
    unsigned set = s->loaded->tps.sw.connections_per_user, most = share(uid);
    return set && set < most ? set : most;
}

/* Whether MORE descriptors would exceed the share of H. */
static bool beyond_share(const struct holder *h, unsigned more)
{
    return h && h->connections + 2 * h->pairs + more > share(h->uid);
}

static unsigned process_limit(const struct server *s)
{
    unsigned set = s->loaded->tps.sw.connections_per_process;
    return set ? set : descriptors() / 2;
}

/* Whether FD is one of the last N descriptors. */
static bool among_last(int fd, unsigned n)
{
    return (unsigned)fd + n >= descriptors();
}

uint32_t holders_judge_process(const struct server *s, int pid, int fd)
{
    unsigned part = descriptors() / 16, kept = part < OTHERS_FDS ? part : OTHERS_FDS;
    const struct taker *t = among_last(fd, kept) ? taker_of(s, pid) : NULL;
    return t && t->descriptors > descriptors() / 2 ? LP_RC_PROCESS_SHARE : LP_RC_OK;
}

uint32_t holders_judge_new(const struct server *s, unsigned uid, int pid, int fd)
{
    if (among_last(fd, OWNER_FDS) && !owner(uid))
        return LP_RC_DESCRIPTORS;
    if (!among_last(fd, RESERVED_FDS) && holders_judge_process(s, pid, fd) != LP_RC_OK)
        return LP_RC_PROCESS_SHARE;
    return holders_connections(s, uid) < user_limit(s, uid) + BEYOND ? LP_RC_OK : LP_RC_USER_LIMIT;
}

bool holders_reserved(int fd)
{
    return among_last(fd, RESERVED_FDS);
}

uint32_t holders_judge(const struct server *s, const struct client *c, const struct process *p)
{
    if (holders_reserved(c->fd))
        return LP_RC_DESCRIPTORS;
    if (holders_connections(s, c->uid) > user_limit(s, c->uid))
        return LP_RC_USER_LIMIT;
    if (beyond_share(find(s, c->uid), 0))
        return LP_RC_CONVERSATION_LIMIT;
    if (p && p->ports >= process_limit(s))
        return LP_RC_PROCESS_LIMIT;
    return holders_judge_process(s, c->pid, c->fd);
}

uint32_t holders_judge_conversation(const struct server *s, unsigned uid)
{
    const struct holder *h = find(s, uid);
    unsigned set = s->loaded->tps.sw.conversations_per_user;
    return set && h && h->conversations >= set ? LP_RC_CONVERSATION_LIMIT : holders_judge_pair(s, uid);
}

uint32_t holders_judge_pair(const struct server *s, unsigned uid)
{
    return beyond_share(find(s, uid), 2) ? LP_RC_CONVERSATION_LIMIT : LP_RC_OK;
}

void holders_free(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->holders) {
        struct holder *h = LIST_OWNER(l, struct holder, link);
        hints_free(h->hints, h->hints_fd);
        free(h);
    }
    for (size_t i = 0; i < s->takers.cap; i++)
        while (s->takers.v[i]) {
            struct taker *t = LIST_OWNER(s->takers.v[i], struct taker, by_pid);
            hash_remove(&s->takers, &t->by_pid);
            free(t);
        }
    hash_fini(&s->takers);
}
