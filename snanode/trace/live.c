#include "snanode/trace/live.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/hash.h"
#include "snanode/trace/step.h"

#define WIDTH 200 /* characters of a step's meaning */

/* One that is followed. */
struct followed {
    struct story *story;
    uint32_t id;
    uint64_t told; /* hash of what was told of it last */
    uint32_t steps, frames[2], octets[2];
    uint64_t last_ns;
};

struct live {
    bool data;
    uint32_t last_id;
    struct stories stories;
    struct followed v[LIVE_STORIES]; /* oldest first */
    size_t n;
};

/* ---- the formats ---- */

void live_string(struct text *out, const char *s)
{
    text_add(out, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            text_add(out, "\\%c", c);
        else if (c < ' ' || c == 0x7F)
            text_add(out, "\\u%04x", c);
        else
            text_add(out, "%c", c < 0x7F ? c : '?');
    }
    text_add(out, "\"");
}

void live_event(struct text *out, const char *name, const char *data)
{
    text_add(out, "event: %s\n", name);
    for (;;) {
        size_t n = strcspn(data, "\r\n");
        text_add(out, "data: %.*s\n", (int)n, data);
        data += n;
        if (!*data)
            break;
        data += data[0] == '\r' && data[1] == '\n' ? 2 : 1;
    }
    text_add(out, "\n");
}

static void put_text(struct text *out, const char *key, const char *s)
{
    text_add(out, ",\"%s\":", key);
    live_string(out, s);
}

static void put_two(struct text *out, const char *key, const char *a, const char *b)
{
    text_add(out, ",\"%s\":[", key);
    live_string(out, a);
    text_add(out, ",");
    live_string(out, b);
    text_add(out, "]");
}

/* ---- who is followed ---- */

struct live *live_new(bool data)
{
    struct live *l = calloc(1, sizeof *l);
    if (l)
        l->data = data;
    return l;
}

static void forget_all(struct live *l)
{
    stories_free(&l->stories);
    l->n = 0;
}

void live_free(struct live *l)
{
    if (!l)
        return;
    stories_free(&l->stories);
    free(l);
}

static void forget(struct live *l, size_t i)
{
    stories_forget(&l->stories, l->v[i].story);
    l->n--;
    memmove(&l->v[i], &l->v[i + 1], (l->n - i) * sizeof *l->v);
}

/* The oldest one that is over, else the oldest. */
static size_t oldest(const struct live *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].story->over)
            return i;
    return 0;
}

static struct followed *followed(struct live *l, struct story *y)
{
    for (size_t i = l->n; i > 0; i--)
        if (l->v[i - 1].story == y)
            return &l->v[i - 1];
    if (l->n == LIVE_STORIES)
        forget(l, oldest(l));
    l->v[l->n] = (struct followed){.story = y, .id = y->service ? 0 : ++l->last_id};
    return &l->v[l->n++];
}

/* ---- what is told ---- */

static const char *state(const struct story *y)
{
    return !y->over ? "running" : step_story_failed(y) ? "failed" : "ended";
}

static void put_story(const struct live *l, const struct followed *f, struct text *out)
{
    struct text advice = {.p = NULL};
    const struct story *y = f->story;
    step_advise(y, &advice);
    text_add(out, "{\"story\":%u,\"conversation\":%u,\"session\":%u", f->id, y->conversation, y->number);
    put_text(out, "state", state(y));
    put_text(out, "tp", y->tp);
    put_text(out, "mode", y->mode);
    put_text(out, "type", y->type);
    put_text(out, "sync", y->sync);
    put_text(out, "user", l->data ? y->user : "");
    put_two(out, "program", y->program[0], y->program[1]);
    put_two(out, "lu", y->lu[0], y->lu[1]);
    put_text(out, "advice", advice.p ? advice.p : "");
    text_add(out, ",\"whole\":%s}", y->begun ? "true" : "false");
    out->bad |= advice.bad;
    text_free(&advice);
}

