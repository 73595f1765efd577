/* benchtp.c - the small TP of the benchmark.
 *   benchtp return   does nothing: what it costs to start and end this very program
 *   benchtp once     serves one conversation
 *   benchtp bare S   the system calls of a copy that serves one conversation, at the bare node of socket S
 * (copies.c) benchtp echo     is no TP: what comes on its standard input goes to its standard output, once
 *   benchtp          serves one conversation after another, until no further one comes
 * A record that comes with the turn is sent back.  Its first octet may ask for more: T, to say when the
 * conversation was accepted; M, to accept as many more as it says and keep them; C, to take their ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>
#include <sys/un.h>
#include <unistd.h>

#include "cpic.h"
#include "tests/bench/bare.h"

static unsigned char (*kept)[CM_CID_SIZE];
static uint32_t n_kept;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct got {
    CM_INT32 length, status, rc;
};

static struct got get(unsigned char *id, unsigned char *buf)
{
    struct got g = {.status = CM_NO_STATUS_RECEIVED};
    CM_INT32 want = 32767, data, rts;
    cmrcv(id, buf, &want, &data, &g.length, &g.status, &rts, &g.rc);
    return g;
}

static CM_INT32 send_back(unsigned char *id, unsigned char *buf, CM_INT32 n)
{
    CM_INT32 rts, rc;
    cmsend(id, buf, &n, &rts, &rc);
    return rc;
}

static CM_INT32 begin(unsigned char *id)
{
    CM_INT32 rc, type = CM_SEND_AND_PREP_TO_RECEIVE;
    cmaccp(id, &rc);
    if (rc == CM_OK)
        cmsst(id, &type, &rc);
    return rc;
}

static void accept_more(const unsigned char *asked)
{
    static unsigned char buf[32767];
    uint32_t n;
    memcpy(&n, asked + 4, sizeof n);
    kept = calloc(n, sizeof *kept);
    for (n_kept = 0; kept && n_kept < n; n_kept++) {
        if (begin(kept[n_kept]) != CM_OK)
            return;
        struct got g = get(kept[n_kept], buf);
        if (g.rc != CM_OK || send_back(kept[n_kept], buf, g.length) != CM_OK)
            return;
    }
}

static void take_ends(void)
{
    static unsigned char buf[32767];
    while (n_kept > 0)
        get(kept[--n_kept], buf);
    free(kept);
    kept = NULL;
}

static void converse(unsigned char *id, double accepted)
{
    static unsigned char buf[32767];
    CM_INT32 rc;
    for (;;) {
        struct got g = get(id, buf);
        if (g.rc != CM_OK)
            return;
        if (g.status == CM_CONFIRM_RECEIVED)
            cmcfmd(id, &rc);
        if (g.status != CM_SEND_RECEIVED)
            continue;
        if (buf[0] == 'T')
            memcpy(buf, &accepted, sizeof accepted);
        else if (buf[0] == 'M')
            accept_more(buf);
        else if (buf[0] == 'C')
            take_ends();
        if (send_back(id, buf, g.length) != CM_OK)
            return;
    }
}

static int echo_once(void)
{
    char buf[100];
    ssize_t n = read(STDIN_FILENO, buf, sizeof buf);
    return n > 0 && write(STDOUT_FILENO, buf, (size_t)n) == n ? 0 : 1;
}

static int bare(const char *path)
{
    char buf[100];
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), fds[1 + BARE_PAGES], b;
    volatile char *page[BARE_PAGES];
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    strncpy(sa.sun_path, path, sizeof sa.sun_path - 1);
    if (s < 0 || connect(s, (struct sockaddr *)&sa, sizeof sa) < 0 || bare_say(s, BARE_HELLO, NULL, 0) < 0 ||
        bare_say(s, BARE_REQUEST, NULL, 0) < 0 || bare_hear(s, fds, 1 + BARE_PAGES) != BARE_WELCOME)
        return 1;
    for (int i = 0; i < BARE_PAGES; i++) {
        page[i] = mmap(NULL, BARE_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fds[1 + i], 0);
        close(fds[1 + i]);
        if (page[i] == MAP_FAILED)
            return 1;
        *page[i] = 1; /* what it tells, and learns, there */
    }
    if (bare_hear(fds[0], &b, 1) != BARE_REQUEST || recv(b, buf, sizeof buf, 0) != sizeof buf ||
        send(b, buf, sizeof buf, MSG_NOSIGNAL) < 0 || recv(b, buf, sizeof buf, 0) != BARE_BRACKET_END ||
        bare_say(s, BARE_END, NULL, 0) < 0)
        return 1;
    close(b);
    for (int i = 0; i < BARE_PAGES; i++)
        munmap((void *)(uintptr_t)page[i], BARE_PAGE);
    close(fds[0]);
    close(s);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned char id[CM_CID_SIZE];
    const char *how = argc > 1 ? argv[1] : "";
    if (strcmp(how, "return") == 0)
        return 0;
    if (strcmp(how, "echo") == 0)
        return echo_once();
    if (strcmp(how, "bare") == 0 && argc > 2)
        return bare(argv[2]);
    do {
        if (begin(id) != CM_OK)
            return 0;
        converse(id, now());
    } while (strcmp(how, "once") != 0);
    return 0;
}
