#include "snanode/trace/story.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/trace/step.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/pcapng.h"
#include "snanode/wire/th.h"

#define BIU_MAX (1u << 20) /* octets of a BIU in segments */

/* A session as the TH shows it. */
struct story_line {
    uint32_t link;
    bool odai;
    uint8_t low, high; /* the two halves of its address */
    bool bid;          /* a bid has not been answered */
    uint8_t bound_who; /* who sent the BIND, or the first RU that was seen */
    struct story *session, *conversation;
    uint8_t *biu[2]; /* segments so far, by sender */
    size_t biu_n[2];
};

/* ---- memory ---- */

static void *grow(void *v, size_t *cap, size_t n, size_t size)
{
    if (n < *cap)
        return v;
    size_t more = *cap ? *cap * 2 : 16;
    void *p = realloc(v, more * size);
    if (p)
        *cap = more;
    return p;
}

static struct story *story_new(struct stories *s, bool session)
{
    struct story **v = grow(s->v, &s->cap, s->n, sizeof(struct story *));
    struct story *y = v ? calloc(1, sizeof *y) : NULL;
    if (v)
        s->v = v;
    if (!y) {
        s->bad = true;
        return NULL;
    }
    y->session = session;
    y->type = y->sync = "";
    record_in_init(&y->records[0]);
    record_in_init(&y->records[1]);
    s->v[s->n++] = y;
    return y;
}

static struct step *step_new(struct stories *s, struct story *y)
{
    struct step *v = grow(y->steps, &y->cap, y->n_steps, sizeof *v);
    if (!v) {
        s->bad = true;
        return NULL;
    }
    y->steps = v;
    memset(&v[y->n_steps], 0, sizeof *v);
    return &v[y->n_steps];
}

static bool own(struct stories *s, void *p)
{
    void **v = grow(s->owned, &s->cap_owned, s->n_owned, sizeof *v);
    if (!v) {
        s->bad = true;
        return false;
    }
    s->owned = v;
    v[s->n_owned++] = p;
    return true;
}

void stories_free(struct stories *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->v[i]->steps);
        free(s->v[i]);
    }
    for (size_t i = 0; i < s->n_lines; i++)
        for (unsigned k = 0; k < 2; k++)
            free(s->lines[i].biu[k]);
    for (size_t i = 0; i < s->n_owned; i++)
        free(s->owned[i]);
    free(s->v);
    free(s->lines);
    free(s->owned);
    *s = (struct stories){.n = 0};
}

void stories_forget(struct stories *s, struct story *y)
{
    size_t i = 0;
    while (i < s->n && s->v[i] != y)
        i++;
    if (i == s->n)
        return;
    s->n--;
    memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(struct story *));
    for (size_t k = 0; k < s->n_lines; k++) {
        if (s->lines[k].session == y)
            s->lines[k].session = NULL;
        if (s->lines[k].conversation == y)
            s->lines[k].conversation = NULL;
    }
    free(y->steps);
    free(y);
}

/* ---- comments ---- */

/* The value of KEY in the comment of K, with blanks for the underlines of a name; "" when it is not there.
 * The value of tp goes on to the end. */
static const char *value(const struct story_piu *k, const char *key, char *out, size_t cap)
{
    size_t key_n = strlen(key);
    const char *end = k->comment ? k->comment + k->comment_n : NULL;
    *out = '\0';
    for (const char *p = k->comment; p && p < end;) {
        const char *blank = memchr(p, ' ', (size_t)(end - p));
        const char *stop = strcmp(key, "tp") == 0 || !blank ? end : blank;
        if ((size_t)(end - p) > key_n && memcmp(p, key, key_n) == 0 && p[key_n] == '=') {
            size_t n = (size_t)(stop - p) - key_n - 1;
            n = n < cap ? n : cap - 1;
            memcpy(out, p + key_n + 1, n);
            out[n] = '\0';
            for (char *c = out; *c; c++)
                *c = *c >= ' ' && *c < 0x7F ? *c : '?';
            if (strcmp(out, "-") == 0)
                *out = '\0';
            return out;
        }
        p = blank ? blank + 1 : end;
    }
    return out;
}

