/* The text of an entry, written and read.  A reader takes nothing on trust: the text may come from a newer
 * node, or from anybody who has the password of the domain. */
#include "attachmgr/directory/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FIRST[] = "snanode-entry 1\n";

/* ---- keys ---- */

static bool machine_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool entry_machine_valid(const char *name)
{
    size_t n = 0;
    while (name[n] && n <= ENTRY_MACHINE_MAX && machine_char(name[n]))
        n++;
    return n > 0 && n <= ENTRY_MACHINE_MAX && !name[n];
}

const char *entry_key_write(const struct entry_key *k, char *out)
{
    int n = snprintf(out, ENTRY_KEY_ROOM, "%s.%016llx.%c", k->machine, (unsigned long long)k->instance,
                     (char)k->type);
    if (k->type != ENTRY_MACHINE && n > 0)
        snprintf(out + n, ENTRY_KEY_ROOM - (size_t)n, "%u", k->number);
    return out;
}

/* Only what entry_key_write has written is a key, so that an entry has one key and no other. */
bool entry_key_read(const char *text, struct entry_key *k)
{
    char again[ENTRY_KEY_ROOM];
    size_t n = strcspn(text, ".");
    memset(k, 0, sizeof *k);
    if (n > ENTRY_MACHINE_MAX || strlen(text) < n + 19 || text[n + 17] != '.')
        return false;
    memcpy(k->machine, text, n);
    k->instance = strtoull(text + n + 1, NULL, 16);
    k->type = (enum entry_type)(unsigned char)text[n + 18];
    if (k->type != ENTRY_MACHINE && k->type != ENTRY_TP && k->type != ENTRY_LU)
        return false;
    unsigned long number = strtoul(text + n + 19, NULL, 10);
    if (number > UINT32_MAX || !entry_machine_valid(k->machine))
        return false;
    k->number = (uint32_t)number;
    return strcmp(entry_key_write(k, again), text) == 0;
}

/* ---- writing ---- */

struct writer {
    char *p;
    size_t n;
};

static void put(struct writer *w, const char *s, size_t n)
{
    memcpy(w->p + w->n, s, n);
    w->n += n;
}

/* Octets other than printable ASCII, and the percent sign itself, as %XX. */
static void put_text(struct writer *w, const char *key, const char *value, size_t n)
{
    char line[40];
    put(w, line, (size_t)snprintf(line, sizeof line, "%s=", key));
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)value[i];
        if (c > ' ' && c < 127 && c != '%')
            put(w, value + i, 1);
        else
            put(w, line, (size_t)snprintf(line, sizeof line, "%%%02X", c));
    }
    put(w, "\n", 1);
}

static void put_number(struct writer *w, const char *key, uint64_t v)
{
    char line[48];
    put(w, line, (size_t)snprintf(line, sizeof line, "%s=%llu\n", key, (unsigned long long)v));
}

static void put_string(struct writer *w, const char *key, const char *value)
{
    put_text(w, key, value, strlen(value));
}

size_t entry_write(const struct entry *e, char *out)
{
    struct writer w = {out, 0};
    put(&w, FIRST, sizeof FIRST - 1);
    put_number(&w, "version", e->version);
    switch (e->type) {
    case ENTRY_MACHINE:
        put_string(&w, "address", e->u.machine.address);
        put_string(&w, "certificate", e->u.machine.cert);
        put_number(&w, "lease", e->u.machine.lease_s);
        put_number(&w, "since", e->u.machine.since);
        break;
    case ENTRY_TP:
        put_text(&w, "name", e->u.tp.name.s, e->u.tp.name.n);
        put_string(&w, "lu", e->u.tp.lu);
        put_number(&w, "kind", e->u.tp.kind);
        put_number(&w, "alias", e->u.tp.alias);
        put_number(&w, "running", e->u.tp.running);
        put_number(&w, "waiting", e->u.tp.waiting);
        break;
    case ENTRY_LU:
        put_string(&w, "alias", e->u.lu.alias);
        put_string(&w, "name", e->u.lu.name);
        put_number(&w, "pool", e->u.lu.pool);
        break;
    }
    return w.n;
}

