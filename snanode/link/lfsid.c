#include "snanode/link/lfsid.h"

#include <stdlib.h>

struct lfsid_page {
    uint32_t user[256]; /* 0 = free */
    unsigned n;
};

enum { SIDH_FIRST = 0x02, SIDH_LAST = 0xFE, FIRST = 0x0201, SIDH_DEPENDENT = 0x01 };

static unsigned odai_of(uint32_t id)
{
    return id >> 16 & 1;
}

static unsigned sidh_of(uint32_t id)
{
    return id >> 8 & 0xFF;
}

void lfsid_init(struct lfsid *t, bool secondary, uint32_t limit)
{
    *t = (struct lfsid){.odai = secondary, .limit = limit, .next = FIRST};
}

void lfsid_fini(struct lfsid *t)
{
    for (unsigned odai = 0; odai < 2; odai++)
        for (unsigned sidh = 0; sidh < 256; sidh++)
            free(t->page[odai][sidh]);
    *t = (struct lfsid){.n = 0};
}

uint32_t lfsid_user(const struct lfsid *t, uint32_t id)
{
    const struct lfsid_page *p = id <= LFSID_MAX ? t->page[odai_of(id)][sidh_of(id)] : NULL;
    return p ? p->user[id & 0xFF] : 0;
}

static int enter(struct lfsid *t, uint32_t id, uint32_t user)
{
    struct lfsid_page **p = &t->page[odai_of(id)][sidh_of(id)];
    if (t->n >= t->limit || (!*p && !(*p = calloc(1, sizeof **p))))
        return -1;
    (*p)->user[id & 0xFF] = user;
    (*p)->n++;
    t->n++;
    return 0;
}

static uint32_t after(uint32_t sid)
{
    return sid == (SIDH_LAST << 8 | 0xFF) ? SIDH_FIRST << 8 : sid + 1;
}

uint32_t lfsid_take(struct lfsid *t, uint32_t user)
{
    uint32_t half = (uint32_t)t->odai << 16, sid = t->next;
    if (t->n >= t->limit)
        return 0;
    while (lfsid_user(t, half | sid)) { /* comes to an end: fewer are in use than there are, or all are */
        sid = after(sid);
        if (sid == t->next)
            return 0;
    }
    if (enter(t, half | sid, user) < 0)
        return 0;
    t->next = after(sid);
    return half | sid;
}

int lfsid_enter(struct lfsid *t, uint32_t id, uint32_t user)
{
    if (id > LFSID_MAX || odai_of(id) == t->odai || sidh_of(id) < SIDH_DEPENDENT || sidh_of(id) > SIDH_LAST ||
        lfsid_user(t, id))
        return -1;
    return enter(t, id, user);
}

void lfsid_free(struct lfsid *t, uint32_t id)
{
    if (!lfsid_user(t, id))
        return;
    struct lfsid_page **p = &t->page[odai_of(id)][sidh_of(id)];
    (*p)->user[id & 0xFF] = 0;
    t->n--;
    if (--(*p)->n == 0) {
        free(*p);
        *p = NULL;
    }
}

bool lfsid_is_ours(const struct lfsid *t, uint32_t id)
{
    return odai_of(id) == t->odai;
}

uint32_t lfsid_of_th(const struct lfsid *t, const struct th *h)
{
    uint32_t half = (uint32_t)h->odai << 16;
    bool ours = h->odai == t->odai; /* then the partner answers our BIND */
    return half | (ours ? (uint32_t)h->daf << 8 | h->oaf : (uint32_t)h->oaf << 8 | h->daf);
}

void lfsid_to_th(const struct lfsid *t, uint32_t id, struct th *h)
{
    uint8_t sidh = (uint8_t)sidh_of(id), sidl = (uint8_t)id;
    bool ours = lfsid_is_ours(t, id);
    h->odai = odai_of(id);
    h->oaf = ours ? sidh : sidl;
    h->daf = ours ? sidl : sidh;
}
