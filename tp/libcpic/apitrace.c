/* What the arguments of a call are stands in calls.def, and their names come from the prototypes
 * (scripts/make-apitrace), so that no call knows of the trace.
 *
 * The file is opened for each line, and a line is one write at its end.  So threads and processes do not mix
 * their lines, a child after fork needs nothing, and the program has no descriptor that it does not know of.
 */
#include "tp/libcpic/apitrace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"
#include "tp/conv/table.h"
#include "tp/libcpic/face.h"

#define SHOWN 64 /* octets of data in a line */

bool apitrace_on;
static char path[PATH_MAX];
static _Thread_local unsigned current;

#define APITRACE_ROWS
#include "apitrace_calls.h"

/* A call that is not supported reads no argument, so the trace does not either. */
#define CALL(n, f, shape)        [APITRACE_##f] = shape,
#define UNSUPPORTED(n, f, shape) [APITRACE_##f] = "",
static const char *const shapes[APITRACE_N] = {
#include "tp/libcpic/calls.def"
};

/* ---- on or off ---- */

__attribute__((constructor)) static void look(void)
{
    const char *name = secure_getenv("SNANODE_API_TRACE");
    char here[PATH_MAX] = "";
    if (!name || !*name)
        return;
    if (*name != '/' && !getcwd(here, sizeof here))
        return;
    int n = snprintf(path, sizeof path, "%s%s%s", here, *here ? "/" : "",
                     name); /* the program may go elsewhere */
    int fd =
        n < (int)sizeof path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600) : -1;
    if (fd < 0) {
        fprintf(stderr, "libcpic: SNANODE_API_TRACE=%s: no trace: %s\n", name, strerror(errno));
        return;
    }
    close(fd);
    apitrace_on = true;
}

/* ---- lines ---- */

__attribute__((format(printf, 2, 3))) static void add(struct apitrace_line *l, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(l->v + l->n, sizeof l->v - l->n, fmt, ap);
    va_end(ap);
    if (n > 0)
        l->n = l->n + (size_t)n < sizeof l->v ? l->n + (size_t)n : sizeof l->v - 1;
}

/* Octets in quotation marks, those that are not printable as \xNN; how many there are says another field. */
static void add_octets(struct apitrace_line *l, const void *octets, CM_INT32 n)
{
    const unsigned char *p = octets;
    if (n < 0 || n > BUFFER_MAX) { /* the call refuses it unread */
        add(l, "?");
        return;
    }
    add(l, "\"");
    for (CM_INT32 i = 0; i < n && i < SHOWN; i++)
        if (p[i] < ' ' || p[i] > '~' || p[i] == '"' || p[i] == '\\')
            add(l, "\\x%02X", p[i]);
        else
            add(l, "%c", p[i]);
    add(l, n > SHOWN ? "\"..." : "\"");
}

static void add_name(struct apitrace_line *l, const void *name, size_t most)
{
    size_t n = strnlen(name, most);
    while (n > 0 && ((const char *)name)[n - 1] == ' ')
        n--;
    add_octets(l, name, (CM_INT32)n);
}

static void add_number(struct apitrace_line *l, const CM_INT32 *v)
{
    if (v)
        add(l, "%d", (int)*v);
    else
        add(l, "NULL");
}

static void add_side(struct apitrace_line *l, const SIDE_INFO *s)
{
    add(l, "{");
    add_name(l, s->sym_dest_name, sizeof s->sym_dest_name);
    add(l, " ");
    add_name(l, s->partner_LU_name, sizeof s->partner_LU_name);
    add(l, " ");
    add_name(l, s->mode_name, sizeof s->mode_name);
    add(l, " ");
    add_name(l, s->TP_name, sizeof s->TP_name);
    add(l, " %d}", (int)s->conversation_security_type);
}

static void put(const struct apitrace_line *l)
{
    int error = errno;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd >= 0) {
        ssize_t n = write(fd, l->v, l->n);
        (void)n; /* a full disk must not end the program */
        close(fd);
    }
    errno = error;
}

/* ---- conversations ---- */

