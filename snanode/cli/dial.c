#include "snanode/cli/dial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/local/passfd.h"
#include "snanode/host/socketpath.h"

/* Close FD and leave errno as it is. */
static void hang_up(int fd)
{
    int e = errno;
    close(fd);
    errno = e;
}

static int reach(const char *path, unsigned patience_ms)
{
    struct timeval patience = {.tv_sec = patience_ms / 1000,
                               .tv_usec = (suseconds_t)(patience_ms % 1000) * 1000};
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path) >= sizeof sa.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
        return fd;
    hang_up(fd);
    return -1;
}

/* Send the N octets at MSG and put the answer in their place.  Returns the answer's length; *PASSED is the
 * descriptor that came with it, or -1. */
static ssize_t exchange(int fd, uint8_t msg[LP_MAX], size_t n, int *passed)
{
    union passfd room;
    struct iovec iov = {msg, LP_MAX};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    int passed_all[PASSFD_MAX]; /* a tool gets one at most */
    *passed = -1;
    if (send(fd, msg, n, MSG_NOSIGNAL) != (ssize_t)n && errno != EPIPE && errno != ECONNRESET)
        return -1;
    passfd_expect(&m, &room);
    ssize_t got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == ECONNRESET) /* comes before the last words of a node that closed */
        got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (got >= 0)
        *passed = passfd_get(&m, passed_all);
    return got;
}

static char why[256];

const char *dial_error(void)
{
    return why;
}

/* False with WHY set. */
static bool greet(int fd, const char *path, const char *program)
{
    struct lp_hello h = {.version = LP_VERSION, .kind = LP_KIND_ADMIN};
    struct lp_welcome w;
    uint8_t msg[LP_MAX];
    int none;
    snprintf(h.program, sizeof h.program, "%s", program);
    ssize_t n = exchange(fd, msg, lp_hello_encode(&h, msg, sizeof msg), &none);
    if (none >= 0)
        close(none);
    if (n < 0 && errno == EAGAIN)
        snprintf(why, sizeof why, "the node at %s does not answer", path);
    else if (n <= 0 || lp_welcome_decode(msg, (size_t)n, &w) < 0)
        socket_why_closed(why, sizeof why, path);
    else if (w.rc != LP_RC_OK)
        snprintf(why, sizeof why, "%s: %s", path, lp_reason(w.rc));
    else
        return true;
    return false;
}

int dial_node(const char *path, const char *program, unsigned patience_ms)
{
    int fd = reach(path, patience_ms);
    if (fd < 0) {
        int e = errno;
        socket_why(why, sizeof why, path, e);
        errno = e;
        return DIAL_FAILED;
    }
    if (greet(fd, path, program))
        return fd;
    close(fd);
    return DIAL_UNWELCOME;
}

int dial_ask(int fd, char *const *words, int n, struct lp_answer *a, int *rows)
{
    struct lp_admin m = {.words_n = 0};
    uint8_t msg[LP_MAX];
    *rows = -1;
    if (n > LP_WORDS_MAX)
        return DIAL_TOO_LONG;
    for (int i = 0; i < n; i++) {
        size_t k = strlen(words[i]) + 1;
        if (m.words_n + k > sizeof m.words)
            return DIAL_TOO_LONG;
        memcpy(m.words + m.words_n, words[i], k);
        m.words_n = (uint16_t)(m.words_n + k);
    }
    ssize_t got = exchange(fd, msg, lp_admin_encode(&m, msg, sizeof msg), rows);
    if (got > 0 && lp_answer_decode(msg, (size_t)got, a) == 0)
        return 0;
    if (*rows >= 0)
        close(*rows);
    *rows = -1;
    return DIAL_FAILED;
}
