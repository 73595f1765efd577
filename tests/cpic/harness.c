#include "tests/cpic/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "snanode/local/hint.h"
#include "snanode/lu62/chain.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"

/* ---- record of what calls returned ---- */

#define CALLS_MAX 128
#define RC_MAX    64

void covered(const char *call, const CM_INT32 *rc)
{
    static const char
        *seen[CALLS_MAX][RC_MAX]; /* by hash of the name: a lost pair is written again, no more */
    const char *file = getenv("CPIC_COVERAGE");
    unsigned h = 5381;
    if (!rc || (*rc != PC && *rc != SC && *rc != CM_UNSUCCESSFUL))
        barrier_due();
    if (!file || !rc || *rc < 0 || *rc >= RC_MAX)
        return;
    for (const char *p = call; *p; p++)
        h = h * 33 + (unsigned char)*p;
    const char **at = &seen[h % CALLS_MAX][*rc];
    if (__atomic_exchange_n(at, call, __ATOMIC_RELAXED) == call)
        return;
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    dprintf(fd, "%s %d\n", call, (int)*rc);
    close(fd);
}

/* ---- the node ---- */

/* LUREMOTE is where the tests accept; FARLU has no link that this node could have; ONE has a single session
 * for each pair of LUs. */
static const char commands[] =
    "server TESTNODE /add /netname:\"TESTNET\" /cpname:\"TESTNODE\"\n"
    "mode RU256 /add /sessionlim:2000 /conwin:1000 /conlose:1000 /maxsendru:256 /maxrecvru:256\n"
    "mode RU1024 /add /sessionlim:2000 /conwin:1000 /conlose:1000 /maxsendru:1024 /maxrecvru:1024\n"
    "mode RU4096 /add /sessionlim:2000 /conwin:1000 /conlose:1000 /maxsendru:4096 /maxrecvru:4096\n"
    "mode RU65527 /add /sessionlim:2000 /conwin:1000 /conlose:1000 /maxsendru:65527 /maxrecvru:65527\n"
    "mode ONE /add /sessionlim:1 /conwin:1 /conlose:0\n"
    "mode IMMED /add /sessionlim:4 /conwin:2 /conlose:2\n"
    "appcllu LULOCAL /add /server:TESTNODE /defaultpool:yes /tptimeout:1\n"
    "connection NOWHERE /add /conntype:SDLC\n"
    "appcrlu FARLU /add /connection:NOWHERE /netname:\"FARNET\" /luname:\"FAR\"\n"
    "appcrlu ONELU /add /connection:NOWHERE /netname:\"FARNET\" /luname:\"ONE\" /parallelsess:no\n"
    "cpic PAIR /add /appltpname:\"PAIR\" /lualias:\"LUREMOTE\" /modename:\"RU4096\" /seckeytype:none\n"
    "cpic SECRET /add /appltpname:\"SECRET\" /netname:\"TESTNET\" /luname:\"REMOTE\" /modename:\"RU1024\" "
    "/seckeytype:program /secuserid:\"USERNAME10\" /secpassword:\"PASSWORD10\"\n"
    "cpic FAR /add /appltpname:\"PAIR\" /lualias:\"FARLU\" /modename:\"RU4096\" /seckeytype:none\n";

/* Where the tests accept: a local LU, or with CPIC_LINK the other end of a link, for which the node is its
 * own partner: two connections of it meet, and no LU of it knows the other one as a local LU. */
