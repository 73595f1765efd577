/* What clients ask for.  Each handler returns 0, or -1 when the client broke the protocol; connection.c
 * then drops it. */
#include "snanode/io/request.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/io/access.h"
#include "snanode/io/account.h"
#include "snanode/io/admin.h"
#include "snanode/io/attach.h"
#include "snanode/io/borrow.h"
#include "snanode/io/channel.h"
#include "snanode/io/client.h"
#include "snanode/io/connection.h"
#include "snanode/io/context.h"
#include "snanode/io/failed.h"
#include "snanode/io/holders.h"
#include "snanode/io/metrics.h"
#include "snanode/io/note.h"
#include "snanode/io/notice.h"
#include "snanode/io/reload.h"
#include "snanode/io/display.h"
#include "snanode/io/sessionverb.h"
#include "snanode/io/statspage.h"
#include "snanode/io/stays.h"
#include "snanode/io/trace.h"
#include "snanode/wire/sense.h"

/* Local TP names in one accept: each has a length octet and at least one octet of its own. */
#define NAMES_MAX (LP_NAMES_OCTETS / 2)

/* A page of statistics for C, which is not worth a descriptor that is kept for tools.  Without memory for it
 * C is served all the same. */
static bool page(struct client *c)
{
    c->stats = statspage_new();
    if (c->stats >= 0)
        holders_took(c->server, c->pid, 1);
    return c->stats < 0 || !holders_reserved(c->stats);
}

/* The process of the program on C, which is now known by W's cookie; NULL: no memory. */
static struct process *process_of(struct client *c, const struct lp_hello *h, const struct lp_welcome *w)
{
    struct server *s = c->server;
    char clean[NAME_PROGRAM_ROOM];
    uint64_t token = am_token_known(s->am, h->token) ? h->token : 0;
    log_clean(clean, sizeof clean, h->program, strlen(h->program));
    return node_process_add(s->node, c->pid, c->uid, clean, token, w->cookie, now_ms());
}

/* C and its port are P's, of which W tells what the program is to know. */
static void join(struct client *c, struct client *port, struct process *p, struct lp_welcome *w)
{
    struct server *s = c->server;
    account_defaults(p, &s->loaded->cfg, s->loaded->tps.domain);
    const char *tpn = tptable_client_tp(&s->loaded->tps, p->program);
    snprintf(w->tpn, sizeof w->tpn, "%s", tpn ? tpn : "");
    client_join(c, w->process = p->id);
    client_join(port, p->id);
    p->ports++;
    c->first = port->id;
    am_process_pid(s->am, p->id, c->pid);
}

/* A program: W gets the number and the proof by which its ports show that they are its own, or why it is not
 * served; *END gets the program's end of its first port. */
static void hello_process(struct client *c, const struct lp_hello *h, struct lp_welcome *w, int *end)
{
    struct server *s = c->server;
    struct client *port = NULL;
    w->rc = (uint16_t)holders_judge(s, c, NULL);
    if (w->rc == LP_RC_OK && !page(c))
        w->rc = LP_RC_DESCRIPTORS;
    if (w->rc != LP_RC_OK)
        return;
    if (getrandom(&w->cookie, sizeof w->cookie, 0) != sizeof w->cookie) {
        w->rc = LP_RC_REFUSED;
        log_error("process %d is not served: no random number for it: %s", c->pid, strerror(errno));
        return;
    }
    w->rc = (uint16_t)connection_port(c, &port, end);
    if (w->rc != LP_RC_OK)
        return;
    struct process *p = process_of(c, h, w);
    if (p) {
        join(c, port, p, w);
    } else {
        connection_free(port);
        w->rc = LP_RC_MEMORY;
    }
}

static void hello_port(struct client *c, const struct lp_hello *h, struct lp_welcome *w)
{
    struct process *p = node_process(c->server->node, h->process);
    if (!p || p->cookie != h->cookie)
        w->rc = LP_RC_UNKNOWN;
    else
        w->rc = (uint16_t)holders_judge(c->server, c, p);
    if (w->rc != LP_RC_OK)
        return;
    client_join(c, w->process = p->id);
    p->ports++;
}

