#include "attachmgr/tptable/tpdomain.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tpvalue.h"

#define BLANKS " \t,;"

void tpdomain_free(struct tp_domain *t)
{
    if (!t)
        return;
    if (t->servers_text) /* there may be a password in it */
        explicit_bzero(t->servers_text, strlen(t->servers_text));
    free(t->name);
    free(t->machine);
    free(t->servers);
    free(t->servers_text);
    free(t->credentials);
    free(t->listen);
    free(t->certificate);
    free(t->key);
    free(t->ca);
    free(t->lus);
    free(t);
}

static bool name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* 1 to MOST letters, digits, - and _. */
static void take_name(const struct tpvalue_owner *o, const struct reg_value *v, size_t most, const char *why,
                      char **out)
{
    size_t n = 0;
    tpvalue_string(o, v, TPVALUE_SZ, out);
    if (!*out)
        return;
    while (name_char((*out)[n]))
        n++;
    if (n > 0 && n <= most && !(*out)[n])
        return;
    tpvalue_fault(o, v, why);
    free(*out);
    *out = NULL;
}

static void take_path(const struct tpvalue_owner *o, const struct reg_value *v, char **out)
{
    tpvalue_string(o, v, TPVALUE_SZ, out);
    if (*out && (*out)[0] != '/') {
        tpvalue_fault(o, v, "must be a path of this machine, from / on");
        free(*out);
        *out = NULL;
    }
}

/* HOST:PORT of LEN octets at S, with a port of LEAST to 65535. */
static bool host_port(const char *s, size_t len, unsigned least)
{
    const char *colon = memrchr(s, ':', len);
    size_t digits = colon ? len - (size_t)(colon + 1 - s) : 0;
    unsigned port = 0;
    if (!colon || colon == s || digits == 0 || digits > 5)
        return false;
    for (size_t i = 1; i <= digits; i++) {
        if (colon[i] < '0' || colon[i] > '9')
            return false;
        port = port * 10 + (unsigned)(colon[i] - '0');
    }
    for (size_t i = 0; i < len; i++)
        if (s[i] <= ' ' || s[i] > '~')
            return false;
    return port >= least && port <= 65535;
}

