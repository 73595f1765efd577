#include "snanode/base/plural.h"
#include "snanode/base/repeat.h"

#include <stdio.h>
#include <string.h>

/* Whether LINE was printed by a TP ("TP NAME[pid]: ..."); then all its numbers count. */
static bool is_of_program(const char *line)
{
    const char *end = strncmp(line, "TP ", 3) == 0 ? strstr(line, "]: ") : NULL;
    const char *p = end;
    while (p && p > line && p[-1] >= '0' && p[-1] <= '9')
        p--;
    return p && p < end && p[-1] == '[';
}

/* Whether the number at P in LINE only identifies the process, conversation or user that LINE is about. */
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

/* Copy to OUT (REPEAT_LINE octets) the part of LINE that similar lines share. */
static void keep_what_counts(const char *line, char *out)
{
    bool whole = is_of_program(line);
    size_t n = 0;
    for (const char *p = line; *p && n < REPEAT_LINE - 1; p++) {
        if (!whole && *p >= '0' && *p <= '9' && is_identity(line, p))
            p += strspn(p, "0123456789") - 1;
        else
            out[n++] = *p;
    }
    out[n] = '\0';
}

/* FNV-1a: the hash saves comparing most texts. */
static uint32_t hash_of(const char *text)
{
    uint32_t h = 2166136261u;
    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h;
}

/* Whether the period of S is over.  A period in which no line was held back ends silently. */
static bool is_over(const struct repeat_slot *s, uint64_t now_ms)
{
    return s->since_ms + REPEAT_MS <= now_ms;
}

static bool is_of(const struct repeat_slot *s, enum log_level level, uint32_t hash, const char *text)
{
    return s->since_ms && s->hash == hash && s->level == level && strcmp(s->text, text) == 0;
}

/* The slot for these lines; if there is none yet, a free one, or the oldest one that owes no line. */
static struct repeat_slot *slot_for(struct repeat *r, enum log_level level, uint32_t hash, const char *text)
{
    struct repeat_slot *best = NULL;
    for (unsigned i = 0; i < REPEAT_SLOTS; i++) {
        struct repeat_slot *s = &r->slot[i];
        if (is_of(s, level, hash, text))
            return s;
        if (s->held == 0 && (!best || s->since_ms < best->since_ms))
            best = s;
    }
    return best;
}

bool repeat_admit(struct repeat *r, enum log_level level, const char *line, uint64_t now_ms)
{
    char text[REPEAT_LINE];
    keep_what_counts(line, text);
    uint32_t hash = hash_of(text);
    struct repeat_slot *s = slot_for(r, level, hash, text);
    if (!s)
        return true;
    if (!is_of(s, level, hash, text) || (s->held == 0 && is_over(s, now_ms))) {
        s->level = level;
        s->hash = hash;
        s->since_ms = now_ms ? now_ms : 1;
        s->seen = s->held = 0;
        strcpy(s->text, text);
    }
    if (++s->seen <= REPEAT_BURST)
        return true;
    r->owing += s->held++ == 0;
    snprintf(s->last, sizeof s->last, "%s", line);
    return false;
}

bool repeat_next(struct repeat *r, uint64_t now_ms, bool all, enum log_level *level, char *out, unsigned cap)
{
    for (unsigned i = 0; r->owing > 0 && i < REPEAT_SLOTS; i++) {
        struct repeat_slot *s = &r->slot[i];
        if (s->held == 0 || (!all && !is_over(s, now_ms)))
            continue;
        *level = s->level;
        snprintf(out, cap, "%.960s (%u time%s more)", s->last, s->held, plural_s(s->held));
        s->since_ms = 0;
        s->held = s->seen = 0;
        r->owing--;
        return true;
    }
    return false;
}

/* Asked in each turn of the node, and nearly always there is nothing: then no slot is looked at. */
uint64_t repeat_deadline(const struct repeat *r)
{
    uint64_t at = UINT64_MAX;
    for (unsigned i = 0; r->owing > 0 && i < REPEAT_SLOTS; i++)
        if (r->slot[i].held && r->slot[i].since_ms + REPEAT_MS < at)
            at = r->slot[i].since_ms + REPEAT_MS;
    return at;
}
