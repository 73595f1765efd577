#include "snanode/io/note.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"

#define SHOWN (4 * LP_LOG_OCTETS + 1) /* an unprintable octet is \xNN */

/* An originator and a message file may be left out [HIS: TRANSFER_MS_DATA]. */
static const char *name_of(char *out, size_t cap, const char *name, const char *otherwise)
{
    char shown[4 * NAME_MAX8 + 1];
    log_clean(shown, sizeof shown, name, strlen(name));
    snprintf(out, cap, "%s", *shown ? shown : otherwise);
    return out;
}

/* The inserted strings, "first" "second". */
static void show_inserts(char *out, size_t cap, const uint8_t *text, size_t n)
{
    char shown[SHOWN];
    size_t k = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n && k + 4 < cap;) {
        size_t len = strnlen((const char *)text + i, n - i);
        log_clean(shown, sizeof shown, (const char *)text + i, len);
        k += (size_t)snprintf(out + k, cap - k, "%s\"%s\"", k ? " " : "", shown);
        i += len + 1;
    }
    if (k == 0)
        snprintf(out, cap, "no inserted text");
}

static void show_octets(char *out, const uint8_t *text, size_t n)
{
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        sprintf(out + 2 * i, "%02X", text[i]);
}

static const char *data_name(unsigned type)
{
    static const char *const names[] = {"user-defined data", "NMVT", "alert subvectors",
                                        "PD statistics subvectors"};
    return type < sizeof names / sizeof *names ? names[type] : "data";
}

static void log_note(struct server *s, const struct process *p, const struct lp_note *m)
{
    char text[2 * SHOWN], line[2 * SHOWN + 256], origin[4 * NAME_MAX8 + 1], file[4 * NAME_MAX8 + 1];
    name_of(origin, sizeof origin, m->origin, "nobody");
    name_of(file, sizeof file, m->file, "");
    if (m->kind == LP_NOTE_MANAGEMENT) {
        show_octets(text, m->text, m->text_n);
        snprintf(line, sizeof line, EVENT_TEXT_MANAGEMENT_DATA, p->program, p->pid, data_name(m->number),
                 origin, m->text_n, text);
        event_report(s, EVENT_MANAGEMENT_DATA, line);
        return;
    }
    show_inserts(text, sizeof text, m->text, m->text_n);
    if (m->kind == LP_NOTE_INTERVENTION)
        snprintf(line, sizeof line, EVENT_TEXT_INTERVENTION, p->program, p->pid, file, m->number, origin,
                 text);
    else
        snprintf(line, sizeof line, EVENT_TEXT_MESSAGE_LOGGED, p->program, p->pid, file, m->number, origin,
                 text);
    event_report(s, m->kind == LP_NOTE_INTERVENTION ? EVENT_INTERVENTION : EVENT_MESSAGE_LOGGED, line);
}

int note_take(struct client *c, const uint8_t *msg, size_t n)
{
    struct lp_note m;
    struct lp_noted out = {.rc = LP_RC_OK};
    const struct process *p = node_process(c->server->node, c->process);
    if (!p || c->pending || lp_note_decode(msg, n, &m) < 0 || m.kind < LP_NOTE_MESSAGE ||
        m.kind > LP_NOTE_MANAGEMENT)
        return -1;
    log_note(c->server, p, &m);
    ANSWER(c, noted, &out, -1);
    return 0;
}
