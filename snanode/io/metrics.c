#include "snanode/io/metrics.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snanode/io/context.h"
#include "snanode/io/rows.h"
#include "snanode/io/show.h"
#include "snanode/trace/text.h"
#include "snanode/wire/sense.h"

typedef json_t *json_fn(struct server *s);

static json_t *tp_rows(struct server *s)
{
    return rows_array(show_tp, s);
}

/* The machines of the domain; no rows in none. */
static json_t *domain_rows(struct server *s)
{
    return s->domain ? show_domain(s) : json_array();
}

/* A field of the rows of ROWS.  LABELS: LABEL=FIELD, separated by blanks.  IS: the value is 1 where the field
 * has this text, else 0; with NULL it is the number in the field. */
static const struct metric {
    const char *name, *type, *help;
    json_fn *rows;
    const char *field, *is, *labels;
} table[] = {
    {"snanode_up_seconds", "gauge", "Seconds since the node started.", show_status, "uptime_s", NULL, ""},
    {"snanode_processes", "gauge", "Programs that are connected.", show_status, "processes", NULL, ""},
    {"snanode_tp_processes", "gauge", "Processes of TPs that the node has started.", show_status,
     "tp_processes", NULL, ""},
    {"snanode_conversations", "gauge", "Conversations, those that wait for a session included.", show_status,
     "conversations", NULL, ""},
    {"snanode_accepts_outstanding", "gauge", "Accepts that wait for an Attach.", show_status,
     "accepts_outstanding", NULL, ""},
    {"snanode_attaches_queued", "gauge", "Attaches that wait for an Accept.", show_status, "attaches_queued",
     NULL, ""},
    {"snanode_sessions", "gauge", "Active sessions.", show_status, "sessions", NULL, ""},
    {"snanode_session_activations_total", "counter", "Sessions that became active.", show_status,
     "session_activations", NULL, ""},
    {"snanode_binds_refused_total", "counter", "BINDs that were refused.", show_status, "binds_refused", NULL,
     ""},
    {"snanode_allocates_total", "counter", "Allocates.", show_status, "allocates", NULL, ""},
    {"snanode_allocates_refused_total", "counter", "Allocates that got no session.", show_status,
     "allocates_refused", NULL, ""},
    {"snanode_attaches_delivered_total", "counter", "Attaches that a program has accepted.", show_status,
     "attaches_delivered", NULL, ""},
    {"snanode_tp_starts_total", "counter", "Processes of TPs that were started.", show_status, "tp_starts",
     NULL, ""},
    {"snanode_tp_start_failures_total", "counter", "Starts of TPs that failed.", show_status,
     "tp_start_failures", NULL, ""},
    {"snanode_clients_dropped_total", "counter", "Connections that broke the local protocol.", show_status,
     "clients_dropped", NULL, ""},
    {"snanode_tp_queue_length", "gauge", "Attaches that wait for a TP.", tp_rows, "queue_length", NULL,
     "tp=name lu=lu"},
    {"snanode_tp_accepted_total", "counter", "Attaches that a TP has accepted.", tp_rows, "accepted", NULL,
     "tp=name lu=lu"},
    {"snanode_tp_rejected_total", "counter", "Attaches for a TP that were refused.", tp_rows, "rejected",
     NULL, "tp=name lu=lu"},
    {"snanode_link_up", "gauge", "1 when a connection to another node is active.", show_link, "state",
     "active", "link=name kind=kind"},
    {"snanode_link_received_octets_total", "counter", "Octets received on a connection.", show_link,
     "octets_in", NULL, "link=name kind=kind"},
    {"snanode_link_sent_octets_total", "counter", "Octets sent on a connection.", show_link, "octets_out",
     NULL, "link=name kind=kind"},
    {"snanode_domain_machine_live", "gauge", "1 for a machine of the domain that is live.", domain_rows,
     "state", "live", "machine=machine"},
};

/* ---- counting ---- */

static const uint64_t limits_ms[METRICS_BUCKETS - 1] = {1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000, 30000};

void metrics_took(struct metrics_histogram *h, uint64_t ms, uint64_t times)
{
    unsigned i = 0;
    while (i < METRICS_BUCKETS - 1 && ms > limits_ms[i])
        i++;
    h->in[i] += times;
    h->sum_ms += ms * times;
    h->count += times;
}

void metrics_rejected(struct metrics *m, uint32_t sense)
{
    for (unsigned i = 0; i < METRICS_SENSES; i++)
        if (m->rejected[i].n == 0 || m->rejected[i].sense == sense) {
            m->rejected[i].sense = sense;
            m->rejected[i].n++;
            return;
        }
    m->rejected_other++;
}

