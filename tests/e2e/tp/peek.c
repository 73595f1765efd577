/* peek.c - what a program may see and do at the node, by the local protocol: peek SOCKET ACT [ARG].  Prints
 * one word or number; see the table at the end.  "hold" stays, with a destination of its own, until it is
 * killed. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/local/notice.h"
#include "snanode/local/passfd.h"

static const char *path;
static uint8_t msg[LP_MAX];
static int pages[3]; /* notices, statistics, hints */
static struct lp_welcome me;

static void say(bool yes)
{
    puts(yes ? "yes" : "no");
    exit(0);
}

/* A connection of KIND; who is not let in may nothing. */
static int greet(enum lp_kind kind, uint32_t process, uint64_t cookie, struct lp_welcome *w)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    struct lp_hello h = {.version = LP_VERSION,
                         .kind = (uint8_t)kind,
                         .process = process,
                         .cookie = cookie,
                         .program = "peek"};
    union passfd room;
    struct iovec v = {msg, sizeof msg};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), fds[PASSFD_MAX];
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    passfd_expect(&m, &room);
    ssize_t n = -1;
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0 &&
        send(fd, msg, lp_hello_encode(&h, msg, sizeof msg), MSG_NOSIGNAL) >= 0)
        n = recvmsg(fd, &m, 0);
    if (n <= 0 || lp_welcome_decode(msg, (size_t)n, w) < 0 || w->rc != LP_RC_OK)
        say(false);
    passfd_get(&m, fds);
    if (kind == LP_KIND_PROCESS)
        memcpy(pages, fds + 1, sizeof pages); /* behind the first port */
    return fd;
}

static int program(void)
{
    return greet(LP_KIND_PROCESS, 0, 0, &me);
}

static int port(void)
{
    struct lp_welcome w;
    program();
    return greet(LP_KIND_PORT, me.process, me.cookie, &w);
}

static size_t ask(int fd, size_t k)
{
    ssize_t n = send(fd, msg, k, MSG_NOSIGNAL) < 0 ? -1 : recv(fd, msg, sizeof msg, 0);
    if (n <= 0)
        say(false);
    return (size_t)n;
}

/* ---- acts ---- */

static void do_connect(const char *arg)
{
    (void)arg;
    program();
    say(true);
}

/* WORDS of a command of snactl: done or not. */
static void do_command(const char *words)
{
    struct lp_welcome w;
    struct lp_admin m = {.words_n = 0};
    struct lp_answer a;
    int fd = greet(LP_KIND_ADMIN, 0, 0, &w);
    for (const char *p = words; *p; p++)
        m.words[m.words_n++] = *p == ' ' ? '\0' : (uint8_t)*p;
    m.words[m.words_n++] = '\0';
    say(lp_answer_decode(msg, ask(fd, lp_admin_encode(&m, msg, sizeof msg)), &a) == 0 && a.exit == 0);
}

/* A port of the program with number ARG, whose cookie is not known. */
static void do_port(const char *arg)
{
    struct lp_welcome w;
    for (uint64_t cookie = 0; cookie < 2; cookie++)
        greet(LP_KIND_PORT, (uint32_t)atoi(arg), cookie, &w); /* says no */
    say(true);
}

/* "End" of both sides of conversation ARG; it is for the test to see what has become of it. */
static void do_end(const char *arg)
{
    int fd = program();
    struct lp_init i = {.lu = ""};
    for (uint8_t side = 0; side < 2; side++) {
        const struct lp_end m = {.conv = (uint32_t)atoi(arg), .side = side};
        if (send(fd, msg, lp_end_encode(&m, msg, sizeof msg), MSG_NOSIGNAL) < 0)
            say(false);
    }
    struct lp_welcome w;
    ask(greet(LP_KIND_PORT, me.process, me.cookie, &w),
        lp_init_encode(&i, msg, sizeof msg)); /* it is done then */
    say(true);
}

static void print_page(int fd)
{
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        say(false);
    printf("%llu\n", (unsigned long long)st.st_ino);
}

static void do_page(const char *arg)
{
    program();
    print_page(pages[atoi(arg)]);
}

/* Whether the node's page can be written. */
static void do_write(const char *arg)
{
    (void)arg;
    program();
    say(pwrite(pages[0], "", 1, 0) == 1 ||
        mmap(NULL, sizeof(struct notice), PROT_READ | PROT_WRITE, MAP_SHARED, pages[0], 0) != MAP_FAILED);
}

