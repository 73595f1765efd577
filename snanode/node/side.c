#include "snanode/node/node.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/names.h"

enum { RC_OK = 0, RC_PARAMETER_CHECK = 24, RC_PRODUCT_SPECIFIC = 20 }; /* CPI-C's */

static struct cfg_side *find(const struct side_table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->v[i].name, name) == 0)
            return &t->v[i];
    return NULL;
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
    new.v = malloc(new.cap * sizeof *new.v);
    if (!new.v)
        return -1;
    for (size_t i = 0; i < cfg->n_sides; i++)
        new.v[new.n++] = from_file(&cfg->sides[i]);
    for (size_t i = 0; i < t->n; i++) {
        if (t->v[i].file)
            continue;
        struct cfg_side *s = find(&new, t->v[i].name);
        *(s ? s : &new.v[new.n++]) = t->v[i];
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

const struct cfg_side *side_find(const struct side_table *t, const char *name)
{
    return find(t, name);
}

uint16_t side_set(struct side_table *t, const struct lp_side_set *m)
{
    size_t n = strlen(m->symdest);
    if (!name_valid_symdest(m->symdest, n) || m->tpn_n > NAME_TP_MAX || m->security > CFG_SEC_PROGRAM)
        return RC_PARAMETER_CHECK;
    struct cfg_side *s = find(t, m->symdest);
    if (!s) {
        if (t->n == t->cap) {
            size_t cap = t->cap ? t->cap * 2 : 16;
            struct cfg_side *v = realloc(t->v, cap * sizeof *v);
            if (!v)
                return RC_PRODUCT_SPECIFIC;
            t->v = v;
            t->cap = cap;
        }
        s = &t->v[t->n++];
    }
    *s = (struct cfg_side){.service_tp = m->service_tp, .security = (enum cfg_security)m->security};
    strcpy(s->name, m->symdest);
    strcpy(s->partner, m->partner);
    strcpy(s->mode, m->mode);
    s->tp_name_n = (uint8_t)m->tpn_n;
    memcpy(s->tp_name, m->tpn, m->tpn_n);
    name_unpad(s->user, sizeof s->user, m->user, m->user_n);
    name_unpad(s->password, sizeof s->password, m->password, m->password_n);
    return RC_OK;
}

uint16_t side_delete(struct side_table *t, const char *name)
{
    struct cfg_side *s = find(t, name);
    if (!s)
        return RC_PARAMETER_CHECK;
    size_t after = (size_t)(&t->v[--t->n] - s);
    memmove(s, s + 1, after * sizeof *s);
    explicit_bzero(&t->v[t->n], sizeof *s);
    return RC_OK;
}

void side_extract(const struct side_table *t, const struct lp_side_get *m, struct lp_side *out)
{
    const struct cfg_side *s = NULL;
    *out = (struct lp_side){.rc = RC_PARAMETER_CHECK};
    if (m->index == 0)
        s = find(t, m->symdest);
    else if (m->index <= t->n)
        s = &t->v[m->index - 1];
    if (!s)
        return;
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