static const char *state_name(int state)
{
    static const char *const states[] = {[CM_INITIALIZE_STATE] = "INITIALIZE",
                                         [CM_SEND_STATE] = "SEND",
                                         [CM_RECEIVE_STATE] = "RECEIVE",
                                         [CM_SEND_PENDING_STATE] = "SEND_PENDING",
                                         [CM_CONFIRM_STATE] = "CONFIRM",
                                         [CM_CONFIRM_SEND_STATE] = "CONFIRM_SEND",
                                         [CM_CONFIRM_DEALLOCATE_STATE] = "CONFIRM_DEALLOCATE"};
    if (state == CS_INITIALIZE_INCOMING)
        return "INITIALIZE_INCOMING";
    return state > 0 && state < (int)(sizeof states / sizeof *states) && states[state] ? states[state]
                                                                                       : "RESET";
}

static const char *name_of(struct conv *c, char *out, size_t cap)
{
    snprintf(out, cap, "c%u", cpic_of(c)->number);
    return out;
}

/* The conversation with this ID: its name for lines and its state. */
static const char *look_up(const unsigned char *id, char *name, size_t cap)
{
    struct conv *c = id ? conv_get(id) : NULL;
    if (!c) {
        if (!*name)
            snprintf(name, cap, "-");
        return "RESET";
    }
    const char *state = state_name(c->state);
    name_of(c, name, cap);
    conv_put(c);
    return state;
}

/* ---- arguments ---- */

static bool is_in(char shape)
{
    return strchr("dkiustx", shape) != NULL;
}

/* The value of argument A, whose shape is S. */
static void add_value(struct apitrace_line *l, char s, void *const *a, bool secret)
{
    if (!a[0]) {
        add(l, "NULL");
        return;
    }
    switch (s) {
    case 'd':
    case 'k':
        add_name(l, a[0], 8);
        break;
    case 't':
    case 'T':
        add_side(l, a[0]);
        break;
    case 'w':
        add(l, "%d", *(const short *)a[0]);
        break;
    case 's':
    case 'S':
    case 'x':
        if (secret)
            add(l, "\"********\"");
        else
            add_octets(l, a[0], a[1] ? *(const CM_INT32 *)a[1] : 0);
        break;
    case 'i':
    case 'I':
    case 'n':
        add_number(l, a[0]);
        break;
    default:
        add(l, "?");
    }
}

/* The first of WORDS, which moves on by it; *N: its characters. */
static const char *next_name(const char **words, int *n)
{
    const char *at = *words;
    *n = (int)strcspn(at, " ");
    *words = at + *n + (at[*n] == ' ');
    return at;
}

/* All arguments of one direction, as NAME=VALUE. */
static void add_arguments(struct apitrace_line *l, unsigned call, void *const *a, bool out)
{
    const char *words = parameters[call];
    void *const *buffer = NULL; /* of a Receive: its length comes later */
    for (const char *s = shapes[call]; s && *s; s++) {
        int n, ignored;
        const char *name = next_name(&words, &n);
        bool two = strchr("tTsSxb", *s) != NULL, secret = memmem(name, (size_t)n, "password", 8) != NULL;
        if (*s == 'b') {
            buffer = a;
            const char *second = next_name(&words, &ignored);
            if (!out) {
                add(l, "%s%.*s=", l->n ? " " : "", ignored, second);
                add_number(l, a[1]);
            }
        } else if (strchr("cCpuU", *s) == NULL && (out ? !is_in(*s) || *s == 'x' : is_in(*s))) {
            if (*s == 'n' && buffer && buffer[0] && a[0]) {
                add(l, "%sbuffer=", l->n ? " " : "");
                add_octets(l, buffer[0], *(const CM_INT32 *)a[0]);
            }
            add(l, "%s%.*s=", l->n ? " " : "", n, name);
            add_value(l, *s, a, secret);
        }
        if (two && *s != 'b') {
            const char *second = next_name(&words, &ignored);
            if (strchr("sSx", *s) && (out ? *s != 's' : *s != 'S') && !secret) {
                add(l, " %.*s=", ignored, second);
                add_number(l, a[1]);
            }
        }
        a += two ? 2 : 1;
    }
}

static bool gives_results(CM_INT32 rc)
{
    return rc == CM_OK || rc == CM_DEALLOCATED_NORMAL;
}

