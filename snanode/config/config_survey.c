/* What is known of a whole configuration once it has been validated, so that nobody has to walk all LUs to
 * learn it. */
#include <stdlib.h>
#include <string.h>

#include "snanode/config/config_build.h"

static void survey_lus(struct node_config *c)
{
    struct cfg_survey *v = &c->survey;
    for (size_t i = 0; i < c->n_lus; i++) {
        const struct cfg_lu *lu = &c->lus[i];
        config_index_put(&v->lunames, lu->luname, i);
        if (lu->default_pool)
            v->pool[v->n_pool++] = (uint32_t)i;
        v->auto_lus += lu->auto_partner;
        v->listed = v->listed || lu->n_partners > 0;
    }
    for (size_t i = 0; i < c->n_rlus; i++) {
        const struct cfg_rlu *rlu = &c->rlus[i];
        config_index_put(&v->rlunames, rlu->luname, i);
        v->auto_rlus += rlu->auto_partner;
        v->listed = v->listed || rlu->n_partners > 0;
    }
    for (size_t i = 0; i < c->n_modes; i++)
        v->auto_modes += c->modes[i].auto_partner && !c->modes[i].reserved;
}

void config_survey(struct node_config *c)
{
    struct cfg_survey *v = &c->survey;
    config_survey_fini(c);
    v->pool = calloc(c->n_lus + 1, sizeof *v->pool);
    if (v->pool && config_index_clear(&v->lunames, c->n_lus) && config_index_clear(&v->rlunames, c->n_rlus)) {
        survey_lus(c);
        v->made = true;
    } else {
        config_survey_fini(c);
    }
}

void config_survey_fini(struct node_config *c)
{
    free(c->survey.pool);
    free(c->survey.lunames.slots);
    free(c->survey.rlunames.slots);
    c->survey = (struct cfg_survey){.made = false};
}

/* The first number above PREV (-1 = none) of an entry that is entered under LUNAME.  False: there is none. */
static bool next_number(const struct cfg_index *ix, const char *luname, long prev, size_t *out)
{
    bool found = false;
    for (size_t i = config_index_slot(ix, luname); ix->slots[i]; i = config_index_next(ix, i)) {
        size_t at = ix->slots[i] - 1;
        if ((long)at > prev && (!found || at < *out)) {
            *out = at;
            found = true;
        }
    }
    return found;
}

const struct cfg_lu *config_lu_named(const struct node_config *c, const char *luname,
                                     const struct cfg_lu *prev)
{
    size_t at = prev ? (size_t)(prev - c->lus) + 1 : 0;
    while (c->survey.made ? next_number(&c->survey.lunames, luname, (long)at - 1, &at) : at < c->n_lus) {
        if (strcmp(c->lus[at].luname, luname) == 0)
            return &c->lus[at];
        at++;
    }
    return NULL;
}

const struct cfg_rlu *config_rlu_named(const struct node_config *c, const char *luname,
                                       const struct cfg_rlu *prev)
{
    size_t at = prev ? (size_t)(prev - c->rlus) + 1 : 0;
    while (c->survey.made ? next_number(&c->survey.rlunames, luname, (long)at - 1, &at) : at < c->n_rlus) {
        if (strcmp(c->rlus[at].luname, luname) == 0)
            return &c->rlus[at];
        at++;
    }
    return NULL;
}

const struct cfg_lu *config_pool_member(const struct node_config *c, size_t *i)
{
    while (*i < (c->survey.made ? c->survey.n_pool : c->n_lus)) {
        size_t k = (*i)++;
        const struct cfg_lu *lu = &c->lus[c->survey.made ? c->survey.pool[k] : k];
        if (lu->default_pool)
            return lu;
    }
    return NULL;
}
