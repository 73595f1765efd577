#include "tests/bench/server.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void server_at_port(struct server *s)
{
    s->at.in = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_addr = {htonl(INADDR_LOOPBACK)},
                                    .sin_port = htons((uint16_t)free_port())};
    s->at_n = sizeof s->at.in;
}

void server_at_path(struct server *s, const struct bench *b, const char *name)
{
    s->at.un = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(s->at.un.sun_path, sizeof s->at.un.sun_path, "%.80s/%.20s", b->dir, name);
    s->at_n = sizeof s->at.un;
}

int server_port(const struct server *s)
{
    return ntohs(s->at.in.sin_port);
}

int server_connect(const struct server *s)
{
    int fd = socket(s->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, &s->at.any, s->at_n) == 0)
        return fd;
    close(fd);
    return -1;
}

static void run(const struct bench *b, const char *name, const char *const *argv)
{
    char log[PATH_MAX];
    snprintf(log, sizeof log, "%s/%s.log", b->dir, name);
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin", 1);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

bool server_start(struct server *s, const struct bench *b, const char *name, const char *const *argv)
{
    int status;
    s->pid = fork();
    if (s->pid == 0)
        run(b, name, argv);
    for (double until = seconds() + 10; s->pid > 0 && seconds() < until; usleep(10000)) {
        if (waitpid(s->pid, &status, WNOHANG) != 0) {
            s->pid = 0;
            snprintf(s->why, sizeof s->why,
                     WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "%s is not installed" : "%s ended",
                     argv[0]);
            return false;
        }
        int fd = server_connect(s);
        if (fd >= 0) {
            close(fd);
            return true;
        }
    }
    snprintf(s->why, sizeof s->why, "%s does not answer", argv[0]);
    server_stop(s);
    return false;
}

void server_stop(struct server *s)
{
    if (s->pid <= 0)
        return;
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    s->pid = 0;
}