static const char at_home[] = "appcllu LUREMOTE /add /server:TESTNODE /luname:\"REMOTE\" /tptimeout:1\n";
static const char on_link[] =
    "mode BARRIER /add /sessionlim:8 /conwin:4 /conlose:4\n"
    "appcllu LUHERE /add /server:TESTNODE /netname:\"TESTNET\" /luname:\"REMOTE\" /tptimeout:1\n"
    "connection OUT /add /conntype:DLSW /peer:\"127.0.0.1:%1$u\" /calldirection:Outgoing "
    "/activation:onserverstartup /localmac:400000000001 /remotemac:400000000002 /localnetname:TESTNET "
    "/localcpname:OUTNODE /retrydelay:1%2$s\n"
    "connection IN /add /conntype:DLSW /listen:\"127.0.0.1:%1$u\" /calldirection:Incoming "
    "/localmac:400000000002 /remotemac:400000000001 /localnetname:TESTNET /localcpname:INNODE%3$s\n"
    "appcrlu LUREMOTE /add /connection:OUT /netname:\"TESTNET\" /luname:\"REMOTE\" /alreadyverified:yes\n"
    "appcrlu LUBACK /add /connection:IN /netname:\"TESTNET\" /luname:\"LULOCAL\" /alreadyverified:yes\n";

#define TP_KEY "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\"
/* LOCKED wants a user and password; GONE cannot be started; BYHAND is a configured name for blocking
 * accepts. */
static const char registry[] =
    "Windows Registry Editor Version 5.00\n\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaServr\\Parameters]\n"
    "\"HoldUnmatched\"=\"NO\"\n"
    "\"UnmatchedSense\"=dword:10086021\n\n" TP_KEY "LOCKED\\Parameters]\n"
    "\"SNAServiceType\"=dword:0000001a\n"
    "\"LocalLU\"=\"LUREMOTE\"\n"
    "\"Timeout\"=dword:000003e8\n"
    "\"ConversationSecurity\"=\"YES\"\n"
    "\"AlreadyVerified\"=\"YES\"\n"
    "\"Joe\"=\"Secret\"\n"
    "\"USERNAME10\"=\"PASSWORD10\"\n\n" TP_KEY "BYHAND\\Parameters]\n"
    "\"SNAServiceType\"=dword:0000001a\n"
    "\"LocalLU\"=\"LUREMOTE\"\n"
    "\"Timeout\"=dword:00000064\n"
    "\"ConversationSecurity\"=\"NO\"\n\n" TP_KEY "HELD\\Parameters]\n"
    "\"SNAServiceType\"=dword:0000001a\n"
    "\"LocalLU\"=\"LUREMOTE\"\n"
    "\"Timeout\"=dword:ffffffff\n"
    "\"ConversationSecurity\"=\"NO\"\n\n" TP_KEY "GONE\\Parameters]\n"
    "\"SNAServiceType\"=dword:00000006\n"
    "\"PathName\"=\"/nonexistent/program\"\n"
    "\"ConversationSecurity\"=\"NO\"\n\n";

static char dir[64], bin[400];
static pid_t node;

static void die(const char *what)
{
    fprintf(stderr, "harness: %s: %s\n", what, strerror(errno));
    if (node > 0)
        kill(node, SIGKILL);
    exit(2);
}

static void file_put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t n = strlen(text);
    if (fd < 0 || write(fd, text, n) != (ssize_t)n)
        die(path);
    close(fd);
}

/* A port that nobody has at the moment. */
static unsigned free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
        getsockname(fd, (struct sockaddr *)&a, &n) < 0)
        die("a port");
    close(fd);
    return ntohs(a.sin_port);
}

/* The options of the connection that ME calls out of or in at; PEER is at its other end. */
static void tls_options(char *out, size_t size, const char *me, const char *peer)
{
    const char *ca = getenv("CPIC_CA");
    *out = '\0';
    if (!ca || strcmp(getenv("CPIC_LINK"), "tls") != 0)
        return;
    snprintf(out, size,
             " /tls:yes /certificate:\"%1$s/%2$s.pem\" /key:\"%1$s/%2$s.key\" /ca:\"%1$s/ca.pem\" "
             "/peername:%3$s",
             ca, me, peer);
}

/* CPIC_LINK: plain; or tls, and CPIC_CA is a folder of scripts/make-test-ca with the certificates out and in.
 */