/* ---- writing ---- */

static void put_head(struct text *out, const char *name, const char *type, const char *help)
{
    text_add(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The value of a label: backslash, quotation mark and line feed are escaped. */
static void put_label(struct text *out, const char *label, size_t n, const char *value, bool first)
{
    text_add(out, "%s%.*s=\"", first ? "{" : ",", (int)n, label);
    for (; *value; value++)
        if (*value == '\n')
            text_add(out, "\\n");
        else
            text_add(out, "%s%c", *value == '"' || *value == '\\' ? "\\" : "", *value);
    text_add(out, "\"");
}

static void put_labels(struct text *out, const json_t *row, const char *labels)
{
    bool first = true;
    for (const char *p = labels; *p;) {
        char field[32];
        size_t n = strcspn(p, "="), k = strcspn(p + n + 1, " ");
        snprintf(field, sizeof field, "%.*s", (int)k, p + n + 1);
        const char *value = json_string_value(json_object_get(row, field));
        put_label(out, p, n, value ? value : "", first);
        first = false;
        p += n + 1 + k;
        p += *p == ' ';
    }
    if (!first)
        text_add(out, "}");
}

static void put_row(struct text *out, const struct metric *m, const json_t *row)
{
    const json_t *v = json_object_get(row, m->field);
    const char *text = json_string_value(v);
    if (!m->is && !json_is_integer(v))
        return;
    text_add(out, "%s", m->name);
    put_labels(out, row, m->labels);
    if (m->is)
        text_add(out, " %d\n", text && strcmp(text, m->is) == 0);
    else
        text_add(out, " %lld\n", (long long)json_integer_value(v));
}

static void put_table(struct server *s, struct text *out)
{
    json_t *rows = NULL;
    json_fn *of = NULL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct metric *m = &table[i];
        if (m->rows != of) {
            json_decref(rows);
            of = m->rows;
            rows = of(s);
        }
        put_head(out, m->name, m->type, m->help);
        if (json_is_object(rows))
            put_row(out, m, rows);
        for (size_t k = 0; k < json_array_size(rows); k++)
            put_row(out, m, json_array_get(rows, k));
    }
    json_decref(rows);
}

static void put_rejected(const struct metrics *m, struct text *out)
{
    static const char name[] = "snanode_attaches_rejected_total";
    put_head(out, name, "counter", "Attaches that were refused, by the sense code.");
    for (unsigned i = 0; i < METRICS_SENSES && m->rejected[i].n > 0; i++)
        text_add(out, "%s{sense=\"%08X\",name=\"%s\"} %llu\n", name, m->rejected[i].sense,
                 sense_name(m->rejected[i].sense), (unsigned long long)m->rejected[i].n);
    if (m->rejected_other > 0)
        text_add(out, "%s{sense=\"\",name=\"other\"} %llu\n", name, (unsigned long long)m->rejected_other);
}

static void put_histogram(const struct metrics_histogram *h, const char *name, const char *help,
                          struct text *out)
{
    uint64_t so_far = 0;
    put_head(out, name, "histogram", help);
    for (unsigned i = 0; i < METRICS_BUCKETS; i++) {
        so_far += h->in[i];
        if (i < METRICS_BUCKETS - 1)
            text_add(out, "%s_bucket{le=\"%g\"} %llu\n", name, (double)limits_ms[i] / 1000,
                     (unsigned long long)so_far);
    }
    text_add(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %g\n%s_count %llu\n", name, (unsigned long long)so_far,
             name, (double)h->sum_ms / 1000, name, (unsigned long long)h->count);
}

void metrics_write(struct server *s, struct text *out)
{
    put_head(out, "snanode_info", "gauge", "1, with version and name of the node.");
    text_add(out, "snanode_info");
    put_label(out, "version", 7, SNANODE_VERSION, true);
    put_label(out, "server", 6, s->loaded->cfg.server, false);
    text_add(out, "} 1\n");
    put_table(s, out);
    put_rejected(&s->metrics, out);
    put_histogram(&s->metrics.attach_wait, "snanode_attach_wait_seconds",
                  "How long Attaches waited until a program accepted them.", out);
    put_histogram(&s->metrics.session_wait, "snanode_session_wait_seconds",
                  "How long Allocates waited until they had a session.", out);
}

int metrics_file(struct server *s)
{
    struct text t = {.p = NULL};
    metrics_write(s, &t);
    int fd = t.bad ? -1 : memfd_create("metrics", MFD_CLOEXEC);
    if (fd >= 0 && (write(fd, t.p, t.n) != (ssize_t)t.n || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    text_free(&t);
    return fd;
}
