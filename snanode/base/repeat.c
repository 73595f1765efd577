#include "snanode/base/repeat.h"

#include <stdio.h>
#include <string.h>

/* Whether the number at P, in LINE, only says which process, conversation or user it is about. */
static bool is_identity(const char *line, const char *p)
{
    static const char *const words[] = {"process ", "conversation ", "user "};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(p - line) >= n && memcmp(p - n, words[i], n) == 0)
            return true;
    }
    return false;
}

/* FNV-1a over what makes lines alike. */
static uint32_t hash_of(enum log_level level, const char *line)
{
    uint32_t h = 2166136261u ^ (uint32_t)level;
    for (const char *p = line; *p; p++) {
        if (*p >= '0' && *p <= '9' && is_identity(line, p))
            p += strspn(p, "0123456789") - 1;
        else
            h = (h ^ (unsigned char)*p) * 16777619u;
    }
    return h;
}

/* Whether the period of S is over; one in which nothing was held back ends silently. */
static bool is_over(const struct repeat_slot *s, uint64_t now_ms)
{
    return s->since_ms + REPEAT_MS <= now_ms;
}

/* The slot of these lines, else one to begin with: a free one, or the oldest that owes no line. */
static struct repeat_slot *slot_for(struct repeat *r, enum log_level level, uint32_t hash)
{
    struct repeat_slot *best = NULL;
    for (unsigned i = 0; i < REPEAT_SLOTS; i++) {
        struct repeat_slot *s = &r->slot[i];
        if (s->since_ms && s->hash == hash && s->level == level)
            return s;
        if (s->held == 0 && (!best || s->since_ms < best->since_ms))
            best = s;
    }
    return best;
}

bool repeat_admit(struct repeat *r, enum log_level level, const char *line, uint64_t now_ms)
{
    uint32_t hash = hash_of(level, line);
    struct repeat_slot *s = slot_for(r, level, hash);
    if (!s)
        return true;
    if (!s->since_ms || s->hash != hash || s->level != level || (s->held == 0 && is_over(s, now_ms)))
        *s = (struct repeat_slot){.level = level, .hash = hash, .since_ms = now_ms ? now_ms : 1};
    if (++s->seen <= REPEAT_BURST)
        return true;
    s->held++;
    snprintf(s->last, sizeof s->last, "%s", line);
    return false;
}

bool repeat_next(struct repeat *r, uint64_t now_ms, bool all, enum log_level *level, char *out, unsigned cap)
{
    for (unsigned i = 0; i < REPEAT_SLOTS; i++) {
        struct repeat_slot *s = &r->slot[i];
        if (s->held == 0 || (!all && !is_over(s, now_ms)))
            continue;
        *level = s->level;
        snprintf(out, cap, "%.960s (%u times more)", s->last, s->held);
        s->since_ms = 0;
        s->held = s->seen = 0;
        return true;
    }
    return false;
}

uint64_t repeat_deadline(const struct repeat *r)
{
    uint64_t at = UINT64_MAX;
    for (unsigned i = 0; i < REPEAT_SLOTS; i++)
        if (r->slot[i].held && r->slot[i].since_ms + REPEAT_MS < at)
            at = r->slot[i].since_ms + REPEAT_MS;
    return at;
}