static void make_commands(void)
{
    static char text[16384], out[2048], in[2048];
    if (!over_link()) {
        snprintf(text, sizeof text, "%s%s", commands, at_home);
    } else {
        size_t n = (size_t)snprintf(text, sizeof text, "%s", commands);
        tls_options(out, sizeof out, "out", "in");
        tls_options(in, sizeof in, "in", "out");
        snprintf(text + n, sizeof text - n, on_link, free_port(), out, in);
    }
    file_put("node.cfg", text);
}

/* TPs are at the local LU that the partner's name leads to. */
static void make_registry(void)
{
    static char text[8192];
    const char *at = registry, *next;
    size_t n = 0;
    while (over_link() && (next = strstr(at, "\"LUREMOTE\""))) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%.*s\"LUHERE\"", (int)(next - at), at);
        at = next + strlen("\"LUREMOTE\"");
    }
    snprintf(text + n, sizeof text - n, "%s", at);
    file_put("node.reg", text);
}

/* Programs lie in bin/ of the build directory, the tests in tests/cpic/. */
static void find_bin(void)
{
    ssize_t n = readlink("/proc/self/exe", bin, sizeof bin - 16);
    if (n < 0)
        die("/proc/self/exe");
    bin[n] = '\0';
    for (int i = 0; i < 3; i++)
        *strrchr(bin, '/') = '\0';
    strcat(bin, "/bin");
}

static void exec_node(int out)
{
    char prog[420], cfg[80], reg[80], sock[80], log[80];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(prog, sizeof prog, "%s/snanode", bin);
    snprintf(cfg, sizeof cfg, "%s/node.cfg", dir);
    snprintf(reg, sizeof reg, "%s/node.reg", dir);
    snprintf(sock, sizeof sock, "%s/node.sock", dir);
    snprintf(log, sizeof log, "%s/node.log", dir);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, 1);
    dup2(fd, 2);
    execl(prog, "snanode", "-c", cfg, "-t", reg, "-s", sock, "-l", "debug", (char *)NULL);
    _exit(127);
}

static void show_log(void)
{
    char cmd[128];
    snprintf(cmd, sizeof cmd, "cat %s/node.log >&2", dir);
    if (system(cmd) != 0)
        fprintf(stderr, "harness: no log\n");
}

void node_start(void)
{
    static const char ready[] = "snanode: ready\n";
    char said[sizeof ready];
    int p[2];
    strcpy(dir, "/tmp/cpic-XXXXXX");
    find_bin();
    if (!mkdtemp(dir) || pipe2(p, O_CLOEXEC) < 0)
        die(dir);
    make_commands();
    make_registry();
    node = fork();
    if (node == 0)
        exec_node(p[1]);
    close(p[1]);
    size_t n = 0;
    ssize_t k;
    while (n < sizeof ready - 1 && (k = read(p[0], said + n, sizeof ready - 1 - n)) > 0)
        n += (size_t)k;
    if (n < sizeof ready - 1 || memcmp(said, ready, n) != 0) {
        show_log();
        die("the node does not start");
    }
    close(p[0]);
    char sock[80];
    snprintf(sock, sizeof sock, "%s/node.sock", dir);
    setenv("SNANODE_SOCKET", sock, 1);
    unsetenv("APPCTPN");
    unsetenv("APPCLLU");
    barrier_start();
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
    (void)st;
    (void)flag;
    (void)f;
    return remove(path);
}

