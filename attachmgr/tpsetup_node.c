/* The new-TP event of the product: a running node is asked to read its configuration again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "attachmgr/tpsetup.h"
#include "snanode/local/lp.h"
#include "snanode/local/socket.h"

#define PATIENCE_S 10

static int dial(const char *path)
{
    static const struct timeval patience = {.tv_sec = PATIENCE_S};
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
        return fd;
    int e = errno;
    close(fd);
    errno = e;
    return -1;
}

/* Send the N octets at MSG, which the answer takes the place of; its length, or -1. */
static ssize_t exchange(int fd, uint8_t msg[LP_MAX], size_t n)
{
    if (send(fd, msg, n, MSG_NOSIGNAL) != (ssize_t)n)
        return -1;
    return recv(fd, msg, LP_MAX, 0);
}

static bool greet(int fd)
{
    struct lp_hello h = {.version = LP_VERSION, .kind = LP_KIND_ADMIN, .program = "tpsetup"};
    struct lp_welcome w;
    uint8_t msg[LP_MAX];
    ssize_t n = exchange(fd, msg, lp_hello_encode(&h, msg, sizeof msg));
    return n > 0 && lp_welcome_decode(msg, (size_t)n, &w) == 0 && w.rc == LP_RC_OK;
}

static bool ask_reload(int fd, struct lp_answer *a)
{
    static const char word[] = "reload";
    struct lp_admin m = {.words_n = sizeof word};
    uint8_t msg[LP_MAX];
    memcpy(m.words, word, sizeof word);
    ssize_t n = exchange(fd, msg, lp_admin_encode(&m, msg, sizeof msg));
    return n > 0 && lp_answer_decode(msg, (size_t)n, a) == 0;
}

static void pass_on(const char *path, const struct lp_answer *a, struct tpsetup_said *said)
{
    const char *more = a->text[0] ? a->text : "done";
    if (a->exit == 0)
        tpsetup_say(&said->out, "node at %s: reload: %s", path, more);
    else if (a->exit == 2)
        tpsetup_say(&said->err, "tpsetup: the node at %s cannot reload; restart it so that it knows this",
                    path);
    else
        tpsetup_say(&said->err, "tpsetup: the node at %s has not taken its configuration again: %s", path,
                    more);
}

void tpsetup_tell_node(struct tpsetup_said *said)
{
    char path[108];
    struct lp_answer a;
    if (socket_default_path(path, sizeof path) < 0)
        return;
    int fd = dial(path);
    if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR))
        return;
    if (fd < 0)
        tpsetup_say(&said->err, "tpsetup: the node at %s is not told: %s; run `snactl reload` as its user",
                    path, strerror(errno));
    else if (!greet(fd) || !ask_reload(fd, &a))
        tpsetup_say(&said->err,
                    "tpsetup: the node at %s is not told: it gives no answer; run `snactl reload`", path);
    else
        pass_on(path, &a, said);
    if (fd >= 0)
        close(fd);
}
