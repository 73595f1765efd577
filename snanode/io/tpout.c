#include "snanode/io/tpout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/child.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/watch.h"

#define PIECE 16384 /* most that is read in one turn of the loop */
/* Octets that one TP may add to the log in PERIOD_MS; more has to wait. */
#define RATE        (1024 * 1024)
#define PERIOD_MS   1000
#define LINE_COST   64  /* octets that the log adds to a line at most: time, level, name and process number */
#define LINE_OCTETS 800 /* shown in one line; a longer line is split */
#define OCTET_SHOWN 4   /* an unprintable octet is \xNN */

struct tpout {
    struct list link;    /* on server->outputs */
    struct child *child; /* NULL once its first process has ended */
    int fd;
    struct watch *output, *again; /* its output can be read; reading may resume */
    uint64_t since_ms;            /* when this period began */
    size_t taken;                 /* octets added to the log in this period */
    int pid;
    bool cr;  /* a CR has come, which ends the line if LF follows: so programs for Windows write */
    size_t n; /* octets of the unfinished line, as the log shows them */
    char line[LINE_OCTETS + 1];
    char name[TP_KEY_MAX + 1];
};

static void log_line_of(struct tpout *o)
{
    if (o->n > 0) {
        o->taken += LINE_COST;
        log_info("TP %s[%d]: %s", o->name, o->pid, o->line);
    }
    o->n = 0;
}

static void take_octet(struct tpout *o, const char *c)
{
    char shown[OCTET_SHOWN + 1];
    size_t k = strlen(log_clean(shown, sizeof shown, c, 1));
    if (o->n + k > LINE_OCTETS)
        log_line_of(o);
    memcpy(o->line + o->n, shown, k + 1);
    o->n += k;
    o->taken += k - 1; /* read_piece has counted the octet itself */
}

static void take(struct tpout *o, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (o->cr && text[i] != '\n')
            take_octet(o, "\r");
        o->cr = text[i] == '\r';
        if (text[i] == '\n')
            log_line_of(o);
        else if (!o->cr)
            take_octet(o, &text[i]);
    }
}

static void tpout_free(struct tpout *o)
{
    log_line_of(o);
    if (o->child)
        o->child->out = NULL;
    list_remove(&o->link);
    watch_free(o->output);
    watch_free(o->again);
    close(o->fd);
    free(o);
}

/* Read one piece.  Returns its octets, 0 when there is nothing at the moment, -1 at the end. */
static ssize_t read_piece(struct tpout *o)
{
    char text[PIECE];
    if (o->child) /* its number was not known when the pipe was made */
        o->pid = o->child->pid;
    ssize_t n = read(o->fd, text, sizeof text);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    o->taken += (size_t)n;
    take(o, text, (size_t)n);
    return n == 0 ? -1 : n;
}

static void wait_for_more(struct tpout *o)
{
    uint64_t now = now_ms();
    if (now - o->since_ms >= PERIOD_MS) {
        o->since_ms = now;
        o->taken = 0;
    }
    if (o->taken < RATE) {
        watch_add(o->output, NULL);
        return;
    }
    uint64_t ms = o->since_ms + PERIOD_MS - now;
    struct timeval tv = {.tv_usec = (suseconds_t)ms * 1000 % 1000000, .tv_sec = (time_t)(ms / 1000)};
    watch_add(o->again, &tv);
}

static void on_output(void *arg)
{
    struct tpout *o = arg;
    if (read_piece(o) < 0)
        tpout_free(o);
    else
        wait_for_more(o);
}

static void on_again(void *arg)
{
    wait_for_more(arg);
}

/* The reading end never blocks the node; the TP's end blocks, as a program expects. */
static int make_pipe(int p[2])
{
    if (pipe2(p, O_CLOEXEC) < 0)
        return -1;
    if (!holders_reserved(p[1]) && fcntl(p[0], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    close(p[0]);
    close(p[1]);
    errno = EMFILE;
    return -1;
}

int tpout_open(struct server *s, struct child *c)
{
    int p[2];
    struct tpout *o = calloc(1, sizeof *o);
    if (!o || make_pipe(p) < 0) {
        int e = o ? errno : ENOMEM;
        free(o);
        errno = e;
        return -1;
    }
    o->child = c;
    o->fd = p[0];
    strcpy(o->name, c->name);
    list_append(&s->outputs, &o->link);
    c->out = o;
    o->output = watch_new(s, o->fd, EV_READ, on_output, o);
    o->again = watch_new(s, -1, 0, on_again, o);
    if (o->output && o->again && watch_add(o->output, NULL) == 0)
        return p[1];
    tpout_free(o);
    close(p[1]);
    errno = ENOMEM;
    return -1;
}

void tpout_drop(struct child *c)
{
    if (c->out)
        tpout_free(c->out);
}

void tpout_ended(struct child *c)
{
    struct tpout *o = c->out;
    if (!o)
        return;
    for (size_t taken = 0;
         taken < RATE;) { /* a pipe holds less than this; do not wait for a child that goes on writing */
        ssize_t n = read_piece(o);
        if (n < 0) {
            tpout_free(o);
            return;
        }
        if (n == 0)
            break;
        taken += (size_t)n;
    }
    log_line_of(o);
    o->child = NULL;
    c->out = NULL;
}

void tpout_close_all(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->outputs) {
        struct tpout *o = LIST_OWNER(l, struct tpout, link);
        read_piece(o);
        tpout_free(o);
    }
}
