#include "snanode/node/side.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/hash.h"
#include "snanode/base/names.h"

/* ---- by name ---- */

static size_t slot_of(const struct side_table *t, const char *name)
{
    return hash_octets(0, name, strlen(name)) & (t->n_slots - 1);
}

static size_t next_slot(const struct side_table *t, size_t i)
{
    return (i + 1) & (t->n_slots - 1);
}

/* The last entry has a name now. */
static void index_last(struct side_table *t)
{
    size_t i = slot_of(t, t->v[t->n - 1].side.name);
    while (t->slots[i])
        i = next_slot(t, i);
    t->slots[i] = (uint32_t)t->n;
}

/* Make room for an index of N entries.  -1: out of memory. */
static int index_reserve(struct side_table *t, size_t n)
{
    size_t want = t->n_slots ? t->n_slots : 16;
    while (want < 2 * n)
        want *= 2;
    if (want == t->n_slots)
        return 0;
    uint32_t *slots = realloc(t->slots, want * sizeof *slots);
    if (!slots)
        return -1;
    t->slots = slots;
    t->n_slots = want;
    return 1;
}

static void index_all(struct side_table *t)
{
    size_t n = t->n;
    memset(t->slots, 0, t->n_slots * sizeof *t->slots);
    for (t->n = 0; t->n < n;) {
        t->n++;
        index_last(t);
    }
}

/* The entry of that name which is UID's own, or, if not PRIVATE, which everybody sees. */
static struct side_entry *find(const struct side_table *t, const char *name, bool private, unsigned uid)
{
    for (size_t i = t->n_slots ? slot_of(t, name) : 0; t->n_slots && t->slots[i]; i = next_slot(t, i)) {
        struct side_entry *e = &t->v[t->slots[i] - 1];
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

/* A program sees a service TP's name with its first octet raw and the others in ASCII [HIS:
 * Set_CPIC_Side_Information]; the files have all of it as octets. */
static struct side_entry from_file(const struct cfg_side *s, struct secrets *secrets)
{
    struct side_entry out = {.side = *s, .secret = secret_hold(secrets, false, 0, s->password)};
    explicit_bzero(out.side.password, sizeof out.side.password);
    if (s->service_tp && s->tp_name_n > 1)
        ebcdic_decode(out.side.tp_name + 1, s->tp_name_n - 1u);
    return out;
}

int side_load(struct side_table *t, const struct node_config *cfg)
{
    struct side_table new = {.cap = cfg->n_sides + t->n + 1};
    new.v = calloc(new.cap, sizeof *new.v);
    if (!new.v || index_reserve(&new, new.cap) < 0 || secrets_reserve(&t->secrets, cfg->n_sides) < 0) {
        free(new.v);
        free(new.slots);
        return -1;
    }
    for (size_t i = 0; i < cfg->n_sides; i++)
        new.v[new.n++] = from_file(&cfg->sides[i], &t->secrets);
    index_all(&new);
    for (size_t i = 0; i < t->n; i++) {
        const struct side_entry *e = &t->v[i];
        struct side_entry *same = e->side.file ? NULL : find(&new, e->side.name, e->private, e->uid);
        if (e->side.file || same)
            secret_drop(&t->secrets, e->side.file ? e->secret : same->secret);
        if (same) {
            *same = *e;
        } else if (!e->side.file) {
            new.v[new.n++] = *e;
            index_last(&new);
        }
    }
    free(t->v);
    free(t->slots);
    new.secrets = t->secrets;
    *t = new;
    return 0;
}

void side_free(struct side_table *t)
{
    secrets_free(&t->secrets);
    free(t->v);
    free(t->slots);
    *t = (struct side_table){.n = 0};
}

const struct side_entry *side_find(const struct side_table *t, const char *name, unsigned uid)
{
    return seen_by(t, name, uid);
}

/* One entry more, which is to be called NAME.  NULL: out of memory. */
static struct side_entry *append(struct side_table *t, const char *name)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        struct side_entry *v = realloc(t->v, cap * sizeof *v);
        if (!v)
            return NULL;
        t->v = v;
        t->cap = cap;
    }
    int larger = index_reserve(t, t->n + 1);
    if (larger < 0)
        return NULL;
    struct side_entry *e = &t->v[t->n++];
    *e = (struct side_entry){.secret = 0};
    strcpy(e->side.name, name);
    if (larger)
        index_all(t);
    else
        index_last(t);
    return e;
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
}

static void change_password(struct side_table *t, struct side_entry *e, const struct lp_side_set *m)
{
    char password[SECRET_MAX + 1];
    uint64_t old = e->secret;
    name_unpad(password, sizeof password, m->password, m->password_n);
    e->secret = secret_hold(&t->secrets, e->private, e->uid, password);
    explicit_bzero(password, sizeof password);
    secret_drop(&t->secrets, old);
}

uint16_t side_set(struct side_table *t, const struct lp_side_set *m, struct side_by by)
{
    size_t n = strlen(m->symdest);
    if (!name_valid_symdest(m->symdest, n) || m->tpn_n > NAME_TP_MAX || m->security > CFG_SEC_PROGRAM)
        return LP_RC_PROGRAM_PARAMETER_CHECK;
    if (secrets_reserve(&t->secrets, 1) < 0)
        return LP_RC_MEMORY;
    struct side_entry *e = find(t, m->symdest, !by.admin, by.uid);
    if (!e) {
        size_t set = by.admin ? 0 : count_of(t, by.uid);
        if (set >= SIDE_PER_USER)
            return LP_RC_SIDE_LIMIT;
        e = append(t, m->symdest);
        if (!e)
            return LP_RC_MEMORY;
        e->private = !by.admin;
        e->uid = by.uid;
    }
    fill(&e->side, m);
    change_password(t, e, m);
    return LP_RC_OK;
}

uint16_t side_delete(struct side_table *t, const char *name, struct side_by by)
{
    struct side_entry *e = seen_by(t, name, by.uid);
    if (!e)
        return LP_RC_PROGRAM_PARAMETER_CHECK;
    if (!e->private && !by.admin)
        return LP_RC_SIDE_DENIED;
    secret_drop(&t->secrets, e->secret);
    size_t after = (size_t)(&t->v[--t->n] - e);
    memmove(e, e + 1, after * sizeof *e);
    index_all(t);
    return LP_RC_OK;
}

/* The INDEXth entry that UID sees: what it covers is not there for it.  Others' entries cost one look each,
 * so that what they have set does not slow the node down for everybody. */
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
    *out = (struct lp_side){.rc = LP_RC_PROGRAM_PARAMETER_CHECK};
    if (!e)
        return;
    const struct cfg_side *s = &e->side;
    out->rc = LP_RC_OK;
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
