/* Programs that invoke: the values of ...\SnaBase\Parameters\Client. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/tptable/tpbuild.h"
#include "attachmgr/tptable/tpvalue.h"
#include "snanode/base/names.h"

/* The file with the table of type G [V3].  CSVTBLG is the user's own, COMTBLG the one that comes with the
 * system and that nearly every export has: so a path that leads nowhere here is no fault. */
static void take_table(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    char *text = NULL;
    tpvalue_string(o, v, TPVALUE_PATH, &text);
    bool nomem = false;
    char *path = text ? pathmap_unquote(text, NULL) : NULL;
    char *here = path ? pathmap_apply(&b->map, path, &nomem) : NULL;
    if (text && (!path || nomem))
        tpvalue_fault_nomem(o, v);
    if (here && (!b->t->conversion_table || name_casecmp(v->name, "CSVTBLG") == 0)) {
        free(b->t->conversion_table);
        b->t->conversion_table = here;
        here = NULL;
    }
    free(here);
    free(path);
    free(text);
}

/* Values of the Client key that name no program [A36; A41; Q135316; Q259205; Q266275].  Those without a
 * meaning here are listed so that they are not taken for a program. */
static bool take_client_setting(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    static const char *const ignored[] = {
        "",
        "GenerateLUWIDonTPSTARTED",
        "LUWIDSUP",
    };
    if (name_casecmp(v->name, "GETNEWTPID") == 0) {
        tpvalue_yes_no(o, v, &b->t->getnewtpid);
        return true;
    }
    if (name_casecmp(v->name, "ResLocFlags") == 0) {
        uint32_t flags = 0;
        if (tpvalue_dword(o, v, 0, RES_LOC_BALANCE, &flags) && flags > 0 && flags < RES_LOC_LOCAL)
            tpvalue_fault(o, v, "must be 0, 0x8000 or 0x8001");
        b->t->res_loc_flags = flags;
        return true;
    }
    if (name_casecmp(v->name, "AP_SAMENosUser") == 0) {
        tpvalue_yes_no(o, v, &b->t->same_no_user);
        return true;
    }
    if (name_casecmp(v->name, "UnverifiedAP_SAME") == 0) {
        uint32_t on = 0; /* the older name of AP_SAMENosUser */
        if (tpvalue_dword(o, v, 0, 1, &on) && on)
            b->t->same_no_user = true;
        return true;
    }
    if (name_casecmp(v->name, "CSVTBLG") == 0 || name_casecmp(v->name, "COMTBLG") == 0) {
        take_table(b, o, v);
        return true;
    }
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (name_casecmp(v->name, ignored[i]) == 0)
            return true;
    return false;
}

static void take_client(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    struct tp_client *c = &b->t->clients[b->t->n_clients];
    *c = (struct tp_client){.program = NULL};
    tpvalue_lu(o, v, c->lu);
    if (!c->lu[0])
        return;
    c->program = strdup(v->name);
    if (c->program)
        b->t->n_clients++;
    else
        tpvalue_fault_nomem(o, v);
}

/* The values of the key K, except those that a STRONGER key has, too. */
static void take_clients(struct builder *b, const struct reg_key *k, const struct reg_key *const stronger[2])
{
    if (!k || k->index.n == 0)
        return;
    const struct tpvalue_owner o = {b->d, "SnaBase\\Parameters\\Client"};
    struct tp_client *c = realloc(b->t->clients, (b->t->n_clients + k->index.n) * sizeof *c);
    if (!c) {
        tpvalue_fault_nomem(&o, k->values);
        return;
    }
    b->t->clients = c;
    for (const struct reg_value *v = k->values; v; v = v->next)
        if (!reg_value(stronger[0], v->name) && !reg_value(stronger[1], v->name) &&
            !take_client_setting(b, &o, v))
            take_client(b, &o, v);
}

/* The TP name that an accepting program has: a valid one, which is no service TP's. */
static void take_name(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    struct tp_client_name *c = &b->t->client_names[b->t->n_client_names];
    if (!tpvalue_text(o, v, TPVALUE_SZ))
        return;
    if (v->text_n >= sizeof c->name || !name_valid_tp((const uint8_t *)v->text, v->text_n)) {
        tpvalue_fault(o, v, "must be a TP name of 1 to 64 characters");
        return;
    }
    strcpy(c->name, v->text);
    c->program = strdup(v->name);
    if (c->program)
        b->t->n_client_names++;
    else
        tpvalue_fault_nomem(o, v);
}

/* The values of the key K, except those that the STRONGER key has, too. */
static void take_names(struct builder *b, const struct reg_key *k, const struct reg_key *stronger)
{
    const struct tpvalue_owner o = {b->d, "SnaBase\\Parameters\\ClientTP"};
    if (!k || k->index.n == 0)
        return;
    struct tp_client_name *c = realloc(b->t->client_names, (b->t->n_client_names + k->index.n) * sizeof *c);
    if (!c) {
        tpvalue_fault_nomem(&o, k->values);
        return;
    }
    b->t->client_names = c;
    for (const struct reg_value *v = k->values; v; v = v->next)
        if (v->name[0] && !reg_value(stronger, v->name))
            take_name(b, &o, v);
}

void tpclient_take(struct builder *b)
{
    const struct reg_key *names = tpkey_service(b, "SnaBase\\Parameters\\ClientTP");
    take_names(b, names, NULL);
    take_names(b, tpkey_software(b, "SnaBase\\Parameters\\ClientTP"), names);
    const char *below = "SnaBase\\Parameters\\Client";
    const struct reg_key *system = tpkey_service(b, below), *software = tpkey_software(b, below);
    const struct reg_key *software32 = tpkey_software32(b, below);
    take_clients(b, system, (const struct reg_key *[2]){NULL, NULL});
    take_clients(b, software, (const struct reg_key *[2]){system, NULL});
    if (software32 != software)
        take_clients(b, software32, (const struct reg_key *[2]){system, software});
}