static void take_listen(const struct tpvalue_owner *o, const struct reg_value *v, char **out)
{
    tpvalue_string(o, v, TPVALUE_SZ, out);
    if (*out && (strlen(*out) > 128 || !host_port(*out, strlen(*out), 0))) {
        tpvalue_fault(o, v, "must be HOST:PORT, as other machines reach this one");
        free(*out);
        *out = NULL;
    }
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* nats://HOST:PORT or tls://HOST:PORT, with USER:PASSWORD@ before the host if need be. */
static bool is_server(const char *url)
{
    const char *host = strstr(url, "://"), *at;
    if (!begins(url, "nats://") && !begins(url, "tls://"))
        return false;
    host += 3;
    at = strrchr(host, '@');
    if (at)
        host = at + 1;
    return host_port(host, strlen(host), 1);
}

static void take_servers(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_domain *t)
{
    static const char why[] =
        "must name 1 to 16 servers as nats://HOST:PORT or tls://HOST:PORT, separated by blanks or commas";
    tpvalue_string(o, v, TPVALUE_SZ, &t->servers_text);
    if (!t->servers_text)
        return;
    t->servers = calloc(TPDOMAIN_SERVERS_MAX + 1, sizeof *t->servers);
    if (!t->servers) {
        tpvalue_fault_nomem(o, v);
        return;
    }
    char *save, *url = strtok_r(t->servers_text, BLANKS, &save);
    for (; url; url = strtok_r(NULL, BLANKS, &save)) {
        if (t->n_servers == TPDOMAIN_SERVERS_MAX || !is_server(url)) {
            tpvalue_fault(o, v, why);
            return;
        }
        t->tls |= begins(url, "tls://");
        t->servers[t->n_servers++] = url;
    }
    if (t->n_servers == 0)
        tpvalue_fault(o, v, why);
}

/* Aliases of local LUs; text without any: none of them. */
static void take_lus(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_domain *t)
{
    char *text = NULL, *save;
    unsigned errors = o->d->errors;
    if (!tpvalue_text(o, v, TPVALUE_SZ))
        return;
    t->lus = calloc(v->text_n / 2 + 1, sizeof *t->lus);
    text = strndup(v->text_n ? v->text : "", v->text_n);
    if (!t->lus || !text)
        tpvalue_fault_nomem(o, v);
    t->some_lus = true;
    for (char *lu = t->lus && text ? strtok_r(text, BLANKS, &save) : NULL; lu && o->d->errors == errors;
         lu = strtok_r(NULL, BLANKS, &save)) {
        struct reg_value alias = *v;
        alias.text = lu;
        alias.text_n = strlen(lu);
        tpvalue_lu(o, &alias, t->lus[t->n_lus++]);
    }
    free(text);
}

bool tpdomain_offers(const struct tp_domain *t, const char *alias)
{
    for (size_t i = 0; i < t->n_lus; i++)
        if (strcmp(t->lus[i], alias) == 0)
            return true;
    return !t->some_lus;
}

static void take_value(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_domain *t)
{
    if (name_casecmp(v->name, "Name") == 0)
        take_name(o, v, TPDOMAIN_NAME_MAX, "must be 1 to 32 letters, digits, - and _", &t->name);
    else if (name_casecmp(v->name, "Machine") == 0)
        take_name(o, v, TPDOMAIN_MACHINE_MAX, "must be 1 to 15 letters, digits, - and _", &t->machine);
    else if (name_casecmp(v->name, "Servers") == 0)
        take_servers(o, v, t);
    else if (name_casecmp(v->name, "Credentials") == 0)
        take_path(o, v, &t->credentials);
    else if (name_casecmp(v->name, "ListenAddress") == 0)
        take_listen(o, v, &t->listen);
    else if (name_casecmp(v->name, "Certificate") == 0)
        take_path(o, v, &t->certificate);
    else if (name_casecmp(v->name, "Key") == 0)
        take_path(o, v, &t->key);
    else if (name_casecmp(v->name, "CA") == 0)
        take_path(o, v, &t->ca);
    else if (name_casecmp(v->name, "Lease") == 0)
        tpvalue_dword(o, v, 1, 3600, &t->lease_s);
    else if (name_casecmp(v->name, "Replicas") == 0)
        tpvalue_dword(o, v, 1, 5, &t->replicas);
    else if (name_casecmp(v->name, "OfferLUs") == 0)
        take_lus(o, v, t);
    else
        tpvalue_fault(o, v,
                      "is no setting of Domain: Name, Servers, Machine, Credentials, ListenAddress, "
                      "Certificate, Key, CA, Lease, Replicas, OfferLUs");
}

/* What is missing is told at the first value. */
static void judge(const struct tpvalue_owner *o, const struct reg_key *k, const struct tp_domain *t)
{
    if (!reg_value(k, "Name"))
        tpvalue_fault(o, k->values, "needs Name beside it, the name of the domain");
    if (!reg_value(k, "Servers"))
        tpvalue_fault(o, k->values, "needs Servers beside it, the NATS servers of the domain");
    if (!t->certificate != !t->key)
        tpvalue_fault(o, k->values, "needs Certificate and Key beside it, both or neither");
}

struct tp_domain *tpdomain_new(const struct reg_key *k, struct diag *d)
{
    const struct tpvalue_owner o = {d, "SnaBase\\Parameters\\Domain"};
    unsigned errors = d->errors;
    if (!k || !k->values)
        return NULL;
    struct tp_domain *t = calloc(1, sizeof *t);
    if (!t) {
        tpvalue_fault_nomem(&o, k->values);
        return NULL;
    }
    t->lease_s = TPDOMAIN_LEASE_S;
    t->replicas = 1;
    t->line = k->values->line;
    for (const struct reg_value *v = k->values; v; v = v->next)
        take_value(&o, v, t);
    if (d->errors == errors)
        judge(&o, k, t);
    if (d->errors == errors)
        return t;
    tpdomain_free(t);
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool tpdomain_equal(const struct tp_domain *a, const struct tp_domain *b)
{
    if (!a || !b)
        return a == b;
    for (size_t i = 0; i < a->n_servers && i < b->n_servers; i++)
        if (strcmp(a->servers[i], b->servers[i]) != 0)
            return false;
    return a->n_servers == b->n_servers && same(a->name, b->name) && same(a->machine, b->machine) &&
           same(a->credentials, b->credentials) && same(a->listen, b->listen) &&
           same(a->certificate, b->certificate) && same(a->key, b->key) && same(a->ca, b->ca) &&
           a->lease_s == b->lease_s && a->replicas == b->replicas;
}
