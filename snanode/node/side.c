#include "snanode/node/side.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/names.h"

enum { RC_OK = 0, RC_PARAMETER_CHECK = 24 }; /* CPI-C's */

/* The entry of that name which is UID's own, or, if not PRIVATE, which everybody sees. */
static struct side_entry *find(const struct side_table *t, const char *name, bool private, unsigned uid)
{
    for (size_t i = 0; i < t->n; i++) {
        struct side_entry *e = &t->v[i];
        if (e->private == private && (!private || e->uid == uid) && strcmp(e->side.name, name) == 0)
            return e;
    }
    return NULL;
}

static struct side_entry *seen_by(const struct side_table *t, const char *name, unsigned uid)
{
    struct side_entry *own = find(t, name, true, uid);
    return own ? own : find(t, name, false, 0);
}

/* A program sees a service TP's name with its first octet raw and the others in ASCII (CPI-C sheet 7.1); the files
 * have all of it as octets. */
static struct cfg_side from_file(const struct cfg_side *s)
{
    struct cfg_side out = *s;
    if (out.service_tp && out.tp_name_n > 1)
        ebcdic_decode(out.tp_name + 1, out.tp_name_n - 1u);
    return out;
}

int side_load(struct side_table *t, const struct node_config *cfg)
{
    struct side_table new = {.cap = cfg->n_sides + t->n + 1};
    new.v = calloc(new.cap, sizeof *new.v);
    if (!new.v)
        return -1;
    for (size_t i = 0; i < cfg->n_sides; i++)
        new.v[new.n++].side = from_file(&cfg->sides[i]);
    for (size_t i = 0; i < t->n; i++) {
        const struct side_entry *e = &t->v[i];
        if (e->side.file)
            continue;
        struct side_entry *same = find(&new, e->side.name, e->private, e->uid);
        *(same ? same : &new.v[new.n++]) = *e;
    }
    side_free(t);
    *t = new;
    return 0;
}

void side_free(struct side_table *t)
{
    if (t->v)
        explicit_bzero(t->v, t->cap * sizeof *t->v);
    free(t->v);
    *t = (struct side_table){.n = 0};
}

const struct cfg_side *side_find(const struct side_table *t, const char *name, unsigned uid)
{
    const struct side_entry *e = seen_by(t, name, uid);
    return e ? &e->side : NULL;
}

/* One entry more; no realloc, which would leave passwords behind.  NULL: out of memory. */
static struct side_entry *append(struct side_table *t)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        struct side_entry *v = calloc(cap, sizeof *v);
        if (!v)
            return NULL;
        if (t->v) {
            memcpy(v, t->v, t->n * sizeof *v);
            explicit_bzero(t->v, t->cap * sizeof *t->v);
        }
        free(t->v);
        t->v = v;
        t->cap = cap;
    }
    return &t->v[t->n++];
}

/* What programs of UID have set for themselves. */
static size_t count_of(const struct side_table *t, unsigned uid)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += t->v[i].private && t->v[i].uid == uid;
    return n;
}

static void fill(struct cfg_side *s, const struct lp_side_set *m)
{
    *s = (struct cfg_side){.service_tp = m->service_tp, .security = (enum cfg_security)m->security};
    strcpy(s->name, m->symdest);
    strcpy(s->partner, m->partner);
    strcpy(s->mode, m->mode);
    s->tp_name_n = (uint8_t)m->tpn_n;
    memcpy(s->tp_name, m->tpn, m->tpn_n);
    name_unpad(s->user, sizeof s->user, m->user, m->user_n);
    name_unpad(s->password, sizeof s->password, m->password, m->password_n);
}

uint16_t side_set(struct side_table *t, const struct lp_side_set *m, struct side_by by)
{
    size_t n = strlen(m->symdest);
    if (!name_valid_symdest(m->symdest, n) || m->tpn_n > NAME_TP_MAX || m->security > CFG_SEC_PROGRAM)
        return RC_PARAMETER_CHECK;
    struct side_entry *e = find(t, m->symdest, !by.admin, by.uid);
    if (!e) {
        size_t set = by.admin ? 0 : count_of(t, by.uid);
        if (set >= SIDE_PER_USER)
            return LP_RC_SIDE_LIMIT;
        e = append(t);
        if (!e)
            return LP_RC_MEMORY;
        e->private = !by.admin;
        e->uid = by.uid;
    }
    fill(&e->side, m);
    return RC_OK;
}

uint16_t side_delete(struct side_table *t, const char *name, struct side_by by)
{
    struct side_entry *e = seen_by(t, name, by.uid);
    if (!e)
        return RC_PARAMETER_CHECK;
    if (!e->private && !by.admin)
        return LP_RC_SIDE_DENIED;
    size_t after = (size_t)(&t->v[--t->n] - e);
    memmove(e, e + 1, after * sizeof *e);
    explicit_bzero(&t->v[t->n], sizeof *e);
    return RC_OK;
}

/* The INDEXth entry that UID sees: what it covers is not there for it.  Others' entries cost one look each, so that what
 * they have set does not slow the node down for everybody. */
static const struct side_entry *entry_at(const struct side_table *t, uint32_t index, unsigned uid)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct side_entry *e = &t->v[i];
        bool seen = e->private ? e->uid == uid : !find(t, e->side.name, true, uid);
        if (seen && --index == 0)
            return e;
    }
    return NULL;
}

void side_extract(const struct side_table *t, const struct lp_side_get *m, unsigned uid, struct lp_side *out)
{
    const struct side_entry *e = m->index ? entry_at(t, m->index, uid) : seen_by(t, m->symdest, uid);
    *out = (struct lp_side){.rc = RC_PARAMETER_CHECK};
    if (!e)
        return;
    const struct cfg_side *s = &e->side;
    out->rc = RC_OK;
    strcpy(out->symdest, s->name);
    strcpy(out->partner, s->partner);
    strcpy(out->mode, s->mode);
    out->tpn_n = s->tp_name_n;
    memcpy(out->tpn, s->tp_name, s->tp_name_n);
    out->service_tp = s->service_tp;
    out->security = (uint8_t)s->security;
    out->user_n = (uint16_t)strlen(s->user);
    memcpy(out->user, s->user, out->user_n);
}
