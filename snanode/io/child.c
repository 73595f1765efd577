/* A copy of a TP is more than the process that was started: that process may have started others in its
 * process group, or have ended and left its work to a process in another session.  A process that has shown
 * the copy's token and has lost its parent is a child of the node too (child_adopt). */
#include "snanode/io/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/tpout.h"
#include "snanode/io/watch.h"

void child_adopt(void)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        log_warn("TPs that leave their work to another process cannot be ended: %s", strerror(errno));
}

struct child *child_new(const char *name, uint64_t token)
{
    struct child *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->token = token;
    strcpy(c->name, name);
    return c;
}

void child_add(struct server *s, struct child *c, pid_t pid)
{
    c->pid = pid;
    list_append(&s->children, &c->link);
    hash_add(&s->children_by_pid, &c->by_pid, hash_u64((uint64_t)pid));
    s->n_children++;
}

struct child *child_of(const struct server *s, pid_t pid)
{
    struct hash_node *h = hash_first(&s->children_by_pid, hash_u64((uint64_t)pid)); /* a bijection */
    return h ? LIST_OWNER(h, struct child, by_pid) : NULL;
}

/* ---- orphans ---- */

/* P belongs to a copy and is a child of the node, but not the process that was started. */
static bool is_orphan(const struct server *s, const struct process *p)
{
    siginfo_t info;
    return p->token && !child_of(s, p->pid) &&
           waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* The first process of the copy with TOKEN; NULL: it has ended. */
static const struct child *first_of(const struct server *s, uint64_t token)
{
    LIST_FOREACH(l, &s->children) {
        const struct child *c = LIST_OWNER(l, struct child, link);
        if (c->token == token)
            return c;
    }
    return NULL;
}

/* As long as the first process runs it is the one that is asked to end: perhaps it ends the others in a way
 * of its own, as snanode-wine-start stops a service.  They are asked when it has ended, and killed with it.
 */
static void signal_orphans(const struct server *s, uint64_t token, int sig)
{
    LIST_FOREACH(l, &s->node->processes) {
        const struct process *p = LIST_OWNER(l, struct process, link);
        if ((token == CHILD_ALL || p->token == token) && (sig == SIGKILL || !first_of(s, p->token)) &&
            is_orphan(s, p)) {
            if (sig == SIGKILL)
                log_warn("%s: process %d has not ended: killing it", p->program, p->pid);
            kill(p->pid, sig);
        }
    }
}

bool child_any(const struct server *s)
{
    if (s->n_children > 0)
        return true;
    LIST_FOREACH(l, &s->node->processes)
        if (is_orphan(s, LIST_OWNER(l, struct process, link)))
            return true;
    return false;
}

/* ---- ends ---- */

static void ended(struct server *s, struct child *c, int status)
{
    tpout_ended(c);
    if (WIFSIGNALED(status))
        log_info("TP %s: process %d ended by signal %d (%s)", c->name, (int)c->pid, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        log_info("TP %s: process %d ended with status %d", c->name, (int)c->pid, WEXITSTATUS(status));
    else
        log_debug("TP %s: process %d ended", c->name, (int)c->pid);
    list_remove(&c->link);
    hash_remove(&s->children_by_pid, &c->by_pid);
    s->n_children--;
    if (c->asked) /* the processes that it leaves behind have not been asked to end yet */
        signal_orphans(s, c->token, SIGTERM);
    am_exited(s->am, c->token, status, now_ms(), &s->afx);
    free(c);
}

void child_reap(struct server *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct child *c = child_of(s, pid);
        if (c)
            ended(s, c, status);
    }
}

/* ---- signals ---- */

void child_signal(struct server *s, uint64_t token, int sig)
{
    LIST_FOREACH(l, &s->children) {
        struct child *c = LIST_OWNER(l, struct child, link);
        if (token != CHILD_ALL && c->token != token)
            continue;
        if (sig == SIGKILL)
            log_warn("TP %s: process %d has not ended: killing it", c->name, (int)c->pid);
        c->asked = true;
        kill(-c->pid, sig);
    }
    signal_orphans(s, token, sig);
}

/* Processes that do not end within the grace time after SIGTERM are killed.  The clock is not part of the
 * child: a copy whose first process has ended may have left orphans. */
struct grace {
    struct list link; /* server->graces */
    struct server *server;
    struct watch *over;
    uint64_t token;
};

static void grace_free(struct grace *g)
{
    list_remove(&g->link);
    watch_free(g->over);
    free(g);
}

static void on_grace_over(void *arg)
{
    struct grace *g = arg;
    child_signal(g->server, g->token, SIGKILL);
    grace_free(g);
}

/* Start the clock; NULL when out of memory. */
static struct grace *grace_new(struct server *s, uint64_t token)
{
    static const struct timeval time = {.tv_sec = CHILD_GRACE_S};
    struct grace *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    *g = (struct grace){.server = s, .token = token};
    list_append(&s->graces, &g->link);
    g->over = watch_new(s, -1, 0, on_grace_over, g);
    if (g->over && watch_add(g->over, &time) == 0)
        return g;
    grace_free(g);
    return NULL;
}

void child_stop(struct server *s, uint64_t token)
{
    bool clock = grace_new(s, token) != NULL;
    child_signal(s, token, SIGTERM);
    if (!clock) /* a process that ignores SIGTERM would stay for ever */
        child_signal(s, token, SIGKILL);
}

void child_forget_all(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->children) {
        struct child *c = LIST_OWNER(l, struct child, link);
        tpout_drop(c);
        free(c);
    }
    LIST_FOREACH_SAFE(l, &s->graces)
        grace_free(LIST_OWNER(l, struct grace, link));
}
