/* The registry file on disk: read under a lock, replaced by a new one with rename. */
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

#include "attachmgr/tpsetup.h"

static bool fail(const struct tpsetup_file *f, const char *what, struct tpspec_why *why)
{
    tpspec_refuse(why, "%s: %s: %s", f->name, what, strerror(errno));
    return false;
}

/* ---- reading ---- */

/* The file at F->path, locked when LOCK: the one that has that name when the lock is ours, not one that
 * another tpsetup has just replaced. */
static int open_locked(const struct tpsetup_file *f, bool lock)
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

/* All octets of FD.  Grown by hand: some are passwords. */
static bool read_all(struct tpsetup_file *f, int fd)
{
    struct regtext t = {.p = NULL};
    char buf[16384];
    ssize_t n;
    bool ok = true;
    while (ok && (n = read(fd, buf, sizeof buf)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        ok = n > 0 && regtext_add(&t, buf, (size_t)n);
    }
    explicit_bzero(buf, sizeof buf);
    int e = errno;
    f->n = t.n;
    f->text = ok ? regtext_dup(&t) : NULL;
    regtext_fini(&t);
    errno = e;
    return f->text != NULL;
}

bool tpsetup_file_read(struct tpsetup_file *f, const char *name, bool change, bool fresh,
                       struct tpspec_why *why)
{
    struct stat st;
    *f = (struct tpsetup_file){.name = name, .lock = -1};
    f->path = realpath(name, NULL);
    if (!f->path && errno == ENOENT && fresh) {
        f->path = strdup(name);
        return f->path || fail(f, "cannot be read", why);
    }
    int fd = f->path ? open_locked(f, change) : -1;
    if (fd < 0)
        return fail(f, "cannot be read", why);
    f->lock = fd;
    if (fstat(fd, &st) < 0 || !read_all(f, fd))
        return fail(f, "cannot be read", why);
    f->mode = st.st_mode & 07777;
    if (f->n == 0 && fresh) {
        free(f->text);
        f->text = NULL;
    }
    return true;
}

void tpsetup_file_fini(struct tpsetup_file *f)
{
    if (f->lock >= 0)
        close(f->lock);
    regtext_wipe_free(f->text, f->n);
    free(f->path);
    *f = (struct tpsetup_file){.lock = -1};
}

/* ---- writing ---- */

static bool write_all(int fd, const struct regtext *t)
{
    for (size_t i = 0; i < t->n;) {
        ssize_t n = write(fd, t->p + i, t->n - i);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        i += (size_t)n;
    }
    return true;
}

/* Mode and owner of the old file; those of a new one as any program makes them, but for SECRET. */
static bool give_mode(const struct tpsetup_file *f, int fd, bool secret)
{
    struct stat st;
    if (f->lock < 0) {
        mode_t mask = umask(0);
        umask(mask);
        return fchmod(fd, secret ? 0600 : 0666 & ~mask) == 0;
    }
    if (fstat(f->lock, &st) == 0 && (st.st_uid != geteuid() || st.st_gid != getegid()) &&
        fchown(fd, st.st_uid, st.st_gid) < 0 && errno != EPERM)
        return false;
    return fchmod(fd, f->mode) == 0;
}

static bool put_in_place(const struct tpsetup_file *f, const char *temp)
{
    if (f->lock >= 0)
        return rename(temp, f->path) == 0;
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, f->path, RENAME_NOREPLACE) == 0)
        return true;
    return errno == EINVAL && rename(temp, f->path) == 0; /* a file system that cannot */
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

bool tpsetup_file_write(struct tpsetup_file *f, const struct regtext *text, bool secret,
                        struct tpspec_why *why)
{
    char temp[PATH_MAX];
    if (f->lock >= 0 && access(f->path, W_OK) < 0)
        return fail(f, "cannot be written", why);
    snprintf(temp, sizeof temp, "%.*s.XXXXXX", (int)(sizeof temp - 8), f->path);
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return fail(f, "cannot be written (a new file beside it cannot be made)", why);
    bool ok = give_mode(f, fd, secret) && write_all(fd, text) && fsync(fd) == 0;
    int e = errno;
    ok = close(fd) == 0 && ok;
    errno = ok ? errno : e;
    if (ok && put_in_place(f, temp)) {
        sync_directory(f->path);
        return true;
    }
    e = errno;
    unlink(temp);
    errno = e;
    return fail(f, "cannot be written", why);
}