static void remove_dir(void)
{
    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

bool node_logged(const char *text)
{
    char path[128], line[2048];
    bool yes = false;
    snprintf(path, sizeof path, "%s/node.log", dir);
    FILE *f = fopen(path, "r");
    while (f && !yes && fgets(line, sizeof line, f))
        yes = strstr(line, text) != NULL;
    if (f)
        fclose(f);
    return yes;
}

void node_stop(void)
{
    int status = 0;
    barrier_stop();
    if (node > 0 && (kill(node, SIGTERM) < 0 || waitpid(node, &status, 0) != node || status != 0)) {
        fprintf(stderr, "harness: the node ended with status %#x\n", (unsigned)status);
        show_log();
        remove_dir();
        exit(2);
    }
    node = 0;
    remove_dir();
}

void node_kill(void)
{
    kill(node, SIGKILL);
    waitpid(node, NULL, 0);
    node = 0;
}

int snactl(const char *word, ...)
{
    char prog[420], *argv[16] = {prog};
    int n = 1, status;
    va_list ap;
    va_start(ap, word);
    for (const char *w = word; w && n < 15; w = va_arg(ap, const char *))
        argv[n++] = (char *)(uintptr_t)w;
    va_end(ap);
    snprintf(prog, sizeof prog, "%s/snactl", bin);
    /* The search for leaks takes two thirds of the time of a short program; this one is not what is tested
     * here. */
    char sanitizer[256];
    const char *given = getenv("ASAN_OPTIONS");
    snprintf(sanitizer, sizeof sanitizer, "%s:detect_leaks=0", given ? given : "");
    pid_t pid = fork();
    if (pid == 0) {
        setenv("ASAN_OPTIONS", sanitizer, 1);
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        execv(prog, argv);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int harness_main(Suite *s)
{
    node_start();
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    if (failed && getenv("CPIC_LOG"))
        show_log();
    node_stop();
    return failed ? 1 : 0;
}

void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* ---- one side ---- */

CM_INT32 s_init(struct side *s, const char *symdest)
{
    CM_INT32 rc = -1;
    unsigned char name[8];
    memset(s, 0, offsetof(struct side, buf));
    memset(name, ' ', sizeof name);
    memcpy(name, symdest, strlen(symdest));
    cminit(s->id, name, &rc);
    return rc;
}

#define PLAIN(function, name)                                                                                \
    CM_INT32 function(struct side *s)                                                                        \
    {                                                                                                        \
        CM_INT32 rc = -1;                                                                                    \
        name(s->id, &rc);                                                                                    \
        s->call = #name;                                                                                     \
        return rc;                                                                                           \
    }
PLAIN(s_alloc, cmallc)
PLAIN(s_confirmed, cmcfmd)
PLAIN(s_deal, cmdeal)
PLAIN(s_flush, cmflus)
PLAIN(s_ptr, cmptr)
PLAIN(s_rts, cmrts)

/* Not the side's call: that is the one which this ends, maybe in another thread. */
CM_INT32 s_cancel(struct side *s)
{
    CM_INT32 rc = -1;
    cmcanc(s->id, &rc);
    return rc;
}

CM_INT32 s_accept(struct side *s)
{
    CM_INT32 rc = -1;
    memset(s, 0, offsetof(struct side, buf));
    cmaccp(s->id, &rc);
    s->call = "cmaccp";
    return rc;
}

/* The race with the writer is what it is for; eight octets are read in one piece. */
__attribute__((no_sanitize("thread"))) bool glance(struct side *s, struct side *seen)
{
    uint64_t id = *(volatile uint64_t *)(void *)s->id;
    _Static_assert(sizeof id == CM_CID_SIZE, "an ID is read at once");
    memcpy(seen->id, &id, sizeof id);
    return id != 0;
}

CM_INT32 s_confirm(struct side *s)
{
    CM_INT32 rc = -1;
    s->rts = -1;
    cmcfm(s->id, &s->rts, &rc);
    s->call = "cmcfm";
    return rc;
}

CM_INT32 s_rcv(struct side *s, CM_INT32 want)
{
    CM_INT32 rc = -1;
    s->rts = s->data = s->len = s->status = -1;
    s->want = want;
    cmrcv(s->id, s->buf, &s->want, &s->data, &s->len, &s->status, &s->rts, &rc);
    s->call = "cmrcv";
    return rc;
}

CM_INT32 s_send(struct side *s, const void *p, CM_INT32 n)
{
    CM_INT32 rc = -1;
    s->rts = -1;
    cmsend(s->id, (unsigned char *)(uintptr_t)p, &n, &s->rts, &rc);
    s->call = "cmsend";
    return rc;
}

CM_INT32 s_error(struct side *s)
{
    CM_INT32 rc = -1;
    s->rts = -1;
    cmserr(s->id, &s->rts, &rc);
    s->call = "cmserr";
    return rc;
}

CM_INT32 s_test(struct side *s)
{
    CM_INT32 rc = -1;
    s->rts = -1;
    cmtrts(s->id, &s->rts, &rc);
    return rc;
}

CM_INT32 s_state(struct side *s)
{
    CM_INT32 state = -1, rc = -1;
    cmecs(s->id, &state, &rc);
    ck_assert(rc == CM_OK || rc == PC);
    return rc == CM_OK ? state : -1;
}

CM_INT32 s_wait(struct side *s)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_mem_eq(id, s->id, sizeof id);
    covered(s->call, &op);
    return op;
}

void nothing_waits(void)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, SC);
}

