/* The invoking programs: what a user's program would do, through the client library. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cpic.h"
#include "tests/bench/bench.h"

struct talk {
    unsigned char id[CM_CID_SIZE];
    unsigned char buf[CM_LD_SIZE > BENCH_LARGE ? CM_LD_SIZE : BENCH_LARGE];
    struct sample *out;
};

static bool ok(struct talk *t, const char *call, CM_INT32 rc)
{
    if (rc == CM_OK)
        return true;
    if (!t->out->failed)
        sample_fail(t->out, "%s: %s", call, xcrcname(rc));
    return false;
}

static bool begin(struct talk *t, const char *dest)
{
    CM_INT32 rc;
    cminit(t->id, (unsigned char *)(uintptr_t)dest, &rc);
    if (!ok(t, "cminit", rc))
        return false;
    cmallc(t->id, &rc);
    return ok(t, "cmallc", rc);
}

static bool send_type(struct talk *t, CM_INT32 type)
{
    CM_INT32 rc;
    cmsst(t->id, &type, &rc);
    return ok(t, "cmsst", rc);
}

static bool put(struct talk *t, CM_INT32 n)
{
    CM_INT32 rts, rc;
    cmsend(t->id, t->buf, &n, &rts, &rc);
    return ok(t, "cmsend", rc);
}

/* The answer, and the turn with it. */
static bool get(struct talk *t)
{
    CM_INT32 want = sizeof t->buf, data, length = 0, status, rts, rc;
    cmrcv(t->id, t->buf, &want, &data, &length, &status, &rts, &rc);
    if (!ok(t, "cmrcv", rc))
        return false;
    if (length == BENCH_RECORD && status == CM_SEND_RECEIVED)
        return true;
    sample_fail(t->out, "cmrcv: %d octets, status %d", (int)length, (int)status);
    return false;
}

static bool end(struct talk *t)
{
    CM_INT32 rc;
    cmdeal(t->id, &rc);
    return ok(t, "cmdeal", rc);
}

static void use(const struct ours *o)
{
    setenv("SNANODE_SOCKET", o->socket, 1);
}

/* ---- round trips on one conversation ---- */

static void round_trips(struct talk *t, uint32_t n)
{
    double start = seconds();
    for (uint32_t i = 0; i < n && !t->out->failed; i++) {
        t->buf[0] = 'E';
        if (put(t, BENCH_RECORD))
            get(t);
    }
    t->out->value = (seconds() - start) / n;
}

void ours_pair(int fd, const void *arg)
{
    const struct ours *o = arg;
    struct talk t;
    uint32_t n;
    bool open = false;
    use(o);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        if (!open)
            open = begin(&t, o->dest) && send_type(&t, CM_SEND_AND_PREP_TO_RECEIVE);
        round_trips(&t, n);
        worker_tell(fd, &out);
    }
    if (open)
        end(&t);
}

/* ---- one way: the confirmation at the end of a round says that all was received ---- */

void ours_stream(int fd, const void *arg)
{
    const struct ours *o = arg;
    static struct talk t;
    CM_INT32 sync = CM_CONFIRM, rc;
    uint32_t n;
    bool open = false;
    use(o);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        if (!open) {
            cminit(t.id, (unsigned char *)(uintptr_t)o->dest, &rc);
            if (ok(&t, "cminit", rc))
                cmssl(t.id, &sync, &rc);
            if (ok(&t, "cmssl", rc))
                cmallc(t.id, &rc);
            open = ok(&t, "cmallc", rc);
        }
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            put(&t, o->record);
        CM_INT32 rts;
        cmcfm(t.id, &rts, &rc);
        ok(&t, "cmcfm", rc);
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

/* ---- conversations ---- */

void ours_conversations(int fd, const void *arg)
{
    const struct ours *o = arg;
    struct talk t;
    uint32_t n;
    use(o);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++) {
            t.buf[0] = 'E';
            if (begin(&t, o->dest) && put(&t, BENCH_RECORD) && get(&t))
                end(&t);
        }
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

/* From the call that lets the Attach flow to the end of the TP's Accept, which it tells in its answer: both
 * read the same clock. */
void ours_attach(int fd, const void *arg)
{
    const struct ours *o = arg;
    struct talk t;
    uint32_t n;
    static double took[4096];
    use(o);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        n = n < 4096 ? n : 4096;
        for (uint32_t i = 0; i < n && !out.failed; i++) {
            double accepted;
            t.buf[0] = 'T';
            if (!begin(&t, o->dest) || !send_type(&t, CM_SEND_AND_PREP_TO_RECEIVE))
                break;
            double flows = seconds();
            if (!put(&t, BENCH_RECORD) || !get(&t) || !end(&t))
                break;
            memcpy(&accepted, t.buf, sizeof accepted);
            took[i] = accepted - flows;
            out.value += took[i] / n;
        }
        worker_tell(fd, &out);
    }
}

