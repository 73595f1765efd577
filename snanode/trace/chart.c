/* What the text and the picture have in common. */
#include "snanode/trace/chart.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/plural.h"
#include "snanode/trace/step.h"

bool chart_has(const struct story *s, const struct chart_style *style)
{
    return style->verbose || (!s->session && !s->service) || (s->session && s->wrong);
}

const char *chart_ms(uint64_t a_ns, uint64_t b_ns, char out[static 24])
{
    double ms = b_ns > a_ns ? (double)(b_ns - a_ns) / 1e6 : 0;
    snprintf(out, 24, ms < 10 ? "%.3f" : ms < 1000 ? "%.1f" : ms < 1e7 ? "%.0f" : "%.1e", ms);
    return out;
}

const char *chart_side(const struct story *s, unsigned side)
{
    static const char *const roles[2][2] = {{"invoker", "acceptor"}, {"primary", "secondary"}};
    if (*s->program[side] && strcmp(s->program[side], "remote") != 0)
        return s->program[side];
    return *s->lu[side] ? s->lu[side] : roles[s->session][side];
}

void chart_title(const struct story *s, struct text *out)
{
    if (s->session)
        text_add(out, "Session");
    else if (s->service)
        text_add(out, "Conversation of the nodes: TP %s", s->tp);
    else
        text_add(out, "Conversation %u: TP %s", s->count, *s->tp ? s->tp : "not known");
    if (s->session && s->number)
        text_add(out, " %u", s->number);
    text_add(out, "%s mode %s", s->session ? ":" : ",", *s->mode ? s->mode : "not known");
    if (*s->type)
        text_add(out, ", %s", s->type);
    if (*s->sync)
        text_add(out, ", sync level %s", s->sync);
    if (*s->user)
        text_add(out, ", user %s", s->user);
}

/* The longest wait, and for whom: the side that sends next. */
static const struct step *slowest(const struct story *s, uint64_t *wait_ns)
{
    const struct step *k = NULL;
    *wait_ns = 0;
    for (size_t i = 1; i < s->n_steps; i++) {
        uint64_t w = s->steps[i].time_ns - s->steps[i - 1].time_ns;
        if (w > *wait_ns) {
            *wait_ns = w;
            k = &s->steps[i];
        }
    }
    return k;
}

void chart_totals(const struct story *s, struct text *out)
{
    unsigned frames[2] = {0}, octets[2] = {0}, records[2] = {0}, lost = 0;
    char ms[24];
    for (size_t i = 0; i < s->n_steps; i++) {
        const struct step *k = &s->steps[i];
        frames[k->from]++;
        octets[k->from] += k->octets;
        records[k->from] += k->records;
        lost += k->lost;
    }
    if (s->n_steps == 0)
        return;
    text_add(out, "%s %s ms",
             s->session             ? "Seen for"
             : !s->over             ? "No end in the trace, after"
             : step_story_failed(s) ? "Ended with an error after"
             : s->wrong             ? "Ended well, with something unusual on the way, after"
                                    : "Ended well after",
             chart_ms(s->steps[0].time_ns, s->steps[s->n_steps - 1].time_ns, ms));
    for (unsigned i = 0; i < 2; i++)
        text_add(out, "; %s sent %u %s, %u %s", i ? "the other side" : chart_side(s, 0), frames[i],
                 plural(frames[i], "frame", "frames"), octets[i], plural(octets[i], "octet", "octets"));
    uint64_t wait;
    const struct step *k = slowest(s, &wait);
    if (k && s->n_steps > 2)
        text_add(out, "; longest wait %s ms, for %s", chart_ms(0, wait, ms), chart_side(s, k->from));
    if (lost > 0)
        text_add(out, "; %u %s missing in the trace", lost, plural(lost, "frame is", "frames are"));
    if (!s->session && !s->begun)
        text_add(out, "; the trace has not its beginning");
    text_add(out, ".");
}