/* ---- two sides ---- */

static void local_name(const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc = -1;
    cmsltp((unsigned char *)(uintptr_t)name, &n, &rc);
    ck_assert_rc(rc, CM_OK);
}

void side_begin(struct side *a, struct how h, const char *tpn)
{
    ck_assert_rc(s_init(a, ""), CM_OK);
    SET_TEXT(cmsmn, a, h.mode ? h.mode : "RU4096");
    SET_TEXT(cmspln, a, "LUREMOTE");
    SET_TEXT(cmstpn, a, tpn);
    SET(cmscst, a, CM_SECURITY_NONE);
    SET(cmsct, a, h.type);
    SET(cmssl, a, h.sync);
}

void pair_open(struct pair *p, struct how h)
{
    local_name("PAIR");
    ck_assert_rc(s_accept(&p->b), OI);
    side_begin(&p->a, h, "PAIR");
    ck_assert_rc(s_alloc(&p->a), CM_OK);
    ck_assert_rc(s_flush(&p->a), CM_OK);
    ck_assert_rc(s_wait(&p->b), CM_OK);
}

void pair_close(struct pair *p)
{
    s_cancel(&p->a);
    s_cancel(&p->b);
}

struct side *side_in(struct pair *p, CM_INT32 want, struct how h, struct side **peer)
{
    if (want == CM_INITIALIZE_STATE) {
        side_begin(&p->a, h, "PAIR");
        *peer = NULL;
        return &p->a;
    }
    pair_open(p, h);
    *peer = want == CM_SEND_STATE ? &p->b : &p->a;
    struct side *me = want == CM_SEND_STATE ? &p->a : &p->b;
    if (want == CM_SEND_STATE || want == CM_RECEIVE_STATE)
        return me;
    SET(cmspm, &p->a, CM_NON_BLOCKING);
    if (want == CM_SEND_PENDING_STATE) {
        const unsigned char rec[6] = {0, 6, 'd', 'a', 't', 'a'};
        SET(cmsptr, &p->a, CM_PREP_TO_RECEIVE_FLUSH);
        ck_assert_rc(s_send(&p->a, rec, sizeof rec), CM_OK);
        ck_assert_rc(s_ptr(&p->a), CM_OK);
        SET(cmsptr, &p->a, CM_PREP_TO_RECEIVE_SYNC_LEVEL);
    } else if (want == CM_CONFIRM_STATE) {
        ck_assert_rc(s_confirm(&p->a), OI);
    } else {
        ck_assert_rc(want == CM_CONFIRM_SEND_STATE ? s_ptr(&p->a) : s_deal(&p->a), OI);
    }
    ck_assert_rc(s_rcv(me, 100), CM_OK);
    ck_assert_state(me, want);
    return me;
}