/* ---- reading ---- */

/* The value of a line, decoded. */
struct value {
    char s[ENTRY_TEXT_MAX];
    size_t n;
};

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool decode(const char *p, size_t n, struct value *v)
{
    v->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] <= ' ' || p[i] > '~')
            return false;
        if (p[i] != '%') {
            v->s[v->n++] = p[i];
            continue;
        }
        int high = i + 2 < n ? hex_digit(p[i + 1]) : -1, low = i + 2 < n ? hex_digit(p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return false;
        v->s[v->n++] = (char)(high << 4 | low);
        i += 2;
    }
    v->s[v->n] = '\0';
    return true;
}

static bool number(const struct value *v, uint64_t least, uint64_t most, uint64_t *out)
{
    uint64_t x = 0;
    if (v->n == 0 || v->n > 20 || (v->n > 1 && v->s[0] == '0'))
        return false;
    for (size_t i = 0; i < v->n; i++) {
        uint64_t digit = (uint64_t)(unsigned char)v->s[i] - '0';
        if (digit > 9 || x > (UINT64_MAX - digit) / 10)
            return false;
        x = x * 10 + digit;
    }
    *out = x;
    return x >= least && x <= most;
}

/* A text of printable characters without blanks, LEAST to CAP - 1 of them. */
static bool string(const struct value *v, size_t least, char *out, size_t cap)
{
    if (v->n < least || v->n >= cap)
        return false;
    for (size_t i = 0; i < v->n; i++)
        if (v->s[i] <= ' ' || v->s[i] > '~')
            return false;
    memcpy(out, v->s, v->n + 1);
    return true;
}

static bool alias(const struct value *v, bool may_be_empty, char *out)
{
    if (v->n == 0 ? !may_be_empty : !name_valid_lu_alias(v->s, v->n))
        return false;
    return string(v, 0, out, NAME_ROOM8);
}

/* What the keys of each type are: a bit each, so that doubles and gaps are seen. */
enum { F_VERSION = 1, F_A = 2, F_B = 4, F_C = 8, F_D = 16, F_E = 32, F_F = 64 };

struct reading {
    struct entry *e;
    const struct value *v;
    unsigned field; /* that the line turned out to be, 0 = not known */
};

static bool is(struct reading *r, const char *key, const char *name, unsigned field)
{
    if (strcmp(key, name) != 0)
        return false;
    r->field = field;
    return true;
}

static bool take_machine(struct reading *r, const char *key)
{
    struct entry_machine *m = &r->e->u.machine;
    uint64_t x = 0;
    bool good = true;
    if (is(r, key, "address", F_A))
        good = string(r->v, 0, m->address, sizeof m->address);
    else if (is(r, key, "certificate", F_B))
        good = string(r->v, 0, m->cert, sizeof m->cert);
    else if (is(r, key, "lease", F_C)) {
        good = number(r->v, ENTRY_LEASE_MIN_S, ENTRY_LEASE_MAX_S, &x);
        m->lease_s = (uint32_t)x;
    } else if (is(r, key, "since", F_D))
        good = number(r->v, 0, UINT64_MAX, &m->since);
    return good;
}

static bool take_name(const struct value *v, struct match_name *out)
{
    if (v->n > MATCH_NAME_MAX)
        return false;
    memset(out, 0, sizeof *out);
    memcpy(out->s, v->s, v->n);
    out->n = (uint8_t)v->n;
    return true;
}

