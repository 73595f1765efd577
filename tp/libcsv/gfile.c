/* Where the table of type G is: the environment names a file, else the Client key of the node's registry
 * [HIS: CONVERT; Q139114; Q309020]. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "tp/conv/control.h"
#include "tp/libcsv/charset.h"
#include "tp/libcsv/forked.h"

/* Ask the node.  False: there is none, or it names no file. */
static bool ask(char path[LP_PATH_OCTETS + 1])
{
    struct lp_table m = {.reserved = 0};
    struct lp_tabled a;
    uint8_t msg[LP_MAX];
    int fd;
    forked_watch();
    long n = control_ask(msg, lp_table_encode(&m, msg, sizeof msg), msg, &fd);
    if (n < 0 || lp_tabled_decode(msg, (size_t)n, &a) < 0 || a.rc != LP_RC_OK)
        return false;
    memcpy(path, a.path, a.path_n);
    path[a.path_n] = '\0';
    return a.path_n > 0;
}

static const char *from_environment(void)
{
    const char *name = secure_getenv("CSVTBLG");
    return name && *name ? name : secure_getenv("COMTBLG");
}

static ssize_t read_file(const char *name, char *text, size_t cap)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, cap) : -1;
    close(fd);
    return n;
}

int gtable_load(struct gtable *t)
{
    char text[GTABLE_FILE_MAX + 1]; /* one more: a longer file does not look like a whole one */
    char asked[LP_PATH_OCTETS + 1];
    const char *name = from_environment();
    if (!name || !*name)
        name = ask(asked) ? asked : NULL;
    ssize_t n = name ? read_file(name, text, sizeof text) : -1;
    return n < 0 ? -1 : gtable_parse(t, text, (size_t)n);
}