/* An event "story", if it differs from the one before. */
static void tell_story(struct live *l, struct followed *f, struct text *out)
{
    struct text t = {.p = NULL};
    put_story(l, f, &t);
    uint64_t hash = t.p ? hash_octets(0, t.p, t.n) : 0;
    bool fresh = hash != f->told;
    if (fresh && t.p)
        live_event(out, "story", t.p);
    f->told = hash;
    out->bad |= t.bad;
    text_free(&t);
}

/* What the programs say is for those alone who may dump the trace. */
static void describe(const struct live *l, struct story *y, struct step *k, struct text *out)
{
    char user[sizeof y->user];
    memcpy(user, y->user, sizeof user);
    if (!l->data) {
        k->head_n = 0;
        *y->user = '\0';
        if (k->kind == STEP_ERROR)
            *k->text = '\0';
    }
    step_describe(y, k, WIDTH, out);
    memcpy(y->user, user, sizeof user);
}

static void tell_step(const struct live *l, struct followed *f, struct step *k, struct text *out)
{
    struct text t = {.p = NULL}, meaning = {.p = NULL};
    uint64_t wait = f->steps > 1 && k->time_ns > f->last_ns ? k->time_ns - f->last_ns : 0;
    describe(l, f->story, k, &meaning);
    text_add(&t, "{\"story\":%u,\"step\":%u,\"time_ms\":%.3f,\"wait_ms\":%.3f,\"from\":%u", f->id, f->steps,
             (double)k->time_ns / 1e6, (double)wait / 1e6, k->from);
    put_text(&t, "text", meaning.p ? meaning.p : "");
    text_add(&t, ",\"by_node\":%s,\"wrong\":%s,\"last\":%s,\"answer\":%s,\"lost_before\":%u",
             k->node ? "true" : "false", step_is_wrong(k) ? "true" : "false", k->last ? "true" : "false",
             k->kind == STEP_CONFIRMED || k->kind == STEP_NEGATIVE ? "true" : "false", k->lost);
    text_add(&t, ",\"frames\":[%u,%u],\"octets\":[%u,%u]}", f->frames[0], f->frames[1], f->octets[0],
             f->octets[1]);
    if (t.p)
        live_event(out, "step", t.p);
    out->bad |= t.bad | meaning.bad;
    text_free(&t);
    text_free(&meaning);
}

/* Only the step that has ended the conversation is asked for later. */
static void keep_end(struct story *y)
{
    if (!y->steps[0].last || y->session)
        y->n_steps = 0;
    else if (y->n_steps > 1)
        y->n_steps = 1;
}

static struct followed *count(struct live *l, struct story *y, const struct step *k)
{
    struct followed *f = followed(l, y);
    f->steps++;
    f->frames[k->from]++;
    f->octets[k->from] += k->octets;
    return f;
}

static enum live_weight weight(const struct story *y, const struct step *k)
{
    if (y->session || y->service)
        return LIVE_NOTHING;
    return k->attach || k->last || k->lost > 0 || step_is_wrong(k) ? LIVE_MILESTONE : LIVE_STEP;
}

enum live_weight live_take(struct live *l, const struct story_piu *k, enum live_weight least,
                           struct text *out)
{
    if (l->stories.n_lines > LIVE_SESSIONS)
        forget_all(l);
    struct story *y = stories_take(&l->stories, k);
    if (!y)
        return LIVE_NOTHING;
    struct step *step = &y->steps[y->n_steps - 1];
    enum live_weight w = weight(y, step);
    step->ru = NULL; /* it does not live as long */
    step->n = 0;
    if (!y->session) {
        struct followed *f = count(l, y, step);
        if (w >= least && w > LIVE_NOTHING) {
            tell_story(l, f, out);
            tell_step(l, f, step, out);
        }
        f->last_ns = step->time_ns;
    }
    keep_end(y);
    return w;
}

void live_again(const struct live *l, struct text *out)
{
    for (size_t i = 0; i < l->n; i++) {
        struct text t = {.p = NULL};
        if (l->v[i].story->service)
            continue;
        put_story(l, &l->v[i], &t);
        if (t.p)
            live_event(out, "story", t.p);
        text_free(&t);
    }
}
