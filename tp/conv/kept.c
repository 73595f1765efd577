#include "tp/conv/kept.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "snanode/local/frame.h"
#include "snanode/local/hint.h"
#include "snanode/local/lp.h"
#include "tp/conv/channel.h"
#include "tp/conv/control.h"
#include "tp/conv/heard.h"

enum { INVOKER, TP };
#define REQUEST_MAX 512
#define ANSWER_MAX  512
#define SLEEP_NS    1000000 /* of an invoker whose TP is not back in Accept: then the node is asked */
#define LOOK_US     100000  /* after so long without a bracket the TP gives the session back */

static struct kept {
    uint32_t conv; /* REQUEST and ANSWER are of this conversation, 0 = there are none */
    uint32_t max_ru;
    size_t request_n, answer_n;
    uint8_t request[REQUEST_MAX], answer[ANSWER_MAX];
    int fd; /* -1 = no session stays */
    uint32_t grant;
    uint32_t timed; /* grant whose socket has its time limit */
    struct conv_heard heard;
} kept[2] = {{.fd = -1}, {.fd = -1}};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void drop(struct kept *k)
{
    if (k->fd >= 0)
        close(k->fd);
    k->fd = -1;
}

void kept_forget(void)
{
    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < 2; i++) {
        drop(&kept[i]);
        kept[i].conv = 0;
    }
    pthread_mutex_unlock(&lock);
}

void kept_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    kept_forget();
}

void kept_note(const struct conv *c, const uint8_t *request, size_t n, const uint8_t *answer, size_t answer_n)
{
    struct kept *k = &kept[c->node.accepted];
    pthread_mutex_lock(&lock);
    drop(k);
    k->conv = 0;
    if (n <= REQUEST_MAX && answer_n <= ANSWER_MAX) {
        k->conv = c->node.id;
        k->max_ru = c->node.max_ru;
        memcpy(k->request, request, k->request_n = n);
        memcpy(k->answer, answer, k->answer_n = answer_n);
    }
    pthread_mutex_unlock(&lock);
}

/* The lower half of the word, on which the kernel compares; all processors of the product have it first. */
static uint32_t *half_of(struct hint *h)
{
    return (uint32_t *)(uintptr_t)&h->stay;
}

