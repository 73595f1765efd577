#include "snanode/io/recording.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/base/log.h"

struct link_row {
    enum pcapng_link link;
    char name[RECORDING_LINK_NAME_MAX + 1];
};

struct recording {
    char path[PATH_MAX];
    char application[64];
    struct recording_limits limits;
    int fd;        /* -1 = it is over */
    uint64_t size; /* octets in the present file */
    uint64_t lost; /* packets */
    uint32_t n_links;
    struct link_row links[PCAPNG_INTERFACES_MAX];
    uint8_t block[PCAPNG_PACKET_MAX];
};

/* ---- files ---- */

/* The name of file number I: 0 is the one that grows. */
static void name_of(const struct recording *r, unsigned i, char out[static PATH_MAX + 16])
{
    if (i == 0)
        snprintf(out, PATH_MAX + 16, "%s", r->path);
    else
        snprintf(out, PATH_MAX + 16, "%s.%u", r->path, i);
}

/* Each file becomes the next; 0, or -1 with errno. */
static int shift(const struct recording *r)
{
    char from[PATH_MAX + 16], to[PATH_MAX + 16];
    for (unsigned i = r->limits.files - 1; i > 0; i--) {
        name_of(r, i - 1, from);
        name_of(r, i, to);
        if (rename(from, to) < 0 && errno != ENOENT)
            return -1;
    }
    return 0;
}

/* Open file 0, empty.  The descriptor, or -1 with errno.  A pipe without a reader would block the node in
 * open(), and later in write(). */
static int open_empty(const struct recording *r)
{
    struct stat st;
    int fd = open(r->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) {
        errno = errno == ENXIO ? ENOTSUP : errno; /* such a pipe, or a socket */
        return -1;
    }
    int e = 0;
    if (fstat(fd, &st) < 0)
        e = errno;
    else if (!S_ISREG(st.st_mode))
        e = ENOTSUP;
    else if (ftruncate(fd, 0) < 0 || fchmod(fd, 0600) < 0)
        e = errno;
    if (e == 0)
        return fd;
    close(fd);
    errno = e;
    return -1;
}

/* Append the first N octets of the block, all or nothing.  0, or -1 with errno. */
static int append(struct recording *r, ssize_t n)
{
    assert(n > 0);
    ssize_t done = write(r->fd, r->block, (size_t)n);
    if (done == n) {
        r->size += (uint64_t)n;
        return 0;
    }
    int e = done < 0 ? errno : ENOSPC;
    if (done > 0 && ftruncate(r->fd, (off_t)r->size) < 0)
        e = errno; /* readers treat half a block at the end as the end of the file */
    errno = e;
    return -1;
}

static int append_link(struct recording *r, const struct link_row *l)
{
    return append(r, pcapng_encode_interface(l->link, l->name, r->block, sizeof r->block));
}

/* Begin a file with the headers and all known links.  0, or -1 with errno, and the recording is over. */
static int begin(struct recording *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->size = 0;
    r->fd = -1;
    if (shift(r) < 0 || (r->fd = open_empty(r)) < 0)
        return -1;
    int rc = append(r, pcapng_encode_section(r->application, r->block, sizeof r->block));
    for (uint32_t i = 0; rc == 0 && i < r->n_links; i++)
        rc = append_link(r, &r->links[i]);
    return rc;
}

static void give_up(struct recording *r)
{
    log_warn("recording %s: cannot be written, so it ends here: %s", r->path, strerror(errno));
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}

/* ---- the recording ---- */

/* Check that a recording may replace whatever is at PATH.  0, or -1 with errno. */
static int look_at(const char *path)
{
    struct stat st;
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : -1;
    if (S_ISREG(st.st_mode))
        return 0;
    errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTSUP;
    return -1;
}

struct recording *recording_open(const char *path, const struct recording_limits *limits,
                                 const char *application)
{
    if (limits->octets < RECORDING_FILE_MIN || limits->files < 1) {
        errno = EINVAL;
        return NULL;
    }
    if (look_at(path) < 0)
        return NULL;
    struct recording *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->fd = -1;
    r->limits = *limits;
    snprintf(r->application, sizeof r->application, "%s", application);
    int n = snprintf(r->path, sizeof r->path, "%s", path);
    if (n >= (int)sizeof r->path)
        errno = ENAMETOOLONG;
    else if (begin(r) == 0)
        return r;
    int e = errno;
    recording_close(r);
    errno = e;
    return NULL;
}

int recording_add_link(struct recording *r, enum pcapng_link link, const char *name)
{
    if (r->n_links == PCAPNG_INTERFACES_MAX)
        return -1;
    struct link_row *l = &r->links[r->n_links];
    l->link = link;
    snprintf(l->name, sizeof l->name, "%s", name);
    if (r->fd >= 0 && append_link(r, l) < 0)
        give_up(r);
    return (int)r->n_links++;
}

void recording_packet(struct recording *r, const struct pcapng_packet *k)
{
    assert(k->interface < r->n_links);
    if (r->fd < 0) {
        r->lost++;
        return;
    }
    struct pcapng_packet cut = *k;
    if (cut.n > PCAPNG_DATA_MAX)
        cut.n = PCAPNG_DATA_MAX;
    ssize_t n = pcapng_encode_packet(&cut, r->block, sizeof r->block);
    if (r->size + (uint64_t)n > r->limits.octets) {
        if (begin(r) < 0) {
            give_up(r);
            r->lost++;
            return;
        }
        n = pcapng_encode_packet(&cut, r->block,
                                 sizeof r->block); /* overwritten by the headers of the new file */
    }
    if (append(r, n) < 0) {
        give_up(r);
        r->lost++;
    }
}

uint64_t recording_lost(const struct recording *r)
{
    return r->lost;
}

void recording_close(struct recording *r)
{
    if (!r)
        return;
    if (r->lost > 0)
        log_warn("recording %s: %llu packets are missing from it", r->path, (unsigned long long)r->lost);
    if (r->fd >= 0)
        close(r->fd);
    free(r);
}