/* ---- frames ---- */

static void put_frame(int fd, const struct chain_frame *f)
{
    uint8_t out[FRAME_HDR + 4096];
    size_t n = FRAME_HDR;
    memcpy(out, f->hdr, FRAME_HDR);
    for (unsigned i = 0; i < f->n_segs; i++) {
        memcpy(out + n, f->segs[i].p, f->segs[i].n);
        n += f->segs[i].n;
    }
    puppet_frame(fd, out, n);
}

/* A puppet has no library that counts its frames: count them for every conversation of this process, which
 * makes the others look for nothing. */
static void count_frame(void)
{
    char line[300];
    uintptr_t at;
    FILE *f = fopen("/proc/self/maps", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (!strstr(line, "/memfd:snanode-hints") || sscanf(line, "%" SCNxPTR, &at) != 1)
            continue;
        struct hints *h = (struct hints *)at; /* NOLINT(performance-no-int-to-ptr): where it is mapped */
        for (unsigned i = 0; i < HINT_CONVERSATIONS; i++) {
            hint_came(&h->of[i], 0, 1);
            hint_came(&h->of[i], 1, 1);
        }
    }
    if (f)
        fclose(f);
}

void puppet_frame(int fd, const void *p, size_t n)
{
    barrier();
    ck_assert_int_eq(send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT), (ssize_t)n);
    count_frame();
    barrier_due();
}

int puppet(struct side *b)
{
    int fd = -1;
    short events;
    CM_INT32 rc = -1;
    SET(cmspm, b, CM_NON_BLOCKING);
    ck_assert_rc(s_rcv(b, 1), OI);
    xcfd(b->id, &fd, &events, &rc);
    ck_assert_rc(rc, CM_OK);
    return dup(fd);
}

void puppet_reject(int fd)
{
    struct chain_frame f;
    uint8_t ru[4];
    frame_reject(&f, SENSE_ERP_MESSAGE_FORTHCOMING, ru);
    put_frame(fd, &f);
}

void puppet_error(int fd, uint32_t sense, bool last)
{
    struct chain c;
    struct chain_frame f;
    uint8_t fmh7[FMH7_LEN];
    chain_init(&c, NULL, 0, true);
    ck_assert_int_eq(fmh7_encode(sense, NULL, 0, fmh7, sizeof fmh7), FMH7_LEN);
    chain_error(&c, fmh7, sizeof fmh7, last, &f);
    put_frame(fd, &f);
}

void puppet_unbind(int fd, uint32_t sense)
{
    uint8_t out[FRAME_HDR + 6] = {0};
    struct rh rh = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    frame_header(out, true, &rh);
    out[FRAME_HDR] = 0x32;
    out[FRAME_HDR + 1] = sense ? 0xFE : 0x01;
    for (int i = 0; i < 4; i++)
        out[FRAME_HDR + 2 + i] = (uint8_t)(sense >> (24 - 8 * i));
    puppet_frame(fd, out, sense ? sizeof out : FRAME_HDR + 2);
}

void puppet_say(int fd, uint32_t sense, bool unbind, bool reject, bool last)
{
    if (unbind) {
        puppet_unbind(fd, sense);
        return;
    }
    if (reject)
        puppet_reject(fd);
    puppet_error(fd, sense, last);
}

void puppet_data(int fd, const void *p, size_t n, bool turn)
{
    struct chain c;
    struct chain_frame f[CHAIN_FRAMES];
    uint8_t buf[4096];
    chain_init(&c, buf, sizeof buf, true);
    struct seg in = {p, n};
    unsigned k = chain_put(&c, &in, 1, turn ? CHAIN_TURN : CHAIN_FLUSH, f);
    for (unsigned i = 0; i < k; i++)
        put_frame(fd, &f[i]);
    chain_done(&c);
}