static void wake_invoker(struct hint *h)
{
    syscall(SYS_futex, half_of(h), FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* A TP that waits looks now and then whether there is still a node. */
static void set_limit(struct kept *k)
{
    static const struct timeval limit = {.tv_usec = LOOK_US};
    if (k->timed != k->grant)
        setsockopt(k->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    k->timed = k->grant;
}

bool kept_end(struct conv *c)
{
    struct kept *k = &kept[c->node.accepted];
    struct hint *h = heard_counted(&c->channel.heard);
    uint32_t grant = h ? stay_grant(&h->stay) : 0;
    bool stays, wake = false;
    if (!grant || !list_empty(&c->channel.out))
        return false;
    pthread_mutex_lock(&lock);
    stays = k->conv == c->node.id && k->fd < 0 &&
            stay_move(&h->stay, grant, c->node.accepted ? STAY_TP_END : STAY_INVOKER_END, &wake);
    if (stays) {
        k->fd = c->channel.fd;
        k->grant = grant;
        k->heard = c->channel.heard;
        c->channel.fd = -1;
        if (c->node.accepted)
            set_limit(k);
    }
    pthread_mutex_unlock(&lock);
    if (wake)
        wake_invoker(h);
    return stays;
}

/* The pair of K, which is the caller's now, when REQUEST is that with which it began; -1: there is none. */
static int take(struct kept *k, const uint8_t *request, size_t n, struct kept *copy)
{
    pthread_mutex_lock(&lock);
    int fd = k->fd;
    if (fd >= 0 && (k->request_n != n || memcmp(k->request, request, n) != 0))
        fd = -1;
    if (fd >= 0) {
        *copy = *k;
        k->fd = -1;
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

/* ---- Allocate ---- */

/* The TP is in Accept, and the session ours; false: it does not come back in time, or is taken. */
static bool allocate(struct hint *h, uint32_t grant)
{
    static const struct timespec limit = {.tv_nsec = SLEEP_NS};
    bool wake;
    uint32_t seen;
    for (bool slept = false;;) {
        if (stay_move(&h->stay, grant, STAY_ALLOCATE, &wake))
            return true;
        if (slept || !stay_wait(&h->stay, grant, &seen)) {
            if (stay_move(&h->stay, grant, STAY_ALLOCATE, &wake))
                return true;
            return false;
        }
        slept = syscall(SYS_futex, half_of(h), FUTEX_WAIT, seen, &limit, NULL, 0) < 0 && errno == ETIMEDOUT;
    }
}

/* What the TP has said too late in the last bracket is nobody's.  False: the pair is broken. */
static bool drain(int fd, struct hint *h, struct conv_heard *heard)
{
    char octet;
    while (atomic_load_explicit(&h->came[heard->side], memory_order_acquire) != heard->read) {
        ssize_t n = recv(fd, &octet, 1, MSG_DONTWAIT | MSG_TRUNC);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (n <= 0)
            return false;
        heard->read++;
    }
    return true;
}

bool kept_allocate(struct conv *c, const uint8_t *request, size_t request_n, uint8_t *answer, size_t *n,
                   int *fd, struct conv_heard *heard)
{
    struct kept k;
    *fd = take(&kept[INVOKER], request, request_n, &k);
    if (*fd < 0)
        return false;
    struct hint *h = heard_counted(&k.heard);
    bool wake, ours = h && allocate(h, k.grant);
    if (!ours || !drain(*fd, h, &k.heard)) {
        if (ours) /* nothing has flowed: the node need not keep an Attach for it */
            stay_move(&h->stay, k.grant, STAY_INVOKER_END, &wake);
        if (h)
            stay_take(&h->stay, k.grant);
        close(*fd);
        return false;
    }
    memcpy(answer, k.answer, *n = k.answer_n);
    *heard = k.heard;
    c->channel.held = true;
    return true;
}

bool kept_flow(struct conv *c)
{
    struct hint *h = heard_counted(&c->channel.heard);
    bool wake;
    c->channel.held = false;
    return h && stay_move(&h->stay, stay_grant(&h->stay), STAY_FLOW, &wake);
}

int kept_rejoin(struct conv *c)
{
    struct lp_rejoin m = {.conv = c->node.id};
    struct lp_rejoined out;
    uint8_t msg[LP_MAX];
    int fd;
    long n = control_ask(msg, lp_rejoin_encode(&m, msg, sizeof msg), msg, &fd);
    if (n <= 0 || lp_rejoined_decode(msg, (size_t)n, &out) < 0 || out.rc != LP_RC_OK || fd < 0) {
        if (n > 0 && fd >= 0)
            close(fd);
        return -1;
    }
    close(c->channel.fd);
    c->channel.fd = fd;
    heard_begin(c);
    return 0;
}

/* ---- Accept ---- */

static bool begins_bracket(const uint8_t *frame, size_t n)
{
    struct rh rh;
    return n >= FRAME_HDR && !(frame[0] & FRAME_EXPEDITED) &&
           rh_decode(frame + 1, n - 1, &rh, NULL) == RH_LEN && !rh.rri && rh.bbi;
}

/* No frame has come for a while.  False: the session is given back, and the node is asked. */
static bool goes_on(struct hint *h, uint32_t grant)
{
    return (stay_take(&h->stay, grant) & STAY_STATE) == STAY_BOTH && control_alive();
}

/* The first frame of the next bracket, in C's buffer.  0: there will be none. */
static size_t await(struct conv *c, struct hint *h, struct kept *k)
{
    for (;;) {
        ssize_t n = channel_wait(c);
        if (n < 0 && errno == EINTR && !life_is_cancelled(c->life))
            continue;
        if (n < 0 && errno == EAGAIN && goes_on(h, k->grant))
            continue;
        if (n <= 0)
            return 0;
        k->heard.read++;
        if (begins_bracket(c->channel.buf, (size_t)n))
            return (size_t)n;
    }
}

bool kept_accept(struct conv *c, const uint8_t *request, size_t request_n, uint8_t *answer, size_t *n,
                 int *fd, struct conv_heard *heard, size_t *frame_n)
{
    struct kept k;
    bool wake = false;
    *fd = take(&kept[TP], request, request_n, &k);
    if (*fd < 0)
        return false;
    struct hint *h = heard_counted(&k.heard);
    *frame_n = 0;
    if (h && stay_move(&h->stay, k.grant, STAY_ACCEPT, &wake)) {
        if (wake)
            wake_invoker(h);
        c->channel.fd = *fd; /* for Cancel */
        c->node.max_ru = k.max_ru;
        *frame_n = await(c, h, &k);
    }
    if (*frame_n > 0) {
        memcpy(answer, k.answer, *n = k.answer_n);
        *heard = k.heard;
        return true;
    }
    if (h)
        stay_take(&h->stay, k.grant);
    c->channel.fd = -1;
    close(*fd);
    return false;
}
