/* faultctl.c - orders faults of tests/e2e/shim/fault.c:
 *
 *   faultctl FILE new                                 words without orders
 *   faultctl FILE fail CALL ERROR N once|on           count, and the N-th CALL fails (0: none); "on": all
 * later ones too faultctl FILE raise CALL SIGNAL N once|on         count, and that signal (its number) comes
 * at the N-th CALL faultctl FILE off                                 no more; prints how many calls have met
 * the order faultctl FILE made [CALL]                         how many calls were made since the order
 *   faultctl FILE calls                               the names of all calls
 * With a last word "follow" for fail and raise the process leaves the counting to the child that it forks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/e2e/shim/faultwords.h"

static const char *const names[] = {
#define X(name) #name,
    FAULT_CALLS(X)
#undef X
};

static const struct {
    const char *name;
    unsigned number;
} errors[] = {{"ENOMEM", ENOMEM},
              {"EMFILE", EMFILE},
              {"ENFILE", ENFILE},
              {"EAGAIN", EAGAIN},
              {"EINTR", EINTR},
              {"ENOSPC", ENOSPC},
              {"EPIPE", EPIPE},
              {"EIO", EIO},
              {"ENOBUFS", ENOBUFS},
              {"EACCES", EACCES},
              {"ECONNABORTED", ECONNABORTED},
              {"EADDRINUSE", EADDRINUSE},
              {"ECONNRESET", ECONNRESET},
              {"ETOOMANYREFS", ETOOMANYREFS},
              {"ENOLCK", ENOLCK},
              {"EROFS", EROFS},
              {"EPERM", EPERM},
              {"ELOOP", ELOOP},
              {"ECONNREFUSED", ECONNREFUSED},
              {"ENETUNREACH", ENETUNREACH},
              {"EADDRNOTAVAIL", EADDRNOTAVAIL},
              {"ETIMEDOUT", ETIMEDOUT},
              {"EINVAL", EINVAL},
              {"EBUSY", EBUSY},
              {"ENOENT", ENOENT},
              {"ENOSYS", ENOSYS},
              {"SHORT", FAULT_SHORT}};

static unsigned call_of(const char *name)
{
    for (unsigned i = 0; i < FAULT_CALLS_N; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    fprintf(stderr, "faultctl: %s: no such call\n", name);
    exit(2);
}

static unsigned error_of(const char *name)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].number;
    }
    fprintf(stderr, "faultctl: %s: no such error\n", name);
    exit(2);
}

static void order(struct fault_words *w, char **v, int signal)
{
    memset(w, 0, sizeof *w);
    w->call = call_of(v[0]);
    w->error = signal ? 0 : error_of(v[1]);
    w->signal = (unsigned)signal;
    w->from = (unsigned)strtoul(v[2], NULL, 10);
    w->every = strcmp(v[3], "on") == 0;
    w->follow = v[4] && strcmp(v[4], "follow") == 0;
    __atomic_store_n(&w->counting, 1, __ATOMIC_RELEASE);
}

static struct fault_words *words_of(const char *file)
{
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    struct fault_words *w;
    if (fd < 0 || ftruncate(fd, sizeof *w) != 0 ||
        (w = mmap(NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) {
        fprintf(stderr, "faultctl: %s: %s\n", file, strerror(errno));
        exit(2);
    }
    return w;
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[2] : "";
    struct fault_words *w = words_of(argc > 2 ? argv[1] : "");
    if (strcmp(what, "new") == 0) {
        memset(w, 0, sizeof *w);
    } else if (strcmp(what, "fail") == 0 && argc >= 7) {
        order(w, argv + 3, 0);
    } else if (strcmp(what, "raise") == 0 && argc >= 7) {
        order(w, argv + 3, atoi(argv[4]));
    } else if (strcmp(what, "off") == 0) {
        __atomic_store_n(&w->counting, 0, __ATOMIC_RELEASE);
        printf("%u\n", w->hits);
    } else if (strcmp(what, "made") == 0 && argc == 4) {
        printf("%u\n", w->made[call_of(argv[3])]);
    } else if (strcmp(what, "made") == 0 || strcmp(what, "calls") == 0) {
        for (unsigned i = 0; i < FAULT_CALLS_N; i++)
            printf("%s %u\n", names[i], w->made[i]);
    } else {
        fputs("usage: faultctl FILE new|fail|raise|off|made|calls ...\n", stderr);
        return 2;
    }
    return 0;
}