static void do_destination(const char *arg)
{
    struct lp_side_get m = {.index = 0};
    struct lp_side a;
    int fd = port();
    snprintf(m.symdest, sizeof m.symdest, "%s", arg);
    say(lp_side_decode(msg, ask(fd, lp_side_get_encode(&m, msg, sizeof msg)), &a) == 0 && a.rc == LP_RC_OK);
}

static void set_destination(int fd, const char *name)
{
    struct lp_side_set m = {.partner = "HOSTLU", .mode = "#INTER", .tpn_n = 4, .tpn = "EACH"};
    struct lp_side a;
    snprintf(m.symdest, sizeof m.symdest, "%s", name);
    if (lp_side_decode(msg, ask(fd, lp_side_set_encode(&m, msg, sizeof msg)), &a) < 0 || a.rc != LP_RC_OK)
        say(false);
}

static void do_hold(const char *arg)
{
    set_destination(port(), arg);
    printf("process %u\nstatistics ", me.process);
    print_page(pages[1]);
    printf("hints ");
    print_page(pages[2]);
    fflush(stdout);
    for (;;)
        pause();
}

static void do_allocate(const char *lu)
{
    struct lp_allocate m = {.partner = "HOSTLU", .mode = "#INTER", .tpn_n = 4, .tpn = "EACH", .type = 1};
    struct lp_allocated a;
    int fd = port();
    snprintf(m.lu, sizeof m.lu, "%s", lu);
    say(lp_allocated_decode(msg, ask(fd, lp_allocate_encode(&m, msg, sizeof msg)), &a) == 0 &&
        a.rc == LP_RC_OK);
}

static void do_display(const char *lu)
{
    struct lp_display m = {.what = LP_DISPLAY_LU};
    struct lp_lu_shown a;
    for (int fd = port();; m.at = a.next) {
        if (lp_lu_shown_decode(msg, ask(fd, lp_display_encode(&m, msg, sizeof msg)), &a) < 0 || !a.found)
            say(false);
        if (strcmp(a.alias, lu) == 0)
            say(true);
    }
}

/* Sessions of the mode ARG: the verbs that end them, and set their limits. */
static void do_cnos(const char *mode)
{
    struct lp_cnos m = {.lu = "CLIENTLU", .partner = "HOSTLU"}; /* a reset */
    struct lp_ordered a;
    int fd = port();
    snprintf(m.mode, sizeof m.mode, "%s", mode);
    say(lp_ordered_decode(msg, ask(fd, lp_cnos_encode(&m, msg, sizeof msg)), &a) == 0 && a.primary == 0);
}

static void do_deactivate(const char *mode)
{
    struct lp_deactivate m = {.lu = "CLIENTLU", .partner = "HOSTLU"};
    struct lp_ordered a;
    int fd = port();
    snprintf(m.mode, sizeof m.mode, "%s", mode);
    say(lp_ordered_decode(msg, ask(fd, lp_deactivate_encode(&m, msg, sizeof msg)), &a) == 0 &&
        a.primary == 0);
}

static void do_note(const char *arg)
{
    struct lp_note m = {.kind = LP_NOTE_MESSAGE, .number = 1, .file = "TST", .origin = "PEEK"};
    struct lp_noted a;
    (void)arg;
    int fd = port();
    say(lp_noted_decode(msg, ask(fd, lp_note_encode(&m, msg, sizeof msg)), &a) == 0 && a.rc == 0);
}

static const struct {
    const char *name;
    void (*run)(const char *arg);
} acts[] = {
    {"connect", do_connect},
    {"command", do_command},
    {"port", do_port},
    {"end", do_end},
    {"page", do_page},
    {"write", do_write},
    {"hold", do_hold},
    {"allocate", do_allocate},
    {"display", do_display},
    {"destination", do_destination},
    {"cnos", do_cnos},
    {"note", do_note},
    {"deactivate", do_deactivate},
};

int main(int argc, char **argv)
{
    alarm(60);
    path = argc > 2 ? argv[1] : "";
    for (size_t i = 0; argc > 2 && i < sizeof acts / sizeof *acts; i++)
        if (strcmp(acts[i].name, argv[2]) == 0)
            acts[i].run(argc > 3 ? argv[3] : "");
    return argc > 2 ? 0 : 2;
}