/* A program that is served gets PORT and the pages along: the node's, its own, and that of its user. */
static void welcome(struct client *c, const struct lp_welcome *w, int port)
{
    uint8_t msg[LP_MAX];
    int fds[PASSFD_MAX] = {port, -1, -1, -1};
    if (port >= 0) {
        fds[1] = c->server->notice_fd;
        fds[2] = c->stats;
        fds[3] = holders_hints_fd(c->server, c->uid);
    }
    size_t n = lp_welcome_encode(w, msg, sizeof msg);
    client_send_all(c, msg, n, fds);
    explicit_bzero(msg, n);
}

/* 1: refused; the client is told why, and is then dropped. */
static int on_hello(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_hello h;
    struct lp_welcome w = {.version = LP_VERSION};
    int port = -1;
    if (c->kind || lp_hello_decode(msg, n, &h) < 0)
        return -1;
    snprintf(w.server, sizeof w.server, "%.15s", c->server->loaded->cfg.server);
    if (h.version != LP_VERSION)
        w.rc = LP_RC_VERSION;
    else if (h.kind == LP_KIND_PROCESS)
        hello_process(c, &h, &w, &port);
    else if (h.kind == LP_KIND_PORT)
        hello_port(c, &h, &w);
    else if (h.kind < LP_KIND_PROCESS || h.kind > LP_KIND_ADMIN)
        return -1;
    welcome(c, &w, w.rc == LP_RC_OK ? port : -1);
    if (port >= 0)
        close(port);
    if (w.rc != LP_RC_OK) {
        if (w.rc == LP_RC_MEMORY || w.rc >= LP_RC_DESCRIPTORS)
            log_warn("process %d of user %u is not served: %s", c->pid, c->uid, lp_reason(w.rc));
        return 1;
    }
    c->kind = (enum lp_kind)h.kind;
    list_remove(&c->link);
    return 0;
}

static int on_init(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_init m;
    struct lp_inited out;
    struct process *p = node_process(c->server->node, c->process);
    if (!p || lp_init_decode(msg, n, &m) < 0)
        return -1;
    node_init(c->server->node, p, &m, &out);
    notice_stamp(c->server, &out);
    ANSWER(c, inited, &out, -1);
    explicit_bzero(&out, sizeof out);
    return 0;
}

static int on_allocate(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_allocate m;
    struct process *p = node_process(s->node, c->process);
    uint16_t rc;
    if (!p || c->pending || lp_allocate_decode(msg, n, &m) < 0)
        return -1;
    stays_recall_process(s, c->process);
    if (m.return_control != 0 || holders_judge_conversation(s, c->uid) != LP_RC_OK)
        stays_recall_all(s);
    uint32_t conv = 0;
    rc = s->stopping ? LP_RC_STOPPING : LP_RC_MEMORY;
    uint32_t limit = holders_judge_conversation(s, c->uid);
    if (limit != LP_RC_OK) {
        rc = (uint16_t)limit;
        log_warn("process %d of user %u gets no conversation: %s", c->pid, c->uid, lp_reason(limit));
    } else if (!s->stopping && node_reserve(s->node, &s->nfx_spare) == 0) {
        uint8_t control = m.return_control;
        m.return_control = borrow_prepare(c, &m);
        conv = node_allocate(s->node, p, c, &m, now_ms(), &s->nfx, &rc);
        m.return_control = control;
    }
    bool asked = !conv && limit == LP_RC_OK && borrow_begin(c, &m, &rc);
    if (!conv && !asked)
        failed_allocate(s, p, &m, rc);
    explicit_bzero(&m, sizeof m);
    if (asked)
        return 0;
    if (conv && channel_new(s, conv, c->id, c->uid, c->pid) < 0) {
        node_end(s->node, conv, p->id, SIDE_A, now_ms(), &s->nfx);
        conv = 0;
        rc = LP_RC_MEMORY;
    }
    c->pending = PENDING_ALLOCATE;
    c->conv = conv;
    if (!conv) {
        struct lp_allocated out = {.rc = rc};
        client_answer_allocate(s, c->id, &out, -1);
    }
    return 0;
}

