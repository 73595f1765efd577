#include "snanode/io/tracestore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snanode/base/list.h"
#include "snanode/io/recording.h"
#include "snanode/wire/capframe.h"
#include "snanode/wire/pcapng.h"

#define FILE_OCTETS (64u * 1024 * 1024)
#define FILES       4
#define HELD_MAX    4096 /* packets: then order matters less than memory */

struct held {
    struct list link;
    uint64_t time_ns;
    uint8_t direction;
    size_t data_n, comment_n;
    size_t piu_n;     /* octets of the PIU, at the end of the data */
    uint8_t octets[]; /* data, comment and a NUL */
};

struct tracestore {
    struct list held, ring; /* struct held, oldest first */
    unsigned n_held;
    uint64_t cap, used; /* octets of the ring */
    struct recording *file;
    int interface; /* of FILE, -1 = none */
    char name[64];
    struct tracestore_counts counts;
    tracestore_fn *heard;
    void *heard_arg;
};

struct tracestore *tracestore_new(uint64_t octets, const char *file, const char *name)
{
    static const struct recording_limits limits = {.octets = FILE_OCTETS, .files = FILES};
    struct tracestore *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    list_init(&t->held);
    list_init(&t->ring);
    t->cap = octets;
    t->interface = -1;
    snprintf(t->name, sizeof t->name, "%s", name);
    if (!file)
        return t;
    t->file = recording_open(file, &limits, "snanode " SNANODE_VERSION);
    if (!t->file) {
        int e = errno;
        tracestore_free(t);
        errno = e;
        return NULL;
    }
    t->interface = recording_add_link(t->file, PCAPNG_UPPER_PDU, t->name);
    return t;
}

static void list_free(struct list *l)
{
    LIST_FOREACH_SAFE(i, l)
        free(LIST_OWNER(i, struct held, link));
    list_init(l);
}

void tracestore_free(struct tracestore *t)
{
    if (!t)
        return;
    tracestore_end(t);
    list_free(&t->held);
    list_free(&t->ring);
    free(t);
}

void tracestore_end(struct tracestore *t)
{
    t->counts = tracestore_counts(t);
    recording_close(t->file);
    t->file = NULL;
}

/* ---- in ---- */

static void let_go(struct tracestore *t, struct held *h);

bool tracestore_put(struct tracestore *t, const struct tracestore_packet *k)
{
    size_t room = CAPFRAME_IN_FRONT + k->n, comment_n = strlen(k->comment);
    struct held *h = malloc(sizeof *h + room + comment_n + 1);
    ssize_t n = h ? capframe_encode_pdu(CAPFRAME_PIU, k->data, k->n, h->octets, room) : -1;
    if (n < 0) {
        free(h);
        return false;
    }
    h->time_ns = k->time_ns;
    h->direction = k->direction;
    h->data_n = (size_t)n;
    h->piu_n = k->n;
    h->comment_n = comment_n;
    memcpy(h->octets + n, k->comment, comment_n + 1);
    struct list *at = &t->held; /* before which it goes: mostly at the end */
    while (at->prev != &t->held && LIST_OWNER(at->prev, struct held, link)->time_ns > h->time_ns)
        at = at->prev;
    list_append(at, &h->link);
    if (++t->n_held > HELD_MAX)
        let_go(t, LIST_OWNER(t->held.next, struct held, link));
    return true;
}

/* ---- out ---- */

static struct pcapng_packet packet_of(const struct held *h)
{
    return (struct pcapng_packet){.time_ns = h->time_ns,
                                  .direction = h->direction,
                                  .data = h->octets,
                                  .n = h->data_n,
                                  .whole = h->data_n,
                                  .comment = {(const char *)h->octets + h->data_n, h->comment_n}};
}

static void tell(const struct held *h, tracestore_fn *heard, void *arg)
{
    heard(arg, &(struct tracestore_packet){.time_ns = h->time_ns,
                                           .direction = h->direction,
                                           .data = h->octets + h->data_n - h->piu_n,
                                           .n = h->piu_n,
                                           .comment = (const char *)h->octets + h->data_n});
}

void tracestore_hear(struct tracestore *t, tracestore_fn *heard, void *arg)
{
    t->heard = heard;
    t->heard_arg = arg;
}

void tracestore_recent(const struct tracestore *t, unsigned n, tracestore_fn *heard, void *arg)
{
    const struct list *l = &t->ring;
    while (n > 0 && l->prev != &t->ring) {
        l = l->prev;
        n--;
    }
    for (; l != &t->ring; l = l->next)
        tell(LIST_OWNER(l, struct held, link), heard, arg);
}

static uint64_t weight(const struct held *h)
{
    return sizeof *h + h->data_n + h->comment_n;
}

/* From what is held to the file and the ring. */
static void let_go(struct tracestore *t, struct held *h)
{
    list_remove(&h->link);
    t->n_held--;
    t->counts.packets++;
    t->counts.octets += h->data_n;
    if (t->file && t->interface >= 0) {
        struct pcapng_packet k = packet_of(h);
        k.interface = (uint32_t)t->interface;
        recording_packet(t->file, &k);
    }
    if (t->heard)
        tell(h, t->heard, t->heard_arg);
    list_append(&t->ring, &h->link);
    t->used += weight(h);
    t->counts.kept++;
    while (t->used > t->cap && !list_empty(&t->ring)) {
        struct held *old = LIST_OWNER(t->ring.next, struct held, link);
        list_remove(&old->link);
        t->used -= weight(old);
        t->counts.kept--;
        free(old);
    }
}

bool tracestore_pass(struct tracestore *t, uint64_t not_after)
{
    while (!list_empty(&t->held)) {
        struct held *h = LIST_OWNER(t->held.next, struct held, link);
        if (h->time_ns > not_after)
            return true;
        let_go(t, h);
    }
    return false;
}

struct tracestore_counts tracestore_counts(const struct tracestore *t)
{
    struct tracestore_counts k = t->counts;
    if (t->file)
        k.unwritten = recording_lost(t->file);
    return k;
}

/* ---- a capture of the ring ---- */

static int append(FILE *f, const uint8_t *block, ssize_t n)
{
    return n > 0 && fwrite(block, 1, (size_t)n, f) == (size_t)n ? 0 : -1;
}

static int write_ring(const struct tracestore *t, FILE *f)
{
    static uint8_t block[PCAPNG_PACKET_MAX];
    int bad = append(f, block, pcapng_encode_section("snanode " SNANODE_VERSION, block, sizeof block));
    bad |= append(f, block, pcapng_encode_interface(PCAPNG_UPPER_PDU, t->name, block, sizeof block));
    LIST_FOREACH(l, &t->ring) {
        struct pcapng_packet k = packet_of(LIST_OWNER(l, struct held, link));
        bad |= append(f, block, pcapng_encode_packet(&k, block, sizeof block));
    }
    return bad;
}

int tracestore_dump(const struct tracestore *t)
{
    int fd = memfd_create("trace", MFD_CLOEXEC), twin = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    FILE *f = twin < 0 ? NULL : fdopen(twin, "w");
    bool ok = f && write_ring(t, f) == 0;
    if (f)
        ok = fclose(f) == 0 && ok;
    else if (twin >= 0)
        close(twin);
    if (ok && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    int e = errno;
    if (fd >= 0)
        close(fd);
    errno = e;
    return -1;
}
