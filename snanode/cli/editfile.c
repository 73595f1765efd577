#include "snanode/cli/editfile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- reading ---- */

/* Open the file at F->path, locked when LOCK.  The name must still be that of the locked file: another
 * tool may have replaced it meanwhile. */
static int open_locked(const struct editfile *f, bool lock)
{
    for (;;) {
        struct stat opened, named;
        int fd = open(f->path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || !lock)
            return fd;
        if (flock(fd, LOCK_EX) < 0 && errno == EINTR) {
            close(fd);
            continue;
        }
        if (fstat(fd, &opened) == 0 && stat(f->path, &named) == 0 && opened.st_ino == named.st_ino &&
            opened.st_dev == named.st_dev)
            return fd;
        close(fd);
    }
}

static void wipe_free(char *p, size_t n)
{
    if (p)
        explicit_bzero(p, n);
    free(p);
}

/* Make room for one more read, without realloc, which would leave passwords in memory. */
static bool grow(struct editfile *f, size_t *cap)
{
    size_t more = *cap ? 2 * *cap : 16384;
    char *p = malloc(more);
    if (!p)
        return false;
    if (f->n)
        memcpy(p, f->text, f->n);
    wipe_free(f->text, f->n);
    f->text = p;
    *cap = more;
    return true;
}

static bool read_all(struct editfile *f)
{
    size_t cap = 0;
    ssize_t n = -1;
    while (n != 0) {
        if (f->n + 1 >= cap && !grow(f, &cap))
            return false;
        n = read(f->fd, f->text + f->n, cap - f->n - 1);
        if (n < 0 && errno != EINTR)
            return false;
        f->n += n > 0 ? (size_t)n : 0;
    }
    f->text[f->n] = '\0';
    return true;
}

const char *editfile_read(struct editfile *f, const char *name, bool change)
{
    struct stat st;
    *f = (struct editfile){.path = realpath(name, NULL), .fd = -1};
    if (!f->path && errno == ENOENT && lstat(name, &st) == 0)
        return "is a link to a file that does not exist; make that file or remove the link";
    if (!f->path && errno == ENOENT)
        f->path = strdup(name);
    else if (f->path)
        f->fd = open_locked(f, change);
    if (!f->path || (f->fd < 0 && errno != ENOENT))
        return "cannot be read";
    if (f->fd < 0)
        return NULL;
    if (fstat(f->fd, &st) < 0 || !read_all(f))
        return "cannot be read";
    f->mode = st.st_mode & 07777;
    return NULL;
}

void editfile_fini(struct editfile *f)
{
    if (f->fd >= 0)
        close(f->fd);
    wipe_free(f->text, f->n);
    free(f->path);
    *f = (struct editfile){.fd = -1};
}

/* ---- writing ---- */

static bool write_all(int fd, const char *text, size_t n)
{
    for (size_t i = 0; i < n;) {
        ssize_t k = write(fd, text + i, n - i);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        i += (size_t)k;
    }
    return true;
}

static bool give_mode(const struct editfile *f, int fd, bool secret)
{
    struct stat st;
    if (f->fd < 0) {
        mode_t mask = umask(0);
        umask(mask);
        return fchmod(fd, secret ? 0600 : 0666 & ~mask) == 0;
    }
    if (fstat(f->fd, &st) == 0 && (st.st_uid != geteuid() || st.st_gid != getegid()) &&
        fchown(fd, st.st_uid, st.st_gid) < 0 && errno != EPERM)
        return false;
    return fchmod(fd, f->mode) == 0;
}

/* A new file does not replace one that somebody else has made in the meantime. */
static bool put_in_place(const struct editfile *f, const char *temp)
{
    if (f->fd >= 0)
        return rename(temp, f->path) == 0;
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (link(temp, f->path) == 0) { /* the kernel or file system cannot do both in one step */
        unlink(temp);
        return true;
    }
    /* The file system has no links either: all that is left is to check just before the rename. */
    return errno != EEXIST && access(f->path, F_OK) < 0 && errno == ENOENT && rename(temp, f->path) == 0;
}

static void sync_directory(const char *path)
{
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s", path);
    int fd = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

const char *editfile_write(const struct editfile *f, const char *text, size_t n, bool secret)
{
    char temp[PATH_MAX];
    if (f->fd >= 0 && access(f->path, W_OK) < 0)
        return "cannot be written";
    snprintf(temp, sizeof temp, "%.*s.XXXXXX", (int)(sizeof temp - 8), f->path);
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return "cannot be written (a new file beside it cannot be made)";
    bool ok = give_mode(f, fd, secret) && write_all(fd, text, n) && fsync(fd) == 0;
    int e = errno;
    ok = close(fd) == 0 && ok;
    errno = ok ? errno : e;
    if (ok && put_in_place(f, temp)) {
        sync_directory(f->path);
        return NULL;
    }
    e = errno;
    unlink(temp);
    errno = e;
    return "cannot be written";
}
