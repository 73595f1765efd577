#include "snanode/io/failed.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"

void failed_allocate(struct server *s, const struct process *p, const struct lp_allocate *m, unsigned rc)
{
    char text[256], tp[NAME_TP_ROOM], lu[4 * NAME_MAX8 + 1], partner[4 * NAME_FQ_MAX + 1],
        mode[4 * NAME_MAX8 + 1];
    snprintf(text, sizeof text, EVENT_TEXT_ALLOCATE_FAILED, p->program, p->pid, retcode_to_program(rc),
             name_show_tp(tp, sizeof tp, m->tpn, m->tpn_n, m->service_tp),
             m->lu[0] ? log_clean(lu, sizeof lu, m->lu, strlen(m->lu)) : "(none)",
             log_clean(partner, sizeof partner, m->partner, strlen(m->partner)),
             m->mode[0] ? log_clean(mode, sizeof mode, m->mode, strlen(m->mode)) : "BLANK");
    event_report(s, EVENT_ALLOCATE_FAILED, text);
}
