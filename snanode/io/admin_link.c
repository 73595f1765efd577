/* snactl's commands that begin and end connections to other nodes. */
#include <jansson.h>
#include <stdio.h>

#include "snanode/base/names.h"
#include "snanode/io/admin.h"
#include "snanode/io/context.h"
#include "snanode/io/link/line.h"

static struct line *find(struct server *s, char *name, struct lp_answer *out)
{
    name_fold(name);
    struct line *l = line_by_name(s, name);
    if (!l)
        admin_refuse(out, 1, "no connection %.8s of type DLSW", name);
    return l;
}

json_t *admin_activate_link(struct server *s, char *name, struct lp_answer *out)
{
    struct line *l = find(s, name, out);
    if (!l)
        return NULL;
    bool up = line_is_up(l);
    line_start(l);
    if (up)
        snprintf(out->text, sizeof out->text, "connection %s is active already", name);
    else if (l->state <= LINE_WAITING && line_can_call(l))
        admin_refuse(out, 1, "connection %.8s is not active: %.200s", name, l->why);
    else
        snprintf(out->text, sizeof out->text, "connection %s is being activated: %s", name,
                 line_can_call(l) ? "snactl link shows its state" : "the partner has to call");
    return NULL;
}

json_t *admin_deactivate_link(struct server *s, char *name, struct lp_answer *out)
{
    struct line *l = find(s, name, out);
    if (!l)
        return NULL;
    l->barred = true;
    if (l->state == LINE_INACTIVE)
        snprintf(out->text, sizeof out->text, "connection %s is inactive already", name);
    else
        snprintf(out->text, sizeof out->text, "connection %s is deactivated", name);
    if (l->state != LINE_INACTIVE)
        line_stop(l, "an administrator has ended it");
    return NULL;
}