/* ---- an Attach that is there before its TP ---- */

/* Accepts one conversation of each name that comes from FD, and sends back when it called Accept. */
static void accept_names(int fd)
{
    struct sample out = {.failed = false};
    static struct talk t;
    unsigned char which[CM_CID_SIZE];
    char name[16];
    CM_INT32 n, rc, done = CM_OK;
    t.out = &out;
    while (read(fd, name, sizeof name) == sizeof name) {
        n = (CM_INT32)strlen(name);
        cmsltp((unsigned char *)name, &n, &rc);
        double called = seconds();
        cmaccp(t.id, &rc);
        if (rc == CM_OPERATION_INCOMPLETE)
            cmwait(which, &done, &rc);
        if (!ok(&t, "cmaccp", rc) || !ok(&t, "cmwait", done) || !get(&t))
            return;
        memcpy(t.buf, &called, sizeof called);
        if (!send_type(&t, CM_SEND_AND_DEALLOCATE) || !put(&t, BENCH_RECORD))
            return;
        cmrltp((unsigned char *)name, &n, &rc);
    }
}

static void late_one(struct talk *t, const char *dest, int names, unsigned number)
{
    char name[16] = "";
    CM_INT32 rc, n = snprintf(name, sizeof name, "LATE%06u", number);
    CM_INT32 want = sizeof t->buf, data, length = 0, status, rts;
    double called;
    cminit(t->id, (unsigned char *)(uintptr_t)dest, &rc);
    if (ok(t, "cminit", rc))
        cmstpn(t->id, (unsigned char *)name, &n, &rc);
    if (ok(t, "cmstpn", rc))
        cmallc(t->id, &rc);
    if (!ok(t, "cmallc", rc) || !send_type(t, CM_SEND_AND_PREP_TO_RECEIVE) || !put(t, BENCH_RECORD))
        return;
    if (write(names, name, sizeof name) != sizeof name)
        sample_fail(t->out, "the TP is gone");
    cmrcv(t->id, t->buf, &want, &data, &length, &status, &rts, &rc);
    if (rc != CM_DEALLOCATED_NORMAL && !ok(t, "cmrcv", rc))
        return;
    memcpy(&called, t->buf, sizeof called);
    t->out->value += seconds() - called;
}

void ours_late(int fd, const void *arg)
{
    const struct ours_late *o = arg;
    static struct talk t;
    unsigned number = 0;
    uint32_t n;
    int p[2];
    pid_t pid = pipe(p) < 0 ? -1 : fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("SNANODE_SOCKET", o->there, 1);
        close(p[1]);
        accept_names(p[0]);
        _exit(0);
    }
    use(&o->here);
    while (pid > 0 && worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        for (uint32_t i = 0; i < n && !out.failed; i++)
            late_one(&t, o->here.dest, p[1], number++);
        out.value /= n;
        worker_tell(fd, &out);
    }
}

/* ---- ten thousand at once ---- */

static unsigned char (*many)[CM_CID_SIZE];
static uint32_t n_many;

/* N more, each with an exchange, so that both sides run.  The TP takes them when told on the first one. */
static void open_many(struct talk *first, const char *dest, uint32_t n)
{
    struct talk t = {.out = first->out};
    many = calloc(n, sizeof *many);
    if (!many)
        sample_fail(first->out, "out of memory");
    first->buf[0] = 'M';
    memcpy(first->buf + 4, &n, sizeof n);
    put(first, BENCH_RECORD);
    double start = seconds();
    for (n_many = 0; n_many < n && !t.out->failed; n_many++) {
        t.buf[0] = 'E';
        if (begin(&t, dest) && send_type(&t, CM_SEND_AND_PREP_TO_RECEIVE) && put(&t, BENCH_RECORD) && get(&t))
            memcpy(many[n_many], t.id, sizeof t.id);
    }
    t.out->value = (seconds() - start) / n;
    get(first);
}

static void close_many(struct talk *first)
{
    struct talk t = {.out = first->out};
    for (; n_many > 0 && !t.out->failed; n_many--) {
        memcpy(t.id, many[n_many - 1], sizeof t.id);
        end(&t);
    }
    free(many);
    many = NULL;
    first->buf[0] = 'C'; /* the TP reads the ends of all of them */
    put(first, BENCH_RECORD);
    get(first);
}

void ours_many(int fd, const void *arg)
{
    const struct ours *o = arg;
    struct talk t;
    uint32_t n;
    bool open = false;
    use(o);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        t.out = &out;
        if (!open)
            open = begin(&t, o->dest) && send_type(&t, CM_SEND_AND_PREP_TO_RECEIVE);
        if (n & MANY_CLOSE)
            close_many(&t);
        else if (n & MANY_OPEN)
            open_many(&t, o->dest, n & ~(uint32_t)MANY_OPEN);
        else
            round_trips(&t, n);
        worker_tell(fd, &out);
    }
    if (open)
        end(&t);
}