/* Names as the message carries them into an array of strings inside BUF.  Count, or -1. */
static int split_names(const struct lp_accept *m, char *buf, const char **names)
{
    struct rd r = rd_make(m->names, m->names_n);
    int n = 0;
    while (rd_left(&r) > 0) {
        size_t k = rd_u8(&r);
        const uint8_t *p = rd_bytes(&r, k);
        if (!p || k == 0 || k > NAME_TP_MAX || n == NAMES_MAX || memchr(p, 0, k))
            return -1;
        names[n++] = buf;
        memcpy(buf, p, k);
        buf[k] = '\0';
        buf += k + 1;
    }
    return n;
}

/* The attach manager does not know of the Accept of C: no memory, and nobody else would answer. */
static void accept_lost(struct client *c)
{
    struct lp_accepted out = {.rc = LP_RC_MEMORY};
    client_answer_accept(c->server, c->id, &out, -1);
}

static int on_accept(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_accept m;
    char text[sizeof m.names + NAMES_MAX + 1];
    const char *names[NAMES_MAX];
    struct process *p = node_process(s->node, c->process);
    if (!p || c->pending || lp_accept_decode(msg, n, &m) < 0)
        return -1;
    int count = split_names(&m, text, names);
    if (count <= 0)
        return -1;
    c->pending = PENDING_ACCEPT;
    c->slot = m.slot;
    /* A copy that the node started registers where its entry says, not where its Attach came from. */
    size_t lost = s->afx.lost;
    stays_recall_process(s, c->process);
    am_accept(s->am, c->id, c->process, names, (size_t)count, p->token ? "" : m.lu, p->token, now_ms(),
              &s->afx);
    stays_recall_rivals(s, c->process);
    if (s->afx.lost != lost)
        accept_lost(c);
    return 0;
}

static int on_manage(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_manage m;
    if (!node_process(s->node, c->process) || c->pending || lp_manage_decode(msg, n, &m) < 0 || !m.lu[0])
        return -1;
    c->pending = PENDING_ACCEPT;
    c->slot = m.slot;
    size_t lost = s->afx.lost;
    am_manage(s->am, c->id, c->process, m.lu,
              m.timeout == LP_FOR_EVER ? UINT64_MAX : (uint64_t)m.timeout * 1000, now_ms(), &s->afx);
    if (s->afx.lost != lost)
        accept_lost(c);
    return 0;
}

static int on_unmanage(struct client *c, const uint8_t *msg, size_t n)
{
    static const uint16_t codes[] = {
        [AM_FAIL_NOT] = LP_RC_OK, [AM_FAIL_ENDED] = LP_RC_NOT_MANAGER, [AM_FAIL_MEMORY] = LP_RC_MEMORY};
    struct server *s = c->server;
    struct lp_unmanage m;
    if (!node_process(s->node, c->process) || lp_unmanage_decode(msg, n, &m) < 0)
        return -1;
    struct lp_done out = {.rc = codes[am_manage_end(s->am, c->process, m.lu, now_ms(), &s->afx)]};
    ANSWER(c, done, &out, -1);
    return 0;
}

static int on_cancel(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_cancel m;
    struct server *s = c->server;
    if (lp_cancel_decode(msg, n, &m) < 0)
        return -1;
    if (c->pending == PENDING_TAKE) { /* it crossed the Attach */
        attach_unwanted(s, c->conv, c->process);
        c->pending = PENDING_NONE;
        return 0;
    }
    enum pending was = c->pending;
    client_withdraw(c);
    if (was == PENDING_ALLOCATE) {
        struct lp_allocated out = {.rc = LP_RC_CANCELLED};
        c->pending = was;
        client_answer_allocate(s, c->id, &out, -1);
    } else if (was == PENDING_ACCEPT) {
        struct lp_accepted out = {.rc = LP_RC_CANCELLED};
        c->pending = was;
        client_answer_accept(s, c->id, &out, -1);
    } else if (was == PENDING_ORDER) {
        sessionverb_cancel(c);
    }
    return 0; /* else its answer is already on the way */
}

