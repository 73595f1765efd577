/* The new-TP event of the product: a running node is asked to read its configuration again. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "snanode/cli/tpsetup/tpsetup.h"
#include "snanode/cli/dial.h"
#include "snanode/host/socketpath.h"

#define PATIENCE_MS 10000

static void pass_on(const char *path, const struct lp_answer *a, struct tpsetup_said *said)
{
    const char *more = a->text[0] ? a->text : "done";
    if (a->exit == 0)
        tpsetup_say(&said->out, "node at %s: reload: %s", path, more);
    else if (a->exit == 2)
        tpsetup_say(&said->err, "tpsetup: the node at %s cannot reload; restart it so that it knows this",
                    path);
    else
        tpsetup_say(&said->err, "tpsetup: the node at %s has not reloaded its configuration: %s", path, more);
}

static bool ask_reload(int fd, struct lp_answer *a)
{
    static char reload[] = "reload";
    char *words[] = {reload};
    int rows;
    if (dial_ask(fd, words, 1, a, &rows) < 0)
        return false;
    if (rows >= 0)
        close(rows); /* messages about the files; the node has logged them */
    return true;
}

void tpsetup_tell_node(struct tpsetup_said *said)
{
    char path[108];
    struct lp_answer a;
    if (socket_default_path(path, sizeof path) < 0)
        return;
    int fd = dial_node(path, "tpsetup", PATIENCE_MS);
    if (fd == DIAL_FAILED && (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR))
        return;
    if (fd < 0)
        tpsetup_say(&said->err, "tpsetup: the node is not told: %s; run `snactl reload` as its user",
                    dial_error());
    else if (!ask_reload(fd, &a))
        tpsetup_say(&said->err,
                    "tpsetup: the node at %s is not told: it does not answer; run `snactl reload`", path);
    else
        pass_on(path, &a, said);
    if (fd >= 0)
        close(fd);
}