static uint32_t number(const struct story_piu *k, const char *key)
{
    char text[16];
    return (uint32_t)strtoul(value(k, key, text, sizeof text), NULL, 10);
}

static void take_name(const struct story_piu *k, const char *key, char *out, size_t cap)
{
    char text[256];
    if (*value(k, key, text, sizeof text) && strlen(text) < cap)
        strcpy(out, text);
}

static void take_comment(struct story *y, const struct story_piu *k)
{
    char text[16];
    y->number = number(k, "session");
    take_name(k, "invoker", y->program[0], sizeof y->program[0]);
    take_name(k, "acceptor", y->program[1], sizeof y->program[1]);
    take_name(k, "lu", y->lu[0], sizeof y->lu[0]);
    take_name(k, "partner", y->lu[1], sizeof y->lu[1]);
    take_name(k, "mode", y->mode, sizeof y->mode);
    take_name(k, "tp", y->tp, sizeof y->tp);
    if (!*y->type && *value(k, "type", text, sizeof text))
        y->type = strcmp(text, "basic") == 0 ? "basic" : "mapped";
    if (!*y->sync && *value(k, "sync", text, sizeof text))
        y->sync = strcmp(text, "none") == 0 ? "none" : "confirm";
}

/* ---- whose it is ---- */

/* Which end has sent it.  The two halves of an address may be the same; then the capture has to say. */
static uint8_t sender(const struct story_piu *k, const struct th *th)
{
    if (th->oaf == th->daf)
        return k->direction == PCAPNG_INBOUND;
    return th->oaf > th->daf;
}

static struct story_line *line_of(struct stories *s, uint32_t link, const struct th *th, uint8_t who)
{
    uint8_t low = th->oaf < th->daf ? th->oaf : th->daf, high = th->oaf < th->daf ? th->daf : th->oaf;
    for (size_t i = 0; i < s->n_lines; i++) {
        struct story_line *l = &s->lines[i];
        if (l->link == link && l->odai == th->odai && l->low == low && l->high == high)
            return l;
    }
    struct story_line *v = grow(s->lines, &s->cap_lines, s->n_lines, sizeof *v);
    if (!v) {
        s->bad = true;
        return NULL;
    }
    s->lines = v;
    v[s->n_lines] =
        (struct story_line){.link = link, .odai = th->odai, .low = low, .high = high, .bound_who = who};
    return &v[s->n_lines++];
}

static struct story *session_of(struct stories *s, struct story_line *l)
{
    if (!l->session)
        l->session = story_new(s, true);
    return l->session;
}

/* Names that a session's BIND had, for a conversation without a comment. */
static void inherit(struct story *y, const struct story *session, bool same)
{
    if (!session || *y->lu[0])
        return;
    memcpy(y->lu[0], session->lu[!same], sizeof y->lu[0]);
    memcpy(y->lu[1], session->lu[same], sizeof y->lu[1]);
    memcpy(y->mode, session->mode, sizeof y->mode);
}

static struct story *begin(struct stories *s, struct story_line *l, uint8_t who, uint32_t conversation)
{
    struct story *y = story_new(s, false);
    if (!y)
        return NULL;
    y->conversation = conversation;
    y->invoker_who = who;
    inherit(y, l->session, who == l->bound_who);
    l->conversation = y;
    return y;
}

static struct story *named(struct stories *s, struct story_line *l, uint8_t who, uint32_t conversation)
{
    for (size_t i = s->n; i > 0; i--)
        if (s->v[i - 1]->conversation == conversation)
            return s->v[i - 1];
    return begin(s, l, who, conversation);
}

static bool is_attach(const struct rh *rh, const uint8_t *ru, size_t n)
{
    return !rh->rri && rh->category == RH_FMD && rh->fi && n > 1 && (ru[1] & 0x7F) == 0x05;
}