static bool take_tp(struct reading *r, const char *key)
{
    struct entry_tp *t = &r->e->u.tp;
    uint64_t x = 0;
    bool good = true;
    if (is(r, key, "name", F_A))
        good = take_name(r->v, &t->name);
    else if (is(r, key, "lu", F_B))
        good = alias(r->v, true, t->lu);
    else if (is(r, key, "kind", F_C)) {
        good = number(r->v, 0, 255, &x) && (x == ENTRY_QUEUED || x == ENTRY_NONQUEUED || x == ENTRY_OPERATOR);
        t->kind = (enum entry_kind)x;
    } else if (is(r, key, "alias", F_D)) {
        good = number(r->v, 0, 1, &x);
        t->alias = x;
    } else if (is(r, key, "running", F_E)) {
        good = number(r->v, 0, UINT32_MAX, &x);
        t->running = (uint32_t)x;
    } else if (is(r, key, "waiting", F_F)) {
        good = number(r->v, 0, UINT32_MAX, &x);
        t->waiting = (uint32_t)x;
    }
    return good;
}

static bool take_lu(struct reading *r, const char *key)
{
    struct entry_lu *l = &r->e->u.lu;
    uint64_t x = 0;
    bool good = true;
    if (is(r, key, "alias", F_A))
        good = alias(r->v, false, l->alias);
    else if (is(r, key, "name", F_B))
        good = name_valid_fq(r->v->s, r->v->n) && string(r->v, 1, l->name, sizeof l->name);
    else if (is(r, key, "pool", F_C)) {
        good = number(r->v, 0, 1, &x);
        l->pool = x;
    }
    return good;
}

static bool take(struct reading *r, const char *key)
{
    if (is(r, key, "version", F_VERSION))
        return number(r->v, 1, UINT64_MAX, &r->e->version);
    return r->e->type == ENTRY_MACHINE ? take_machine(r, key)
           : r->e->type == ENTRY_TP    ? take_tp(r, key)
                                       : take_lu(r, key);
}

/* The empty name is that of an LU's attach manager, which a program has registered. */
static bool names_something(const struct entry_tp *t)
{
    return t->name.n > 0 || (t->lu[0] && t->kind == ENTRY_OPERATOR && !t->alias);
}

/* What an entry of TYPE cannot do without. */
static unsigned needed(enum entry_type type)
{
    return F_VERSION | F_A | F_B | F_C | (type == ENTRY_LU ? 0 : F_D);
}

/* The line of N octets at P into R; NULL, or what is wrong. */
static const char *take_line(struct reading *r, const char *p, size_t n, struct value *v, unsigned *seen)
{
    char key[33];
    const char *equals = memchr(p, '=', n);
    size_t k = equals ? (size_t)(equals - p) : 0;
    if (k == 0 || k >= sizeof key)
        return "a line that is not KEY=VALUE";
    memcpy(key, p, k);
    key[k] = '\0';
    if (!decode(p + k + 1, n - k - 1, v))
        return "a value with an octet that may not stand there";
    r->v = v;
    r->field = 0;
    if (!take(r, key))
        return "a value that is not allowed";
    if (*seen & r->field)
        return "a key that is there twice";
    *seen |= r->field;
    return NULL;
}

const char *entry_read(const char *text, size_t n, enum entry_type type, struct entry *e)
{
    struct reading r = {.e = e};
    struct value v;
    unsigned seen = 0;
    memset(e, 0, sizeof *e);
    e->type = type;
    if (n > ENTRY_TEXT_MAX)
        return "longer than an entry may be";
    if (n < sizeof FIRST - 1 || memcmp(text, FIRST, sizeof FIRST - 1) != 0)
        return "not an entry, or of a version that this node does not know";
    for (size_t at = sizeof FIRST - 1; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        if (!end)
            return "a last line without its end";
        const char *wrong = take_line(&r, text + at, (size_t)(end - (text + at)), &v, &seen);
        if (wrong)
            return wrong;
        at = (size_t)(end - text) + 1;
    }
    if (needed(type) & ~seen)
        return "a key that is needed is missing";
    return type == ENTRY_TP && !names_something(&e->u.tp) ? "a value that is not allowed" : NULL;
}
