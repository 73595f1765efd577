#include "tp/conv/trace.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "snanode/local/traced.h"
#include "tp/conv/control.h"

#define PATIENCE_MS 100 /* for a node that does not read */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int socket_fd = -1; /* to the node; changed under LOCK */
static uint32_t number;           /* of the trace for which it was asked for */
static uint32_t lost;             /* frames since the last record */

/* ---- the socket ---- */

static void shut(void)
{
    int fd = atomic_exchange(&socket_fd, -1);
    if (fd >= 0)
        close(fd);
}

/* Under LOCK.  The node is asked once for each trace. */
static int open_socket(void)
{
    uint32_t now = atomic_load(&page_get()->trace);
    if (now == number || now == 0)
        return socket_fd;
    struct lp_trace m = {.reserved = 0};
    struct lp_traced a;
    uint8_t msg[LP_MAX];
    int fd;
    shut();
    number = now;
    lost = 0;
    long got = control_ask(msg, lp_trace_encode(&m, msg, sizeof msg), msg, &fd);
    if (got > 0 && lp_traced_decode(msg, (size_t)got, &a) == 0 && a.rc == LP_RC_OK)
        atomic_store(&socket_fd, fd);
    else if (fd >= 0)
        close(fd);
    return socket_fd;
}

/* ---- records ---- */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool full(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
}

static bool put(int fd, const struct msghdr *m)
{
    if (sendmsg(fd, m, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
        return true;
    if (!full() || lost > 0)
        return false;
    struct pollfd p = {fd, POLLOUT, 0};
    poll(&p, 1, PATIENCE_MS);
    return sendmsg(fd, m, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/* Under LOCK. */
static void put_frame(int fd, uint32_t node_id, bool accepted, const struct chain_frame *f)
{
    uint8_t front[TRACED_HDR];
    struct iovec iov[CHAIN_SEGS + 2];
    struct traced t = {.conv = node_id, .side = accepted, .lost = lost, .time_ns = now_ns()};
    traced_encode(&t, front);
    iov[0] = (struct iovec){front, sizeof front};
    iov[1] = (struct iovec){(void *)(uintptr_t)f->hdr, FRAME_HDR};
    for (unsigned k = 0; k < f->n_segs; k++)
        iov[k + 2] = (struct iovec){(void *)(uintptr_t)f->segs[k].p, f->segs[k].n};
    const struct msghdr m = {.msg_iov = iov, .msg_iovlen = f->n_segs + 2};
    if (put(fd, &m))
        lost = 0;
    else if (full())
        lost++;
    else
        shut(); /* the trace is off, or the node has gone */
}

void trace_frames(uint32_t node_id, bool accepted, const struct chain_frame *f, unsigned n)
{
    int error = errno;
    pthread_mutex_lock(&lock);
    int fd = open_socket();
    for (unsigned i = 0; i < n && fd >= 0; i++) {
        put_frame(fd, node_id, accepted, &f[i]);
        fd = socket_fd;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
}

/* ---- ends ---- */

void trace_rest(void)
{
    if (atomic_load_explicit(&socket_fd, memory_order_relaxed) >= 0 && atomic_load(&page_get()->trace) == 0)
        trace_close();
}

void trace_close(void)
{
    pthread_mutex_lock(&lock);
    shut();
    number = 0;
    pthread_mutex_unlock(&lock);
}

void trace_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    shut();
    number = 0;
    lost = 0;
}
