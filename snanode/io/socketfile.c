#include "snanode/io/socketfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/remedy.h"

#define ANOTHER "give another socket with -s"

static void lock_path(const char *path, char *out, size_t cap)
{
    snprintf(out, cap, "%s.lock", path);
}

/* Make the directory of the socket, for a node that has its own under /run. */
static void make_directory(const char *path)
{
    char dir[256];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash && slash != dir) {
        *slash = '\0';
        if (mkdir(dir, 0755) < 0 && errno != EEXIST)
            log_debug("%s: %s", dir, strerror(errno));
    }
}

/* ---- the lock ---- */

/* 1: FD may be a node's lock, an ordinary file that is empty or holds only a process number.  0: it is not.
 * -1 with errno: nobody knows. */
static int is_lock(int fd)
{
    char text[32];
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -1;
    if (!S_ISREG(st.st_mode) || st.st_size >= (off_t)sizeof text)
        return 0;
    ssize_t n = pread(fd, text, sizeof text, 0);
    for (ssize_t i = 0; i < n; i++)
        if ((text[i] < '0' || text[i] > '9') && text[i] != '\n')
            return 0;
    return n < 0 ? -1 : 1;
}

/* A node that ends removes its lock.  A process that opened the lock before then has a file that nobody
 * else will see.  -1 with errno: it cannot be told. */
static int is_still_there(int fd, const char *path)
{
    struct stat mine, there;
    if (fstat(fd, &mine) < 0)
        return -1;
    if (stat(path, &there) < 0)
        return errno == ENOENT ? 0 : -1;
    return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

static void say_owner(const struct socketfile *f)
{
    char owner[32];
    ssize_t n = pread(f->lock_fd, owner, sizeof owner - 1, 0);
    owner[n > 0 ? n : 0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    fprintf(stderr, "snanode: %s: in use by process %s; stop that node or " ANOTHER "\n", f->path,
            owner[0] ? owner : "?");
}

static int open_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) {
        fprintf(stderr, "snanode: %s: %s; " ANOTHER "\n", path, strerror(errno));
        return -1;
    }
    int is = is_lock(fd);
    if (is > 0)
        return fd;
    if (is < 0)
        fprintf(stderr, "snanode: %s: %s; " ANOTHER "\n", path, strerror(errno));
    else
        fprintf(stderr, "snanode: %s: not the lock of a node, so it is left alone; " ANOTHER "\n", path);
    close(fd);
    return -1;
}

/* 1: the lock is had.  0: the file is not the one that others see any more.  -1, with a message: it cannot be
 * had. */
static int take_lock(const struct socketfile *f, const char *path)
{
    if (flock(f->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno == EWOULDBLOCK)
            say_owner(f);
        else
            remedy_say(path, errno);
        return -1;
    }
    int there = is_still_there(f->lock_fd, path);
    if (there < 0)
        remedy_say(path, errno);
    return there;
}

int socketfile_lock(struct socketfile *f, const char *path)
{
    char lock[256], owner[32];
    int taken = 0;
    f->path = path;
    make_directory(path);
    lock_path(path, lock, sizeof lock);
    do {
        f->lock_fd = open_lock(lock);
        if (f->lock_fd < 0)
            return -1;
        taken = take_lock(f, lock);
        if (taken != 1) {
            close(f->lock_fd);
            f->lock_fd = -1;
        }
    } while (taken == 0);
    if (taken < 0)
        return -1;
    int n = snprintf(owner, sizeof owner, "%d\n", (int)getpid());
    if (ftruncate(f->lock_fd, 0) < 0 || pwrite(f->lock_fd, owner, (size_t)n, 0) != n)
        log_warn("%s: %s", lock, strerror(errno));
    return 0;
}

void socketfile_release(struct socketfile *f)
{
    char lock[256];
    if (f->lock_fd >= 0) {
        lock_path(f->path, lock, sizeof lock);
        unlink(lock);
        close(f->lock_fd);
    }
    f->lock_fd = -1;
}

/* ---- the socket ---- */

static const char *kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return "an ordinary file";
    if (S_ISDIR(mode))
        return "a directory";
    if (S_ISLNK(mode))
        return "a symbolic link";
    return S_ISFIFO(mode) ? "a pipe" : "a device";
}

/* Whether somebody listens at SA.  A refused connection means that nobody does; a wrong socket type means
 * that somebody does.  -1 with errno: nobody knows. */
static int is_live(const struct sockaddr_un *sa)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    bool refused = connect(fd, (const struct sockaddr *)sa, sizeof *sa) < 0 && errno == ECONNREFUSED;
    close(fd);
    return !refused;
}

/* Remove the socket of a node that has ended.  -1, with a message, when something else is there. */
static int clear_place(const struct sockaddr_un *sa)
{
    const char *path = sa->sun_path;
    struct stat st;
    if (lstat(path, &st) < 0)
        return 0; /* nothing is there, or bind() will report why not */
    if (!S_ISSOCK(st.st_mode)) {
        fprintf(stderr, "snanode: %s: %s, so it is left alone; " ANOTHER "\n", path, kind_of(st.st_mode));
        return -1;
    }
    int live = is_live(sa);
    if (live < 0) {
        remedy_say(path, errno);
        return -1;
    }
    if (live) {
        fprintf(stderr, "snanode: %s: the socket of another program, which runs; " ANOTHER "\n", path);
        return -1;
    }
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    fprintf(stderr, "snanode: %s: %s; remove it, or " ANOTHER "\n", path, strerror(errno));
    return -1;
}

int socketfile_listen(struct socketfile *f, bool has_gid, gid_t gid)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    struct stat st;
    if ((size_t)snprintf(sa.sun_path, sizeof sa.sun_path, "%s", f->path) >= sizeof sa.sun_path) {
        fprintf(stderr, "snanode: %s: longer than a socket's name may be (%zu)\n", f->path,
                sizeof sa.sun_path - 1);
        return -1;
    }
    if (clear_place(&sa) < 0)
        return -1;
    mode_t old = umask(0177);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0;
    umask(old);
    bool known = bound && stat(f->path, &st) == 0;
    if (known) {
        f->dev = st.st_dev;
        f->ino = st.st_ino;
    }
    if (known && (!has_gid || (chown(f->path, (uid_t)-1, gid) == 0 && chmod(f->path, 0660) == 0)) &&
        listen(fd, 1024) == 0)
        return fd;
    remedy_say(f->path, errno);
    if (bound)
        unlink(f->path);
    if (fd >= 0)
        close(fd);
    return -1;
}

int socketfile_admit(const char *path, gid_t gid)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return -1;
    if (st.st_gid == gid && (st.st_mode & 0060) == 0060)
        return 0;
    return chown(path, (uid_t)-1, gid) < 0 || chmod(path, 0660) < 0 ? -1 : 0;
}

void socketfile_remove(const struct socketfile *f)
{
    struct stat st;
    if (lstat(f->path, &st) == 0 && st.st_dev == f->dev && st.st_ino == f->ino)
        unlink(f->path);
}