static int on_end(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_end m;
    struct process *p = node_process(s->node, c->process);
    if (!p || lp_end_decode(msg, n, &m) < 0 || m.side > SIDE_B)
        return -1;
    struct conversation *v = node_conversation(s->node, m.conv);
    if (!v || v->sides[m.side].process != p->id || v->sides[m.side].over)
        return 0; /* over already */
    stays_recall(s, channel_of(s, m.conv));
    trace_drain(s, p->id);
    if (m.side == SIDE_A)
        attach_look(s, m.conv);
    channel_end_side(s, m.conv, p->id, m.side);
    return 0;
}

static int on_rejoin(struct client *c, const uint8_t *msg, size_t n)
{
    struct server *s = c->server;
    struct lp_rejoin m;
    struct lp_rejoined out = {.rc = LP_RC_UNKNOWN};
    if (!node_process(s->node, c->process) || c->pending || lp_rejoin_decode(msg, n, &m) < 0)
        return -1;
    struct channel *ch = channel_of(s, m.conv);
    const struct conversation *v = node_conversation(s->node, m.conv);
    int fd = -1;
    if (ch && v && v->sides[SIDE_A].process == c->process)
        fd = stays_rejoin(s, ch, attach_comes, &out.rc);
    ANSWER(c, rejoined, &out, fd);
    return 0;
}

/* Error log data [C53]. */
static int on_log(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_log m;
    char text[4 * sizeof m.text + 1];
    const struct process *p = node_process(c->server->node, c->process);
    if (!p || lp_log_decode(msg, n, &m) < 0 || m.side > SIDE_B)
        return -1;
    const struct conversation *v = node_conversation(c->server->node, m.conv);
    if (v && v->sides[m.side].process == p->id)
        log_info("conversation %u: %s[%d] sent %s, log data: %s", m.conv, p->program, p->pid,
                 sense_name(m.sense), log_clean(text, sizeof text, m.text, m.text_n));
    return 0;
}

static int on_trace(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_trace m;
    if (!node_process(c->server->node, c->process) || c->pending || lp_trace_decode(msg, n, &m) < 0)
        return -1;
    int fd = trace_join(c);
    struct lp_traced out = {.rc = fd < 0 ? LP_RC_REFUSED : LP_RC_OK};
    ANSWER(c, traced, &out, fd);
    if (fd >= 0)
        close(fd);
    return 0;
}

static int on_table(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_table m;
    struct lp_tabled out = {.rc = LP_RC_OK};
    const char *path = c->server->loaded->tps.conversion_table;
    if (!node_process(c->server->node, c->process) || c->pending || lp_table_decode(msg, n, &m) < 0)
        return -1;
    out.path_n = path ? (uint16_t)strnlen(path, sizeof out.path) : 0;
    if (path)
        memcpy(out.path, path, out.path_n);
    ANSWER(c, tabled, &out, -1);
    return 0;
}

static int on_side(struct client *c, unsigned type, const uint8_t *msg, size_t n)
{
    struct side_table *t = &c->server->node->sides;
    const struct side_by by = {c->uid, access_admin(c->server->access, client_peer(c), c->uid)};
    struct lp_side out = {.rc = LP_RC_OK};
    struct lp_side_set set;
    struct lp_side_get get;
    struct lp_side_del del;
    if (type == LP_T_SIDE_SET) {
        if (lp_side_set_decode(msg, n, &set) < 0)
            return -1;
        out.rc = side_set(t, &set, by);
        explicit_bzero(&set, sizeof set);
    } else if (type == LP_T_SIDE_GET) {
        if (lp_side_get_decode(msg, n, &get) < 0)
            return -1;
        side_extract(t, &get, c->uid, &out);
    } else {
        if (lp_side_del_decode(msg, n, &del) < 0)
            return -1;
        out.rc = side_delete(t, del.symdest, by);
    }
    if (type != LP_T_SIDE_GET)
        notice_inited_old(c->server);
    ANSWER(c, side, &out, -1);
    return 0;
}

/* FD has what was asked for; -1: there is none, with errno, or 0 for WHY. */
static void answer_file(struct client *c, int fd, const char *why)
{
    struct lp_answer out = {.exit = 0};
    if (fd < 0)
        admin_refuse(&out, 1, "nothing to give: %s", errno ? strerror(errno) : why);
    client_answer_tool(c, &out, fd);
}

