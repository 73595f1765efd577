/* snactl trace: on, off, dump, and how it stands. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/plural.h"
#include "snanode/io/admin.h"
#include "snanode/io/context.h"
#include "snanode/io/show.h"
#include "snanode/io/trace.h"
#include "snanode/local/retcode.h"

struct order {
    struct trace_filter filter;
    const char *file;
    uint64_t ring;
};

/* Octets, with K, M or G behind them.  0, or -1. */
static int parse_size(const char *text, uint64_t *out)
{
    static const char units[] = "KMG";
    char *end;
    unsigned long long v = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    if (end == text || *text == '-' || (*end && (!unit || !*unit || end[1])) || v > TRACE_RING_MAX)
        return -1;
    *out = v << (unit ? 10 * (unit - units + 1) : 0);
    return *out >= TRACE_RING_MIN && *out <= TRACE_RING_MAX ? 0 : -1;
}

static int parse_text(char *out, size_t cap, const char *word, const char *value, struct lp_answer *a)
{
    if (!*value || strlen(value) >= cap)
        return admin_refuse(a, 2, "trace on %s: a name of 1 to %zu characters follows", word, cap - 1);
    strcpy(out, value);
    return 0;
}

static int parse_option(struct order *o, const char *word, const char *value, struct lp_answer *out)
{
    unsigned conv;
    if (strcmp(word, "--lu") == 0)
        return parse_text(o->filter.lu, sizeof o->filter.lu, word, value, out);
    if (strcmp(word, "--tp") == 0)
        return parse_text(o->filter.tp, sizeof o->filter.tp, word, value, out);
    if (strcmp(word, "--conversation") == 0) {
        if (admin_number(value, 1, UINT32_MAX, &conv) < 0)
            return admin_refuse(out, 2, "trace on --conversation %.40s: not a number of a conversation",
                                value);
        o->filter.conv = conv;
        return 0;
    }
    if (strcmp(word, "--file") == 0) {
        o->file = value;
        return *value == '/'
                   ? 0
                   : admin_refuse(out, 2, "trace on --file %.80s: the path is to begin with /", value);
    }
    if (strcmp(word, "--ring") == 0)
        return parse_size(value, &o->ring) == 0
                   ? 0
                   : admin_refuse(out, 2, "trace on --ring %.40s: a size from 64K to 1G is needed", value);
    return admin_refuse(out, 2, "trace on has no option %.40s: --lu, --tp, --conversation, --file and --ring",
                        word);
}

static void switch_on(struct server *s, char **w, int n, struct lp_answer *out)
{
    struct order o = {.ring = TRACE_RING_DEFAULT};
    for (int i = 0; i < n; i += 2) {
        if (i + 1 == n) {
            admin_refuse(out, 2, "trace on %.40s: a value follows", w[i]);
            return;
        }
        if (parse_option(&o, w[i], w[i + 1], out) < 0)
            return;
    }
    if (o.filter.conv && !node_conversation(s->node, o.filter.conv)) {
        admin_refuse(out, 1, "there is no conversation %u; snactl conversation lists them", o.filter.conv);
        return;
    }
    if (trace_on(s, &o.filter, o.file, o.ring) < 0) {
        int e = errno;
        admin_refuse(out, 1, "no trace: %.120s: %s", o.file ? o.file : "memory of the node", strerror(e));
        return;
    }
    struct trace_status t = trace_status(s);
    snprintf(out->text, sizeof out->text, "trace on: %u running %s, and what comes", t.conversations,
             plural(t.conversations, "conversation", "conversations"));
}

static void switch_off(struct server *s, struct lp_answer *out)
{
    if (!trace_status(s).on) {
        admin_refuse(out, 1, "no trace is on");
        return;
    }
    trace_off(s);
    struct trace_status t = trace_status(s);
    snprintf(out->text, sizeof out->text, "trace off: %llu %s%s%.150s", (unsigned long long)t.packets,
             plural(t.packets, "frame", "frames"), *t.file ? " in " : "", t.file);
}

json_t *show_trace(struct server *s)
{
    struct trace_status t = trace_status(s);
    json_t *o = json_object();
    json_object_set_new(o, "state", json_string(t.on ? "on" : "off"));
    json_object_set_new(o, "lu", show_text(t.filter.lu));
    json_object_set_new(o, "tp", show_text(t.filter.tp));
    json_object_set_new(o, "conversation", t.filter.conv ? show_count(t.filter.conv) : json_null());
    json_object_set_new(o, "file", show_text(t.file));
    json_object_set_new(o, "ring_octets", show_count(t.ring));
    json_object_set_new(o, "conversations", show_count(t.conversations));
    json_object_set_new(o, "programs", show_count(t.programs));
    json_object_set_new(o, "frames", show_count(t.packets));
    json_object_set_new(o, "octets", show_count(t.octets));
    json_object_set_new(o, "frames_in_ring", show_count(t.kept));
    json_object_set_new(o, "frames_lost", show_count(t.lost));
    return o;
}

json_t *admin_trace(struct server *s, char **w, int n, struct lp_answer *out)
{
    if (n == 1)
        return show_trace(s);
    if (strcmp(w[1], "on") == 0)
        switch_on(s, w + 2, n - 2, out);
    else if (strcmp(w[1], "off") == 0 && n == 2)
        switch_off(s, out);
    else if (strcmp(w[1], "dump") == 0 && n == 2)
        out->exit = ADMIN_DUMP;
    else
        admin_refuse(out, 2, "trace takes nothing, or on and options, off, or dump");
    return NULL;
}