/* Whether an RU is of its session, and of no conversation. */
static bool is_sessions(struct story_line *l, const struct rh *rh, const uint8_t *ru, size_t n)
{
    if (rh->category == RH_SC || rh->category == RH_NC)
        return true;
    if (rh->rri && !rh->dr1i && !rh->dr2i)
        return true; /* pacing */
    if (rh->rri && rh->category == RH_DFC && l->bid) {
        l->bid = false;
        return true;
    }
    if (rh->rri || rh->category != RH_DFC || n == 0)
        return false;
    if (ru[0] == DFC_LUSTAT && rh->bbi)
        l->bid = true;
    return ru[0] == DFC_BIS || ru[0] == DFC_RTR || (ru[0] == DFC_LUSTAT && (rh->bbi || !l->conversation));
}

/* ---- steps ---- */

static void finish(struct story *y, struct step *k)
{
    y->wrong |= step_is_wrong(k);
    y->over |= k->last;
    y->n_steps++;
}

static struct story *add(struct stories *s, struct story_line *l, const struct story_piu *p, uint8_t who,
                         bool expedited, const struct rh *rh, const uint8_t *ru, size_t n)
{
    char text[16];
    uint32_t conversation = number(p, "conversation");
    bool attach = is_attach(rh, ru, n), session = !conversation && is_sessions(l, rh, ru, n);
    struct story *y = session                      ? session_of(s, l)
                      : conversation               ? named(s, l, who, conversation)
                      : attach || !l->conversation ? begin(s, l, who, 0)
                                                   : l->conversation;
    struct step *k = y ? step_new(s, y) : NULL;
    if (!k)
        return NULL;
    value(p, "sender", text, sizeof text);
    if (session)
        k->from = *text ? text[0] == 's' : who != l->bound_who;
    else
        k->from = *text && conversation ? text[0] == 'a' : who != y->invoker_who;
    k->time_ns = p->time_ns;
    k->node = *value(p, "by", text, sizeof text) != '\0';
    k->lost = number(p, "lost");
    k->ru = ru;
    k->n = n;
    take_comment(y, p);
    if (session)
        step_read_session(y, rh, ru, n, k);
    else
        step_read(y, expedited, rh, ru, n, k);
    finish(y, k);
    return y;
}

/* ---- segments ---- */

/* The BIU of which the PIU body P (N octets) is a part: *P and *N become the whole.  False: it goes on. */
static bool whole(struct stories *s, struct story_line *l, const struct th *th, uint8_t who,
                  const uint8_t **p, size_t *n)
{
    uint8_t **biu = &l->biu[who];
    if (th->mpf == TH_WHOLE)
        return true;
    if (th->mpf == TH_FIRST)
        l->biu_n[who] = 0;
    if (l->biu_n[who] + *n > BIU_MAX)
        return false;
    uint8_t *more = realloc(*biu, l->biu_n[who] + *n + 1);
    if (!more) {
        s->bad = true;
        return false;
    }
    *biu = more;
    memcpy(more + l->biu_n[who], *p, *n);
    l->biu_n[who] += *n;
    if (th->mpf != TH_LAST || !own(s, more))
        return false;
    *p = more;
    *n = l->biu_n[who];
    *biu = NULL;
    l->biu_n[who] = 0;
    return true;
}

void stories_number(struct stories *s)
{
    uint32_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        s->v[i]->count = s->v[i]->session || s->v[i]->service ? 0 : ++n;
}

struct story *stories_take(struct stories *s, const struct story_piu *k)
{
    struct th th;
    struct rh rh;
    struct sna_err e;
    if (th_decode(k->piu, k->n, &th, &e) < 0)
        return NULL;
    uint8_t who = sender(k, &th);
    struct story_line *l = line_of(s, k->link, &th, who);
    const uint8_t *p = k->piu + TH_LEN;
    size_t n = k->n - TH_LEN;
    if (l && whole(s, l, &th, who, &p, &n) && rh_decode(p, n, &rh, &e) >= 0)
        return add(s, l, k, who, th.efi, &rh, p + RH_LEN, n - RH_LEN);
    return NULL;
}
