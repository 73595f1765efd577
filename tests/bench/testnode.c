/* The node under test, with a configuration of its own in a directory of its own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

const char testnode_alone[] =
    "server BENCH /add /netname:\"BENCHNET\" /cpname:\"BENCH\"\n"
    "mode WIDE /add /sessionlim:10000 /conwin:5000 /conlose:5000 /maxsendru:65527 /maxrecvru:65527\n"
    "appcllu NEAR /add /server:BENCH /defaultpool:yes\n"
    "appcllu FAR /add /server:BENCH /tptimeout:10\n"
    "cpic RUNNING /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"#INTER\" /seckeytype:none\n"
    "cpic WIDE /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"WIDE\" /seckeytype:none\n"
    "cpic NEWCOPY /add /appltpname:\"NEWCOPY\" /lualias:\"FAR\" /modename:\"#INTER\" /seckeytype:none\n";

static void put_tp(FILE *f, const char *name, unsigned kind, const char *program, const char *parameters)
{
    fprintf(f,
            "\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\TPs\\%"
            "s\\Parameters]\n"
            "\"SNAServiceType\"=dword:%08x\n\"PathName\"=\"C:\\\\tps\\\\%s\"\n\"Parameters\"=\"%s\"\n"
            "\"Timeout\"=dword:ffffffff\n\"ConversationSecurity\"=\"NO\"\n",
            name, kind, program, parameters);
}

/* RUNNING is queued and started by hand (26), NEWCOPY nonqueued (6); the rest is there to be searched. */
static int write_registry(const char *path, const char *tp, unsigned n_tps, const char *more)
{
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s", tp);
    char *slash = strrchr(dir, '/');
    FILE *f = fopen(path, "w");
    if (!f || !slash) {
        if (f)
            fclose(f);
        return -1;
    }
    *slash = '\0';
    fprintf(f, "Windows Registry Editor Version 5.00\n");
    for (unsigned i = 2; i < n_tps; i++) {
        char name[16];
        snprintf(name, sizeof name, "TP%05u", i);
        put_tp(f, name, i % 2 ? 5 : 6, slash + 1, "");
    }
    if (n_tps) {
        put_tp(f, "RUNNING", 26, slash + 1, "");
        put_tp(f, "NEWCOPY", 6, slash + 1, "once");
    }
    fprintf(f,
            "\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\PathMap]\n"
            "\"C:\\\\tps\"=\"%s\"\n%s",
            dir, more ? more : "");
    return fclose(f);
}

static int write_config(const char *path, const char *config)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return -1;
    fputs(config, f);
    return fclose(f);
}

static void run_node(const char *program, char *const *argv, int ready, const char *log)
{
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(ready, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    execv(program, argv);
    _exit(127);
}

/* The TP that runs, as a person would start it; Attaches wait until it accepts. */
static pid_t start_tp(const struct testnode *t, const char *tp)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("APPCTPN", "RUNNING", 1);
    setenv("APPCLLU", "FAR", 1);
    setenv("SNANODE_SOCKET", t->socket, 1);
    execl(tp, tp, (char *)NULL);
    _exit(127);
}

int testnode_start(struct testnode *t, const char *dir, const char *name, const char *config, const char *bin,
                   const char *tp, unsigned n_tps)
{
    char program[PATH_MAX], cfg[PATH_MAX], reg[PATH_MAX], log[PATH_MAX], line[64] = "";
    int p[2];
    snprintf(program, sizeof program, "%s/snanode", bin);
    snprintf(cfg, sizeof cfg, "%s/%s.cfg", dir, name);
    snprintf(reg, sizeof reg, "%s/%s.reg", dir, name);
    snprintf(log, sizeof log, "%s/%s.log", dir, name);
    snprintf(t->socket, sizeof t->socket, "%.80s/%.10s.sock", dir, name);
    if (write_config(cfg, config) < 0 || write_registry(reg, tp, n_tps, t->registry) < 0 ||
        pipe2(p, O_CLOEXEC) < 0) {
        fprintf(stderr, "bench: %s: %s\n", dir, strerror(errno));
        return -1;
    }
    char c[] = "-c", reg_is[] = "-t", sock_is[] = "-s";
    char *argv[] = {program, c, cfg, reg_is, reg, sock_is, t->socket, NULL};
    t->pid = fork();
    if (t->pid == 0)
        run_node(program, argv, p[1], log);
    close(p[1]);
    ssize_t n = t->pid > 0 ? read(p[0], line, sizeof line - 1) : -1;
    close(p[0]);
    if (n > 0 && strstr(line, "ready")) {
        t->tp = n_tps ? start_tp(t, tp) : 0;
        return t->tp < 0 ? -1 : 0;
    }
    fprintf(stderr, "bench: %s does not start; see %s\n", program, log);
    return -1;
}

long testnode_memory(const struct testnode *t)
{
    char path[64], line[256];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)t->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld kB", &kib) == 1)
            break;
    if (f)
        fclose(f);
    return kib < 0 ? -1 : kib * 1024;
}

long testnode_descriptors(const struct testnode *t)
{
    char path[64];
    long n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)t->pid);
    DIR *d = opendir(path);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static void end(pid_t *pid, int sig)
{
    if (*pid <= 0)
        return;
    kill(*pid, sig);
    waitpid(*pid, NULL, 0);
    *pid = 0;
}

void testnode_stop(struct testnode *t)
{
    end(&t->tp, SIGKILL);
    end(&t->pid, SIGTERM);
}