/* ---- the line of a call ---- */

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

unsigned apitrace_current(void)
{
    return current;
}

static const unsigned char *id_of(const struct apitrace_call *t)
{
    const char *at = strpbrk(shapes[t->call], "cC");
    return at == shapes[t->call] && at ? t->args[0] : NULL;
}

void apitrace_before(struct apitrace_call *t, unsigned call, void **args)
{
    t->call = call;
    t->args = args;
    t->in.n = 0;
    t->in.v[0] = t->conv[0] = '\0';
    t->outer = current;
    current = call;
    t->was = shapes[call][0] == 'c' ? look_up(args[0], t->conv, sizeof t->conv) : "RESET";
    add_arguments(&t->in, call, args, false);
    clock_gettime(CLOCK_REALTIME, &t->begun);
    t->begun_us = now_us();
}

static void put_line(const char *call, const char *more, const char *conv, const struct apitrace_line *in,
                     const struct apitrace_line *out, const char *was, const char *is,
                     const struct timespec *begun, long long us)
{
    struct apitrace_line l = {.n = 0};
    char stamp[32];
    struct tm tm;
    gmtime_r(&begun->tv_sec, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    add(&l, "%s%s\t%s\t%.800s\t%.800s\t%s>%s\t", call, more, conv, in->v, out->v, was, is);
    if (us >= 0)
        add(&l, "us=%lld", us);
    else
        add(&l, "us=-");
    add(&l, "\t%s.%06ldZ\t%d.%ld", stamp, begun->tv_nsec / 1000, (int)getpid(), (long)syscall(SYS_gettid));
    add(&l, "\n");
    put(&l);
}

static void add_rc(struct apitrace_line *l, CM_INT32 rc)
{
    add(l, "%sreturn_code=%d %s", l->n ? " " : "", (int)rc, xcrcname(rc));
}

void apitrace_after(struct apitrace_call *t)
{
    uint64_t us = now_us() - t->begun_us;
    struct apitrace_line out = {.n = 0};
    current = t->outer;
    int n_args = 1;
    for (const char *p = parameters[t->call]; *p; p++)
        n_args += *p == ' ';
    const CM_INT32 *rc = t->args[n_args - 1];
    if (rc && gives_results(*rc))
        add_arguments(&out, t->call, t->args, true);
    if (rc)
        add_rc(&out, *rc);
    const unsigned char *id = id_of(t);
    if (shapes[t->call][0] == 'C' && rc && *rc != CM_OK && *rc != CM_OPERATION_INCOMPLETE &&
        t->call != APITRACE_cmwait)
        id = NULL;
    if (t->call == APITRACE_cmwait && rc && *rc != CM_OK)
        id = NULL;
    const char *is = look_up(id, t->conv, sizeof t->conv);
    if (t->call == APITRACE_cmwait)
        t->was = is;
    put_line(call_names[t->call], "", t->conv, &t->in, &out, t->was, is, &t->begun, (long long)us);
}

/* ---- the line of a completion ---- */

void apitrace_completed(struct conv *c, const struct op *op, unsigned call)
{
    struct apitrace_line in = {.n = 0}, out = {.n = 0};
    struct timespec now;
    char name[24];
    CM_INT32 rc = rc_of(op->outcome);
    clock_gettime(CLOCK_REALTIME, &now);
    if (op->receive && gives_results(rc)) {
        add(&out, "data_received=");
        add_number(&out, op->to[TO_DATA]);
        add(&out, " buffer=");
        add_octets(&out, op->buf, (CM_INT32)op->got);
        add(&out, " received_length=");
        add_number(&out, op->to[TO_LENGTH]);
        add(&out, " status_received=");
        add_number(&out, op->to[TO_STATUS]);
    }
    if (op->to[TO_RTS] && gives_results(rc)) {
        add(&out, "%srequest_to_send_received=", out.n ? " " : "");
        add_number(&out, op->to[TO_RTS]);
    }
    add_rc(&out, rc);
    put_line(call < APITRACE_N ? call_names[call] : "?", ":completed", name_of(c, name, sizeof name), &in,
             &out, "-", state_name(c->state), &now, -1);
}