static int on_admin(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_admin m;
    char *words[LP_WORDS_MAX + 1];
    struct lp_answer out = {.exit = 0};
    int count = 0;
    if (lp_admin_decode(msg, n, &m) < 0 || m.words_n == 0 || m.words[m.words_n - 1] != '\0')
        return -1;
    for (char *p = (char *)m.words; p < (char *)m.words + m.words_n; p += strlen(p) + 1) {
        if (count == LP_WORDS_MAX) { /* half a command is another command */
            out.exit = 2;
            snprintf(out.text, sizeof out.text, "a command has at most %d words", LP_WORDS_MAX);
            client_answer_tool(c, &out, -1);
            return 0;
        }
        words[count++] = p;
    }
    words[count] = NULL;
    stays_recall_all(c->server);
    int rows = admin_command(c->server, words, count, access_admin(c->server->access, c->fd, c->uid), &out);
    if (out.exit == ADMIN_LATER)
        admin_asks(c->server, c->id);
    else if (out.exit == ADMIN_DUMP)
        answer_file(c, trace_dump(c->server), "no trace has been on");
    else if (out.exit == ADMIN_METRICS)
        answer_file(c, metrics_file(c->server), "no memory");
    else if (out.exit != ADMIN_RELOAD)
        client_answer_tool(c, &out, rows);
    else if (!reload_begin(c->server, c->id))
        client_answer_tool(
            c,
            &(struct lp_answer){.exit = 1, .text = "not begun: no memory, or too many wait for it already"},
            -1);
    return 0;
}

static int on_port(struct client *c, const uint8_t *msg, size_t n)
{
    unsigned type = lp_type(msg, n);
    if (type != LP_T_CANCEL && c->pending == PENDING_TAKE)
        c->pending = PENDING_NONE; /* the program has the conversation */
    switch (type) {
    case LP_T_INIT:
        return on_init(c, msg, n);
    case LP_T_ALLOCATE:
        return on_allocate(c, msg, n);
    case LP_T_ACCEPT:
        return on_accept(c, msg, n);
    case LP_T_MANAGE:
        return on_manage(c, msg, n);
    case LP_T_UNMANAGE:
        return on_unmanage(c, msg, n);
    case LP_T_CANCEL:
        return on_cancel(c, msg, n);
    case LP_T_REJOIN:
        return on_rejoin(c, msg, n);
    case LP_T_SIDE_SET:
    case LP_T_SIDE_GET:
    case LP_T_SIDE_DEL:
        return on_side(c, type, msg, n);
    case LP_T_ACTIVATE:
    case LP_T_DEACTIVATE:
    case LP_T_WATCH:
    case LP_T_CNOS:
    case LP_T_LU_STATUS:
    case LP_T_PARTNERS:
        stays_recall_all(c->server);
        return sessionverb_handle(c, type, msg, n);
    case LP_T_DISPLAY:
        stays_recall_all(c->server);
        return display_show(c, msg, n);
    case LP_T_TRACE:
        return on_trace(c, msg, n);
    case LP_T_TABLE:
        return on_table(c, msg, n);
    case LP_T_NOTE:
        return note_take(c, msg, n);
    default:
        return -1;
    }
}

/* What a program says on the connection that stands for it.  A request right behind the hello is one of its
 * first port. */
static int on_own(struct client *c, const uint8_t *msg, size_t n)
{
    struct client *port = client_get(c->server, c->first);
    c->first = 0;
    switch (lp_type(msg, n)) {
    case LP_T_LOG:
        return on_log(c, msg, n);
    case LP_T_END:
        return on_end(c, msg, n);
    default:
        return port ? on_port(port, msg, n) : -1;
    }
}

int request_handle(struct client *c, const uint8_t *msg, size_t n)
{
    unsigned type = lp_type(msg, n);
    if (type == LP_T_HELLO)
        return on_hello(c, msg, n);
    switch (c->kind) {
    case LP_KIND_ADMIN:
        return type == LP_T_ADMIN ? on_admin(c, msg, n) : -1;
    case LP_KIND_PROCESS:
        return on_own(c, msg, n);
    case LP_KIND_PORT:
        return on_port(c, msg, n);
    default:
        return -1;
    }
}
